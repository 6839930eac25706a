//! Tokens: credentials of programs and people.

mod create;
mod list;
mod malformed;
mod revoke;
mod rotate;
