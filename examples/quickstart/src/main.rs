//! Prints which tenants get a flag, and again whenever that changes.
//!
//! ```sh
//! export TENANTRY_TOKEN=$(tenantry tokens create sdk quickstart)
//! cargo run -p example-quickstart -- new-billing acme-corp globex initech
//! ```

use std::env;

use anyhow::Context as _;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let url = env::var("TENANTRY_URL").unwrap_or_else(|_| "http://127.0.0.1:8080".to_owned());
    let token = env::var("TENANTRY_TOKEN").context("set TENANTRY_TOKEN to a token of type sdk")?;
    let mut arguments = env::args().skip(1);
    let flag = arguments.next().unwrap_or_else(|| "new-billing".to_owned());
    let mut tenants: Vec<String> = arguments.collect();
    if tenants.is_empty() {
        tenants = ["acme-corp", "globex", "initech"]
            .map(str::to_owned)
            .to_vec();
    }

    // Returns within two seconds, server or no server; from then on every answer comes from memory.
    let flags = tenantry::Client::builder(url, token).build().await?;
    let new_billing = flags.flag(flag.as_str());

    let mut changes = flags.changes();
    loop {
        let answers: Vec<String> = tenants
            .iter()
            .map(|tenant| {
                let answer = if new_billing.is_enabled(tenant) {
                    "ON "
                } else {
                    "off"
                };
                format!("{tenant} {answer}")
            })
            .collect();
        println!(
            "r{:<4} {flag}:  {}",
            flags.status().revision,
            answers.join("   ")
        );

        if changes.next().await.is_none() {
            return Ok(());
        }
    }
}
