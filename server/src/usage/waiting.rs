//! What was told and is not written yet: counts by environment and minute.
//!
//! **Invariants**
//! - At most [`MAX_MINUTES`] minutes wait, each with a bounded number of tenants and flags, and as
//!   many again are being written.
//! - What is named of an hour, or of a minute's outcomes, is bounded by `Named` over all writes.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{DateTime, TimeDelta, Utc};
use tenantry_core::model::FlagKey;
use tenantry_protocol::Replica;
use tenantry_protocol::usage::{Calls, FlagWindow, Measure, Outcomes, Row, Tally, WindowFrame};
use tenantry_store::{
    AskerCalls, EnvironmentId, EnvironmentScope, FlagCalls, Read, TenantCalls, TenantOutcomes,
    UsageBatch,
};

use super::named::Named;
use crate::telemetry::metrics as names;

/// Most tenants that are named of an environment and a minute, of all flags and answers together:
/// those that asked most. While they wait, up to twice as many.
const MAX_NAMED: usize = 5_000;
/// Most minutes that wait, of all environments together.
const MAX_MINUTES: usize = 500;
/// Most flags, with who asks for them, of an environment and a minute.
const MAX_ASKERS: usize = 5_000;
/// Most tenants of an environment that are noted as seen within an hour.
const MAX_SEEN: usize = 50_000;
/// Windows that began longer ago are of no use.
const MAX_AGE: TimeDelta = TimeDelta::hours(3);

type Key = (EnvironmentId, DateTime<Utc>);

/// What was told and is not written yet.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    minutes: Minutes,
    /// Tenants that were written as seen, by environment, and the hour in which they were.
    seen: HashMap<EnvironmentId, (i64, HashSet<Box<str>>)>,
}

/// What was told of some minutes.
#[derive(Debug, Default)]
pub(super) struct Minutes(BTreeMap<Key, Minute>);

#[derive(Debug)]
struct Minute {
    environment: EnvironmentScope<Read>,
    calls: Tally<Calls>,
    outcomes: Tally<Outcomes>,
    /// By flag, whether there is one, token, and SDK.
    askers: HashMap<(String, bool, String, String), u64>,
    seen: HashSet<Box<str>>,
}

/// A minute that is being told of.
pub(super) struct Open<'w> {
    minute: &'w mut Minute,
    /// Those that need not be noted again.
    known: Option<&'w HashSet<Box<str>>>,
}

impl Waiting {
    /// Takes what waits, if anything does.
    pub(super) fn take(&mut self) -> Option<Minutes> {
        let taken = std::mem::take(&mut self.minutes);
        (!taken.0.is_empty()).then_some(taken)
    }

    /// The minute that a window's middle lay in; `None` if the window is of no use, or too many
    /// wait.
    pub(super) fn minute(
        &mut self,
        environment: &EnvironmentScope<Read>,
        now: DateTime<Utc>,
        age: u64,
        length: u64,
    ) -> Option<Open<'_>> {
        let middle = age.saturating_add(length / 2);
        let ago = i64::try_from(age.saturating_add(length)).ok();
        let ago = ago.and_then(TimeDelta::try_milliseconds);
        if ago.is_none_or(|ago| ago > MAX_AGE) {
            metrics::counter!(names::USAGE_DROPPED, "reason" => "late").increment(1);
            return None;
        }
        let middle = now - TimeDelta::milliseconds(i64::try_from(middle).unwrap_or_default());
        let begin = DateTime::from_timestamp(middle.timestamp().div_euclid(60) * 60, 0)?;
        let key = (environment.id(), begin);
        if !self.minutes.0.contains_key(&key) && self.minutes.0.len() >= MAX_MINUTES {
            metrics::counter!(names::USAGE_DROPPED, "reason" => "full").increment(1);
            return None;
        }
        let hour = begin.timestamp().div_euclid(3_600);
        let (known_hour, known) = self.seen.entry(environment.id()).or_default();
        if *known_hour < hour {
            *known_hour = hour;
            known.clear();
        }
        let minute = self.minutes.0.entry(key).or_insert_with(|| Minute {
            environment: environment.clone(),
            calls: Tally::new(MAX_NAMED),
            outcomes: Tally::new(MAX_NAMED),
            askers: HashMap::new(),
            seen: HashSet::new(),
        });
        Some(Open {
            minute,
            known: (*known_hour == hour).then_some(&*known),
        })
    }

    /// Remembers who was written as seen.
    pub(super) fn note_written(&mut self, written: Vec<UsageBatch>) {
        for batch in written {
            let hour = batch.at.timestamp().div_euclid(3_600);
            if let Some((known_hour, known)) = self.seen.get_mut(&batch.environment.id())
                && *known_hour == hour
                && known.len() < MAX_SEEN
            {
                known.extend(batch.seen.into_iter().map(String::into_boxed_str));
            }
        }
    }
}

impl Minutes {
    /// What the database is told; `named` says of whom by name.
    pub(super) fn into_batches(self, named: &mut Named) -> Vec<UsageBatch> {
        let minutes = self.0.into_iter();
        minutes
            .map(|((_, at), minute)| minute.into_batch(at, named))
            .collect()
    }
}

impl Open<'_> {
    /// Adds how often flags were asked.
    pub(super) fn add_calls(
        &mut self,
        frame: &WindowFrame<Calls>,
        replica: &Replica,
        token: &str,
        sdk: &str,
    ) {
        let minute = &mut *self.minute;
        for flag in &frame.flags {
            let is_known = is_known(replica, &flag.flag);
            let mut all = Calls::default();
            for (_, _, calls) in rows(frame, flag) {
                all.merge(calls);
            }
            for rest in flag.on_rest.iter().chain(&flag.off_rest) {
                all.merge(&rest.measure);
            }
            minute.add_asker(&flag.flag, is_known, token, sdk, all);
            if is_known {
                add(&mut minute.calls, frame, flag);
            }
        }
        for Row { key, measure } in &frame.unknown {
            // A program that started from an old cache does not know the newest flags.
            minute.add_asker(key, is_known(replica, key), token, sdk, *measure);
        }
        let tenants = frame.tenants.iter().filter(|tenant| is_kept(tenant));
        for tenant in tenants {
            let is_known = self.known.is_some_and(|known| known.contains(&**tenant));
            if !is_known && minute.seen.len() < MAX_SEEN {
                minute.seen.insert(tenant.as_str().into());
            }
        }
    }

    /// Adds what became of the work behind flags.
    pub(super) fn add_outcomes(&mut self, frame: &WindowFrame<Outcomes>, replica: &Replica) {
        for flag in &frame.flags {
            if is_known(replica, &flag.flag) {
                add(&mut self.minute.outcomes, frame, flag);
            }
        }
    }
}

impl Minute {
    fn add_asker(&mut self, flag: &str, is_known: bool, token: &str, sdk: &str, calls: Calls) {
        let key = (flag.to_owned(), is_known, token.to_owned(), sdk.to_owned());
        if self.askers.len() < MAX_ASKERS || self.askers.contains_key(&key) {
            let sum = self.askers.entry(key).or_default();
            *sum = sum.saturating_add(calls.0);
        } else {
            metrics::counter!(names::USAGE_DROPPED, "reason" => "askers").increment(1);
        }
    }

    fn into_batch(mut self, at: DateTime<Utc>, named: &mut Named) -> UsageBatch {
        let environment = self.environment.id();
        self.calls.cut();
        self.outcomes.cut();
        let mut flags: BTreeMap<&str, FlagCalls> = BTreeMap::new();
        let mut tenants: BTreeMap<(&str, &str), TenantCalls> = BTreeMap::new();
        for (flag, on, answer) in self.calls.answers() {
            let total = answer.total().0;
            let sum = flags.entry(flag).or_insert_with(|| FlagCalls {
                flag: flag.to_owned(),
                on: 0,
                off: 0,
                other_tenants: 0,
            });
            *if on { &mut sum.on } else { &mut sum.off } = total;
            sum.other_tenants += answer.rest_tenants;
            for (tenant, calls) in &answer.tenants {
                let row = tenants
                    .entry((flag, tenant))
                    .or_insert_with(|| TenantCalls {
                        flag: flag.to_owned(),
                        tenant: tenant.to_string(),
                        on: 0,
                        off: 0,
                    });
                *if on { &mut row.on } else { &mut row.off } = calls.0;
            }
        }
        // Those that asked most come first: they are named while there is room.
        let mut tenants: Vec<TenantCalls> = tenants.into_values().collect();
        tenants.sort_by_key(|row| std::cmp::Reverse(row.on.saturating_add(row.off)));
        tenants.retain(|row| {
            let is_named = named.has_room_for_calls(environment, at, &row.flag, &row.tenant);
            if !is_named && let Some(sum) = flags.get_mut(row.flag.as_str()) {
                // Their calls are the difference to the flag's.
                sum.other_tenants += 1;
            }
            is_named
        });
        let mut outcomes = Vec::new();
        for (flag, on, answer) in self.outcomes.answers() {
            let row = |tenant: &str, measure: &Outcomes| TenantOutcomes {
                flag: flag.to_owned(),
                on,
                tenant: tenant.to_owned(),
                at,
                requests: measure.requests,
                failures: measure.failures,
                latency: measure.latency.clone(),
            };
            let mut rest = answer.rest.clone();
            let mut tenants: Vec<_> = answer.tenants.iter().collect();
            tenants.sort_by_key(|(_, measure)| std::cmp::Reverse(measure.weight()));
            for (tenant, measure) in tenants {
                if named.has_room_for_outcomes(environment, at, (flag, on), tenant) {
                    outcomes.push(row(tenant, measure));
                } else {
                    rest.merge(measure);
                }
            }
            if rest.requests > 0 {
                outcomes.push(row("", &rest));
            }
        }
        let askers = self
            .askers
            .into_iter()
            .map(|((flag, is_known, token, sdk), calls)| AskerCalls {
                flag,
                is_known,
                token,
                sdk,
                calls,
            });
        UsageBatch {
            at,
            flags: flags.into_values().collect(),
            tenants,
            outcomes,
            askers: askers.collect(),
            seen: self.seen.into_iter().map(String::from).collect(),
            environment: self.environment,
        }
    }
}

/// Adds what a frame says of a flag.
fn add<M: Measure>(tally: &mut Tally<M>, frame: &WindowFrame<M>, flag: &FlagWindow<M>) {
    for (on, tenant, measure) in rows(frame, flag) {
        if is_kept(tenant) {
            tally.add(&flag.flag, on, tenant, measure);
        } else {
            tally.add_rest(&flag.flag, on, 1, measure);
        }
    }
    for (on, rest) in [(true, &flag.on_rest), (false, &flag.off_rest)] {
        if let Some(Row { key, measure }) = rest {
            tally.add_rest(&flag.flag, on, *key, measure);
        }
    }
}

/// The rows of a flag: answer, tenant, and what was counted.
fn rows<'f, M: Measure>(
    frame: &'f WindowFrame<M>,
    flag: &'f FlagWindow<M>,
) -> impl Iterator<Item = (bool, &'f str, &'f M)> {
    let on = flag.on.iter().map(|row| (true, row));
    let off = flag.off.iter().map(|row| (false, row));
    on.chain(off).filter_map(|(on, Row { key, measure })| {
        let tenant = frame.tenants.get(*key as usize)?;
        Some((on, tenant.as_str(), measure))
    })
}

/// Whether a tenant can be named in every database.
fn is_kept(tenant: &str) -> bool {
    !tenant.contains('\0')
}

/// Whether there is such a flag.
fn is_known(replica: &Replica, flag: &str) -> bool {
    FlagKey::new(flag).is_ok_and(|key| {
        let id = tenantry_core::ItemId::Flag(key);
        replica.item(&(&id).into()).is_some()
    })
}
