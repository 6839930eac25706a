//! What an SDK is told: the shortest way from what it has to the newest.

use serde_json::{Value, json};
use tenantry_protocol::Replica;
use tenantry_tests::{
    Caller, Follower, IssuedToken, RawStream, TestServer, ZERO, on_each_database, targeting_of,
};

async fn connect(server: &TestServer, token: &IssuedToken) -> RawStream {
    RawStream::connect(&server.address(), &token.secret)
        .await
        .expect("let in")
}

async fn follow(server: &TestServer, token: &IssuedToken, before: Replica) -> Follower {
    Follower::connect(&server.address(), &token.secret, before)
        .await
        .expect("let in")
}

/// A flag and the token of an SDK.
async fn scene(server: &TestServer) -> IssuedToken {
    let project = server.project();
    project
        .create_targeted("a", &json!({"on": true, "allow": ["acme", "globex"]}))
        .await;
    project.create_token("sdk").await
}

#[tokio::test]
async fn who_is_up_to_date_is_told_so() {
    on_each_database(async |server| {
        let token = scene(&server).await;
        let newest = server.project().revision_of("production").await;
        let mut follower = follow(&server, &token, Replica::default()).await;
        follower.follow_to(newest).await;
        let mut again = follow(&server, &token, follower.into_replica()).await;
        let current = again.frame().await;
        assert_eq!(
            (&current["type"], &current["revision"]),
            (&json!("current"), &json!(newest))
        );
        assert!(
            current["server_time"]
                .as_u64()
                .is_some_and(|it| it > 1_700_000_000_000)
        );
    })
    .await;
}

#[tokio::test]
async fn a_change_arrives_as_the_least_that_says_it() {
    on_each_database(async |server| {
        let token = scene(&server).await;
        let project = server.project();
        let newest = project.revision_of("production").await;
        let mut follower = follow(&server, &token, Replica::default()).await;
        follower.follow_to(newest).await;

        let list = format!("{}/allow", targeting_of("a"));
        project
            .post(&list)
            .json(&json!({"tenants": ["initech"]}))
            .await
            .expect(200);
        let delta = follower.frame().await;
        let expected = json!({
            "type": "delta", "from": newest, "to": newest + 1, "upserts": [], "removals": [],
            "members": [{"owner": "flag/a", "list": "allow", "add": ["initech"]}],
            "checksum": follower.replica().checksum().to_string(),
        });
        assert_eq!(delta, expected);

        let patch = json!({"rollout": {"threshold": 7}});
        project
            .patch(targeting_of("a"))
            .if_match("*")
            .json(&patch)
            .await
            .expect(200);
        let delta = follower.frame().await;
        assert_eq!(
            delta["members"],
            json!([]),
            "lists do not travel with the document"
        );
        assert_eq!(
            delta["upserts"][0]["flag"]["targeting"]["rollout"]["threshold"],
            7
        );
        assert!(!delta.to_string().contains("acme"), "{delta:#}");

        project
            .post("/flags/a/archive")
            .json(&json!({}))
            .await
            .expect(200);
        let delta = follower.frame().await;
        assert_eq!(
            (&delta["removals"], &delta["upserts"]),
            (&json!(["flag/a"]), &json!([]))
        );
        assert!(follower.replica().is_empty());
        assert_eq!(
            follower.replica().checksum().to_string(),
            ZERO,
            "nothing is left"
        );

        project
            .post("/flags/a/restore")
            .json(&json!({}))
            .await
            .expect(200);
        follower.follow_to(newest + 4).await;
        assert_eq!(
            follower.replica().ruleset().is_enabled("a", "initech"),
            Some(true)
        );
    })
    .await;
}

#[tokio::test]
async fn other_environments_are_not_heard() {
    on_each_database(async |server| {
        let token = scene(&server).await;
        let project = server.project();
        let mut follower = follow(&server, &token, Replica::default()).await;
        follower
            .follow_to(project.revision_of("production").await)
            .await;
        let staging = "/environments/staging/flags/a/targeting";
        project
            .put(staging)
            .if_match("*")
            .json(&json!({"on": true}))
            .await
            .expect(200);
        let other = server.admin().create_project("other").await;
        other.create_targeted("foreign", &json!({"on": true})).await;
        let newest = project
            .set_targeting("a", &json!({"on": false}))
            .await
            .revision();
        let delta = follower.frame().await;
        assert_eq!(
            delta["to"], newest,
            "the next frame is this environment's next change"
        );
        assert!(!delta.to_string().contains("foreign"), "{delta:#}");
    })
    .await;
}

#[tokio::test]
async fn who_was_away_gets_one_delta_however_much_has_happened() {
    on_each_database(async |server| {
        let token = scene(&server).await;
        let project = server.project();
        let from = project.revision_of("production").await;
        let mut follower = follow(&server, &token, Replica::default()).await;
        follower.follow_to(from).await;
        let before = follower.into_replica();

        for number in 0..30 {
            project
                .set_targeting("a", &json!({"on": true, "rollout": {"threshold": number}}))
                .await;
        }
        project.create_flag("b").await;
        project.create_flag("c").await;
        project
            .post("/flags/b/archive")
            .json(&json!({}))
            .await
            .expect(200);
        let to = project.revision_of("production").await;
        // Until the server itself has heard of everything.
        follow(&server, &token, Replica::default())
            .await
            .follow_to(to)
            .await;

        let mut again = follow(&server, &token, before).await;
        let delta = again.frame().await;
        assert_eq!((&delta["from"], &delta["to"]), (&json!(from), &json!(to)));
        let upserts = delta["upserts"].as_array().expect("upserts");
        assert_eq!(upserts.len(), 2, "each flag once: {delta:#}");
        let lists: Vec<&Value> = delta["members"]
            .as_array()
            .expect("members")
            .iter()
            .collect();
        assert_eq!(lists.len(), 1, "the tenants that were taken off: {delta:#}");
        assert_eq!(lists[0]["remove"], json!(["acme", "globex"]));
    })
    .await;
}

#[tokio::test]
async fn who_disagrees_gets_everything() {
    on_each_database(async |server| {
        let token = scene(&server).await;
        let newest = server.project().revision_of("production").await;
        follow(&server, &token, Replica::default())
            .await
            .follow_to(newest)
            .await;
        for (revision, what) in [
            (newest, "the same"),
            (newest - 1, "an older"),
            (newest + 50, "a later"),
        ] {
            let mut stream = connect(&server, &token).await;
            stream.hello(revision, "00000000deadbeef").await;
            let snapshot = stream.frame_of("snapshot").await;
            assert_eq!(
                snapshot["revision"], newest,
                "to {what} revision with another checksum"
            );
            assert_eq!(snapshot["items"].as_array().map(Vec::len), Some(1));
            let members = json!([{"owner": "flag/a", "list": "allow", "add": ["acme", "globex"]}]);
            let mut found = snapshot["members"].clone();
            for list in found.as_array_mut().expect("members") {
                let add = list["add"].as_array_mut().expect("tenants");
                add.sort_by_key(ToString::to_string);
            }
            assert_eq!(found, members);
        }
    })
    .await;
}

#[tokio::test]
async fn who_asks_for_everything_gets_it_and_goes_on() {
    on_each_database(async |server| {
        let token = scene(&server).await;
        let newest = server.project().revision_of("production").await;
        let mut follower = follow(&server, &token, Replica::default()).await;
        follower.follow_to(newest).await;
        follower.stream().send(&json!({"type": "resync"})).await;
        let snapshot = follower.stream().frame_of("snapshot").await;
        assert_eq!(snapshot["revision"], newest);
        assert_eq!(
            snapshot["checksum"],
            follower.replica().checksum().to_string()
        );
        server.project().create_flag("b").await;
        follower.follow_to(newest + 1).await;
    })
    .await;
}

/// Makes one of many changes; some find nothing to change, or are refused.
async fn change_something(project: &Caller, number: usize) {
    let flag = format!("flag-{}", number % 7);
    let list = ["allow", "block"][number % 2];
    let list = format!("{}/{list}", targeting_of(&flag));
    let segment = format!("/segments/segment-{}", number % 2);
    let members = format!("{segment}/members");
    let tenants = json!({"tenants": [format!("t{}", number % 5), format!("t{}", number % 3)]});
    let targeting = json!({"on": true, "rollout": {"threshold": number}});
    let (request, body) = match number % 11 {
        0 | 1 => (project.post("/flags"), json!({"key": flag})),
        2 => (project.post(list), tenants),
        3 => (project.delete(list), tenants),
        4 => (project.patch(targeting_of(&flag)), targeting),
        5 => (project.post(format!("/flags/{flag}/archive")), json!({})),
        6 => (project.post(format!("/flags/{flag}/restore")), json!({})),
        7 => (project.post("/segments"), json!({"key": &segment[10..]})),
        8 | 9 => (project.post(members), tenants),
        _ if number.is_multiple_of(4) => (project.delete(segment), json!({})),
        _ => (project.delete(members), tenants),
    };
    let answer = request.if_match("*").json(&body).await;
    assert!(!answer.status.is_server_error(), "{answer:#?}");
}

#[tokio::test]
async fn every_way_of_getting_there_leads_to_the_same_state() {
    on_each_database(async |server| {
        let token = scene(&server).await;
        let project = server.project();
        let mut step_by_step = follow(&server, &token, Replica::default()).await;
        for number in 0..90 {
            change_something(&project, number).await;
        }
        let newest = project.revision_of("production").await;
        step_by_step.follow_to(newest).await;
        let mut at_once = follow(&server, &token, Replica::default()).await;
        at_once.follow_to(newest).await;
        let mut stream = connect(&server, &token).await;
        stream.hello(newest, "00000000deadbeef").await;
        let snapshot = stream.frame_of("snapshot").await;
        let checksum = snapshot["checksum"].as_str().expect("a checksum");
        for replica in [step_by_step.replica(), at_once.replica()] {
            assert_eq!(replica.checksum().to_string(), checksum);
            let mut items: Vec<Value> = replica
                .items()
                .map(|(_, bytes)| serde_json::from_str(bytes.get()).expect("JSON"))
                .collect();
            let mut expected = snapshot["items"].as_array().expect("items").clone();
            items.sort_by_key(Value::to_string);
            expected.sort_by_key(Value::to_string);
            assert_eq!(items, expected);
        }
    })
    .await;
}

#[tokio::test]
async fn who_reads_slowly_gets_fewer_frames_and_the_same_state() {
    // Nothing here depends on the database.
    let server = TestServer::on_sqlite().await;
    let token = scene(&server).await;
    let project = server.project();
    let stream = RawStream::connect_narrow(&server.address(), &token.secret)
        .await
        .expect("let in");
    let mut follower = Follower::over(stream, Replica::default()).await;
    let first = project.revision_of("production").await;
    follower.follow_to(first).await;
    let variants: Vec<_> = (0..100)
        .map(|number| json!({"name": format!("v{number}"), "weight": 1, "payload": "x".repeat(16_000)}))
        .collect();
    let mut newest = first;
    for threshold in 0..8 {
        let large = json!({"on": true, "rollout": {"threshold": threshold}, "variants": variants});
        newest = project.set_targeting("a", &large).await.revision();
    }
    let changes = usize::try_from(newest - first).expect("a small number");
    let frames = follower.follow_to(newest).await;
    assert!(
        frames < changes,
        "{frames} frames for {changes} changes that nobody was reading"
    );
    let mut again = follow(&server, &token, follower.into_replica()).await;
    assert_eq!(again.frame().await["type"], "current");
}
