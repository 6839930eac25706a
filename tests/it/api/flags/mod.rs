//! Flags: creating, finding, changing, retiring.

mod archive;
mod create;
mod extend;
mod get;
mod list;
mod restore;
mod update;
