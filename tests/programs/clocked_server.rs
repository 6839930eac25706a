//! The server as it is shipped, but on a clock that a test moves: what takes a plan an hour is over in
//! seconds, and the process can still be killed as any other.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::Parser as _;
use tenantry_server::{Arguments, SharedClock};
use tenantry_tests::StandingClock;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    // An error says that there is one, which is as good.
    let _is_installed = rustls::crypto::ring::default_provider().install_default();
    let file = std::env::var_os(StandingClock::VARIABLE).context("a clock's file is missing")?;
    let file = PathBuf::from(file);
    let clock = SharedClock::new(move || StandingClock::read(&file));
    Arguments::parse().run_at(clock).await
}
