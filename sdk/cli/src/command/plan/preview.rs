//! `tenantry plan preview FLAG`: whom each stage would admit.

use clap::Args;
use owo_colors::OwoColorize as _;
use reqwest::Method;
use serde::Deserialize;
use serde_json::Value;
use tenantry_core::model::FlagKey;

use super::draft::Draft;
use crate::api::{Answer, Client};
use crate::arguments::Global;
use crate::console::Console;
use crate::failure::Failure;
use crate::render::{Table, Tone, count};

/// Most tenants that are named of a stage.
const NAMED: usize = 3;

/// Say whom each stage to come would admit, and change nothing
///
/// Of the flag's own plan, or of another one from a file or a template.
#[derive(Debug, Args)]
pub(crate) struct Preview {
    /// The flag's key
    flag: FlagKey,

    #[command(flatten)]
    draft: Draft,
}

#[derive(Debug, Deserialize)]
struct Forecast {
    tenants: usize,
    stages: Vec<Stage>,
}

#[derive(Debug, Deserialize)]
struct Stage {
    name: String,
    on: Part,
    turned_on: Part,
    largest: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Part {
    count: usize,
    share_of_tenants: f64,
    share_of_requests: f64,
}

impl Preview {
    pub(super) async fn run(&self, global: &Global, console: &mut Console) -> Result<(), Failure> {
        let client = Client::new(global, console)?;
        let draft = self.draft.read(&client).await?;
        let plan = if let Some(draft) = draft {
            draft
        } else {
            let present: Answer<Value> = client
                .flag_here(Method::GET, &self.flag, &["plan"])
                .send()
                .await?;
            present.body["plan"].clone()
        };
        let document: Value = client
            .flag_here(Method::POST, &self.flag, &["plan", "preview"])
            .json(&plan)
            .send()
            .await?
            .body;
        if global.wants_json() {
            return console.json(&document);
        }
        let forecast =
            Forecast::deserialize(document).map_err(|source| Failure::NotUnderstood {
                url: global.url.clone(),
                source,
            })?;
        console.line(forecast.render(&self.flag, global.environment.as_str(), console.width()))
    }
}

impl Forecast {
    fn render(&self, flag: &FlagKey, environment: &str, width: Option<u16>) -> String {
        let all = count(self.tenants, "tenant", "tenants");
        let head = format!("{} in {environment}, of {all} on the roster", flag.bold());
        if self.stages.is_empty() {
            return format!("{head}\nno stage is to come");
        }
        let mut table = Table::new(["STAGE", "HAVE IT", "REQUESTS", "NEW", "LARGEST OF THE NEW"]);
        for stage in &self.stages {
            let mut largest = stage
                .largest
                .iter()
                .take(NAMED)
                .cloned()
                .collect::<Vec<_>>();
            let more = stage.turned_on.count.saturating_sub(largest.len());
            if more > 0 && !largest.is_empty() {
                largest.push(format!("and {more} more"));
            }
            let share = stage.on.share_of_tenants * 100.0;
            table.row([
                (Tone::Strong, stage.name.as_str()),
                (Tone::Normal, &format!("{} ({share:.1}%)", stage.on.count)),
                (
                    Tone::Normal,
                    &format!("{:.1}%", stage.on.share_of_requests * 100.0),
                ),
                (Tone::Good, &format!("+{}", stage.turned_on.count)),
                (Tone::Faint, &largest.join(", ")),
            ]);
        }
        table.wrap_last(width);
        format!("{head}\n{}\nnothing was changed", table.render())
    }
}

#[cfg(test)]
mod tests {
    use anstream::adapter::strip_str;
    use insta::assert_snapshot;
    use serde_json::json;

    use super::*;

    #[test]
    fn each_stage_says_whom_it_would_add() {
        let part = |count: u32, share: f64| json!({"count": count, "share_of_tenants": share, "share_of_requests": share / 2.0});
        let document = json!({"tenants": 300, "stages": [
            {"name": "internal", "on": part(1, 0.0033), "turned_on": part(1, 0.0033), "largest": ["us"]},
            {"name": "a quarter", "on": part(75, 0.25), "turned_on": part(74, 0.2466),
                "largest": ["acme", "globex", "initech", "umbrella"]},
        ]});
        let forecast = Forecast::deserialize(document).expect("a forecast");
        let flag = FlagKey::new("new-billing").expect("a key");
        assert_snapshot!(strip_str(&forecast.render(&flag, "production", None)), @r"
        new-billing in production, of 300 tenants on the roster
        STAGE      HAVE IT     REQUESTS  NEW  LARGEST OF THE NEW
        internal   1 (0.3%)    0.2%      +1   us
        a quarter  75 (25.0%)  12.5%     +74  acme, globex, initech, and 71 more
        nothing was changed
        ");
    }
}
