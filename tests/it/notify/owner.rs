//! What a rollout does by itself, its owner is told: once it is done, and until it has arrived.

use axum::http::StatusCode;
use serde_json::{Value, json};
use tenantry_tests::{Caller, TestServer, TimeDelta, on_each_database_with, until};

use super::mailbox::{Mailbox, header, text};
use super::webhook::Receiver;
use super::{create_flag, is_done, newest, set, ways};

const PLAN: &str = "/environments/production/flags/new-billing/plan";

/// A plan of two stages that is in its first, in which `acme` has the flag.
async fn start_plan(server: &TestServer, advance: &str) -> Caller {
    let project = server.project();
    set(
        &project,
        &json!({"owners": {"team-billing": ["billing@example.com"]}, "fallback": ["ops@example.com"]}),
    )
    .await;
    create_flag(&project, "new-billing", "team-billing").await;
    let acme = json!({"key": "acme", "name": "Acme Corporation"});
    project.post("/tenants").json(&acme).await.expect(201);
    let plan = json!({
        "stages": [
            {"name": "half", "audience": {"threshold": 99_999}, "bake_minutes": 0, "advance": advance},
            {"name": "all", "audience": {"threshold": 100_000}, "bake_minutes": 600},
        ],
        "guard": {"metrics": ["errors"], "on_harm": "step_back"},
    });
    let put = project.put(PLAN).if_match("*").json(&plan);
    put.await.expect(200);
    command(&project, "start").await;
    until("the first stage is entered", async || {
        let plan = project.get(PLAN).await.ok(200);
        (plan["stage"] == 0).then_some(())
    })
    .await;
    project
}

async fn command(project: &Caller, command: &str) {
    let post = project.post(format!("{PLAN}/{command}")).json(&json!({}));
    post.await.expect(200);
}

/// Alertmanager says that something is wrong, with one tenant or with all.
async fn alert(server: &TestServer, tenant: Option<&str>) {
    server.published().await;
    let mut labels = json!({"alertname": "TooManyErrors", "flag": "new-billing"});
    if let Some(tenant) = tenant {
        labels["tenant"] = json!(tenant);
    }
    let body = json!({"version": "4", "status": "firing", "alerts": [{
        "status": "firing", "labels": labels,
        "annotations": {"summary": "5 % of the invoices fail"},
        "startsAt": server.now(), "endsAt": "0001-01-01T00:00:00Z",
    }]});
    let post = server.project().post("/environments/production/alerts");
    let effects = post.json(&body).await.ok(200);
    assert_eq!(effects["items"][0]["effect"], "acted", "{effects}");
}

#[tokio::test]
async fn who_owns_a_flag_is_told_what_its_rollout_does_by_itself() {
    let (receiver, mailbox) = (Receiver::start().await, Mailbox::start().await);
    on_each_database_with(ways(&receiver, &mailbox), async |server| {
        let seen = (receiver.told().len(), mailbox.mails().len());
        let project = start_plan(&server, "approval").await;
        // A stage without a bake time waits for nothing but approval.
        let asked = newest(&project, "approval is asked for", is_done).await;
        assert_eq!(asked["topic"], "plan.approval_wanted");

        alert(&server, Some("acme")).await;
        let blocked = newest(&project, "the owner is told", |it| {
            it["topic"] == "plan.tenant_blocked" && is_done(it)
        })
        .await;
        let headline = "new-billing was switched off for acme in production";
        assert_eq!(blocked["headline"], headline);
        let states: Vec<_> = blocked["deliveries"]
            .as_array()
            .expect("deliveries")
            .iter()
            .map(|it| (it["channel"].clone(), it["to"].clone(), it["state"].clone()))
            .collect();
        let delivered = json!("delivered");
        let expected = [
            (json!("webhook"), Value::Null, delivered.clone()),
            (json!("mail"), json!("billing@example.com"), delivered),
        ];
        assert_eq!(states, expected);

        let told = receiver.told().split_off(seen.0);
        assert_eq!(told.len(), 2, "{told:?}");
        let (id, body) = &told[1];
        let expected_id = format!("msg_{}", blocked["id"].as_str().expect("an id"));
        assert_eq!(*id, expected_id);
        assert_eq!(body["type"], "plan.tenant_blocked");
        assert_eq!(body["project"], "default");
        let data = &body["data"];
        let tenant = json!({"key": "acme", "name": "Acme Corporation"});
        assert_eq!(data["tenant"], tenant);
        assert_eq!(data["flag"]["owner"], "team-billing");
        let page = "https://flags.example.com/projects/default/environments/production/flags/new-billing/rollout";
        assert_eq!(data["url"], page);

        let mails = mailbox.mails();
        assert_eq!(mails.len(), seen.1 + 2);
        let mail = mails
            .iter()
            .find(|mail| header(mail, "Message-ID").contains(blocked["id"].as_str().expect("an id")))
            .expect("a mail");
        assert_eq!(header(mail, "Subject"), headline);
        assert_eq!(header(mail, "To"), "billing@example.com");
        assert_eq!(header(mail, "From"), "Tenantry <flags@example.com>");
        assert_eq!(header(mail, "Auto-Submitted"), "auto-generated");
        let words = text(mail);
        for part in [
            "acme is Acme Corporation.",
            "5 % of the invoices fail",
            "Nothing changes for other tenants.",
            page,
        ] {
            assert!(words.contains(part), "{part} in {words}");
        }

        // What a person does, people are not told.
        command(&project, "pause").await;
        command(&project, "resume").await;
        alert(&server, None).await;
        let back = newest(&project, "a step back is told", |it| {
            it["topic"] == "plan.stepped_back" && is_done(it)
        })
        .await;
        let headline = "new-billing stepped back from “half” to nobody in production";
        assert_eq!(back["headline"], headline);
        let topics: Vec<_> = receiver
            .told()
            .split_off(seen.0)
            .into_iter()
            .map(|(_, body)| body["type"].clone())
            .collect();
        let expected = [
            "plan.approval_wanted",
            "plan.tenant_blocked",
            "plan.stepped_back",
        ];
        assert_eq!(topics, expected);
    })
    .await;
}

#[tokio::test]
async fn what_does_not_arrive_is_tried_again_and_what_arrived_is_not() {
    let (receiver, mailbox) = (Receiver::start_elsewhen().await, Mailbox::start().await);
    let server = TestServer::on_sqlite_with(ways(&receiver, &mailbox)).await;
    receiver.answer(&[StatusCode::INTERNAL_SERVER_ERROR, StatusCode::FOUND]);
    let project = start_plan(&server, "automatic").await;
    alert(&server, None).await;
    let tried = async |error: &str| {
        newest(&project, error, |it| {
            it["deliveries"][0]["error"] == error && !is_done(it)
        })
        .await
    };
    let first = tried("the webhook answered 500 Internal Server Error").await;
    assert_eq!(first["deliveries"][0]["state"], "waiting");
    assert_eq!(first["deliveries"][1]["state"], "delivered");
    server.travel(TimeDelta::seconds(6));
    // Nobody is sent on to somewhere else.
    tried("the webhook answered 302 Found").await;
    server.travel(TimeDelta::minutes(6));
    let done = newest(&project, "the third try arrives", is_done).await;
    assert_eq!(done["deliveries"][0]["state"], "delivered");

    let told = receiver.told();
    assert_eq!(told.len(), 3);
    assert!(told.iter().all(|it| it == &told[0]), "one id, one body");
    assert_eq!(mailbox.mails().len(), 1);
}

#[tokio::test]
async fn who_wants_no_more_is_not_asked_again() {
    let (receiver, mailbox) = (
        Receiver::start_elsewhen().await,
        Mailbox::for_small(64).await,
    );
    let server = TestServer::on_sqlite_with(ways(&receiver, &mailbox)).await;
    receiver.answer(&[StatusCode::GONE]);
    let project = start_plan(&server, "automatic").await;
    alert(&server, None).await;
    let done = newest(&project, "both gave up", is_done).await;
    let deliveries = done["deliveries"].as_array().expect("deliveries");
    for delivery in deliveries {
        assert_eq!(delivery["state"], "failed", "{delivery}");
    }
    assert_eq!(deliveries[0]["error"], "the webhook answered 410 Gone");
    let refusal = deliveries[1]["error"].as_str().expect("why");
    assert!(refusal.contains("552"), "{refusal}");
    server.travel(TimeDelta::days(5));
    let post = project.post("/notifications/test").await.ok(202);
    newest(&project, "a test is told after that", |it| {
        it["id"] == post["id"] && is_done(it)
    })
    .await;
    let types: Vec<_> = receiver
        .told()
        .into_iter()
        .map(|(_, body)| body["type"].clone())
        .collect();
    assert_eq!(types, ["plan.stepped_back", "test"]);
}
