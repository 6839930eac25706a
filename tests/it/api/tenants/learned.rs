//! What the roster knows from usage: who was seen, how much each asks, and what that changes.

use serde_json::{Value, json};
use tenantry_tests::{
    Caller, RawStream, TestServer, TimeDelta, ZERO, on_each_database, targeting_of, until,
};

/// Has a program tell that acme asked 90 times, globex 8, and others that are not named 2.
pub(super) async fn tell_usage(server: &TestServer) {
    let project = server.project();
    project.create_targeted("a", &json!({"on": true})).await;
    // Calls of a flag that is not published yet would be those of an unknown key.
    server.published().await;
    let token = project.create_token("sdk").await.secret;
    let stream = RawStream::connect(&server.address(), &token).await;
    let mut stream = stream.expect("let in");
    stream.hello(0, ZERO).await;
    stream.frame().await;
    let window = json!({
        "type": "usage", "age": 0, "length": 60_000, "tenants": ["acme", "globex", "."],
        "flags": [{"flag": "a", "on": [[0, 90]], "off": [[1, 7], [2, 1]], "off_rest": [1, 2]}],
    });
    stream.send(&window).await;
    until("it is written", async || {
        let usage = project
            .get("/environments/production/flags/a/usage")
            .await
            .ok(200);
        (usage["tenants"].as_array().map(Vec::len) == Some(3)).then_some(())
    })
    .await;
}

async fn preview(project: &Caller) -> Value {
    let body = json!({"patch": {"allow": ["acme", "globex", "initech"]}});
    let path = format!("{}/preview", targeting_of("a"));
    project.post(path).json(&body).await.ok(200)
}

#[tokio::test]
async fn shares_are_of_requests_as_soon_as_some_are_told() {
    on_each_database(async |server| {
        let project = server.project();
        let file = "key,weight\nacme,1\nglobex,1\ninitech,2\n";
        let import = project.post("/tenants/import").body("text/csv", file);
        import.await.expect(200);
        project.create_flag("b").await;
        tell_usage(&server).await;
        let told = preview(&project).await;
        assert_eq!(told["requests_are_counted"], true);
        let on = &told["turned_on"];
        assert_eq!(
            (&on["count"], &on["share_of_requests"]),
            (&json!(3), &json!(0.97))
        );
        let first: Vec<_> = on["tenants"].as_array().expect("tenants").iter().collect();
        let keys: Vec<_> = first.iter().map(|it| &it["key"]).collect();
        assert_eq!(
            keys,
            ["acme", "globex", "initech"],
            "who asks most comes first"
        );

        // Where nobody has told, weights say it.
        let path = "/environments/staging/flags/a/targeting/preview";
        let body = json!({"patch": {"on": true, "allow": ["acme"]}});
        let told = project.post(path).json(&body).await.ok(200);
        assert_eq!(told["requests_are_counted"], false);
        assert_eq!(told["turned_on"]["share_of_requests"], 0.25);
    })
    .await;
}

#[tokio::test]
async fn a_tenant_says_when_it_was_seen_and_how_much_it_asks() {
    on_each_database(async |server| {
        let project = server.project();
        project
            .post("/tenants")
            .json(&json!({"key": "acme"}))
            .await
            .expect(201);
        let unseen = project.get("/tenants/acme").await.ok(200);
        assert_eq!(unseen["usage"], json!([]));
        tell_usage(&server).await;
        let seen = project.get("/tenants/acme").await.expect(200);
        let etag = seen.etag();
        let seen = seen.json();
        let usage = &seen["usage"][0];
        assert_eq!(usage["environment"], "production");
        assert_eq!(usage["requests_per_day"], json!(90.0 / 7.0));
        assert!(
            usage["first_seen"].is_string() && usage["last_seen"].is_string(),
            "{seen:#}"
        );
        let put = project
            .put("/tenants/acme")
            .if_match(&etag)
            .json(&json!({}));
        put.await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn the_roster_learns_who_was_seen_and_weights_if_it_is_to() {
    on_each_database(async |server| {
        let project = server.project();
        let acme = json!({"key": "acme", "name": "Acme", "weight": 5});
        project.post("/tenants").json(&acme).await.expect(201);
        tell_usage(&server).await;
        let learn = "/environments/production/tenants/learn";
        let learned = project.post(learn).await.ok(200);
        // One has a name that no path could say: programs may ask for it, and the roster passes it over.
        assert_eq!(
            (
                &learned["added"],
                &learned["changed"],
                &learned["unchanged"]
            ),
            (&json!(1), &json!(0), &json!(1))
        );
        let globex = project.get("/tenants/globex").await.ok(200);
        assert_eq!(
            (&globex["name"], &globex["weight"]),
            (&json!("globex"), &json!(1))
        );
        let weights = json!({"weights": true});
        let learned = project.post(learn).json(&weights).await.ok(200);
        assert_eq!(
            (&learned["added"], &learned["changed"]),
            (&json!(0), &json!(2))
        );
        let acme = project.get("/tenants/acme").await.ok(200);
        assert_eq!(
            (&acme["name"], &acme["weight"]),
            (&json!("Acme"), &json!(90))
        );
        let entry = &project.get("/audit?limit=1").await.ok(200)["items"][0];
        assert_eq!(
            (&entry["action"], &entry["target"]),
            (&json!("tenants.learn"), &json!("tenants"))
        );
        let again = project.post(learn).json(&weights).await.ok(200);
        assert_eq!(again["unchanged"], 2, "the same again changes nothing");
        let nothing = project.post("/environments/staging/tenants/learn").await;
        assert_eq!(nothing.ok(200)["added"], 0);
        let wrong = project.post(learn).json(&json!({"weight": true})).await;
        assert_eq!(wrong.invalid_paths(), ["weight"]);
    })
    .await;
}

#[tokio::test]
async fn weights_that_nobody_gave_are_learned_every_hour() {
    on_each_database(async |server| {
        let project = server.project();
        let file = "key,weight\nacme,5\nglobex,\ninitech,\n";
        let import = project.post("/tenants/import").body("text/csv", file);
        import.await.expect(200);
        tell_usage(&server).await;
        let weight = async |tenant: &str| {
            let shown = project.get(format!("/tenants/{tenant}")).await.ok(200);
            (shown["weight"].clone(), shown["weight_given"].clone())
        };
        assert_eq!(weight("globex").await, (json!(1), json!(false)));
        server.travel(TimeDelta::hours(1));
        until("it is learned", async || {
            (weight("globex").await == (json!(7), json!(false))).then_some(())
        })
        .await;
        assert_eq!(
            weight("acme").await,
            (json!(5), json!(true)),
            "it was given"
        );
        assert_eq!(
            weight("initech").await,
            (json!(1), json!(false)),
            "it never asked"
        );
        let entry = &project.get("/audit?limit=1").await.ok(200)["items"][0];
        assert_eq!(
            (&entry["action"], &entry["actor"]),
            (&json!("tenants.learn"), &json!("tenantry-server"))
        );
        // Whoever takes a weight back has it learned again.
        let back = json!({"weight": null});
        let patch = project.patch("/tenants/acme").if_match("*").json(&back);
        patch.await.expect(200);
        server.travel(TimeDelta::hours(1));
        let is_learned = async || {
            until("it is learned", async || {
                (weight("acme").await == (json!(90), json!(false))).then_some(())
            })
            .await;
        };
        is_learned().await;
        // So it is by a clock that ran ahead and is set right.
        let patch = project.patch("/tenants/acme").if_match("*").json(&back);
        patch.await.expect(200);
        assert_eq!(weight("acme").await, (json!(1), json!(false)));
        server.travel(TimeDelta::hours(-2));
        is_learned().await;
        let verified = project.get("/audit/verify").await.ok(200);
        assert!(
            verified.get("broken").is_none_or(Value::is_null),
            "{verified:#}"
        );
    })
    .await;
}
