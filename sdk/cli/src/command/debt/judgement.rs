//! The judgement: what of the report is shown, what of that fails, and the verdict.
//!
//! Separate from the command, which fetches, and from the formats, which write it down.
//!
//! **Invariants**
//! - Pure. What is shown and what is judged are the same flags: a filter narrows both.
//! - Every verdict says why in one sentence, and every no says the way out.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use tenantry_protocol::report::{IndebtedFlag, Report, State, Summary};

use super::finding::{Finding, Place};
use super::gate::Gate;
use crate::render::count;

/// Which flags are of interest; everything of a kind where empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Filter {
    pub(super) owners: Vec<String>,
    pub(super) tags: Vec<String>,
    pub(super) states: Vec<State>,
}

impl Filter {
    /// What it narrows the report to, such as "owner ada"; nothing if it admits everything.
    fn described(&self) -> Option<String> {
        let owners = self.owners.iter().map(|owner| format!("owner {owner}"));
        let tags = self.tags.iter().map(|tag| format!("tag {tag}"));
        let states = self
            .states
            .iter()
            .map(|state| format!("state {}", state.as_str()));
        let parts: Vec<String> = owners.chain(tags).chain(states).collect();
        (!parts.is_empty()).then(|| parts.join(", "))
    }

    fn admits(&self, flag: &IndebtedFlag) -> bool {
        let owner = flag.owner.as_ref();
        (self.owners.is_empty() || owner.is_some_and(|owner| self.owners.contains(owner)))
            && (self.tags.is_empty() || flag.tags.iter().any(|tag| self.tags.contains(tag)))
            && (self.states.is_empty()
                || flag.states.iter().any(|state| self.states.contains(state)))
    }
}

/// What the repository asks for.
#[derive(Debug, Clone, Default)]
pub(super) struct Code {
    /// The places by flag, in order.
    pub(super) places: BTreeMap<String, Vec<Place>>,
    /// The revision since which a change is judged, as it was named.
    pub(super) since: Option<String>,
    /// The file that stands for what no code asks for, such as `tenantry.toml`; none if there is
    /// none in the root.
    pub(super) home: Option<String>,
}

/// What is known of a project: its debt, and which flags there are.
#[derive(Debug, Clone)]
pub(super) struct Known {
    /// The report as the server sent it.
    pub(super) document: Value,
    /// The same, read.
    pub(super) report: Report,
    /// The keys of all flags that are not archived.
    pub(super) flags: BTreeSet<String>,
    /// How old that is, in words; none if it was asked for just now.
    pub(super) age: Option<String>,
}

/// Everything that a format writes down.
#[derive(Debug, Clone)]
pub(super) struct Judgement {
    /// The report as the server sent it, and how old it is.
    pub(super) known: Known,
    /// What is shown, the worst first.
    pub(super) findings: Vec<Finding>,
    /// How many keys the code asks for that are no flags and are not shown: tests have many of them,
    /// and most people did not ask.
    pub(super) unlisted: usize,
    /// The sum of the debt of what is shown.
    pub(super) debt: u64,
    pub(super) gate: Gate,
    pub(super) filter: Filter,
    /// The revision since which a change is judged.
    pub(super) since: Option<String>,
    /// The file that stands for what no code asks for; the root if there is none.
    pub(super) home: Option<String>,
}

/// Yes or no.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Verdict {
    pub(super) passes: bool,
    /// Why, as sentences without the project's name.
    pub(super) why: String,
}

impl Judgement {
    /// Judges what is known by the gate, with the code that asks for flags.
    pub(super) fn of(known: Known, code: Code, gate: Gate, filter: Filter) -> Self {
        let mut flags = known.report.flags.clone();
        let asked_for = |key: &str| {
            let is_new =
                |places: &Vec<Place>| places.iter().any(|place| place.added != Some(false));
            let fails = gate.fails(State::Unknown) && code.places.get(key).is_some_and(is_new);
            fails || filter.states.contains(&State::Unknown)
        };
        let unknown = unknown(&known, &code);
        let (listed, unlisted): (Vec<_>, Vec<_>) =
            unknown.into_iter().partition(|flag| asked_for(&flag.key));
        flags.extend(listed);
        let mut places = code.places;
        let mut findings: Vec<Finding> = flags
            .into_iter()
            .filter(|flag| filter.admits(flag))
            .map(|flag| {
                let places = places.remove(&flag.key).unwrap_or_default();
                Finding::of(flag, places, &gate, code.since.is_some())
            })
            .collect();
        findings.sort_by_cached_key(Finding::order);
        Self {
            debt: findings.iter().map(|finding| finding.flag.debt).sum(),
            known,
            findings,
            unlisted: unlisted.iter().filter(|flag| filter.admits(flag)).count(),
            gate,
            filter,
            since: code.since,
            home: code.home,
        }
    }

    /// The project's key.
    pub(super) fn project(&self) -> &str {
        &self.known.report.project
    }

    /// The flags that fail.
    pub(super) fn failing(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.fails)
    }

    /// How many of what is shown are in each state.
    pub(super) fn summary(&self) -> Summary {
        let flags: Vec<IndebtedFlag> = self
            .findings
            .iter()
            .map(|found| found.flag.clone())
            .collect();
        Summary::of(&flags)
    }

    /// The sentence that says that there is too much debt in all, if there is.
    pub(super) fn over_the_limit(&self) -> Option<String> {
        let limit = self.gate.max_debt.filter(|limit| self.debt > *limit)?;
        let debt = self.debt;
        Some(format!(
            "the debt number is {debt}, and at most {limit} is allowed"
        ))
    }

    /// Yes or no, and why.
    pub(super) fn verdict(&self) -> Verdict {
        let mut why = self.failures();
        why.extend(self.over_the_limit());
        let passes = why.is_empty();
        let why = if passes {
            self.reason_to_pass()
        } else {
            let way_out = self.way_out();
            format!("{}; {way_out}", why.join("; "))
        };
        let aside = self.aside();
        let unlisted = match self.unlisted {
            0 => String::new(),
            1 => " The code asks for 1 key that is no flag; --state unknown shows it.".to_owned(),
            number => {
                format!(
                    " The code asks for {number} keys that are no flags; --state unknown shows them."
                )
            }
        };
        let narrowed = self.filter.described();
        let narrowed = narrowed.map(|what| format!(" Only flags with {what} are looked at."));
        let narrowed = narrowed.unwrap_or_default();
        Verdict {
            passes,
            why: format!("{why}.{aside}{unlisted}{narrowed}"),
        }
    }

    /// What fails, by the states that the gate was told, each as "2 flags are overdue, …".
    fn failures(&self) -> Vec<String> {
        let mut parts = Vec::new();
        for fail_on in &self.gate.fail_on {
            let concerned = |finding: &&Finding| {
                let states = &finding.flag.states;
                states.iter().any(|state| fail_on.includes(*state))
            };
            let number = self.failing().filter(concerned).count();
            if number > 0 {
                let flags = count(number, "flag", "flags");
                let are = if number == 1 { "is" } else { "are" };
                let mut what = fail_on.of_failing(&self.known.report.policy);
                if number == 1 {
                    what = what.replace("and do not exist", "and does not exist");
                }
                parts.push(format!("{flags} {are} {what}"));
            }
        }
        if let Some(since) = &self.since
            && !parts.is_empty()
        {
            parts[0] = format!(
                "what changed since {since} asks for more of these: {}",
                parts[0]
            );
        }
        parts
    }

    fn reason_to_pass(&self) -> String {
        let names: Vec<&str> = self
            .gate
            .fail_on
            .iter()
            .map(|state| state.of_none())
            .collect();
        let Some((last, others)) = names.split_last() else {
            return match self.gate.max_debt {
                Some(limit) => format!("the debt number is {}, and {limit} is allowed", self.debt),
                None => "asked only to report".to_owned(),
            };
        };
        let states = if others.is_empty() {
            (*last).to_owned()
        } else {
            format!("{} or {last}", others.join(", "))
        };
        match &self.since {
            Some(since) => {
                format!("what changed since {since} asks for no more flags that are {states}")
            }
            None => format!("no flag is {states}"),
        }
    }

    fn way_out(&self) -> String {
        let failing: Vec<&Finding> = self.failing().collect();
        let is = |finding: &&&Finding, states: &[State]| states.contains(&finding.worst);
        let of = |states: &[State]| failing.iter().filter(|found| is(found, states)).count();
        let dated = of(&[State::Overdue, State::Expired, State::Due]);
        let gone = of(&[State::OverExtended, State::Ready, State::Unused]);
        let unknown = of(&[State::Unknown]);
        let unowned = of(&[State::Unowned]);
        let them = |number: usize| if number == 1 { "it" } else { "them" };

        let mut ways = Vec::new();
        if dated > 0 {
            let them = them(dated);
            ways.push(format!(
                "delete {them} from the code and archive {them}, or extend {them} with a reason"
            ));
        } else if gone > 0 {
            let them = them(gone);
            ways.push(format!("delete {them} from the code and archive {them}"));
        }
        if unknown > 0 {
            ways.push("create what does not exist, or correct its key in the code".to_owned());
        }
        if unowned > 0 {
            let them = them(unowned);
            ways.push(format!("give {them} an owner"));
        }
        if ways.is_empty() {
            ways.push("start with the flags that owe most".to_owned());
        }
        ways.join("; ")
    }

    /// What does not fail and is there, " Also noted: 1 expired, 2 due."
    fn aside(&self) -> String {
        let quiet = self.findings.iter().filter(|finding| !finding.fails);
        let quiet: Vec<IndebtedFlag> = quiet.map(|finding| finding.flag.clone()).collect();
        let everything = self.summary();
        let quiet = Summary::of(&quiet);
        let noted: Vec<String> = [
            State::Overdue,
            State::Expired,
            State::Due,
            State::OverExtended,
            State::Ready,
            State::Unused,
            State::Unknown,
            State::Unowned,
        ]
        .into_iter()
        .filter_map(|state| {
            // A failing flag's further states are worth a word too, but not the one it fails by.
            let number = if self.gate.fails(state) {
                quiet.count(state)
            } else {
                everything.count(state)
            };
            (number > 0).then(|| format!("{number} {}", state.as_str().replace('_', "-")))
        })
        .collect();
        if noted.is_empty() {
            String::new()
        } else {
            format!(" Also noted: {}.", noted.join(", "))
        }
    }
}

/// What code asks for beside the flags that there are, as far as the report does not say so already.
fn unknown(known: &Known, code: &Code) -> Vec<IndebtedFlag> {
    let reported: BTreeSet<&str> = known
        .report
        .flags
        .iter()
        .map(|flag| flag.key.as_str())
        .collect();
    let missing = |key: &&String| !known.flags.contains(*key) && !reported.contains(key.as_str());
    let keys = code.places.keys().filter(missing);
    keys.map(|key| {
        let places = code.places[key].len();
        IndebtedFlag {
            key: key.clone(),
            name: String::new(),
            owner: None,
            kind: None,
            tags: Vec::new(),
            expires_on: None,
            days_past_expiry: None,
            states: vec![State::Unknown],
            extensions: 0,
            references: u32::try_from(places).unwrap_or(u32::MAX),
            debt: 0,
            removal: None,
            explanation: format!(
                "The code asks for it at {}, and there is no such flag, or it is archived: \
                 create it, correct the key, or delete the question.",
                count(places, "place", "places")
            ),
        }
    })
    .collect()
}
