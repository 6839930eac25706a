//! Targeting: who gets a flag in an environment.

mod get;
mod kill;
mod lists;
mod patch;
mod preview;
mod put;
mod revert;
