//! The debt report: which flags have outlived their purpose. The server writes it, the command
//! line reads it, renders it and lets it decide about a build.
//!
//! Separate because it has nothing to do with the stream but its two readers; behind the feature
//! `report`.
//!
//! **Invariants**
//! - The report is data: states and dates, no decision about a build. The gate is the reader's.
//! - A state that this build does not know reads as [`State::Other`], so that an older command
//!   line reads a newer server.

use serde::{Deserialize, Serialize};

/// The debt of one project at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Report {
    /// When the report was made, RFC 3339 in UTC.
    pub generated_at: String,
    /// The project's key.
    pub project: String,
    /// The policy that the states were judged by.
    pub policy: Policy,
    /// Every flag that has at least one state, sorted by key.
    pub flags: Vec<IndebtedFlag>,
    /// How many flags are in each state.
    pub summary: Summary,
}

/// From when on a flag is due, and from when on overdue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Policy {
    /// A flag is due when it expires within this many days.
    pub notice_days: u32,
    /// A flag is overdue when it has been expired for more than this many days.
    pub grace_days: u32,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            notice_days: 14,
            grace_days: 14,
        }
    }
}

/// A flag that needs somebody's attention.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct IndebtedFlag {
    /// The flag's key.
    pub key: String,
    /// Its name; may be empty.
    #[serde(default)]
    pub name: String,
    /// Who is to clean up; none if that person or token is gone.
    #[serde(default)]
    pub owner: Option<String>,
    /// `release`, `experiment`, `ops` or `permission`.
    pub kind: String,
    /// The flag's tags.
    #[serde(default)]
    pub tags: Vec<String>,
    /// The last day on which the flag is not expired, as `YYYY-MM-DD` in UTC; none if it may stay.
    #[serde(default)]
    pub expires_on: Option<String>,
    /// Whole days since `expires_on`; negative while that day is ahead, none without a date.
    #[serde(default)]
    pub days_past_expiry: Option<i64>,
    /// All states that apply, in the order of [`State`].
    pub states: Vec<State>,
    /// How often the expiry date has been put off.
    #[serde(default)]
    pub extensions: u32,
    /// What is wrong and what to do, in a sentence or two.
    #[serde(default)]
    pub explanation: String,
}

/// In which way a flag is in debt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Expires within the notice.
    Due,
    /// Has expired, and the grace is not over.
    Expired,
    /// Has been expired for longer than the grace.
    Overdue,
    /// A temporary flag whose owner is gone.
    Unowned,
    /// A state that this build does not know.
    #[serde(other)]
    Other,
}

/// How many flags are in each state. A flag may count in several.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct Summary {
    /// Flags that expire within the notice.
    pub due: u32,
    /// Flags that have expired, and whose grace is not over.
    pub expired: u32,
    /// Flags that have been expired for longer than the grace.
    pub overdue: u32,
    /// Temporary flags whose owner is gone.
    pub unowned: u32,
}

impl Summary {
    /// Counts the states of `flags`.
    #[must_use]
    pub fn of(flags: &[IndebtedFlag]) -> Self {
        let mut summary = Self::default();
        for state in flags.iter().flat_map(|flag| &flag.states) {
            match state {
                State::Due => summary.due += 1,
                State::Expired => summary.expired += 1,
                State::Overdue => summary.overdue += 1,
                State::Unowned => summary.unowned += 1,
                State::Other => {}
            }
        }
        summary
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REPORT: &str = r#"{"generated_at":"2026-01-01T00:00:00Z","project":"default","policy":{"notice_days":14,"grace_days":14},"flags":[{"key":"new-billing","name":"New billing","owner":null,"kind":"release","tags":["billing"],"expires_on":"2025-12-01","days_past_expiry":31,"states":["overdue","unowned"],"extensions":2,"explanation":"It expired on 2025-12-01; delete it."}],"summary":{"due":0,"expired":0,"overdue":1,"unowned":1}}"#;

    #[test]
    fn a_report_is_read_and_written_byte_for_byte() {
        let report: Report = serde_json::from_str(REPORT).expect("a report");
        assert_eq!(report.policy, Policy::default());
        assert_eq!(report.summary, Summary::of(&report.flags));
        let written = serde_json::to_string(&report).expect("a report");
        assert_eq!(written, REPORT);
    }

    #[test]
    fn a_newer_servers_states_and_fields_are_no_obstacle() {
        let newer = REPORT
            .replace("\"unowned\"]", "\"ready\"]")
            .replace("\"unowned\":1", "\"unowned\":0,\"ready\":1")
            .replace("\"kind\"", "\"evaluations\":0,\"kind\"");
        let report: Report = serde_json::from_str(&newer).expect("a report");
        assert_eq!(report.flags[0].states, [State::Overdue, State::Other]);
        assert_eq!(report.summary, Summary::of(&report.flags));
    }
}
