//! The Rust SDK against a real server.

mod equality;
mod live;
mod preview;
mod restart;
mod restore;
