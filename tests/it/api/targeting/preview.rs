//! Previews of targeting.

use serde_json::{Value, json};
use tenantry_tests::{Caller, on_each_database, targeting_of};

async fn preview(project: &Caller, flag: &str, body: &Value) -> tenantry_tests::Answer {
    let path = format!("{}/preview", targeting_of(flag));
    project.post(path).json(body).await
}

/// Three tenants, and a flag that `acme` has.
async fn furnish(project: &Caller) {
    let file = "key,name,weight,attributes.plan,attributes.regions:list\n\
        acme,Acme,70,pro,eu;us\nglobex,Globex,20,free,us\ninitech,Initech,10,free,\n";
    let import = project.post("/tenants/import").body("text/csv", file);
    import.await.expect(200);
    project
        .create_targeted("a", &json!({"on": true, "allow": ["acme"]}))
        .await;
    let waits = json!({"on": true, "prerequisites": [{"flag": "a"}],
        "rollout": {"threshold": 100_000}});
    project.create_targeted("on-top", &waits).await;
}

#[tokio::test]
async fn a_draft_is_answered_with_names_counts_and_shares() {
    on_each_database(async |server| {
        let project = server.project();
        furnish(&project).await;
        let revision = project.revision_of("production").await;
        let body = json!({"patch": {"allow": ["globex", "initech", "nobody"]}, "limit": 1});
        let found = preview(&project, "a", &body).await.ok(200);
        assert_eq!(found["revision"], revision);
        assert_eq!(
            (&found["tenants"], &found["on_before"], &found["on_after"]),
            (&json!(3), &json!(1), &json!(2))
        );
        let on = &found["turned_on"];
        assert_eq!(on["count"], 2, "counts are exact, whatever the limit");
        assert_eq!(on["share_of_tenants"], 2.0 / 3.0);
        assert_eq!(on["share_of_requests"], 0.3);
        assert_eq!(
            on["tenants"],
            json!([{"key": "globex", "name": "Globex", "weight": 20,
                "before": {"on": false, "reason": "DEFAULT", "rule": null},
                "after": {"on": true, "reason": "TARGETING_MATCH", "rule": null}}])
        );
        assert_eq!(found["turned_off"]["tenants"][0]["key"], "acme");
        assert_eq!(found["turned_off"]["share_of_requests"], 0.7);
        assert_eq!(
            found["attributes"],
            json!([
                {"attribute": "plan", "value": "free", "tenants": 2, "turned_on": 2, "turned_off": 0},
                {"attribute": "plan", "value": "pro", "tenants": 1, "turned_on": 0, "turned_off": 1},
                {"attribute": "regions", "value": "us", "tenants": 2, "turned_on": 1, "turned_off": 1},
                {"attribute": "regions", "value": "eu", "tenants": 1, "turned_on": 0, "turned_off": 1},
            ])
        );
        let dependents = found["dependents"].as_array().expect("dependents");
        assert_eq!(dependents.len(), 1);
        assert_eq!(dependents[0]["flag"], "on-top");
        assert_eq!(dependents[0]["turned_on"]["count"], 2);
        assert_eq!(dependents[0]["turned_off"]["count"], 1);
        assert_eq!(project.revision_of("production").await, revision);

        // The roster is read anew when it has changed.
        let acme = project.delete("/tenants/acme").if_match("*");
        acme.await.expect(204);
        let found = preview(&project, "a", &body).await.ok(200);
        assert_eq!((&found["tenants"], &found["turned_off"]["count"]), (&json!(2), &json!(0)));
    })
    .await;
}

#[tokio::test]
async fn rules_test_what_calls_are_taken_to_pass() {
    on_each_database(async |server| {
        let project = server.project();
        furnish(&project).await;
        let draft = json!({"on": true, "allow": ["acme"], "rules": [{"effect": "on",
            "conditions": [{"operator": "in", "attribute": "plan", "values": ["free"]}]}]});
        let none = preview(&project, "a", &json!({"targeting": draft})).await;
        assert_eq!(none.ok(200)["turned_on"]["count"], 0);
        let body = json!({"targeting": draft, "attributes": {"plan": "free"}});
        let some = preview(&project, "a", &body).await.ok(200);
        assert_eq!(some["turned_on"]["count"], 2);
        assert_eq!(some["turned_on"]["tenants"][0]["after"]["rule"], 0);
    })
    .await;
}

#[tokio::test]
async fn a_draft_that_could_not_be_written_is_refused() {
    on_each_database(async |server| {
        let project = server.project();
        furnish(&project).await;
        for (body, wanted) in [
            (json!({}), vec![""]),
            (json!({"targeting": {}, "patch": {}}), vec![""]),
            (json!({"patch": {}, "limit": 10_001}), vec!["limit"]),
            (
                json!({"patch": {"rollout": {"threshold": 100_001}}}),
                vec!["rollout.threshold"],
            ),
            (
                json!({"patch": {"prerequisites": [{"flag": "nobody"}], "rules": [{"effect": "on",
                    "conditions": [{"operator": "in_segment", "segment": "none"}]}]}}),
                vec!["prerequisites[0].flag", "rules[0].conditions[0].segment"],
            ),
            // on-top waits for a, which would wait for it.
            (
                json!({"patch": {"prerequisites": [{"flag": "on-top"}]}}),
                vec!["prerequisites[0].flag"],
            ),
            (
                json!({"patch": {"allow": ["no\u{0}tenant"]}}),
                vec!["allow[0]"],
            ),
        ] {
            let refused = preview(&project, "a", &body).await;
            assert_eq!(refused.invalid_paths(), wanted, "{body}");
            // A write is refused for the same reasons.
            if let (Some(patch), None) = (body.get("patch"), body.get("targeting"))
                && wanted != ["limit"]
            {
                let written = project.patch(targeting_of("a")).if_match("*");
                assert_eq!(written.json(patch).await.invalid_paths(), wanted, "{body}");
            }
        }
        preview(&project, "nobody", &json!({"patch": {}}))
            .await
            .problem(404, "not_found");
        project.post("/flags/on-top/archive").await.expect(200);
        preview(&project, "on-top", &json!({"patch": {}}))
            .await
            .problem(409, "flag_archived");
    })
    .await;
}
