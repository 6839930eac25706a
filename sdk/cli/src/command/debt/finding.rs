//! What the gate found: each flag of the report with the places in the code that ask for it.
//!
//! Separate from the report, which the server made and which knows neither this repository nor
//! this build's gate; every format writes down the same findings.
//!
//! **Invariants**
//! - Findings are in one order everywhere: what fails comes first, then the worse before the less bad.
//! - A finding's fingerprint depends on the flag and on the file, never on a line or on the day: so
//!   a report of tomorrow, with more lines above, is about the same thing.

use std::cmp::Reverse;

use data_encoding::HEXLOWER;
use sha2::{Digest as _, Sha256};
use tenantry_protocol::report::{IndebtedFlag, State};

use super::gate::Gate;

/// A flag in debt, or a key that is no flag.
#[derive(Debug, Clone)]
pub(super) struct Finding {
    /// What the server says of it.
    pub(super) flag: IndebtedFlag,
    /// Where this repository asks for it, by path and line.
    pub(super) places: Vec<Place>,
    /// Whether it fails the gate.
    pub(super) fails: bool,
    /// The state that weighs most: one that fails the gate, if any does.
    pub(super) worst: State,
}

/// A place in the code.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    /// Relative to the repository's root, with forward slashes.
    pub(super) path: String,
    /// From 1.
    pub(super) line: u32,
    /// From 1, in characters.
    pub(super) column: u32,
    /// What is called, such as `is_enabled`.
    pub(super) call: String,
    /// Whether the change that is judged has added it; none if no change is.
    pub(super) added: Option<bool>,
}

/// How much a finding wants to be noticed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    /// Good to know.
    Note,
    /// Will fail one day.
    Warning,
    /// Fails the gate.
    Error,
}

impl Finding {
    /// What the gate makes of a flag. Where a change is judged, only places that it added fail.
    pub(super) fn of(flag: IndebtedFlag, places: Vec<Place>, gate: &Gate, change: bool) -> Self {
        let by_state = |state: &&State| (gate.fails(**state), weight(**state));
        let worst = flag.states.iter().max_by_key(by_state).copied();
        let worst = worst.unwrap_or(State::Other);
        let concerned = !change || places.iter().any(|place| place.added == Some(true));
        Self {
            fails: gate.fails(worst) && concerned,
            flag,
            places,
            worst,
        }
    }

    /// Its place in the order, the worst first.
    pub(super) fn order(&self) -> impl Ord + use<> {
        let days = self.flag.days_past_expiry.unwrap_or(i64::MIN);
        let badness = (self.fails, weight(self.worst), self.flag.debt, days);
        (Reverse(badness), self.flag.key.clone())
    }

    /// How much it wants to be noticed.
    pub(super) fn level(&self) -> Level {
        if self.fails {
            Level::Error
        } else if weight(self.worst) >= weight(State::OverExtended) {
            Level::Warning
        } else {
            Level::Note
        }
    }

    /// How much one of its places wants to be noticed: what was there before the change does not
    /// fail.
    pub(super) fn level_at(&self, place: Option<&Place>) -> Level {
        let old = place.is_some_and(|place| place.added == Some(false));
        if old {
            self.level().min(Level::Warning)
        } else {
            self.level()
        }
    }

    /// The places in the order in which people want to see them: what the change added comes first.
    pub(super) fn places_to_show(&self) -> impl Iterator<Item = &Place> {
        let is_new = |place: &&Place| place.added == Some(true);
        let new = self.places.iter().filter(is_new);
        new.chain(self.places.iter().filter(move |place| !is_new(place)))
    }

    /// The states, as in "overdue, unowned".
    pub(super) fn states(&self) -> String {
        let names: Vec<&str> = self
            .flag
            .states
            .iter()
            .map(|state| state.as_str())
            .collect();
        names.join(", ")
    }

    /// Whether it is no flag but a key that programs or code ask for.
    pub(super) fn is_no_flag(&self) -> bool {
        self.flag.states.contains(&State::Unknown)
    }

    /// The owner, or what is said if there is none.
    pub(super) fn owner(&self) -> &str {
        self.flag.owner.as_deref().unwrap_or("nobody")
    }

    /// What it is about and what is wrong, in one paragraph, for formats that have room for that.
    pub(super) fn message(&self) -> String {
        let mut message = format!("{} is {}.", self.flag.key, self.states());
        if !self.flag.explanation.is_empty() {
            message.push(' ');
            message.push_str(&self.flag.explanation);
        }
        if let Some(owner) = &self.flag.owner {
            message.push_str(" Owner: ");
            message.push_str(owner);
            message.push('.');
        }
        message
    }

    /// What the server's judgement rests on beside the explanation, a sentence each: why it is safe
    /// to remove, or what keeps it.
    pub(super) fn evidence(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let said = |sentence: &&String| {
            !self
                .flag
                .explanation
                .contains(sentence.trim_end_matches('.'))
        };
        let removal = self.flag.removal.iter();
        removal.flat_map(move |removal| {
            let evidence = removal.evidence.iter().filter(said);
            let blockers = removal.blockers.iter().filter(said);
            let evidence = evidence.map(|sentence| ("evidence", sentence.as_str()));
            evidence.chain(blockers.map(|sentence| ("kept by", sentence.as_str())))
        })
    }

    /// A name of this finding, or of the one at a place, that stays the same from run to run: 32
    /// hexadecimal digits.
    pub(super) fn fingerprint(&self, project: &str, place: Option<usize>) -> String {
        let path = place.map_or("", |index| self.places[index].path.as_str());
        // Which of the places in its file it is.
        let nth = place.map_or(0, |index| {
            let before = &self.places[..index];
            before.iter().filter(|place| place.path == path).count()
        });
        let mut hash = Sha256::new();
        for part in [
            "tenantry debt 1",
            project,
            &self.flag.key,
            path,
            &nth.to_string(),
        ] {
            hash.update(part.as_bytes());
            hash.update([0]);
        }
        HEXLOWER.encode(&hash.finalize()[..16])
    }
}

/// How bad a state is, next to others.
fn weight(state: State) -> u8 {
    match state {
        State::Overdue => 8,
        State::Expired => 7,
        State::Unknown => 6,
        State::OverExtended => 5,
        State::Ready => 4,
        State::Unused => 3,
        State::Due => 2,
        State::Unowned => 1,
        State::Other => 0,
    }
}
