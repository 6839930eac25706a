//! Whether a flag could go: what it has answered, everywhere and for long enough.
//!
//! **Invariants**
//! - A flag without a blocker has one answer to keep, and no program that told of its usage has been
//!   given another one within the policy's `ready_days`.
//! - An environment in which nobody lives has no say. That nobody is known to live anywhere is no
//!   proof but a blocker.

use chrono::{DateTime, TimeDelta, Utc};
use tenantry_protocol::report::{Keep, Policy, Removal};

use super::facts::{EnvironmentFacts, FlagFacts};
use super::words::{ago, and, count, day};

/// Judges whether a flag could be removed at the moment `now`.
pub(super) fn removal(
    flag: &FlagFacts,
    policy: Policy,
    usage_since: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Removal {
    let long_ago = now - TimeDelta::days(i64::from(policy.ready_days));
    let mut blockers = Vec::new();
    match usage_since {
        None => blockers.push(
            "No program has told of its usage yet, so nobody knows what tenants get.".to_owned(),
        ),
        Some(since) if since > long_ago => blockers.push(format!(
            "Programs have told of their usage only since {}; {} are asked for.",
            day(since, now),
            count(policy.ready_days.into(), "day")
        )),
        Some(_) => {}
    }
    let (lived_in, idle): (Vec<_>, Vec<_>) = flag
        .environments
        .iter()
        .partition(|environment| is_lived_in(environment, long_ago));
    for environment in &lived_in {
        blockers.extend(blockers_in(environment, long_ago, policy, now));
    }
    let keep = agreed(&lived_in, &mut blockers);
    for waiting in &flag.needed_by {
        blockers.push(format!("{waiting} has it as a prerequisite."));
    }

    let mut evidence: Vec<String> = lived_in
        .iter()
        .filter_map(|environment| evidence(environment, now))
        .collect();
    if !idle.is_empty() && !lived_in.is_empty() {
        let names: Vec<&str> = idle.iter().map(|it| it.environment.as_str()).collect();
        let (has, its) = if names.len() == 1 {
            ("has", "its")
        } else {
            ("have", "their")
        };
        evidence.push(format!(
            "{} {has} had no tenants for {}, so {its} setting does not count.",
            and(&names),
            count(policy.ready_days.into(), "day")
        ));
    }
    Removal {
        keep: keep.filter(|_| blockers.is_empty()),
        blockers,
        evidence,
    }
}

/// Whether anybody is served in an environment.
fn is_lived_in(environment: &EnvironmentFacts, since: DateTime<Utc>) -> bool {
    let asked = environment.last_on.max(environment.last_off);
    environment.tenants > 0 || asked.is_some_and(|asked| asked >= since)
}

fn blockers_in(
    environment: &EnvironmentFacts,
    long_ago: DateTime<Utc>,
    policy: Policy,
    now: DateTime<Utc>,
) -> Vec<String> {
    let name = &environment.environment;
    let mut found = Vec::new();
    if environment.has_plan {
        found.push(format!("{name} has a plan for it that is not finished."));
    }
    let Some(only) = environment.answers.only() else {
        found.push(format!(
            "{name} serves on to some tenants and off to others."
        ));
        return found;
    };
    if only == Keep::On && environment.variants > 1 {
        found.push(format!(
            "{name} draws one of {} variants.",
            environment.variants
        ));
    }
    if environment.set_at > long_ago {
        found.push(format!(
            "{name} has been set to {} for all only since {}; {} are asked for.",
            word(only),
            day(environment.set_at, now),
            count(policy.ready_days.into(), "day")
        ));
    }
    let contrary = environment.last(opposite(only));
    if let Some(contrary) = contrary.filter(|at| *at >= long_ago) {
        found.push(format!(
            "{name} answered {} {}.",
            word(opposite(only)),
            ago(now - contrary)
        ));
    }
    for laggard in &environment.laggards {
        found.push(format!(
            "In {name} {laggard} has not heard of its setting of {}.",
            day(environment.set_at, now)
        ));
    }
    found
}

/// The answer that all environments give, if they do.
fn agreed(environments: &[&EnvironmentFacts], blockers: &mut Vec<String>) -> Option<Keep> {
    let serving = |keep| {
        let serve = |it: &&&EnvironmentFacts| it.answers.only() == Some(keep);
        let names = environments.iter().filter(serve);
        names.map(|it| it.environment.as_str()).collect::<Vec<_>>()
    };
    let (on, off) = (serving(Keep::On), serving(Keep::Off));
    if !on.is_empty() && !off.is_empty() {
        let serves = |names: &[&str]| if names.len() == 1 { "serves" } else { "serve" };
        blockers.push(format!(
            "{} {} on, {} {} off.",
            and(&on),
            serves(&on),
            and(&off),
            serves(&off)
        ));
        return None;
    }
    if environments.is_empty() && blockers.is_empty() {
        blockers.push("No environment has had tenants lately.".to_owned());
    }
    environments.first().and_then(|it| it.answers.only())
}

/// What an environment has served, to whom and since when.
fn evidence(environment: &EnvironmentFacts, now: DateTime<Utc>) -> Option<String> {
    let only = environment.answers.only()?;
    let since = environment
        .last(opposite(only))
        .map_or(environment.set_at, |contrary| {
            contrary.max(environment.set_at)
        });
    let whom = match environment.tenants {
        0 => "everybody".to_owned(),
        1 => "its one tenant".to_owned(),
        tenants => format!("all of its {tenants} tenants"),
    };
    Some(format!(
        "{} has served {} to {whom} since {}.",
        environment.environment,
        word(only),
        day(since, now)
    ))
}

impl EnvironmentFacts {
    /// When a program was given an answer last.
    fn last(&self, answer: Keep) -> Option<DateTime<Utc>> {
        match answer {
            Keep::On => self.last_on,
            Keep::Off => self.last_off,
        }
    }
}

fn opposite(answer: Keep) -> Keep {
    match answer {
        Keep::On => Keep::Off,
        Keep::Off => Keep::On,
    }
}

pub(super) fn word(answer: Keep) -> &'static str {
    match answer {
        Keep::On => "on",
        Keep::Off => "off",
    }
}
