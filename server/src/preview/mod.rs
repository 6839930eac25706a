//! Previews: whom a draft of a flag's targeting would turn on and off, before it is applied.
//!
//! Pure, and separate from its operation: plans and guards ask the same before they write.
//!
//! **Invariants**
//! - It asks the very evaluator that SDKs ask, of the published ruleset and of the same one with the
//!   draft compiled in. So what it says is what will happen.
//! - Counts and shares are exact; only lists are cut.

mod roster;

use std::cmp::Reverse;

use serde::Serialize;
use serde_json::Value;
use tenantry_core::{Attributes, Context, Evaluation, Reason, Ruleset};
use utoipa::ToSchema;

pub use self::roster::Roster;
pub(crate) use self::roster::{Known, KnownAttribute, Matching};

/// The most values of one attribute that are listed.
const VALUES: usize = 20;

/// Whom a draft would turn on and off.
#[derive(Debug, Serialize, ToSchema)]
pub struct Preview {
    /// How many tenants are on the roster.
    pub tenants: u64,
    /// How many of them get the flag now.
    pub on_before: u64,
    /// How many of them would get it.
    pub on_after: u64,
    /// Whether shares of requests are of requests that were counted; if not, of weights.
    pub requests_are_counted: bool,
    /// Those who would come to have it.
    pub turned_on: Flips,
    /// Those who would lose it.
    pub turned_off: Flips,
    /// The same by attribute and value: those with tenants who would flip, the most first, up to 20
    /// values of each attribute.
    pub attributes: Vec<AttributeFlips>,
    /// The flags that have this one as their prerequisite, directly or not, and would flip with it.
    pub dependents: Vec<FlagFlips>,
}

/// Tenants that would flip one way.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct Flips {
    /// How many.
    pub count: u64,
    /// Their share of the roster's tenants: 0 to 1.
    pub share_of_tenants: f64,
    /// Their share of the environment's requests of the last 7 days, as programs told of them, or, as
    /// long as none have, of the roster's weights: 0 to 1.
    pub share_of_requests: f64,
    /// Who: those that ask most first, up to the limit that was asked for.
    pub tenants: Vec<TenantFlip>,
}

/// A tenant that would flip.
#[derive(Debug, Serialize, ToSchema)]
pub struct TenantFlip {
    /// Its key.
    pub key: String,
    /// What people call it.
    pub name: String,
    /// Its weight.
    pub weight: u64,
    /// Its answer now.
    pub before: FlipAnswer,
    /// Its answer with the draft.
    pub after: FlipAnswer,
}

/// An answer, and why.
#[derive(Debug, Serialize, ToSchema)]
pub struct FlipAnswer {
    /// Whether the tenant gets the flag.
    pub on: bool,
    /// Why.
    pub reason: Reason,
    /// The rule that decided, counted from 0.
    pub rule: Option<usize>,
}

/// Flips among the tenants that have a value of an attribute.
#[derive(Debug, Serialize, ToSchema)]
pub struct AttributeFlips {
    /// The attribute's name.
    pub attribute: String,
    /// The value, or the element of a list.
    #[schema(value_type = Value)]
    pub value: Value,
    /// How many tenants have it.
    pub tenants: u64,
    /// How many of them would come to have the flag.
    pub turned_on: u64,
    /// How many of them would lose it.
    pub turned_off: u64,
}

/// Flips of one flag of several.
#[derive(Debug, Serialize, ToSchema)]
pub struct FlagFlips {
    /// The flag's key.
    pub flag: String,
    /// The tenants who would come to have it, or came to.
    pub turned_on: Flips,
    /// The tenants who would lose it, or lost it.
    pub turned_off: Flips,
}

impl From<Evaluation<'_>> for FlipAnswer {
    fn from(answer: Evaluation<'_>) -> Self {
        Self {
            on: answer.on,
            reason: answer.reason,
            rule: answer.rule,
        }
    }
}

/// Compares the answers of `before` and `after` for every tenant of the roster: of `flag`, whose
/// targeting differs between them, and of the flags that wait for it. Calls are taken to pass
/// `attributes`; each list of tenants holds `limit` at most.
#[must_use]
pub fn preview(
    roster: &Roster,
    (before, after): (&Ruleset, &Ruleset),
    flag: &str,
    attributes: &Attributes,
    limit: usize,
) -> Preview {
    let asked = Asked {
        roster,
        before,
        after,
        attributes,
    };
    let found = asked.compare(flag);
    let waiting = waiting_for(&[after], vec![flag]);
    Preview {
        tenants: roster.tenants.len() as u64,
        requests_are_counted: roster.is_counted(),
        on_before: found.on_before,
        on_after: found.on_before + found.on.len() as u64 - found.off.len() as u64,
        turned_on: asked.flips(flag, &found.on, limit),
        turned_off: asked.flips(flag, &found.off, limit),
        attributes: by_attribute(roster, &found),
        dependents: asked.all_flips(&waiting, limit),
    }
}

/// Compares the answers of `before` and `after` for every tenant of the roster: of the flags `changed`,
/// which may differ between them, and of those that wait for one of these. Flags that nobody flips
/// are left out; each list of tenants holds `limit` at most.
#[must_use]
pub fn compare(
    roster: &Roster,
    (before, after): (&Ruleset, &Ruleset),
    changed: Vec<&str>,
    limit: usize,
) -> Vec<FlagFlips> {
    let asked = Asked {
        roster,
        before,
        after,
        attributes: &Attributes::new(),
    };
    let mut flags = changed.clone();
    flags.extend(waiting_for(&[before, after], changed));
    flags.sort_unstable();
    asked.all_flips(&flags, limit)
}

/// What every comparison is about.
struct Asked<'a> {
    roster: &'a Roster,
    before: &'a Ruleset,
    after: &'a Ruleset,
    attributes: &'a Attributes,
}

/// The tenants that flip, by their places on the roster.
#[derive(Default)]
struct Found {
    on_before: u64,
    on: Vec<usize>,
    off: Vec<usize>,
}

impl Asked<'_> {
    fn compare(&self, flag: &str) -> Found {
        let mut found = Found::default();
        let (Some(old), Some(new)) = (self.slot(self.before, flag), self.slot(self.after, flag))
        else {
            return found;
        };
        for (place, tenant) in self.roster.tenants.iter().enumerate() {
            let context = Context::tenant(&tenant.key).with_attributes(self.attributes);
            let was = self.before.evaluate_slot(old, &context).on;
            let is = self.after.evaluate_slot(new, &context).on;
            found.on_before += u64::from(was);
            match (was, is) {
                (false, true) => found.on.push(place),
                (true, false) => found.off.push(place),
                (true, true) | (false, false) => {}
            }
        }
        found
    }

    /// A flag that is new has a slot in the later ruleset alone, and slots never move.
    fn slot(&self, ruleset: &Ruleset, flag: &str) -> Option<tenantry_core::Slot> {
        ruleset.slot(flag).or_else(|| self.after.slot(flag))
    }

    /// Those of the flags that somebody flips.
    fn all_flips(&self, flags: &[&str], limit: usize) -> Vec<FlagFlips> {
        let flips = flags.iter().filter_map(|flag| {
            let found = self.compare(flag);
            let is_any = !found.on.is_empty() || !found.off.is_empty();
            is_any.then(|| FlagFlips {
                flag: (*flag).to_owned(),
                turned_on: self.flips(flag, &found.on, limit),
                turned_off: self.flips(flag, &found.off, limit),
            })
        });
        flips.collect()
    }

    fn flips(&self, flag: &str, places: &[usize], limit: usize) -> Flips {
        let tenants = &self.roster.tenants;
        let roster = self.roster;
        let asks: u64 = places.iter().map(|place| roster.asks(*place)).sum();
        let mut listed = places.to_vec();
        let most_first = |place: &usize| {
            let (asks, weight) = (roster.asks(*place), tenants[*place].weight);
            (Reverse(asks), Reverse(weight), *place)
        };
        if limit < listed.len() {
            listed.select_nth_unstable_by_key(limit, most_first);
            listed.truncate(limit);
        }
        listed.sort_unstable_by_key(most_first);
        let listed = listed.into_iter().map(|place| {
            let tenant = &tenants[place];
            let context = Context::tenant(&tenant.key).with_attributes(self.attributes);
            TenantFlip {
                key: tenant.key.to_string(),
                name: tenant.name.to_string(),
                weight: tenant.weight,
                before: self.before.evaluate(flag, &context).into(),
                after: self.after.evaluate(flag, &context).into(),
            }
        });
        Flips {
            count: places.len() as u64,
            share_of_tenants: share(places.len() as u64, tenants.len() as u64),
            share_of_requests: share(asks, roster.asked()),
            tenants: listed.collect(),
        }
    }
}

/// The flags that wait for one of `flags`, directly or through others, in any of the rulesets; each
/// once, without those themselves.
fn waiting_for<'r>(rulesets: &[&'r Ruleset], flags: Vec<&'r str>) -> Vec<&'r str> {
    let given = flags.len();
    let mut found = flags;
    let mut next = 0;
    while let Some(awaited) = found.get(next).copied() {
        next += 1;
        for candidate in rulesets.iter().flat_map(|ruleset| ruleset.flags()) {
            let key = candidate.key().as_str();
            if !found.contains(&key) && candidate.prerequisites().any(|it| it == awaited) {
                found.push(key);
            }
        }
    }
    found.split_off(given)
}

fn by_attribute(roster: &Roster, found: &Found) -> Vec<AttributeFlips> {
    let count = |places: &[usize]| {
        let mut counts = vec![0_u64; roster.values.len()];
        for value in places.iter().flat_map(|it| &*roster.tenants[*it].values) {
            counts[*value as usize] += 1;
        }
        counts
    };
    let (on, off) = (count(&found.on), count(&found.off));
    let mut flips: Vec<_> = (roster.values.iter().zip(on).zip(off))
        .filter(|((_, on), off)| on + off > 0)
        .collect();
    flips.sort_by(|((a, a_on), a_off), ((b, b_on), b_off)| {
        let more = (b_on + b_off).cmp(&(a_on + a_off));
        a.attribute.cmp(&b.attribute).then(more)
    });
    let mut listed = 0;
    let mut attribute = "";
    flips.retain(|((value, _), _)| {
        if &*value.attribute != attribute {
            (attribute, listed) = (&*value.attribute, 0);
        }
        listed += 1;
        listed <= VALUES
    });
    let flips = flips
        .into_iter()
        .map(|((value, turned_on), turned_off)| AttributeFlips {
            attribute: value.attribute.to_string(),
            value: value.value.clone(),
            tenants: value.tenants,
            turned_on,
            turned_off,
        });
    flips.collect()
}

/// A part of a whole; nothing is no part of nothing.
#[expect(
    clippy::cast_precision_loss,
    reason = "a share is for people: its sixteenth digit tells them nothing"
)]
pub(crate) fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 {
        0.0
    } else {
        part as f64 / whole as f64
    }
}
