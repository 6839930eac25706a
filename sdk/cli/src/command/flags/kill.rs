//! `tenantry flags kill KEY`: turns a flag off now, and waits until the SDKs have confirmed it.
//!
//! **Invariants**
//! - The flag is off as soon as the first line is printed; all that follows is looking on.
//! - An SDK that has not confirmed is never left out of the count.

use std::time::Duration;

use chrono::{DateTime, Utc};
use clap::Args;
use owo_colors::OwoColorize as _;
use reqwest::Method;
use serde::Deserialize;
use serde_json::{Value, json};
use tenantry_core::model::{FlagKey, TenantKey};
use tokio::time::{Instant, sleep};

use crate::Outcome;
use crate::api::Client;
use crate::arguments::Global;
use crate::console::Console;
use crate::failure::Failure;
use crate::render::plain;

/// How often to look again.
const EVERY: Duration = Duration::from_millis(500);
/// The most silent SDKs that are named.
const NAMED: usize = 10;

/// Turn a flag off now, for everybody or one tenant, and wait until the SDKs have confirmed it
///
/// Overwrites whatever somebody else is doing to the flag. It is off when this says so; the waiting
/// only looks on. Ends with 1 if an SDK has not confirmed in time.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  tenantry flags kill new-billing --reason 'invoices are empty'
  tenantry flags kill new-billing --tenant acme-corp --reason 'their invoices are empty'")]
pub(crate) struct Kill {
    /// The flag's key
    flag: FlagKey,

    /// Only for this tenant, who is put on the block list
    #[arg(long, value_name = "KEY")]
    tenant: Option<TenantKey>,

    /// Why, for the audit log
    #[arg(long, value_name = "TEXT")]
    reason: String,

    /// How many seconds to wait for the SDKs to confirm it; 0 to look once
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    timeout: u64,
}

/// What the server answers.
#[derive(Debug, Deserialize)]
struct Killed {
    changed: bool,
    revision: u64,
}

/// How far a revision has come.
#[derive(Debug, Deserialize)]
struct Propagation {
    sdks: u64,
    confirmed: u64,
    silent: u64,
    items: Vec<Follower>,
}

#[derive(Debug, Deserialize)]
struct Follower {
    instance: String,
    sdk: String,
    revision: u64,
    connected: bool,
    silent_since: Option<DateTime<Utc>>,
}

impl Kill {
    pub(super) async fn run(
        &self,
        global: &Global,
        console: &mut Console,
    ) -> Result<Outcome, Failure> {
        let client = Client::new(global, console)?;
        let mut body = json!({ "reason": self.reason });
        if let Some(tenant) = &self.tenant {
            body["tenant"] = json!(tenant);
        }
        let killed: Value = client
            .flag_here(Method::POST, &self.flag, &["targeting", "kill"])
            .json(&body)
            .send()
            .await?
            .body;
        let not_understood = |source| Failure::NotUnderstood {
            url: global.url.clone(),
            source,
        };
        let done = Killed::deserialize(&killed).map_err(not_understood)?;
        if !global.wants_json() {
            console.line(self.told(&done, global))?;
        }

        let give_up = Instant::now() + Duration::from_secs(self.timeout);
        let (mut said, revision) = (String::new(), done.revision.to_string());
        let (document, found) = loop {
            let environment = global.environment.as_str();
            let document: Value = client
                .project(Method::GET, &["environments", environment, "sdks"])
                .query("revision", Some(&revision))
                .send()
                .await?
                .body;
            let found = Propagation::deserialize(&document).map_err(not_understood)?;
            if found.silent == 0 || Instant::now() >= give_up {
                break (document, found);
            }
            let counts = found.counts();
            if counts != said {
                console.note(format!("waiting: {counts}"));
                said = counts;
            }
            sleep(EVERY).await;
        };
        if global.wants_json() {
            let mut killed = killed;
            killed["propagation"] = document;
            console.json(&killed)?;
        } else {
            console.line(found.render(console.now().to_utc()))?;
        }
        Ok(if found.silent == 0 {
            Outcome::Fine
        } else {
            Outcome::GateSaysNo
        })
    }

    /// What became of the flag.
    fn told(&self, done: &Killed, global: &Global) -> String {
        let whom = self.tenant.as_ref().map_or_else(
            || "everybody".to_owned(),
            |tenant| plain(tenant.as_str()).into_owned(),
        );
        let how = if done.changed {
            format!("r{}", done.revision)
        } else {
            "it was already".to_owned()
        };
        format!(
            "{} is {} for {} in {} ({how})",
            self.flag.bold(),
            "off".red().bold(),
            whom.bold(),
            global.environment,
        )
    }
}

impl Propagation {
    /// How many have confirmed.
    fn counts(&self) -> String {
        if self.sdks == 0 {
            return "no SDK is connected".to_owned();
        }
        format!("{} of {} SDKs confirmed", self.confirmed, self.sdks)
    }

    /// How many have confirmed, and who has not.
    fn render(&self, now: DateTime<Utc>) -> String {
        let seconds = |sdk: &Follower| {
            let since = sdk.silent_since.unwrap_or(now);
            (now - since).num_seconds().max(0)
        };
        if self.silent == 0 {
            return self.counts().green().to_string();
        }
        let silent = self.items.iter().filter(|it| it.silent_since.is_some());
        let silent: Vec<&Follower> = silent.collect();
        let longest = silent.iter().map(|it| seconds(it)).max().unwrap_or(0);
        let counts = format!("{}, {} silent for {longest} s", self.counts(), self.silent);
        let mut lines = vec![counts.yellow().to_string()];
        for sdk in silent.iter().take(NAMED) {
            let state = if sdk.connected { "connected" } else { "lost" };
            lines.push(format!(
                "  {}  {}  {state}, at r{}, silent for {} s",
                plain(&sdk.instance),
                plain(&sdk.sdk),
                sdk.revision,
                seconds(sdk),
            ));
        }
        let more = self.silent.saturating_sub(silent.len().min(NAMED) as u64);
        if more > 0 {
            lines.push(format!("  and {more} more"));
        }
        lines.join("\n")
    }
}

#[cfg(test)]
mod tests {
    use anstream::adapter::strip_str;
    use insta::assert_snapshot;

    use super::*;

    fn check(document: Value) -> String {
        let found = Propagation::deserialize(document).expect("a report");
        let now = "2026-11-22T12:01:30Z".parse().expect("a time");
        strip_str(&found.render(now)).to_string()
    }

    #[test]
    fn who_has_not_confirmed_is_named_with_how_long_that_is() {
        let sdk = |name: &str, connected: bool, since: &str| {
            json!({"instance": name, "sdk": "tenantry-rust/0.1.0", "revision": 41, "token": "billing",
                "connected": connected, "connected_at": since, "silent_since": since})
        };
        let items = [
            sdk("5a1e", false, "2026-11-22T12:00:00Z"),
            sdk("77c0", true, "2026-11-22T12:01:00Z"),
        ];
        assert_snapshot!(
            check(json!({"sdks": 43, "confirmed": 41, "silent": 2, "items": items})),
            @r"
        41 of 43 SDKs confirmed, 2 silent for 90 s
          5a1e  tenantry-rust/0.1.0  lost, at r41, silent for 90 s
          77c0  tenantry-rust/0.1.0  connected, at r41, silent for 30 s
        "
        );
        let listed = json!({"sdks": 43, "confirmed": 3, "silent": 40, "items": [items[0]]});
        assert!(check(listed).ends_with("\n  and 39 more"));
    }

    #[test]
    fn all_and_none_are_told_in_a_line() {
        let all = json!({"sdks": 2, "confirmed": 2, "silent": 0, "items": []});
        assert_snapshot!(check(all), @"2 of 2 SDKs confirmed");
        let none = json!({"sdks": 0, "confirmed": 0, "silent": 0, "items": []});
        assert_snapshot!(check(none), @"no SDK is connected");
    }
}
