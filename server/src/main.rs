//! The `tenantry-server` binary.

use clap::Parser as _;
use tenantry_server::Arguments;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    // One provider for all TLS of the process, before anything can want one.
    rustls::crypto::ring::default_provider()
        .install_default()
        .map_err(|_| anyhow::anyhow!("a cryptography provider was installed before the start"))?;
    Arguments::parse().run().await
}
