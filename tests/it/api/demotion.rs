//! What would take a flag from tenants while its plan is under way is refused, whatever is changed,
//! unless it says so.

use serde_json::{Value, json};
use tenantry_tests::{Answer, Caller, on_each_database, targeting_of};

use super::plan::{PLAN, at, share, told};

/// A plan under way, whose stage admits next to nobody by bucket; the flag is on for whom `rule` says,
/// as well.
async fn furnish(project: &Caller, targeting: &Value) {
    project.create_flag("new-billing").await;
    project.set_targeting("new-billing", targeting).await;
    let plan = json!({"stages": [share("few", 1, 60), share("all", 100_000, 0)]});
    let put = project.put(PLAN).if_match("*").json(&plan).await;
    put.expect(200);
    told(project, "start").await.expect(200);
    at(project, "running", Some(0)).await;
}

fn for_segment(segment: &str) -> Value {
    let condition = json!({"operator": "in_segment", "segment": segment});
    let rule = json!({"conditions": [condition], "effect": "on"});
    json!({"on": true, "rules": [rule], "rollout": {"threshold": 0, "salt": "s"}})
}

async fn tenant(project: &Caller, key: &str, tier: &str) {
    let new = json!({"key": key, "name": key.to_uppercase(), "attributes": {"tier": tier}});
    project.post("/tenants").json(&new).await.expect(201);
}

/// The segment `gold` of tenants whose tier is gold.
async fn gold(project: &Caller) {
    let condition = json!({"operator": "in", "attribute": "tier", "values": ["gold"]});
    let new = json!({"key": "gold", "conditions": [condition]});
    project.post("/segments").json(&new).await.expect(201);
}

/// Refused, and these would lose the flag.
#[track_caller]
fn check(refused: &Answer, expected: &[&str]) {
    let problem = refused.problem(409, "demotes");
    let problems = problem["problems"].as_array().expect("a list");
    let messages: Vec<&str> = problems
        .iter()
        .map(|it| it["message"].as_str().expect("words"))
        .collect();
    assert_eq!(messages, expected, "{problem:#}");
}

#[tokio::test]
async fn a_flag_is_not_archived_from_under_its_tenants() {
    on_each_database(async |server| {
        let project = server.project();
        tenant(&project, "acme", "gold").await;
        let on = json!({"on": true, "allow": ["acme"], "rollout": {"threshold": 0, "salt": "s"}});
        furnish(&project, &on).await;
        let archive = "/flags/new-billing/archive";
        let refused = project.post(archive).json(&json!({})).await;
        check(
            &refused,
            &["acme (ACME) would lose new-billing in production"],
        );
        let detail = refused.json()["detail"].clone();
        assert!(
            detail.as_str().is_some_and(|it| it.contains("demote")),
            "{detail}"
        );
        let said = json!({"demote": true, "reason": "it is gone"});
        project.post(archive).json(&said).await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn members_are_not_taken_out_from_under_a_plan() {
    on_each_database(async |server| {
        let project = server.project();
        let new = json!({"key": "friends"});
        project.post("/segments").json(&new).await.expect(201);
        let both = json!({"tenants": ["acme", "globex"]});
        let members = "/segments/friends/members";
        project.post(members).json(&both).await.expect(200);
        tenant(&project, "acme", "gold").await;
        furnish(&project, &for_segment("friends")).await;
        // One of them is on no roster: it would lose the flag all the same.
        let refused = project.delete(members).json(&both).await;
        let expected = [
            "acme (ACME) would lose new-billing in production",
            "globex would lose new-billing in production",
        ];
        check(&refused, &expected);
        let more = json!({"tenants": ["initech"]});
        project.post(members).json(&more).await.expect(200);
        let condition = json!({"operator": "in", "attribute": "tier", "values": ["gold"]});
        let resolved = json!({"conditions": [condition]});
        let patch = async |query: &str| {
            let path = format!("/segments/friends{query}");
            project.patch(path).json(&resolved).await
        };
        let expected = [
            "globex would lose new-billing in production",
            "initech would lose new-billing in production",
        ];
        check(&patch("").await, &expected);
        let renamed = json!({"name": "Friends"});
        let patch_name = project.patch("/segments/friends").json(&renamed);
        patch_name.await.expect(200);
        patch("?demote=true").await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn the_roster_is_not_changed_from_under_a_plan() {
    on_each_database(async |server| {
        let project = server.project();
        gold(&project).await;
        for key in ["acme", "globex"] {
            tenant(&project, key, "gold").await;
        }
        furnish(&project, &for_segment("gold")).await;
        let acme = ["acme (ACME) would lose new-billing in production"];
        let silver = json!({"attributes": {"tier": "silver"}});
        let change = async |query: &str| {
            let path = format!("/tenants/acme{query}");
            project.patch(path).if_match("*").json(&silver).await
        };
        check(&change("").await, &acme);
        let put = project.put("/tenants/acme").if_match("*").json(&silver);
        check(&put.await, &acme);
        let delete = async |query: &str| {
            let path = format!("/tenants/acme{query}");
            project.delete(path).if_match("*").await
        };
        check(&delete("").await, &acme);
        let import = async |query: &str| {
            let lines =
                "{\"key\":\"acme\",\"attributes\":{\"tier\":\"silver\"}}\n{\"key\":\"new\"}\n";
            let path = format!("/tenants/import{query}");
            project.post(path).body("application/x-ndjson", lines).await
        };
        check(&import("").await, &acme);
        let listed = project.get("/tenants").await.ok(200);
        assert_eq!(
            listed["items"].as_array().map(Vec::len),
            Some(2),
            "nothing of it was done"
        );
        // What takes nothing from anybody needs no leave.
        let named = json!({"name": "Acme, Inc.", "weight": 7});
        let patch = project.patch("/tenants/acme").if_match("*").json(&named);
        patch.await.expect(200);
        import("?demote=true").await.expect(200);
        delete("?demote=true").await.expect(204);
        change("?demote=true").await.expect(404);
    })
    .await;
}

#[tokio::test]
async fn a_tenant_that_joins_a_ring_may_lose_a_flag_by_it() {
    on_each_database(async |server| {
        let project = server.project();
        gold(&project).await;
        let mut targeting = for_segment("gold");
        targeting["rules"][0]["effect"] = json!("off");
        let everybody = json!({"conditions": [], "effect": "on"});
        targeting["rules"]
            .as_array_mut()
            .expect("rules")
            .push(everybody);
        furnish(&project, &targeting).await;
        let new = json!({"key": "acme", "attributes": {"tier": "gold"}});
        let create = async |query: &str| project.post(format!("/tenants{query}")).json(&new).await;
        check(
            &create("").await,
            &["acme would lose new-billing in production"],
        );
        create("?demote=true").await.expect(201);
    })
    .await;
}

#[tokio::test]
async fn a_flag_that_others_wait_for_is_not_taken_from_under_them() {
    on_each_database(async |server| {
        let project = server.project();
        tenant(&project, "acme", "gold").await;
        project.create_flag("ledger").await;
        let ledger = json!({"on": true, "rollout": {"threshold": 100_000}});
        project.set_targeting("ledger", &ledger).await;
        let on = json!({"on": true, "allow": ["acme"], "rollout": {"threshold": 0, "salt": "s"},
            "prerequisites": [{"flag": "ledger"}]});
        furnish(&project, &on).await;
        let ledger = targeting_of("ledger");
        let off = json!({"on": false});
        let switch = async |query: &str| {
            let at = format!("{ledger}{query}");
            project.patch(at).if_match("*").json(&off).await
        };
        check(
            &switch("").await,
            &["acme (ACME) would lose new-billing in production"],
        );
        // The kill switch asks nobody.
        let kill = json!({"reason": "it is on fire"});
        project
            .post(format!("{ledger}/kill"))
            .json(&kill)
            .await
            .expect(200);
        switch("").await.expect(200);
        let back = project
            .patch(&ledger)
            .if_match("*")
            .json(&json!({"on": true}));
        back.await.expect(200);
        switch("?demote=true").await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn many_are_counted_and_some_are_named() {
    on_each_database(async |server| {
        let project = server.project();
        let keys: Vec<String> = (0..250)
            .map(|number| format!("tenant-{number:03}"))
            .collect();
        let lines: Vec<String> = keys
            .iter()
            .map(|key| json!({"key": key}).to_string())
            .collect();
        let import = project.post("/tenants/import");
        let import = import.body("application/x-ndjson", lines.join("\n"));
        import.await.expect(200);
        let on = json!({"on": true, "allow": keys, "rollout": {"threshold": 0, "salt": "s"}});
        furnish(&project, &on).await;
        let archive = project.post("/flags/new-billing/archive").json(&json!({}));
        let problem = archive.await.problem(409, "demotes");
        assert_eq!(problem["problems"].as_array().map(Vec::len), Some(100));
        let detail = problem["detail"].as_str().expect("words");
        assert!(
            detail.starts_with("250 tenants would lose new-billing in production"),
            "{detail}"
        );
    })
    .await;
}
