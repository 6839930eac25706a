//! A guard for people: which metrics are armed or blind, and how strong the evidence is.

use owo_colors::OwoColorize as _;

use super::document::{Guard, GuardAction, Totals, Watch};
use crate::render::{Table, Tone, count};

impl Guard {
    /// Its state, metric by metric.
    pub(super) fn render(&self) -> String {
        let mut lines = vec![format!("guard: {}", self.standing())];
        if !self.randomised {
            lines.push(
                "  chance did not decide who has the flag, so nothing can be proven: each tenant is compared with its own past alone"
                    .to_owned(),
            );
        }
        lines.extend(self.holds.iter().map(|it| {
            format!(
                "  {}: {}",
                "not to be trusted".yellow(),
                crate::render::plain(it)
            )
        }));
        let mut table = Table::new([
            "METRIC",
            "WINDOW",
            "STATE",
            "BAD WITH",
            "BAD WITHOUT",
            "EVIDENCE",
        ]);
        for watch in &self.watches {
            let (tone, state) = self.state_of(watch);
            let bad = |bad: u64, at_risk: u64| format!("{bad} of {}", bad + at_risk);
            table.row([
                (Tone::Strong, watch.metric.as_str()),
                (Tone::Normal, &format!("{} min", watch.window_minutes)),
                (tone, state),
                (Tone::Normal, &bad(watch.bad.treated, watch.at_risk.treated)),
                (Tone::Normal, &bad(watch.bad.control, watch.at_risk.control)),
                (
                    Tone::Normal,
                    &format!(
                        "10^{:.1} of 10^{:.1}",
                        watch.log10_evidence, self.log10_limit
                    ),
                ),
            ]);
        }
        if !self.watches.is_empty() {
            lines.push(table.render());
        }
        for rate in &self.rates {
            lines.push(format!(
                "{}: {} with the flag, {} without",
                crate::render::plain(&rate.metric),
                share(rate.treated),
                share(rate.control)
            ));
        }
        lines.join("\n")
    }

    /// What it wants, and what it sees.
    pub(super) fn standing(&self) -> String {
        let wants = match self.action {
            GuardAction::RollBack => "found harm".red().bold().to_string(),
            GuardAction::Pause => "switched off too many single tenants".red().to_string(),
            GuardAction::Hold => "cannot trust its figures".yellow().to_string(),
            GuardAction::Wait => "watches".to_owned(),
            GuardAction::Advance => "sees nothing against going on".green().to_string(),
            GuardAction::Other => "wants something that this command does not know".to_owned(),
        };
        let sight = if self.armed { "armed" } else { "blind" };
        let minutes = usize::try_from(self.minutes).unwrap_or(usize::MAX);
        format!(
            "{wants}, {sight}; {} with the flag and {} that could have it, {} of outcomes",
            self.tenants.treated,
            self.tenants.control,
            count(minutes, "minute", "minutes"),
        )
    }

    fn state_of(&self, watch: &Watch) -> (Tone, &'static str) {
        let is_harm = self
            .harm
            .iter()
            .any(|it| it.metric == watch.metric && it.window_minutes == watch.window_minutes);
        if is_harm {
            (Tone::Bad, "harm")
        } else if !watch.armed {
            (Tone::Warning, "blind")
        } else if watch.log10_evidence >= self.log10_limit - 1.0 {
            (Tone::Warning, "suspicion")
        } else {
            (Tone::Good, "armed")
        }
    }
}

/// What failed of what was done.
#[expect(clippy::cast_precision_loss, reason = "a share is for people")]
fn share(totals: Totals) -> String {
    match totals.requests {
        0 => "nothing done".to_owned(),
        requests => format!(
            "{:.2}% of {requests} failed",
            totals.failures as f64 / requests as f64 * 100.0
        ),
    }
}

#[cfg(test)]
mod tests {
    use anstream::adapter::strip_str;
    use insta::assert_snapshot;
    use serde::Deserialize as _;
    use serde_json::{Value, json};

    use super::*;

    fn watch(metric: &str, minutes: u32, evidence: f64, armed: bool) -> Value {
        json!({"metric": metric, "window_minutes": minutes, "at_risk": {"treated": 40, "control": 160},
            "bad": {"treated": 3, "control": 1}, "log10_evidence": evidence, "log10_if_all_fail": 9.0,
            "log10_at_best": 10.0, "armed": armed})
    }

    #[test]
    fn every_metric_says_whether_it_sees_and_what() {
        let guard = json!({
            "stay": 3, "since": "2026-11-22T12:00:00Z", "minutes": 12, "randomised": true,
            "tenants": {"treated": 43, "control": 161}, "action": "wait", "armed": false, "log10_limit": 2.3,
            "watches": [watch("errors", 1, 0.31, true), watch("errors", 10, 1.5, true),
                watch("latency", 1, 0.0, false), watch("latency", 60, 2.9, true)],
            "harm": [{"metric": "latency", "window_minutes": 60, "log10_evidence": 2.9, "treated": [], "control": []}],
            "hard_stop": null, "holds": ["errors: no tenant has reported for more than 3 minutes"],
            "waits": ["blind"], "tripped": [],
            "rates": [{"metric": "errors", "treated": {"requests": 1_000, "failures": 12},
                "control": {"requests": 0, "failures": 0}, "rate_ratio": null}],
        });
        let guard = Guard::deserialize(guard).expect("a guard");
        assert_snapshot!(strip_str(&guard.render()), @r"
        guard: watches, blind; 43 with the flag and 161 that could have it, 12 minutes of outcomes
          not to be trusted: errors: no tenant has reported for more than 3 minutes
        METRIC   WINDOW  STATE      BAD WITH  BAD WITHOUT  EVIDENCE
        errors   1 min   armed      3 of 43   1 of 161     10^0.3 of 10^2.3
        errors   10 min  suspicion  3 of 43   1 of 161     10^1.5 of 10^2.3
        latency  1 min   blind      3 of 43   1 of 161     10^0.0 of 10^2.3
        latency  60 min  harm       3 of 43   1 of 161     10^2.9 of 10^2.3
        errors: 1.20% of 1000 failed with the flag, nothing done without
        ");
    }
}
