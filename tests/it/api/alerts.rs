//! Alerts of other monitoring, in Alertmanager's words.

use serde_json::{Value, json};
use tenantry_tests::{Caller, TestServer, TimeDelta, on_each_database, targeting_of};

use super::plan::{PLAN, at, share, threshold, told};

async fn tell(project: &Caller, body: &Value) -> Value {
    let path = "/environments/production/alerts";
    let answer = project.post(path).json(body).await.ok(200);
    answer["items"][0]["effect"].clone()
}

/// What Alertmanager posts.
fn alert(since: &Value, status: &str, tenant: Option<&str>) -> Value {
    let mut labels = json!({"alertname": "TooManyErrors", "flag": "new-billing", "job": "api"});
    if let Some(tenant) = tenant {
        labels["tenant"] = json!(tenant);
    }
    json!({
        "version": "4", "groupKey": "{}:{alertname=\"TooManyErrors\"}", "truncatedAlerts": 0,
        "status": "firing", "receiver": "tenantry", "groupLabels": {}, "commonLabels": {},
        "commonAnnotations": {}, "externalURL": "http://alertmanager:9093",
        "alerts": [{
            "status": status, "labels": labels,
            "annotations": {"summary": "5 % of the invoices fail"},
            "startsAt": since, "endsAt": "0001-01-01T00:00:00Z",
            "generatorURL": "http://prometheus:9090", "fingerprint": "c5d0b3ad0aa4e4b8",
        }],
    })
}

#[tokio::test]
async fn an_alert_does_once_what_the_plan_does_on_harm() {
    on_each_database(async |server| {
        let project = server.project();
        project.create_flag("new-billing").await;
        let plan = json!({
            "stages": [share("ten", 10_000, 0), share("most", 90_000, 10_000)],
            "guard": {"metrics": ["errors"], "on_harm": "step_back"},
        });
        project
            .put(PLAN)
            .if_match("*")
            .json(&plan)
            .await
            .expect(200);
        let tell = async |body: Value| {
            let path = "/environments/production/alerts";
            let answer = project.post(path).json(&body).await.ok(200);
            answer["items"].clone()
        };
        let late = json!("2999-01-01T00:00:00Z");
        let effect = |items: &Value| items[0]["effect"].clone();
        assert_eq!(
            effect(&tell(alert(&late, "firing", None)).await),
            "not_running"
        );
        told(&project, "start").await.expect(200);
        let approve = json!({"override": true});
        at(&project, "running", Some(0)).await;
        let path = format!("{PLAN}/approve");
        project.post(path).json(&approve).await.expect(200);
        let before = at(&project, "running", Some(1)).await;

        let entered = &before["decisions"][0]["at"];
        let early = json!("2020-01-01T00:00:00Z");
        assert_eq!(
            effect(&tell(alert(&early, "firing", None)).await),
            "earlier"
        );
        assert_eq!(tell(alert(entered, "resolved", None)).await, json!([]));

        // One tenant alone, that has the flag, and one that has not.
        let is_on = async |tenant: &str| {
            let path = "/environments/production/flags/new-billing/evaluate";
            let body = json!({"tenant": tenant});
            project.post(path).json(&body).await.ok(200)["on"] == true
        };
        let (mut on, mut off) = (None, None);
        for number in 0..1_000 {
            let tenant = format!("tenant-{number}");
            let found = if is_on(&tenant).await {
                &mut on
            } else {
                &mut off
            };
            found.get_or_insert(tenant);
            if on.is_some() && off.is_some() {
                break;
            }
        }
        let (on, off) = (on.expect("most"), off.expect("some"));
        let items = tell(alert(entered, "firing", Some(&off))).await;
        assert_eq!(effect(&items), "tenant_is_off");
        let items = tell(alert(entered, "firing", Some(&on))).await;
        assert_eq!(
            items,
            json!([{"flag": "new-billing", "tenant": on, "effect": "acted"}])
        );
        assert!(!is_on(&on).await);
        assert_eq!(threshold(&project).await, 90_000, "for that tenant alone");

        assert_eq!(effect(&tell(alert(entered, "firing", None)).await), "acted");
        assert_eq!(threshold(&project).await, 10_000);
        let after = at(&project, "paused", Some(0)).await;
        let reason = "the alert TooManyErrors: 5 % of the invoices fail";
        assert_eq!(after["decisions"][0]["reason"], reason);
        told(&project, "resume").await.expect(200);
        let again = tell(alert(entered, "firing", None)).await;
        assert_eq!(effect(&again), "earlier", "it was told again");
        assert_eq!(threshold(&project).await, 10_000);

        check_several(&server, &project).await;
        let path = "/environments/production/alerts";
        let wrong = json!({"alerts": [{"status": "firing", "startsAt": "yesterday"}]});
        let answer = project.post(path).json(&wrong).await;
        let problem = &answer.problem(422, "invalid_body")["problems"][0];
        assert_eq!(problem["path"], "alerts[0].startsAt");
    })
    .await;
}

/// What makes no sense does nothing, and keeps nothing else from being heard: not even while a person
/// has paused the plan.
async fn check_several(server: &TestServer, project: &Caller) {
    told(project, "pause").await.expect(200);
    let now = json!(server.now());
    let with = |label: &str, value: &str| {
        let mut one = alert(&now, "firing", None)["alerts"][0].clone();
        one["labels"][label] = json!(value);
        one
    };
    let alerts = json!({"alerts": [
        with("flag", "no-such-flag"),
        with("tenant", &"x".repeat(300)),
        with("job", "api"),
    ]});
    let path = "/environments/production/alerts";
    let items = project.post(path).json(&alerts).await.ok(200)["items"].clone();
    let effects: Vec<&Value> = (0..3).map(|at| &items[at]["effect"]).collect();
    assert_eq!(effects, ["no_plan", "no_plan", "acted"]);
    assert_eq!(threshold(project).await, 0);
}

#[tokio::test]
async fn an_alert_before_anybody_is_admitted_does_nothing() {
    on_each_database(async |server| {
        let project = server.project();
        project.create_flag("new-billing").await;
        let plan = json!({
            "stages": [share("ten", 10_000, 0)],
            "start_at": server.now() + TimeDelta::hours(1),
        });
        let put = project.put(PLAN).if_match("*").json(&plan);
        put.await.expect(200);
        told(&project, "start").await.expect(200);
        let since = json!(server.now() + TimeDelta::minutes(1));
        let body = alert(&since, "firing", None);
        assert_eq!(tell(&project, &body).await, "earlier");
        at(&project, "running", None).await;
    })
    .await;
}

#[tokio::test]
async fn an_alert_is_heard_although_the_clock_was_ahead_when_the_plan_began() {
    on_each_database(async |server| {
        let project = server.project();
        project.create_flag("new-billing").await;
        let plan = json!({"stages": [share("ten", 10_000, 10_000)]});
        let put = project.put(PLAN).if_match("*").json(&plan);
        put.await.expect(200);
        let leap = TimeDelta::hours(5);
        server.travel(leap);
        told(&project, "start").await.expect(200);
        at(&project, "running", Some(0)).await;
        server.travel(-leap);
        let body = alert(&json!(server.now()), "firing", None);
        assert_eq!(tell(&project, &body).await, "acted");
        at(&project, "paused", Some(0)).await;
    })
    .await;
}

#[tokio::test]
async fn whom_an_alert_switched_off_and_a_person_on_again_is_forgotten_by_a_start_anew() {
    on_each_database(async |server| {
        let project = server.project();
        project.create_flag("new-billing").await;
        let plan = json!({"stages": [share("all", 100_000, 10_000)]});
        let put = project.put(PLAN).if_match("*").json(&plan);
        put.await.expect(200);
        told(&project, "start").await.expect(200);
        at(&project, "running", Some(0)).await;
        project.published().await;
        let body = alert(&json!(server.now()), "firing", Some("acme"));
        assert_eq!(tell(&project, &body).await, "acted");
        let back = told(&project, "roll-back").await.ok(200);
        assert_eq!(back["blocked"], json!(["acme"]));
        let list = format!("{}/block", targeting_of("new-billing"));
        let one = json!({"tenants": ["acme"]});
        project.delete(list).json(&one).await.expect(200);
        let anew = told(&project, "start").await.ok(200);
        assert_eq!(
            anew["blocked"],
            json!([]),
            "else no guard would take it out"
        );
    })
    .await;
}
