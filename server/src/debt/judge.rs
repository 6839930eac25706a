//! The judgement: facts in, report out.

use std::collections::BTreeMap;

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use tenantry_protocol::report::{
    IndebtedFlag, OwnersDebt, Policy, Removal, Report, State, Summary,
};

use super::explain::{explain, explain_unknown};
use super::facts::{FlagFacts, ProjectFacts, UnknownFacts};
use super::removal::removal;

/// Which flags to report of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Of this owner; the empty text is for those that nobody owns.
    pub owner: Option<String>,
    /// With this tag.
    pub tag: Option<String>,
    /// In this state.
    pub state: Option<State>,
}

/// Judges a project's flags at the moment `now`.
#[must_use]
pub fn report(facts: &ProjectFacts, policy: Policy, filter: &Filter, now: DateTime<Utc>) -> Report {
    let flags = facts
        .flags
        .iter()
        .filter_map(|flag| judge(flag, policy, facts.usage_since, now));
    let unknown = facts.unknown.iter().map(|it| judge_unknown(it, now));
    let mut flags: Vec<_> = flags
        .chain(unknown)
        .filter(|flag| filter.takes(flag))
        .collect();
    flags.sort_by(|a, b| a.key.cmp(&b.key));
    Report {
        generated_at: now.to_rfc3339_opts(SecondsFormat::Millis, true),
        project: facts.project.clone(),
        policy,
        debt: flags.iter().map(|flag| flag.debt).sum(),
        summary: Summary::of(&flags),
        owners: owners(&flags),
        flags,
    }
}

/// Judges whether one flag could be removed; `None` if there is no such flag.
#[must_use]
pub(crate) fn proof(
    facts: &ProjectFacts,
    flag: &str,
    policy: Policy,
    now: DateTime<Utc>,
) -> Option<Removal> {
    let flag = facts.flags.iter().find(|it| it.key == flag)?;
    Some(removal(flag, policy, facts.usage_since, now))
}

impl Filter {
    fn takes(&self, flag: &IndebtedFlag) -> bool {
        let owner = flag.owner.as_deref().unwrap_or_default();
        self.owner.as_ref().is_none_or(|it| it == owner)
            && self.tag.as_ref().is_none_or(|it| flag.tags.contains(it))
            && self.state.is_none_or(|it| flag.states.contains(&it))
    }
}

/// The flag with its states, or `None` if it is in no debt.
fn judge(
    flag: &FlagFacts,
    policy: Policy,
    usage_since: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Option<IndebtedFlag> {
    let today = now.date_naive();
    let days_past_expiry = flag
        .expires_on
        .map(|last_day| (today - last_day).num_days());
    let removal = removal(flag, policy, usage_since, now);
    let applies = [
        (State::OverExtended, flag.extensions > policy.max_extensions),
        (State::Ready, flag.is_temporary && removal.keep.is_some()),
        (State::Unused, is_unused(flag, policy, usage_since, now)),
        (State::Unowned, flag.is_temporary && !flag.has_living_owner),
    ];
    let others = applies.into_iter().filter(|(_, applies)| *applies);
    let states: Vec<State> = days_past_expiry
        .and_then(|days| expiry_state(days, policy))
        .into_iter()
        .chain(others.map(|(state, _)| state))
        .collect();
    if states.is_empty() {
        return None;
    }
    let days = days_past_expiry.unwrap_or_default();
    Some(IndebtedFlag {
        explanation: explain(flag, &states, days, &removal, now),
        debt: debt(days, flag.references, flag.extensions),
        key: flag.key.clone(),
        name: flag.name.clone(),
        owner: flag.owner.clone().filter(|_| flag.has_living_owner),
        kind: Some(flag.kind.to_owned()),
        tags: flag.tags.clone(),
        expires_on: flag.expires_on.map(|day| day.to_string()),
        days_past_expiry,
        states,
        extensions: flag.extensions,
        references: flag.references,
        removal: Some(removal),
    })
}

fn judge_unknown(facts: &UnknownFacts, now: DateTime<Utc>) -> IndebtedFlag {
    IndebtedFlag {
        explanation: explain_unknown(facts, now),
        key: facts.key.clone(),
        name: String::new(),
        owner: None,
        kind: None,
        tags: Vec::new(),
        expires_on: None,
        days_past_expiry: None,
        states: vec![State::Unknown],
        extensions: 0,
        references: facts.references,
        debt: 0,
        removal: None,
    }
}

fn expiry_state(days_past_expiry: i64, policy: Policy) -> Option<State> {
    if days_past_expiry > i64::from(policy.grace_days) {
        Some(State::Overdue)
    } else if days_past_expiry > 0 {
        Some(State::Expired)
    } else if days_past_expiry >= -i64::from(policy.notice_days) {
        Some(State::Due)
    } else {
        None
    }
}

/// Whether nobody has asked for a flag for long, although programs tell what they ask for.
fn is_unused(
    flag: &FlagFacts,
    policy: Policy,
    usage_since: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> bool {
    let long_ago = now - TimeDelta::days(i64::from(policy.unused_days));
    let asked = flag.asked.as_ref().map(|asked| asked.at);
    let is_told = usage_since.is_some_and(|since| since <= long_ago);
    is_told && flag.created_at <= long_ago && asked.is_none_or(|asked| asked < long_ago)
}

/// Days past expiry × (1 + references) × (1 + extensions): what is long dead, spread wide and put
/// off again and again weighs most.
fn debt(days_past_expiry: i64, references: u32, extensions: u32) -> u64 {
    let days = u64::try_from(days_past_expiry).unwrap_or_default();
    days * (1 + u64::from(references)) * (1 + u64::from(extensions))
}

/// Sums up the flags by owner, the deepest in debt first, and what nobody owns last. A key that is
/// no flag has no owner to name.
fn owners(flags: &[IndebtedFlag]) -> Vec<OwnersDebt> {
    let mut sums: BTreeMap<Option<&str>, (u32, u64)> = BTreeMap::new();
    let known = |flag: &&IndebtedFlag| !flag.states.contains(&State::Unknown);
    for flag in flags.iter().filter(known) {
        let sum = sums.entry(flag.owner.as_deref()).or_default();
        sum.0 += 1;
        sum.1 += flag.debt;
    }
    let mut owners: Vec<OwnersDebt> = sums
        .into_iter()
        .map(|(owner, (flags, debt))| OwnersDebt {
            owner: owner.map(str::to_owned),
            flags,
            debt,
        })
        .collect();
    owners.sort_by_key(|it| (it.owner.is_none(), std::cmp::Reverse(it.debt)));
    owners
}
