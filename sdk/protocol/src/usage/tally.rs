//! Tallies: counts by flag, answer and tenant that add up within a bound.
//!
//! **Invariants**
//! - The sum over named tenants and the rest is what was added, whatever was named.
//! - At most twice as many tenants are named as the limit says. Those that are cut are the
//!   smallest.

use std::collections::{BTreeMap, HashMap};

use super::frame::{Row, WindowFrame, is_tenant};
use super::measure::{Calls, MAX_COUNT, Measure};

/// Most unknown flags that are named in a tally.
const MAX_UNKNOWN: usize = 100;

/// Counts by flag, answer and tenant.
///
/// ```
/// use tenantry_protocol::usage::{Calls, Tally};
///
/// let mut tally = Tally::<Calls>::new(100);
/// tally.add("new-billing", true, "acme", &Calls(3));
/// tally.add("new-billing", true, "acme", &Calls(1));
/// let answer = tally.answer("new-billing", true).expect("it was asked");
/// assert_eq!(answer.tenants["acme"], Calls(4));
/// assert_eq!(answer.total(), Calls(4));
/// ```
#[derive(Debug, Clone)]
pub struct Tally<M> {
    /// By key; each with off and on.
    pub(super) flags: BTreeMap<Box<str>, [Answer<M>; 2]>,
    /// Calls for flags that are not known, by key.
    pub(super) unknown: BTreeMap<Box<str>, Calls>,
    /// What was counted and cannot be said of any flag.
    pub(super) lost: u64,
    /// How many tenants are named, of all flags and answers together.
    named: usize,
    pub(super) limit: usize,
}

/// What was counted of one answer of a flag.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answer<M> {
    /// By tenant. If there are others, what is said of one here is the least it can be.
    pub tenants: HashMap<Box<str>, M>,
    /// All other tenants, summed.
    pub rest: M,
    /// How many others there are, roughly. 0 with a rest: nobody was named when asking.
    pub rest_tenants: u64,
}

impl<M: Measure> Answer<M> {
    /// The sum over all tenants.
    #[must_use]
    pub fn total(&self) -> M {
        let mut total = self.rest.clone();
        for measure in self.tenants.values() {
            total.merge(measure);
        }
        total
    }

    /// Whether nothing was counted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.tenants.is_empty() && self.rest == M::default()
    }
}

impl<M: Measure> Tally<M> {
    /// Nothing yet, with a limit on how many tenants are named in the end, of all flags and
    /// answers together.
    #[must_use]
    pub fn new(limit: usize) -> Self {
        Self {
            flags: BTreeMap::new(),
            unknown: BTreeMap::new(),
            lost: 0,
            named: 0,
            limit,
        }
    }

    /// Whether nothing was counted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.flags.is_empty() && self.unknown.is_empty() && self.lost == 0
    }

    /// Adds what was counted for a tenant. What is no tenant's key goes to the rest.
    pub fn add(&mut self, flag: &str, on: bool, tenant: &str, measure: &M) {
        let answer = self.answer_mut(flag, on);
        if let Some(known) = answer.tenants.get_mut(tenant) {
            known.merge(measure);
            return;
        }
        if !is_tenant(tenant) {
            return self.add_rest(flag, on, 0, measure);
        }
        let answer = self.answer_mut(flag, on);
        answer.tenants.insert(tenant.into(), measure.clone());
        self.named += 1;
        if self.named > self.limit.saturating_mul(2) {
            self.cut();
        }
    }

    /// Adds what was counted for other tenants, `tenants` of them, roughly.
    pub fn add_rest(&mut self, flag: &str, on: bool, tenants: u64, measure: &M) {
        let answer = self.answer_mut(flag, on);
        answer.rest.merge(measure);
        // Those of one window are most likely those of the next.
        answer.rest_tenants = answer.rest_tenants.max(tenants.min(MAX_COUNT));
    }

    /// Adds calls for a flag that is not known. Beyond the first hundred keys they are lost.
    pub fn add_unknown(&mut self, flag: &str, calls: Calls) {
        if let Some(known) = self.unknown.get_mut(flag) {
            known.merge(&calls);
        } else if self.unknown.len() < MAX_UNKNOWN {
            self.unknown.insert(flag.into(), calls);
        } else {
            self.add_lost(calls.0);
        }
    }

    /// Notes that so much was counted and cannot be told of any flag.
    pub fn add_lost(&mut self, count: u64) {
        self.lost = self.lost.saturating_add(count).min(MAX_COUNT);
    }

    /// Adds what a frame says.
    pub fn add_frame(&mut self, frame: &WindowFrame<M>) {
        for flag in &frame.flags {
            for (on, rows, rest) in [
                (true, &flag.on, &flag.on_rest),
                (false, &flag.off, &flag.off_rest),
            ] {
                for Row { key, measure } in rows {
                    if let Some(tenant) = frame.tenants.get(*key as usize) {
                        self.add(&flag.flag, on, tenant, measure);
                    }
                }
                if let Some(Row { key, measure }) = rest {
                    self.add_rest(&flag.flag, on, *key, measure);
                }
            }
        }
        for Row { key, measure } in &frame.unknown {
            self.add_unknown(key, *measure);
        }
        self.add_lost(frame.lost);
    }

    /// Adds another tally.
    pub fn merge(&mut self, other: &Self) {
        for (flag, answers) in &other.flags {
            self.add_answers(flag, answers);
        }
        for (flag, calls) in &other.unknown {
            self.add_unknown(flag, *calls);
        }
        self.add_lost(other.lost);
    }

    /// Adds what was counted of a flag.
    pub(super) fn add_answers(&mut self, flag: &str, answers: &[Answer<M>; 2]) {
        for (answer, on) in answers.iter().zip([false, true]) {
            for (tenant, measure) in &answer.tenants {
                self.add(flag, on, tenant, measure);
            }
            if answer.rest != M::default() {
                self.add_rest(flag, on, answer.rest_tenants, &answer.rest);
            }
        }
    }

    /// Names no more tenants than the limit says: the smallest join the rest.
    pub fn cut(&mut self) {
        self.cut_to(self.limit);
    }

    pub(super) fn cut_to(&mut self, limit: usize) {
        let Some(surplus) = self.named.checked_sub(limit).filter(|surplus| *surplus > 0) else {
            return;
        };
        let answers = self.flags.values().flatten();
        let mut weights: Vec<u64> = answers
            .flat_map(|answer| answer.tenants.values().map(M::weight))
            .collect();
        let (smaller, pivot, _) = weights.select_nth_unstable(surplus - 1);
        // Of those that weigh as much as the heaviest to go, as many go as must.
        let pivot = *pivot;
        let mut ties = 1 + smaller.iter().filter(|weight| **weight == pivot).count();
        for answer in self.flags.values_mut().flatten() {
            let (rest, mut cut) = (&mut answer.rest, 0);
            answer.tenants.retain(|_, measure| {
                let goes = measure.weight() < pivot || (measure.weight() == pivot && ties > 0);
                if goes {
                    ties -= usize::from(measure.weight() == pivot);
                    rest.merge(measure);
                    cut += 1;
                }
                !goes
            });
            answer.rest_tenants = answer.rest_tenants.saturating_add(cut).min(MAX_COUNT);
        }
        self.named = limit;
    }

    /// What was counted of an answer of a flag; `None` if the flag was not asked.
    #[must_use]
    pub fn answer(&self, flag: &str, on: bool) -> Option<&Answer<M>> {
        self.flags
            .get(flag)
            .map(|answers| &answers[usize::from(on)])
    }

    /// Everything that was counted: key, answer, counts. By key, off before on, the empty ones
    /// left out.
    pub fn answers(&self) -> impl Iterator<Item = (&str, bool, &Answer<M>)> {
        self.flags.iter().flat_map(|(flag, answers)| {
            let answers = answers.iter().zip([false, true]);
            let counted = answers.filter(|(answer, _)| !answer.is_empty());
            counted.map(|(answer, on)| (&**flag, on, answer))
        })
    }

    /// Calls for flags that are not known, by key.
    pub fn unknown(&self) -> impl Iterator<Item = (&str, Calls)> {
        self.unknown.iter().map(|(flag, calls)| (&**flag, *calls))
    }

    /// What was counted and cannot be told of any flag.
    #[must_use]
    pub fn lost(&self) -> u64 {
        self.lost
    }

    /// How many tenants are named, of all flags and answers together.
    #[must_use]
    pub fn named(&self) -> usize {
        self.named
    }

    /// The sum of everything, what was lost included.
    #[must_use]
    pub fn weight(&self) -> u64 {
        let known = self.answers().map(|(_, _, answer)| {
            let named = answer.tenants.values().map(M::weight);
            named.fold(answer.rest.weight(), u64::saturating_add)
        });
        let unknown = self.unknown.values().map(|calls| calls.0);
        known.chain(unknown).fold(self.lost, u64::saturating_add)
    }

    fn answer_mut(&mut self, flag: &str, on: bool) -> &mut Answer<M> {
        if !self.flags.contains_key(flag) {
            self.flags.insert(flag.into(), Default::default());
        }
        let answers = self.flags.get_mut(flag).expect("it was just inserted");
        &mut answers[usize::from(on)]
    }
}
