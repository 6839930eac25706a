//! How events are said: a headline that tells all in a line, and what a person needs beside it.
//!
//! **Invariants**
//! - What others wrote is quoted: it begins no line of its own and turns no text around.

use std::borrow::Cow;

use chrono::{DateTime, NaiveDate, Utc};
use tenantry_plan::Pause;
use tenantry_protocol::report::{IndebtedFlag, State};

use super::event::{Event, PlanEvent, PlanHappening};

/// Most flags that one mail about debt lists.
const LISTED: usize = 20;

/// An event in a line.
pub(crate) fn headline(event: &Event) -> String {
    match event {
        Event::Plan(event) => plan_headline(event),
        Event::Digest(event) => event.subject.clone(),
        Event::Test(event) => {
            let asked_by = quoted(&event.asked_by);
            format!("A test of notifications, asked for by {asked_by}")
        }
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
    let stage = |stage: &Option<String>, none: &str| {
        let named = stage.as_deref().map(|name| format!("“{}”", quoted(name)));
        named.unwrap_or_else(|| none.to_owned())
    };
    match event.what {
        PlanHappening::TenantBlocked => {
            let tenant = quoted(tenant.as_deref().unwrap_or_default());
            format!("{flag} was switched off for {tenant} in {environment}")
        }
        PlanHappening::SteppedBack => format!(
            "{flag} stepped back from {} to {} in {environment}",
            stage(from, "nobody"),
            stage(to, "nobody")
        ),
        PlanHappening::RolledBack => format!("{flag} was rolled back in {environment}"),
        PlanHappening::Paused => format!("The rollout of {flag} in {environment} is paused"),
        PlanHappening::ApprovalWanted => format!(
            "The rollout of {flag} in {environment} waits for approval to go on from {} to {}",
            stage(from, "nobody"),
            stage(to, "its end")
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
        paragraphs.push(format!("{} is {}.", quoted(tenant), quoted(name)));
    }
    if let Some(reason) = &event.reason {
        paragraphs.push(format!("Why: {}", quoted(reason)));
    }
    paragraphs.push(consequence(event).to_owned());
    paragraphs.extend(link.map(str::to_owned));
    paragraphs.join("\n\n") + "\n"
}

/// What that means, and what to do.
fn consequence(event: &PlanEvent) -> &'static str {
    match (event.what, event.pause) {
        (PlanHappening::TenantBlocked, _) => {
            "Nothing changes for other tenants. This one stays on the flag's block list until \
             somebody takes it off."
        }
        (PlanHappening::SteppedBack, _) => {
            "Tenants that the last stage let in no longer have the flag. The rollout is paused: find \
             the fault, then resume it or roll it back."
        }
        (PlanHappening::RolledBack, _) => {
            "The flag is as it was before its plan. Find the fault, then start the plan anew."
        }
        (PlanHappening::Paused, Some(Pause::Trips)) => {
            "The guard had to switch the flag off for several tenants, one by one, and nobody more is \
             let in. Look at them, then resume the rollout or roll it back."
        }
        (PlanHappening::Paused, Some(Pause::Edited)) => {
            "Somebody changed the flag's targeting by hand, so nobody more is let in. A guard goes on \
             watching. Resume the rollout to go on from there."
        }
        (PlanHappening::Paused, Some(Pause::Unfit)) => {
            "The next stage does not fit the flag any more. Change the plan, then resume it."
        }
        (PlanHappening::Paused, _) => {
            "Who has the flag keeps it, and nobody more is let in. Find the fault, then resume the \
             rollout, step it back or roll it back."
        }
        (PlanHappening::ApprovalWanted, _) => {
            "The stage's time is over. See how its tenants fare, then approve, or pause the rollout."
        }
        (PlanHappening::Finished, _) => {
            "Who has the flag keeps it. When it has answered the same everywhere for long enough, the \
             debt report says that it is ready to be removed."
        }
    }
}

/// A day as people say it.
fn day(day: NaiveDate) -> String {
    day.format("%-d %B %Y").to_string()
}

/// The subject where there is nothing to do.
pub(super) fn no_debt(project: &str) -> String {
    format!("No flag needs attention in {project}, or nobody wants to be told")
}

/// The subject of a mail about debt.
pub(super) fn debt_headline(project: &str, debts: &[&IndebtedFlag]) -> String {
    let overdue = debts
        .iter()
        .filter(|flag| flag.states.contains(&State::Overdue))
        .count();
    let needing = match debts.len() {
        1 => "1 flag needs".to_owned(),
        count => format!("{count} flags need"),
    };
    match overdue {
        0 => format!("{needing} attention in {project}"),
        overdue => format!("{needing} attention in {project}, {overdue} overdue"),
    }
}

/// A mail about debt: the deepest first.
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
        let explanation = quoted(&flag.explanation);
        paragraphs.push(format!(
            "{} ({states}{debt})\n  {explanation}",
            quoted(&flag.key)
        ));
    }
    if debts.len() > LISTED {
        paragraphs.push(format!("… and {} more.", debts.len() - LISTED));
    }
    paragraphs.extend(link.map(str::to_owned));
    paragraphs.join("\n\n") + "\n"
}

/// A text of others, in one line: what would break it or turn it around is a space instead.
fn quoted(text: &str) -> Cow<'_, str> {
    let is_harmful = |c: char| {
        c.is_control()
            || matches!(
                c,
                '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
            )
    };
    if text.contains(is_harmful) {
        Cow::Owned(text.replace(is_harmful, " "))
    } else {
        Cow::Borrowed(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_wrote_begins_no_line() {
        let event = PlanEvent {
            what: PlanHappening::TenantBlocked,
            environment: "production".parse().expect("a key"),
            flag: "new-billing".parse().expect("a key"),
            at: DateTime::UNIX_EPOCH,
            plan_created_at: DateTime::UNIX_EPOCH,
            number: 1,
            tenant: Some("acme\r\nBcc: eve@example.com".to_owned()),
            from: None,
            to: None,
            pause: None,
            reason: Some("it fails\n\nSign in again: https://example.com/\u{202e}".to_owned()),
        };
        let (subject, text) = (
            plan_headline(&event),
            plan_text(&event, Some("A\u{2028}B"), None),
        );
        assert!(!subject.contains(['\r', '\n']), "{subject}");
        for line in text.lines() {
            assert!(
                !line.starts_with("Sign in") && !line.starts_with("Bcc"),
                "{text}"
            );
        }
        assert!(!text.contains(['\u{202e}', '\u{2028}', '\r']), "{text:?}");
        assert!(
            text.contains("acme  Bcc: eve@example.com is A B."),
            "{text}"
        );
    }
}
