//! A program with the SDK, as users write them: it serves tenants, takes the new code path for those
//! who have the flag, and tells what became of it. The new path can be broken.
//!
//! `serving-program URL TOKEN FLAG`, and then a line of JSON for each thing that it is to do; it
//! answers each with a line of JSON, and ends with its standard input.
//!
//! | line | what it does | answer |
//! | --- | --- | --- |
//! | `{"work": [["acme", 30, 1], …]}` | serves 30 requests of acme, of which 1 fails anyway | how many it served |
//! | `{"break": ["acme", …]}` | from now on every other request of theirs fails on the new path | `null` |
//! | `{"who": ["acme", …]}` | | those of them that have the flag |
//!
//! **Invariants**
//! - What it has served is told when it answers: its client ends with the work, as a program does
//!   that is deployed anew, and the next one takes its place.

use std::collections::HashSet;
use std::time::Duration;

use anyhow::Context as _;
use serde::Deserialize;
use serde_json::json;
use tenantry::{Client, Outcome};

/// How long every request takes.
const LATENCY: Duration = Duration::from_millis(20);

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Order {
    Work(Vec<(String, usize, usize)>),
    Break(HashSet<String>),
    Who(Vec<String>),
}

struct Program {
    address: String,
    token: String,
    flag: String,
    client: Client,
    broken: HashSet<String>,
}

#[tokio::main(worker_threads = 1)]
async fn main() -> anyhow::Result<()> {
    let [address, token, flag] = std::env::args()
        .skip(1)
        .collect::<Vec<_>>()
        .try_into()
        .ok()
        .context("an address, a token and a flag are wanted")?;
    let client = Client::builder(&address, &token).build().await?;
    let mut program = Program {
        address,
        token,
        flag,
        client,
        broken: HashSet::new(),
    };
    // Waiting here keeps nobody from working: the client's task has a thread of its own.
    for line in std::io::stdin().lines() {
        let answer = match serde_json::from_str(&line?)? {
            Order::Work(tenants) => json!(program.work(&tenants).await?),
            Order::Break(tenants) => {
                program.broken = tenants;
                json!(null)
            }
            Order::Who(mut tenants) => {
                tenants.retain(|tenant| program.client.is_enabled(&program.flag, tenant));
                json!(tenants)
            }
        };
        println!("{answer}");
    }
    program.client.shutdown().await;
    Ok(())
}

impl Program {
    async fn work(&mut self, tenants: &[(String, usize, usize)]) -> anyhow::Result<usize> {
        // A server that was gone comes back: what is told while it is away might be told too late.
        self.client.connected().await;
        let mut served = 0;
        for (tenant, requests, failing) in tenants {
            for request in 0..*requests {
                let is_new = self.client.is_enabled(&self.flag, tenant);
                let is_broken = is_new && self.broken.contains(tenant) && request % 2 == 0;
                let outcome = if is_broken || request < *failing {
                    Outcome::failure()
                } else {
                    Outcome::success()
                };
                let outcome = outcome.with_latency(LATENCY);
                self.client.record(&self.flag, tenant, outcome);
            }
            served += requests;
        }
        self.client.shutdown().await;
        self.client = Client::builder(&self.address, &self.token).build().await?;
        Ok(served)
    }
}
