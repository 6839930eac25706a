//! All tests across the crates, in one binary: one link, one PostgreSQL.

mod api;
mod cli;
mod demo;
mod faults;
mod isolation;
mod notify;
mod openfeature;
mod operator;
mod plan;
mod removal;
mod sdk;
mod secrets;
mod store;
mod stream;
mod tidy;
