//! `tenantry debt`: the flags that have outlived their purpose, and the gate for CI.
//!
//! The report is the server's; the decision about the build is made here, by a pure function of
//! the report and of `--fail-on`.
//!
//! **Invariants**
//! - The last line always says the verdict and why, in text; in JSON the exit code says it.
//! - Debt that does not fail the gate is still shown: expired flags are a warning.

use clap::{Args, ValueEnum};
use owo_colors::OwoColorize as _;
use reqwest::Method;
use serde::Deserialize as _;
use serde_json::Value;
use tenantry_protocol::report::{IndebtedFlag, Report, State};

use crate::Outcome;
use crate::api::Client;
use crate::arguments::Global;
use crate::console::Console;
use crate::failure::Failure;
use crate::render::{Table, Tone, count};

/// Report flags past their expiry date, and fail the build if there are too old ones
///
/// A flag is due when it expires soon, expired once its day is over, and overdue when it has been
/// expired for longer than the grace. Exits with 1 if the gate says no.
#[derive(Debug, Args)]
pub(crate) struct Debt {
    /// From which state on a flag fails the gate
    #[arg(long, value_name = "STATE", default_value = "overdue")]
    fail_on: FailOn,
}

/// From which state on the gate says no.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FailOn {
    /// Expired for longer than the grace
    Overdue,
    /// Expired, or worse
    Expired,
    /// Expires soon, or worse
    Due,
    /// Only report
    Never,
}

impl FailOn {
    /// Whether a flag in this state fails the gate.
    fn includes(self, state: State) -> bool {
        match state {
            State::Overdue => self != Self::Never,
            State::Expired => matches!(self, Self::Expired | Self::Due),
            State::Due => self == Self::Due,
            _ => false,
        }
    }
}

impl Debt {
    pub(super) async fn run(
        &self,
        global: &Global,
        console: &mut Console,
    ) -> Result<Outcome, Failure> {
        let client = Client::new(global, console)?;
        let document: Value = client.project(Method::GET, &["debt"]).send().await?.body;
        let report = Report::deserialize(&document).map_err(|source| Failure::NotUnderstood {
            url: global.url.clone(),
            source,
        })?;
        if global.wants_json() {
            console.json(&document)?;
        } else {
            console.line(render(&report, self.fail_on, console.width()))?;
        }
        Ok(if failing(&report, self.fail_on).is_empty() {
            Outcome::Fine
        } else {
            Outcome::GateSaysNo
        })
    }
}

/// The flags that fail the gate.
fn failing(report: &Report, fail_on: FailOn) -> Vec<&IndebtedFlag> {
    report
        .flags
        .iter()
        .filter(|flag| flag.states.iter().any(|state| fail_on.includes(*state)))
        .collect()
}

/// The report as a table, worst first, and the verdict.
fn render(report: &Report, fail_on: FailOn, width: Option<u16>) -> String {
    let verdict = verdict(report, fail_on);
    if report.flags.is_empty() {
        return verdict;
    }
    let mut flags: Vec<&IndebtedFlag> = report.flags.iter().collect();
    flags.sort_by_key(|flag| std::cmp::Reverse((worst(flag), flag.days_past_expiry)));

    let mut table = Table::new(["STATE", "FLAG", "KIND", "OWNER", "EXPIRES", "WHAT TO DO"]);
    for flag in flags {
        let states = flag
            .states
            .iter()
            .map(|state| state.as_str())
            .collect::<Vec<_>>()
            .join(", ");
        let tone = match worst(flag) {
            3 => Tone::Bad,
            2 => Tone::Warning,
            _ => Tone::Normal,
        };
        table.row([
            (tone, states.as_str()),
            (Tone::Strong, &flag.key),
            (Tone::Normal, flag.kind.as_deref().unwrap_or("none")),
            (Tone::Normal, flag.owner.as_deref().unwrap_or("nobody")),
            (Tone::Normal, flag.expires_on.as_deref().unwrap_or("never")),
            (Tone::Normal, &flag.explanation),
        ]);
    }
    table.wrap_last(width);
    format!("{}\n\n{verdict}", table.render())
}

/// The last line: yes or no, and why.
fn verdict(report: &Report, fail_on: FailOn) -> String {
    let failing = failing(report, fail_on).len();
    let summary = &report.summary;
    let mut others = Vec::new();
    for (state, number) in [
        (State::Overdue, summary.overdue),
        (State::Expired, summary.expired),
        (State::Due, summary.due),
        (State::Unowned, summary.unowned),
    ] {
        if number > 0 && !fail_on.includes(state) {
            others.push(format!("{number} {}", state.as_str()));
        }
    }
    let aside = if others.is_empty() {
        String::new()
    } else {
        format!(" Also noted: {}.", others.join(", "))
    };
    let project = &report.project;

    if failing > 0 {
        let flags = count(failing, "flag", "flags");
        let (are, them) = if failing == 1 {
            ("is", "it")
        } else {
            ("are", "them")
        };
        let why = match fail_on {
            FailOn::Overdue => format!(
                "{flags} {are} overdue, expired for more than {} days",
                report.policy.grace_days
            ),
            FailOn::Expired => format!("{flags} {are} past the expiry date"),
            FailOn::Due | FailOn::Never => {
                format!(
                    "{flags} {are} past the expiry date or within {} days of it",
                    report.policy.notice_days
                )
            }
        };
        let way_out = format!(
            "delete {them} from the code and archive {them}, or extend {them} with a reason"
        );
        return format!(
            "{} {why}; {way_out}.{aside}",
            format!("✗ {project} fails:").red().bold()
        );
    }
    let why = match fail_on {
        FailOn::Overdue => "no flag is overdue",
        FailOn::Expired => "no flag is past its expiry date",
        FailOn::Due => "no flag is past its expiry date or close to it",
        FailOn::Never => "asked only to report",
    };
    let passes = format!("✓ {project} passes:");
    if summary.expired + summary.overdue > 0 {
        format!("{} {why}.{aside}", passes.yellow().bold())
    } else {
        format!("{} {why}.{aside}", passes.green().bold())
    }
}

/// How bad the worst of a flag's states is.
fn worst(flag: &IndebtedFlag) -> u8 {
    let badness = |state: &State| match state {
        State::Overdue => 3,
        State::Expired => 2,
        State::Due => 1,
        _ => 0,
    };
    flag.states.iter().map(badness).max().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use anstream::adapter::strip_str;
    use insta::assert_snapshot;
    use serde_json::json;
    use tenantry_protocol::report::{Policy, Summary};

    use super::*;

    fn report(flags: &[(&str, &[State], i64)]) -> Report {
        let flags: Vec<IndebtedFlag> = flags
            .iter()
            .map(|(key, states, days)| {
                let owner = (!states.contains(&State::Unowned)).then_some("ada");
                serde_json::from_value(json!({
                    "key": key, "kind": "release", "owner": owner, "states": states, "days_past_expiry": days,
                    "expires_on": "2026-10-01", "explanation": "Delete it.",
                }))
                .expect("a flag in debt")
            })
            .collect();
        Report {
            generated_at: "2026-11-22T00:00:00Z".to_owned(),
            project: "shop".to_owned(),
            policy: Policy::default(),
            debt: 0,
            summary: Summary::of(&flags),
            flags,
            owners: Vec::new(),
        }
    }

    fn check(flags: &[(&str, &[State], i64)], fail_on: FailOn) -> String {
        let report = report(flags);
        let code = u8::from(!failing(&report, fail_on).is_empty());
        format!(
            "{}\nexit {code}",
            strip_str(&render(&report, fail_on, None))
        )
    }

    #[test]
    fn no_debt() {
        assert_snapshot!(check(&[], FailOn::Overdue), @r"
        ✓ shop passes: no flag is overdue.
        exit 0
        ");
    }

    #[test]
    fn overdue_fails_and_comes_first() {
        let flags: &[(&str, &[State], i64)] = &[
            ("checkout-v2", &[State::Due], -3),
            ("dark-mode", &[State::Overdue, State::Unowned], 52),
            ("export", &[State::Expired], 4),
        ];
        assert_snapshot!(check(flags, FailOn::Overdue), @r"
        STATE             FLAG         KIND     OWNER   EXPIRES     WHAT TO DO
        overdue, unowned  dark-mode    release  nobody  2026-10-01  Delete it.
        expired           export       release  ada     2026-10-01  Delete it.
        due               checkout-v2  release  ada     2026-10-01  Delete it.

        ✗ shop fails: 1 flag is overdue, expired for more than 14 days; delete it from the code and archive it, or extend it with a reason. Also noted: 1 expired, 1 due, 1 unowned.
        exit 1
        ");
    }

    #[test]
    fn expired_is_a_warning_unless_told_otherwise() {
        let flags: &[(&str, &[State], i64)] = &[("export", &[State::Expired], 4)];
        assert_snapshot!(strip_str(&verdict(&report(flags), FailOn::Overdue)), @"✓ shop passes: no flag is overdue. Also noted: 1 expired.");
        assert_snapshot!(strip_str(&verdict(&report(flags), FailOn::Expired)), @"✗ shop fails: 1 flag is past the expiry date; delete it from the code and archive it, or extend it with a reason.");
        assert_snapshot!(strip_str(&verdict(&report(flags), FailOn::Never)), @"✓ shop passes: asked only to report. Also noted: 1 expired.");
    }

    #[test]
    fn the_strictest_gate_fails_on_what_is_close() {
        assert_snapshot!(strip_str(&verdict(&report(&[("a", &[State::Due], -3), ("b", &[State::Due], -1)]), FailOn::Due)), @"✗ shop fails: 2 flags are past the expiry date or within 14 days of it; delete them from the code and archive them, or extend them with a reason.");
    }
}
