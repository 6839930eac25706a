//! The `tenantry` command: flags, live changes and the expiry gate for CI.
//!
//! The crate is published for its binary. The library holds the same program as a function,
//! [`run`], so that tests drive it with a [`Console`] of their own; it is no API to build upon.
//!
//! # Map
//! - `command/`: one file per command; each holds its arguments and what it does.
//! - `api/`: the client of the server's HTTP API and of its stream.
//! - `render/`: how flags, changes and percentages look to a person. Pure.
//! - `arguments`, `console`, `failure`: the program's edges.
//!
//! # How to add a command
//! 1. Write `command/<name>.rs` with a `clap::Args` struct and an `async fn run` that takes it, the
//!    [`Console`] and, if it talks to the server, the global arguments.
//! 2. Add a variant to `command::Command` and an arm to its `match`.
//! 3. Let it print JSON for `-o json`, as the server sent it where it sent anything, and a table or
//!    sentences else.
//!
//! **Invariants**
//! - Exit codes are a contract with CI: see [`Outcome`].
//! - What was asked for goes to standard output; everything about the asking goes to standard error.
//! - A token is read from the environment or a file, never from the arguments, and never printed.

mod api;
mod arguments;
mod command;
mod console;
mod failure;
mod render;

use std::ffi::OsString;
use std::process::ExitCode;

pub use crate::console::Console;

/// How a run ended; its number is the process's exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// All is well: 0.
    Fine = 0,
    /// The command worked and its answer is no, such as overdue flags, unknown ones in code, a file out of date or an SDK
    /// that has not confirmed: 1.
    GateSaysNo = 1,
    /// The arguments or settings make no sense: 2.
    WrongUse = 2,
    /// The server refused, or could not be reached: 3.
    ServerOrNetwork = 3,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        Self::from(outcome as u8)
    }
}

/// Runs the command that `arguments` (the first is the program's name) ask for.
///
/// # Cancel safety
/// A run may be dropped at any point. A change that was already sent to the server stays made.
pub async fn run<I>(arguments: I, console: &mut Console) -> Outcome
where
    I: IntoIterator,
    I::Item: Into<OsString> + Clone,
{
    // TLS needs one provider for the process. A second call fails, and may: one is installed then.
    let _already_installed = rustls::crypto::ring::default_provider().install_default();

    let words: Vec<OsString> = arguments.into_iter().map(Into::into).collect();
    let arguments = match arguments::parse(&words) {
        Ok(arguments) => arguments,
        Err(message) => return arguments::explain(&message, console),
    };
    if arguments.global.no_color {
        console.forgo_colour();
    }
    let ended = command::run(&arguments, console).await;
    match ended.and_then(|outcome| console.flush().map(|()| outcome)) {
        Ok(outcome) => outcome,
        Err(failure) => failure.report(console),
    }
}
