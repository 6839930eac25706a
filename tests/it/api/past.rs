//! The past: what was answered at a revision, since when it is answered, and who differs between two.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use tenantry::Client;
use tenantry_tests::{
    Caller, TestServer, TimeDelta, World, on_each_database, targeting_of, until_true,
};

/// Flags of the world: enough for chains of prerequisites.
const FLAGS: usize = 21;
const TENANTS: usize = 24;
/// Turns of the tests' history; each makes several revisions.
const TURNS: usize = 4;

/// The tenants that get a flag; absent for a flag that is not in service.
type Answers = BTreeMap<String, BTreeSet<String>>;

/// What was answered at each revision, written down when it was.
struct Record {
    world: World,
    client: Client,
    archived: BTreeSet<String>,
    answers: BTreeMap<u64, Answers>,
}

impl Record {
    /// A server with a world, and a client that hears of every change.
    async fn begin(server: &TestServer) -> Self {
        let world = World::new(FLAGS, TENANTS);
        let project = server.project();
        let import = project.post("/tenants/import");
        let import = import.body("application/x-ndjson", world.roster());
        import.await.expect(200);
        world.load(&project).await;
        let token = project.create_token("sdk").await.secret;
        let client = Client::builder(server.address(), &token).build().await;
        let mut record = Self {
            world,
            client: client.expect("a client"),
            archived: BTreeSet::new(),
            answers: BTreeMap::new(),
        };
        record.note(&project).await;
        record
    }

    /// Writes down what is answered now.
    async fn note(&mut self, project: &Caller) {
        let revision = project.revision_of("production").await;
        let client = &self.client;
        until_true("it is applied", || client.status().revision == revision).await;
        let flags = self.world.flags.iter().map(|flag| &flag.key);
        let answers = flags
            .filter(|flag| !self.archived.contains(*flag))
            .map(|flag| {
                let tenants = self.world.tenants.iter().map(|tenant| &tenant.key);
                let on = tenants.filter(|tenant| client.is_enabled(flag, tenant));
                (flag.clone(), on.cloned().collect())
            });
        let answers = answers.collect();
        self.answers.insert(revision, answers);
    }

    /// A history in which everything happens that can change an answer.
    async fn live(&mut self, server: &TestServer) {
        let project = server.project();
        let drafts: Vec<(String, Value)> = self
            .world
            .drafts(TURNS * 3)
            .into_iter()
            .map(|(flag, draft)| (flag.key.clone(), draft))
            .collect();
        for (turn, drafts) in drafts.chunks(3).enumerate() {
            server.travel(TimeDelta::minutes(10));
            for (flag, draft) in drafts {
                if !self.archived.contains(flag) {
                    project.set_targeting(flag, draft).await;
                    self.note(&project).await;
                }
            }
            let keys: Vec<String> = self.world.tenants[turn * 3..turn * 3 + 3]
                .iter()
                .map(|tenant| tenant.key.clone())
                .collect();
            let tenants = json!({"tenants": keys});
            for list in ["allow", "block"] {
                let flag = &self.world.flags[turn].key;
                let path = format!("{}/{list}", targeting_of(flag));
                if !self.archived.contains(flag) {
                    project.post(&path).json(&tenants).await.expect(200);
                    self.note(&project).await;
                    let one = json!({"tenants": [keys[0]]});
                    project.delete(&path).json(&one).await.expect(200);
                    self.note(&project).await;
                }
            }
            let segment = format!("/segments/segment-{turn}/members");
            project.post(&segment).json(&tenants).await.expect(200);
            self.note(&project).await;
            project.delete(&segment).json(&tenants).await.expect(200);
            self.note(&project).await;
            // One goes out of service each turn, and the one before it comes back.
            let flag = self.world.flags[20 - turn].key.clone();
            if let Some(before) = self.archived.pop_first() {
                let restore = project.post(format!("/flags/{before}/restore"));
                restore.await.expect(200);
                self.note(&project).await;
            }
            let gone = project.post(format!("/flags/{flag}/archive")).await;
            if gone.status == 200 {
                self.archived.insert(flag);
                self.note(&project).await;
            }
        }
        // A segment that comes, is asked and goes.
        let new = json!({"key": "passing", "name": "Passing"});
        project.post("/segments").json(&new).await.expect(201);
        self.note(&project).await;
        let key = &self.world.tenants[0].key;
        let members = project.post("/segments/passing/members");
        let members = members.json(&json!({"tenants": [key]}));
        members.await.expect(200);
        self.note(&project).await;
        let condition = json!({"operator": "in_segment", "segment": "passing"});
        let asks = json!({"on": true, "rules": [{"conditions": [condition], "effect": "on"}]});
        let flag = self.world.flags[0].key.clone();
        project.set_targeting(&flag, &asks).await;
        self.note(&project).await;
        project.set_targeting(&flag, &json!({"on": false})).await;
        self.note(&project).await;
        let gone = project.delete("/segments/passing").if_match("*").await;
        assert!(gone.status.is_success(), "{gone:#?}");
        self.note(&project).await;
    }
}

fn evaluate_path(flag: &str, query: &str) -> String {
    format!("/environments/production/flags/{flag}/evaluate{query}")
}

#[tokio::test]
async fn what_is_told_of_every_revision_is_what_was_answered_then() {
    on_each_database(async |server| {
        let mut record = Record::begin(&server).await;
        record.live(&server).await;
        let project = server.project();
        assert!(record.answers.len() > 25, "{}", record.answers.len());
        let (mut asked, mut on) = (0, 0);
        for (turn, (revision, answers)) in record.answers.iter().enumerate() {
            for (number, flag) in record.world.flags.iter().enumerate() {
                if (turn + number) % 4 != 0 {
                    continue;
                }
                // A different tenant each time, so that all of them are asked about.
                let tenant = &record.world.tenants[(turn + number) % TENANTS].key;
                let path = evaluate_path(&flag.key, &format!("?revision={revision}"));
                let answer = project.post(path).json(&json!({"tenant": tenant})).await;
                let Some(expected) = answers.get(&flag.key) else {
                    answer.problem(404, "not_found");
                    continue;
                };
                assert_eq!(answer.revision(), *revision);
                let is_on = expected.contains(tenant);
                let told = answer.ok(200);
                assert_eq!(told["on"], is_on, "{} at {revision}: {told:#}", flag.key);
                asked += 1;
                on += usize::from(is_on);
            }
        }
        assert!(
            on > asked / 10 && on < asked,
            "answers that are all alike prove little"
        );

        since_when(&record, &project).await;
        who_differs(&record, &project).await;
        record.client.shutdown().await;
    })
    .await;
}

/// Since when a tenant gets what it gets is when the record says that it changed.
async fn since_when(record: &Record, project: &Caller) {
    let (newest, now) = record.answers.last_key_value().expect("a record");
    for tenant in &record.world.tenants {
        let key: String = url::form_urlencoded::byte_serialize(tenant.key.as_bytes()).collect();
        let key = key.replace('+', "%20");
        let path = format!("/environments/production/tenants/{key}/flags");
        let told = project.get(path).await.ok(200);
        assert_eq!(
            (&told["revision"], &told["tenant"]),
            (&json!(newest), &json!(tenant.key))
        );
        assert_eq!(told["history"]["revision"], 0, "all of it is kept");
        let items = told["items"].as_array().expect("flags");
        let keys: Vec<_> = items
            .iter()
            .map(|it| it["flag"].as_str().expect("a key"))
            .collect();
        assert_eq!(keys, now.keys().collect::<Vec<_>>());
        for item in items {
            let flag = item["flag"].as_str().expect("a key");
            let had = |answers: &Answers| answers.get(flag).map(|on| on.contains(&tenant.key));
            let is = had(now).expect("it is in service");
            assert_eq!(item["on"], is);
            let steps = record.answers.iter().rev();
            let before = steps.skip(1).find(|(_, answers)| had(answers) != Some(is));
            // Variants count, too, and the record doesn't know them: then it changed later.
            let since = item["since"]["revision"].as_u64().expect("it came once");
            match before {
                None => {}
                Some((before, _)) => assert!(since > *before, "{flag} {} {item:#}", tenant.key),
            }
            let has_variants = record.world.flags.iter().position(|it| it.key == flag);
            if !has_variants.expect("a flag").is_multiple_of(5)
                && let Some((before, _)) = before
            {
                let next = record.answers.keys().find(|it| *it > before);
                assert_eq!(Some(&since), next, "{flag} {} {item:#}", tenant.key);
            }
            assert!(!item["why"].as_str().expect("a sentence").is_empty());
        }
    }
}

/// The tenants that differ between two revisions are those that the record says.
async fn who_differs(record: &Record, project: &Caller) {
    let revisions: Vec<u64> = record.answers.keys().copied().collect();
    let (first, last) = (revisions[0], revisions[revisions.len() - 1]);
    let middle = revisions[revisions.len() / 2];
    for (from, to) in [
        (first, last),
        (first, middle),
        (middle, last),
        (last, middle),
    ] {
        let path = format!("/environments/production/compare?from={from}&to={to}&limit=10000");
        let told = project.get(path).await.ok(200);
        assert_eq!(told["tenants"], TENANTS);
        assert_eq!(
            (&told["from"]["revision"], &told["to"]["revision"]),
            (&json!(from), &json!(to))
        );
        let flips = told["flags"].as_array().expect("flags");
        let nobody = BTreeSet::new();
        for flag in &record.world.flags {
            let had = |revision| record.answers[&revision].get(&flag.key).unwrap_or(&nobody);
            let (before, after) = (had(from), had(to));
            let found = flips.iter().find(|it| it["flag"] == *flag.key);
            for (way, expected) in [
                ("turned_on", after - before),
                ("turned_off", before - after),
            ] {
                let listed = found.map(|it| it[way]["tenants"].as_array().expect("tenants"));
                let listed: BTreeSet<String> = listed
                    .into_iter()
                    .flatten()
                    .map(|it| it["key"].as_str().expect("a key").to_owned())
                    .collect();
                assert_eq!(listed, expected, "{} {way} {from} {to}", flag.key);
            }
        }
    }
    let none = format!("/environments/production/compare?from={last}");
    assert_eq!(project.get(none).await.ok(200)["flags"], json!([]));
}

#[tokio::test]
async fn a_time_is_as_good_as_a_revision_and_what_is_not_kept_is_refused() {
    on_each_database(async |server| {
        let project = server.project();
        project.create_flag("a").await;
        let created = server.now();
        server.travel(TimeDelta::hours(1));
        let on = project
            .set_targeting("a", &json!({"on": true, "allow": ["acme"]}))
            .await;
        let turned_on = server.now();
        server.travel(TimeDelta::hours(1));
        project.set_targeting("a", &json!({"on": false})).await;

        let body = json!({"tenant": "acme"});
        let ask = async |query: &str| project.post(evaluate_path("a", query)).json(&body).await;
        let time = |time: DateTime<Utc>| time.format("%FT%T%.3fZ").to_string();
        for (at, expected) in [
            (created, false),
            (turned_on, true),
            (turned_on + TimeDelta::minutes(59), true),
            (server.now(), false),
        ] {
            let answer = ask(&format!("?at={}", time(at))).await;
            assert_eq!(answer.ok(200)["on"], expected, "{at}");
        }
        let answer = ask(&format!("?at={}", time(turned_on))).await;
        assert_eq!(answer.revision(), on.revision());
        // What a reason is about then comes with it.
        assert_eq!(answer.ok(200)["reason"], "TARGETING_MATCH");

        for (query, path) in [
            ("?revision=99", "revision"),
            ("?revision=x", "revision"),
            ("?at=yesterday", "at"),
            ("?revision=1&at=2026-01-01T00:00:00Z", "at"),
            (
                &format!("?at={}", time(server.now() + TimeDelta::hours(1))),
                "at",
            ),
        ] {
            let refused = ask(query).await.problem(400, "invalid_parameter");
            assert_eq!(refused["problems"][0]["path"], path, "{query} {refused:#}");
        }
        ask("?at=2020-01-01T00:00:00Z")
            .await
            .problem(404, "not_found");
        for query in ["?from=99", "?from=0&to=99", "", "?from=0&limit=10001"] {
            let path = format!("/environments/production/compare{query}");
            project.get(path).await.problem(400, "invalid_parameter");
        }

        // What the change log no longer keeps is told as such.
        let pool = server.database().connect().await;
        sqlx::query("DELETE FROM change_log WHERE revision < 3")
            .execute(&pool)
            .await
            .expect("rows that can be deleted");
        pool.close().await;
        let refused = ask("?revision=2").await.problem(400, "invalid_parameter");
        let message = refused["problems"][0]["message"].to_string();
        assert!(message.contains("revisions 3 (since 20"), "{message}");
        ask(&format!("?at={}", time(turned_on)))
            .await
            .problem(400, "invalid_parameter");
        let facts = project
            .get("/environments/production/tenants/acme/flags")
            .await;
        let facts = facts.ok(200);
        assert_eq!(facts["history"]["revision"], 3);
        assert_eq!(
            facts["items"][0]["since"],
            Value::Null,
            "older than what is kept"
        );
    })
    .await;
}

#[tokio::test]
async fn a_tenants_answers_name_who_made_them_so_and_come_as_a_table() {
    on_each_database(async |server| {
        let project = server.project();
        project.create_flag("a").await;
        let waits = json!({"on": true, "prerequisites": [{"flag": "a"}],
            "rollout": {"threshold": 100_000}});
        project.create_targeted("b", &waits).await;
        let path = targeting_of("a");
        let put = project
            .put(format!("{path}?reason=they%20asked"))
            .if_match("*");
        let put = put
            .json(&json!({"on": true, "allow": ["acme"]}))
            .await
            .expect(200);
        // Neither changes what acme gets.
        let others = json!({"tenants": ["globex"]});
        project
            .post(format!("{path}/allow"))
            .json(&others)
            .await
            .expect(200);
        let widen = project.patch(&path).if_match("*");
        widen
            .json(&json!({"rollout": {"threshold": 5}}))
            .await
            .expect(200);

        let facts = "/environments/production/tenants/acme/flags";
        let told = project.get(facts).await.ok(200);
        for (index, flag) in ["a", "b"].into_iter().enumerate() {
            let item = &told["items"][index];
            assert_eq!((&item["flag"], &item["on"]), (&json!(flag), &json!(true)));
            let since = &item["since"];
            assert_eq!(since["revision"], put.revision(), "{item:#}");
            assert_eq!(
                (&since["actor"], &since["action"], &since["reason"]),
                (
                    &json!("bootstrap"),
                    &json!("targeting.update"),
                    &json!("they asked")
                )
            );
        }
        let table = project
            .get(facts)
            .header("accept", "text/csv")
            .await
            .expect(200);
        assert_eq!(table.header("content-type"), "text/csv; charset=utf-8");
        let lines: Vec<_> = table.text.lines().collect();
        assert_eq!(lines.len(), 3, "{table:#?}");
        assert!(
            lines[1].starts_with("a,true,,TARGETING_MATCH,,"),
            "{table:#?}"
        );
        assert!(lines[2].ends_with("they asked"), "{table:#?}");
        let both = project
            .get(facts)
            .header("accept", "application/json, text/csv")
            .await;
        assert_eq!(both.ok(200)["items"][0]["flag"], "a");
    })
    .await;
}
