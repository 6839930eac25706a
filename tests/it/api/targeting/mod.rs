//! Targeting: who gets a flag in an environment.

mod get;
mod lists;
mod patch;
mod preview;
mod put;
mod revert;
