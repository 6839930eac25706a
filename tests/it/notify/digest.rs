//! A project's debt, once a week: to each owner their own.

use chrono::{DateTime, Utc};
use serde_json::json;
use tenantry_tests::{Caller, ServerProcess, StandingClock, TimeDelta, until};

use super::mailbox::{Mailbox, header, text};
use super::webhook::{Receiver, SECRET};
use super::{is_done, newest, set};

/// Friday noon.
const FRIDAY: &str = "2026-11-20T12:00:00Z";

async fn create(project: &Caller, key: &str, owner: &str, expires_on: &str) {
    let flag = json!({"key": key, "owner": owner, "expires_on": expires_on});
    project.post("/flags").json(&flag).await.expect(201);
}

#[tokio::test]
async fn a_week_begins_with_the_debt_of_the_last() {
    let (receiver, mailbox) = (Receiver::start_elsewhen().await, Mailbox::start().await);
    let clock = StandingClock::at(FRIDAY.parse::<DateTime<Utc>>().expect("a time"));
    let mut server = ServerProcess::idle();
    for (name, value) in [
        ("TENANTRY_NOTIFY_WEBHOOK_URL", receiver.url()),
        ("TENANTRY_NOTIFY_WEBHOOK_SECRET", SECRET.to_owned()),
        ("TENANTRY_SMTP_URL", mailbox.url()),
        ("TENANTRY_MAIL_FROM", "flags@example.com".to_owned()),
    ] {
        server.set(name, &value);
    }
    server.set_clock(&clock);
    server.start().await;
    let project = server.project();
    set(
        &project,
        &json!({"owners": {"team": ["team@example.com"]}, "fallback": ["ops@example.com"]}),
    )
    .await;
    create(&project, "old", "team", "2026-11-21").await;
    create(&project, "older", "team", "2026-11-20").await;
    create(&project, "adas", "ada@example.com", "2026-11-22").await;
    create(&project, "orphan", "somebody", "2026-11-22").await;
    create(&project, "young", "young@example.com", "2027-11-22").await;

    // Monday before the morning, and then its morning; the debt is looked at when a server starts.
    let restart = async |server: &mut ServerProcess, travel: TimeDelta| {
        server.stop().await;
        clock.travel(travel);
        server.start().await;
    };
    restart(&mut server, TimeDelta::hours(66)).await;
    restart(&mut server, TimeDelta::hours(4)).await;
    let project = server.project();
    let digest = until("the debt is told", async || {
        let list = project.get("/notifications").await.ok(200);
        let items = list["items"].as_array().expect("items").clone();
        let is_told = items.len() == 4 && items.iter().all(is_done);
        is_told.then(|| items.into_iter().next_back()).flatten()
    })
    .await;
    assert_eq!(digest["topic"], "debt.digest");
    assert_eq!(digest["at"], "2026-11-23T10:00:00Z");
    let mails = mailbox.mails();
    let mut seen: Vec<_> = mails
        .iter()
        .map(|mail| (header(mail, "To"), header(mail, "Subject")))
        .collect();
    seen.sort_unstable();
    let expected = [
        ("ada@example.com", "1 flag needs attention in default"),
        ("ops@example.com", "1 flag needs attention in default"),
        ("team@example.com", "2 flags need attention in default"),
    ];
    assert_eq!(seen, expected);
    let team = mails
        .iter()
        .find(|mail| header(mail, "To") == "team@example.com");
    let words = text(team.expect("a mail"));
    // The deepest first, with its evidence.
    let places = ["older (expired, debt 3)", "old (expired, debt 2)"];
    let places = places.map(|part| {
        words
            .find(part)
            .unwrap_or_else(|| panic!("{part}: {words}"))
    });
    assert!(places.is_sorted(), "{words}");
    assert!(words.contains("Expired 3 days ago"), "{words}");
    let told = receiver.told();
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].1["type"], "debt.digest");
    assert_eq!(told[0].1["data"]["summary"]["expired"], 4);

    // Once a week, and not where nobody wants it.
    restart(&mut server, TimeDelta::days(3)).await;
    restart(&mut server, TimeDelta::days(4)).await;
    let project = server.project();
    until("the next week is told", async || {
        (receiver.told().len() == 2).then_some(())
    })
    .await;
    set(&project, &json!({"digest": false})).await;
    restart(&mut server, TimeDelta::days(7)).await;
    let silent = "No flag needs attention in default, or nobody wants to be told";
    newest(&server.project(), "the week is noted", |it| {
        it["headline"] == silent && is_done(it)
    })
    .await;
    // Of two at the same moment, which is the newest is a matter of chance.
    clock.travel(TimeDelta::seconds(1));
    let post = server.project().post("/notifications/test").await;
    let id = post.ok(202)["id"].clone();
    newest(&server.project(), "a test is told after it", |it| {
        it["id"] == id && is_done(it)
    })
    .await;
    let types: Vec<_> = receiver
        .told()
        .iter()
        .map(|(_, body)| body["type"].clone())
        .collect();
    assert_eq!(types, ["debt.digest", "debt.digest", "test"]);
}
