//! The Rust SDK against a real server.

mod equality;
mod live;
mod outcomes;
mod preview;
mod restart;
mod restore;
