//! The Rust SDK against a real server.

mod equality;
mod live;
mod restart;
mod restore;
