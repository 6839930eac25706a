//! Projects: the boundary of isolation.

mod create;
mod get;
mod list;
mod update;
