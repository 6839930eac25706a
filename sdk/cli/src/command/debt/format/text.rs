//! For people: the worst first, each flag with what is wrong, by what evidence, and where.

use owo_colors::OwoColorize as _;
use tenantry_protocol::report::Keep;

use super::{By, Group, Name, groups};
use crate::command::debt::finding::{Finding, Level, Place};
use crate::command::debt::judgement::Judgement;
use crate::render::{count, plain};

/// How many places of a flag are shown.
const PLACES: usize = 8;

/// The judgement as text.
pub(super) fn write(judgement: &Judgement, by: Option<By>) -> String {
    let mut parts = Vec::new();
    match by {
        None => parts.extend(judgement.findings.iter().map(block)),
        Some(by) => {
            for group in groups(&judgement.findings, by) {
                parts.push(heading(&group, by));
                parts.extend(group.findings.iter().map(|finding| block(finding)));
            }
        }
    }
    parts.push(last_line(judgement));
    parts.join("\n\n")
}

fn heading(group: &Group<'_>, by: By) -> String {
    let name = match (group.name, by) {
        (Name::Named(name), _) => plain(name).into_owned(),
        (Name::None, By::Owner) => "nobody".to_owned(),
        (Name::None, By::Tag) => "without a tag".to_owned(),
        (Name::NoFlag, _) => "asked for, and no flag".to_owned(),
    };
    let flags = match group.name {
        Name::NoFlag => count(group.findings.len(), "key", "keys"),
        Name::Named(_) | Name::None => count(group.findings.len(), "flag", "flags"),
    };
    let failing = group.findings.iter().filter(|found| found.fails).count();
    let heading = format!("{name}: {flags}, debt {}, {failing} failing", group.debt());
    heading.bold().underline().to_string()
}

fn block(finding: &Finding) -> String {
    let key = plain(&finding.flag.key).into_owned();
    let states = finding.states();
    let first = match finding.level() {
        Level::Error => format!("{} {}  {}", "✗".red(), key.bold(), states.red()),
        Level::Warning => format!("{} {}  {}", "!".yellow(), key.bold(), states.yellow()),
        Level::Note => format!("{} {}  {states}", "·".dimmed(), key.bold()),
    };
    let mut lines = vec![first, format!("    {}", facts(finding).dimmed())];
    let mut say = |text: &str| lines.push(format!("    {}", plain(text)));
    if !finding.flag.explanation.is_empty() {
        say(&finding.flag.explanation);
    }
    // The server's explanation may say so already, and why.
    let is_said = finding.flag.explanation.contains("Safe to remove");
    let keep = finding
        .flag
        .removal
        .as_ref()
        .and_then(|removal| removal.keep);
    match keep.filter(|_keep| !is_said) {
        Some(Keep::On) => say("safe to remove: keep what it does when it is on"),
        Some(Keep::Off) => say("safe to remove: keep what is done without it"),
        None => {}
    }
    for (what, sentence) in finding.evidence() {
        say(&format!("{what}: {sentence}"));
    }
    for place in finding.places_to_show().take(PLACES) {
        say(&spot(place));
    }
    if let Some(more) = finding.places.len().checked_sub(PLACES + 1) {
        say(&format!("and {} more", count(more + 1, "place", "places")));
    }
    lines.join("\n")
}

/// What is known of the flag, in a line.
fn facts(finding: &Finding) -> String {
    let flag = &finding.flag;
    let mut facts = Vec::new();
    if let Some(kind) = &flag.kind {
        facts.push(plain(kind).into_owned());
        facts.push(format!("owner {}", plain(finding.owner())));
        facts.push(match (&flag.expires_on, flag.days_past_expiry) {
            (Some(day), Some(days)) if days > 0 => {
                let days = usize::try_from(days).unwrap_or(usize::MAX);
                format!(
                    "expired {} ({} ago)",
                    plain(day),
                    count(days, "day", "days")
                )
            }
            (Some(day), _) => format!("expires {}", plain(day)),
            (None, _) => "never expires".to_owned(),
        });
    } else {
        facts.push("no such flag".to_owned());
    }
    if flag.extensions > 0 {
        let times = usize::try_from(flag.extensions).unwrap_or(usize::MAX);
        facts.push(format!("put off {}", count(times, "time", "times")));
    }
    if !flag.tags.is_empty() {
        facts.push(format!("tagged {}", plain(&flag.tags.join(", "))));
    }
    if flag.debt > 0 {
        facts.push(format!("debt {}", flag.debt));
    }
    facts.join(" · ")
}

fn spot(place: &Place) -> String {
    let Place {
        path,
        line,
        column,
        call,
        added,
    } = place;
    let added = if *added == Some(true) { ", added" } else { "" };
    format!("{path}:{line}:{column} {call}{added}")
}

/// Yes or no, and why.
fn last_line(judgement: &Judgement) -> String {
    let verdict = judgement.verdict();
    let project = plain(judgement.project()).into_owned();
    let age = match &judgement.known.age {
        Some(age) => format!(" (as exported {age})"),
        None => String::new(),
    };
    let says = if verdict.passes { "✓" } else { "✗" };
    let ends = if verdict.passes { "passes" } else { "fails" };
    let opening = format!("{says} {project}{age} {ends}:");
    let opening = opening.bold().to_string();
    let worst = judgement.findings.iter().map(Finding::level).max();
    let opening = match worst {
        _ if !verdict.passes => opening.red().to_string(),
        Some(Level::Warning | Level::Error) => opening.yellow().to_string(),
        _ => opening.green().to_string(),
    };
    format!("{opening} {}", plain(&verdict.why))
}
