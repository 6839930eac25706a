//! How events are said: a headline that tells all in a line, and what a person needs beside it.

use chrono::{DateTime, NaiveDate, Utc};
use tenantry_plan::Pause;
use tenantry_protocol::report::{IndebtedFlag, State};

use super::event::{Event, PlanEvent, PlanHappening};

/// Most flags that one letter about debt lists.
const LISTED: usize = 20;

/// An event in a line.
pub(crate) fn headline(event: &Event) -> String {
    match event {
        Event::Plan(event) => plan_headline(event),
        Event::Digest { week } => format!("Flag debt in the week of {}", day(*week)),
        Event::Test(event) => format!("A test of notifications, asked for by {}", event.asked_by),
    }
}

fn plan_headline(event: &PlanEvent) -> String {
    let PlanEvent {
        flag,
        environment,
        tenant,
        from,
        to,
        ..
    } = event;
    let stage = |stage: &Option<String>| {
        (stage.as_deref()).map_or_else(|| "nobody".to_owned(), |name| format!("“{name}”"))
    };
    match event.what {
        PlanHappening::TenantBlocked => {
            let tenant = tenant.as_deref().unwrap_or_default();
            format!("{flag} was switched off for {tenant} in {environment}")
        }
        PlanHappening::SteppedBack => format!(
            "{flag} stepped back from {} to {} in {environment}",
            stage(from),
            stage(to)
        ),
        PlanHappening::RolledBack => format!("{flag} was rolled back in {environment}"),
        PlanHappening::Paused => format!("The rollout of {flag} in {environment} is paused"),
        PlanHappening::ApprovalWanted => format!(
            "The rollout of {flag} in {environment} waits for approval to go on after {}",
            stage(to)
        ),
        PlanHappening::Finished => format!("The rollout of {flag} in {environment} is finished"),
    }
}

/// What became of a plan, in a few paragraphs.
pub(super) fn plan_text(
    event: &PlanEvent,
    tenant_name: Option<&str>,
    link: Option<&str>,
) -> String {
    let at = event.at.format("%-d %B %Y, %H:%M UTC");
    let mut paragraphs = vec![format!("{}.\n{at}", plan_headline(event))];
    if let (Some(tenant), Some(name)) = (&event.tenant, tenant_name) {
        paragraphs.push(format!("{tenant} is {name}."));
    }
    if let Some(reason) = &event.reason {
        paragraphs.push(format!("Why: {reason}"));
    }
    paragraphs.push(consequence(event).to_owned());
    paragraphs.extend(link.map(str::to_owned));
    paragraphs.join("\n\n") + "\n"
}

/// What that means, and what to do.
fn consequence(event: &PlanEvent) -> &'static str {
    match (event.what, event.pause) {
        (PlanHappening::TenantBlocked, _) => {
            "The rollout goes on for everybody else. The tenant stays on the flag's block list until \
             somebody takes it off."
        }
        (PlanHappening::SteppedBack, _) => {
            "Whom the last stage had let in has the flag no more. The rollout is paused: find the \
             fault, then resume it or roll it back."
        }
        (PlanHappening::RolledBack, _) => {
            "The flag is as it was before its plan. Find the fault, then start the plan anew."
        }
        (PlanHappening::Paused, Some(Pause::Trips)) => {
            "The guard had to switch the flag off for several single tenants, and nobody more is let \
             in. Look at them, then resume the rollout or roll it back."
        }
        (PlanHappening::Paused, Some(Pause::Edited)) => {
            "Somebody changed the flag's targeting by hand, so nobody more is let in. The guard goes \
             on watching. Resume the rollout to go on from there."
        }
        (PlanHappening::Paused, Some(Pause::Unfit)) => {
            "The next stage does not fit the flag any more. Change the plan, then resume it."
        }
        (PlanHappening::Paused, _) => {
            "Who has the flag keeps it, and nobody more is let in. Find the fault, then resume the \
             rollout, step it back or roll it back."
        }
        (PlanHappening::ApprovalWanted, _) => {
            "The stage's time is over. Look at what the guard says, then approve of the next stage, or \
             pause the rollout."
        }
        (PlanHappening::Finished, _) => {
            "Who has the flag keeps it. When it has answered the same everywhere for long enough, the \
             debt report says that it is ready to be removed."
        }
    }
}

/// A day as people say it.
pub(super) fn day(day: NaiveDate) -> String {
    day.format("%-d %B %Y").to_string()
}

/// `1 flag`, `2 flags`.
fn flags(count: usize) -> String {
    match count {
        1 => "1 flag".to_owned(),
        count => format!("{count} flags"),
    }
}

/// The subject of a letter about debt.
pub(super) fn debt_headline(project: &str, debts: &[&IndebtedFlag]) -> String {
    let overdue = debts
        .iter()
        .filter(|flag| flag.states.contains(&State::Overdue))
        .count();
    let needing = flags(debts.len());
    let verb = if debts.len() == 1 { "needs" } else { "need" };
    match overdue {
        0 => format!("{needing} {verb} attention in {project}"),
        overdue => format!("{needing} {verb} attention in {project}, {overdue} overdue"),
    }
}

/// A letter about debt: the deepest first.
pub(super) fn debt_text(
    headline: &str,
    debts: &[&IndebtedFlag],
    now: DateTime<Utc>,
    link: Option<&str>,
) -> String {
    let mut paragraphs = vec![format!("{headline}, as of {}.", day(now.date_naive()))];
    for flag in debts.iter().take(LISTED) {
        let states: Vec<_> = flag.states.iter().map(|state| state.as_str()).collect();
        let states = states.join(", ").replace('_', "-");
        let debt = match flag.debt {
            0 => String::new(),
            debt => format!(", debt {debt}"),
        };
        paragraphs.push(format!(
            "{} ({states}{debt})\n  {}",
            flag.key, flag.explanation
        ));
    }
    if debts.len() > LISTED {
        paragraphs.push(format!("… and {} more.", debts.len() - LISTED));
    }
    paragraphs.extend(link.map(str::to_owned));
    paragraphs.join("\n\n") + "\n"
}
