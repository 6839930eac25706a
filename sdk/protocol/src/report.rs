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
    /// The project's debt number: the sum of its flags' [`IndebtedFlag::debt`].
    #[serde(default)]
    pub debt: u64,
    /// Every flag that has at least one state, sorted by key. One that is [`State::Unknown`] is a
    /// key that programs or code ask for, and no flag.
    pub flags: Vec<IndebtedFlag>,
    /// How many flags are in each state.
    pub summary: Summary,
    /// The debt by owner, the deepest first; those without one last.
    #[serde(default)]
    pub owners: Vec<OwnersDebt>,
}

/// The report together with what a build must know to judge code by it without asking the server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Snapshot {
    /// The debt.
    pub report: Report,
    /// The keys of all flags that exist and are not archived, sorted. What code asks for beside
    /// them is unknown.
    pub flags: Vec<String>,
}

/// What a project calls debt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct Policy {
    /// A flag is due when it expires within this many days.
    pub notice_days: u32,
    /// A flag is overdue when it has been expired for more than this many days.
    pub grace_days: u32,
    /// A flag is ready to be removed when it has given one answer only for this many days.
    pub ready_days: u32,
    /// A flag is unused when nobody has asked for it for this many days.
    pub unused_days: u32,
    /// A flag is over-extended when its expiry has been put off more often than this.
    pub max_extensions: u32,
    /// In how many days a new flag expires if its creator does not say, by its kind.
    pub lifetime_days: Lifetimes,
}

/// In how many days a new flag of each kind expires; never where absent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct Lifetimes {
    /// Of a `release` flag.
    pub release: u32,
    /// Of an `experiment`.
    pub experiment: u32,
    /// Of an `ops` flag, which may stay.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ops: Option<u32>,
    /// Of a `permission` flag, which may stay.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub permission: Option<u32>,
}

impl Default for Lifetimes {
    fn default() -> Self {
        Self {
            release: 90,
            experiment: 90,
            ops: None,
            permission: None,
        }
    }
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            notice_days: 14,
            grace_days: 14,
            ready_days: 30,
            unused_days: 30,
            max_extensions: 2,
            lifetime_days: Lifetimes::default(),
        }
    }
}

/// What one owner has to clean up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OwnersDebt {
    /// Who; absent for the flags that nobody owns.
    #[serde(default)]
    pub owner: Option<String>,
    /// How many flags of theirs are in the report.
    pub flags: u32,
    /// The sum of their debt.
    pub debt: u64,
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
    /// `release`, `experiment`, `ops` or `permission`; absent where there is no such flag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
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
    /// At how many places of the code the flag is asked for, as far as code has been scanned.
    #[serde(default)]
    pub references: u32,
    /// The flag's debt number: its whole days past expiry × (1 + references) × (1 + extensions).
    #[serde(default)]
    pub debt: u64,
    /// Whether the flag could go now; absent where there is no such flag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub removal: Option<Removal>,
    /// What is wrong, by what evidence, and what to do, in a few sentences.
    #[serde(default)]
    pub explanation: String,
}

/// Whether a flag could be removed from the code without any tenant noticing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Removal {
    /// The only answer that it has given, and so the one to keep; absent while there are blockers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keep: Option<Keep>,
    /// What keeps it from going, a sentence each; empty if it is safe to remove.
    #[serde(default)]
    pub blockers: Vec<String>,
    /// What the answer rests on, a sentence for each environment.
    #[serde(default)]
    pub evidence: Vec<String>,
}

/// Which answer stays when a flag is removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Keep {
    /// The code behind the flag.
    On,
    /// The code beside it.
    Off,
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
    /// Has been put off more often than the policy allows.
    OverExtended,
    /// Has given every tenant the same answer everywhere for long enough: safe to remove.
    Ready,
    /// Nobody has asked for it for long.
    Unused,
    /// Programs or code ask for it, and there is no such flag.
    Unknown,
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
    /// Flags that have been put off more often than the policy allows.
    pub over_extended: u32,
    /// Flags that are safe to remove.
    pub ready: u32,
    /// Flags that nobody has asked for for long.
    pub unused: u32,
    /// Keys that programs or code ask for, and that are no flags.
    pub unknown: u32,
    /// Temporary flags whose owner is gone.
    pub unowned: u32,
}

impl State {
    /// Every state that this build knows, in the order of a flag's list.
    pub const ALL: [Self; 8] = [
        Self::Due,
        Self::Expired,
        Self::Overdue,
        Self::OverExtended,
        Self::Ready,
        Self::Unused,
        Self::Unknown,
        Self::Unowned,
    ];

    /// Its name, as in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Due => "due",
            Self::Expired => "expired",
            Self::Overdue => "overdue",
            Self::OverExtended => "over_extended",
            Self::Ready => "ready",
            Self::Unused => "unused",
            Self::Unknown => "unknown",
            Self::Unowned => "unowned",
            Self::Other => "other",
        }
    }
}

impl Summary {
    /// How many flags are in a state; 0 for [`State::Other`].
    #[must_use]
    pub fn count(&self, state: State) -> u32 {
        match state {
            State::Due => self.due,
            State::Expired => self.expired,
            State::Overdue => self.overdue,
            State::OverExtended => self.over_extended,
            State::Ready => self.ready,
            State::Unused => self.unused,
            State::Unknown => self.unknown,
            State::Unowned => self.unowned,
            State::Other => 0,
        }
    }

    /// Counts the states of `flags`.
    #[must_use]
    pub fn of(flags: &[IndebtedFlag]) -> Self {
        let mut summary = Self::default();
        for state in flags.iter().flat_map(|flag| &flag.states) {
            match state {
                State::Due => summary.due += 1,
                State::Expired => summary.expired += 1,
                State::Overdue => summary.overdue += 1,
                State::OverExtended => summary.over_extended += 1,
                State::Ready => summary.ready += 1,
                State::Unused => summary.unused += 1,
                State::Unknown => summary.unknown += 1,
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

    const REPORT: &str = r#"{"generated_at":"2026-01-01T00:00:00Z","project":"default","policy":{"notice_days":14,"grace_days":14,"ready_days":30,"unused_days":30,"max_extensions":2,"lifetime_days":{"release":90,"experiment":90}},"debt":372,"flags":[{"key":"new-billing","name":"New billing","owner":null,"kind":"release","tags":["billing"],"expires_on":"2025-12-01","days_past_expiry":31,"states":["overdue","unowned"],"extensions":2,"references":3,"debt":372,"removal":{"blockers":["staging serves off."],"evidence":[]},"explanation":"It expired on 2025-12-01; delete it."}],"summary":{"due":0,"expired":0,"overdue":1,"over_extended":0,"ready":0,"unused":0,"unknown":0,"unowned":1},"owners":[{"owner":null,"flags":1,"debt":372}]}"#;

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
            .replace("\"unowned\"]", "\"cursed\"]")
            .replace("\"unowned\":1", "\"unowned\":0,\"cursed\":1")
            .replace("\"kind\"", "\"evaluations\":0,\"kind\"");
        let report: Report = serde_json::from_str(&newer).expect("a report");
        assert_eq!(report.flags[0].states, [State::Overdue, State::Other]);
        assert_eq!(report.summary, Summary::of(&report.flags));
    }

    #[test]
    fn an_older_servers_report_is_read() {
        let older = r#"{"generated_at":"2026-01-01T00:00:00Z","project":"default","policy":{"notice_days":7,"grace_days":0},"flags":[{"key":"new-billing","kind":"release","states":["due"]}],"summary":{"due":1}}"#;
        let report: Report = serde_json::from_str(older).expect("a report");
        assert_eq!(
            (report.policy.notice_days, report.policy.ready_days),
            (7, 30)
        );
        assert_eq!(report.summary, Summary::of(&report.flags));
    }

    #[test]
    fn every_states_name_is_that_of_its_json_and_is_counted() {
        for state in State::ALL {
            let json = serde_json::to_value(state).expect("a state");
            assert_eq!(json, state.as_str());
            let mut flag: IndebtedFlag =
                serde_json::from_str(r#"{"key":"a","states":[]}"#).expect("a flag");
            flag.states.push(state);
            assert_eq!(Summary::of(&[flag]).count(state), 1, "{json}");
        }
    }
}
