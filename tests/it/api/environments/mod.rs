//! Environments: each with its own targeting, revision and stream.

mod create;
mod get;
mod list;
mod update;
