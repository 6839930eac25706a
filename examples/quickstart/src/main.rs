//! Prints which tenants get a flag, and again whenever that changes.
//!
//! ```sh
//! export TENANTRY_TOKEN=$(tenantry tokens create sdk quickstart)
//! cargo run -p example-quickstart -- new-billing acme-corp globex initech
//! ```

use std::env;
use std::io::stderr;

use anyhow::Context as _;
use tracing_subscriber::filter::LevelFilter;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    // What the SDK has to tell, such as that the server refuses the token, it logs by `tracing`.
    tracing_subscriber::fmt()
        .with_max_level(LevelFilter::WARN)
        .with_writer(stderr)
        .init();
    let url = env::var("TENANTRY_URL").unwrap_or_else(|_| "http://127.0.0.1:8080".to_owned());
    let token = env::var("TENANTRY_TOKEN").context("set TENANTRY_TOKEN to a token of type sdk")?;
    let mut arguments = env::args().skip(1);
    let key = arguments.next().context("name a flag and some tenants")?;
    let tenants: Vec<String> = arguments.collect();

    // Returns within two seconds, server or no server; from then on every answer is from memory.
    let flags = tenantry::Client::builder(url, token).build().await?;
    let flag = flags.flag(key.as_str());

    let mut changes = flags.changes();
    let mut printed = String::new();
    loop {
        let answers: Vec<String> = tenants
            .iter()
            .map(|tenant| {
                let answer = if flag.is_enabled(tenant) { "ON" } else { "off" };
                format!("{tenant} {answer:<3}")
            })
            .collect();
        let line = answers.join("   ");
        if line != printed {
            println!(
                "r{:<3} {key}:  {}",
                flags.status().revision,
                line.trim_end()
            );
            printed = line;
        }
        // A change is told of when it is in memory; none of it is waited for by `is_enabled`.
        if changes.next().await.is_none() {
            return Ok(());
        }
    }
}
