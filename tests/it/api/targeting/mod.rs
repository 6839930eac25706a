//! Targeting: who gets a flag in an environment.

mod get;
mod lists;
mod patch;
mod put;
mod revert;
