//! A flag's states in words: what is wrong, by what evidence, and what to do.

use chrono::{DateTime, Utc};
use tenantry_protocol::report::{Removal, State};

use super::facts::{FlagFacts, UnknownFacts};
use super::removal::word;
use super::words::{ago, and, count, day};

/// Explains a flag's states, a few sentences in all.
pub(super) fn explain(
    flag: &FlagFacts,
    states: &[State],
    days_past_expiry: i64,
    removal: &Removal,
    now: DateTime<Utc>,
) -> String {
    let mut text: Vec<String> = states
        .iter()
        .filter_map(|state| sentence(flag, *state, days_past_expiry, removal, now))
        .collect();
    let is_late = states
        .iter()
        .any(|state| matches!(state, State::Expired | State::Overdue));
    if is_late && !removal.blockers.is_empty() {
        text.push(format!("What keeps it: {}", removal.blockers.join(" ")));
    }
    text.join(" ")
}

fn sentence(
    flag: &FlagFacts,
    state: State,
    days: i64,
    removal: &Removal,
    now: DateTime<Utc>,
) -> Option<String> {
    let extended = match flag.extensions {
        0 => "",
        1 => " It has been extended once already.",
        _ => " It has been extended more than once already.",
    };
    let text = match state {
        State::Overdue => format!(
            "Expired {} ago, longer than the grace allows. Delete it.{extended}",
            count(days, "day")
        ),
        State::Expired => format!(
            "Expired {} ago. Delete it, or extend it with a reason.{extended}",
            count(days, "day")
        ),
        State::Due if days == 0 => format!("Expires at the end of today (UTC).{extended}"),
        State::Due => format!("Expires in {}.{extended}", count(-days, "day")),
        State::OverExtended => format!(
            "Its expiry has been put off {}: make it permanent or remove it.",
            count(flag.extensions.into(), "time")
        ),
        State::Ready => {
            let keep = removal.keep.map_or("its answer", word);
            let asked = asked(flag, now);
            let evidence = removal.evidence.join(" ");
            format!("Safe to remove, keeping the code for {keep}: {evidence} {asked}")
        }
        // What is ready says who asked.
        State::Unused if flag.is_temporary && removal.keep.is_some() => return None,
        State::Unused => asked(flag, now),
        State::Unowned => "Nobody owns it any more: name an owner.".to_owned(),
        State::Unknown | State::Other => return None,
    };
    Some(text)
}

/// Who asked last, and whether code still does.
fn asked(flag: &FlagFacts, now: DateTime<Utc>) -> String {
    let who = match &flag.asked {
        Some(asked) => format!("Last asked {} by {}", ago(now - asked.at), asked.by),
        None => "Nobody has ever asked for it".to_owned(),
    };
    let code = match flag.references {
        0 => String::new(),
        places => format!(", though code does at {}", count(places.into(), "place")),
    };
    format!("{who}{code}.")
}

/// Explains a key that is asked for and is no flag.
pub(super) fn explain_unknown(facts: &UnknownFacts, now: DateTime<Utc>) -> String {
    let (what, way_out) = match facts.archived_at {
        Some(at) => (format!("It is archived since {}", day(at, now)), "restore"),
        None => ("There is no such flag".to_owned(), "create"),
    };
    let asked = facts.asked.as_ref().map(|asked| {
        let names: Vec<&str> = facts.environments.iter().map(String::as_str).collect();
        let (when, by) = (ago(now - asked.at), &asked.by);
        format!("{by} asked for it in {} {when}", and(&names))
    });
    let code = (facts.references > 0).then(|| {
        let places = count(facts.references.into(), "place");
        format!("code asks for it at {places}")
    });
    let all: Vec<String> = [Some(what), asked, code].into_iter().flatten().collect();
    format!(
        "{}: callers get their default. Take it out of the code, or {way_out} it.",
        all.join(", and ")
    )
}
