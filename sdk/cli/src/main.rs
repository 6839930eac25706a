//! The `tenantry` binary: the real console, one runtime, one exit code.
//!
//! Separate from the library so that everything it does can be run by a test with a console of its
//! own.
//!
//! **Invariants**
//! - Nothing but this file touches the process: its arguments, its streams, its exit code.

use std::process::ExitCode;

use tenantry_cli::{Console, Outcome, run};

fn main() -> ExitCode {
    // One thread is enough for one person's requests.
    let runtime = match tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("error: cannot start the asynchronous runtime: {error}");
            return Outcome::ServerOrNetwork.into();
        }
    };
    runtime
        .block_on(run(std::env::args_os(), &mut Console::of_process()))
        .into()
}
