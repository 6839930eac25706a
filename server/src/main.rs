//! The `tenantry-server` binary.

use std::process::ExitCode;

use clap::Parser as _;
use tenantry_server::Arguments;

#[tokio::main]
async fn main() -> ExitCode {
    // One provider for all TLS of the process, before anything can want one.
    if rustls::crypto::ring::default_provider()
        .install_default()
        .is_err()
    {
        eprintln!("Error: a cryptography provider was installed before the start");
        return ExitCode::FAILURE;
    }
    match Arguments::parse().run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // What went wrong and why, in one line: where in the code is of no use to an operator.
            eprintln!("Error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
