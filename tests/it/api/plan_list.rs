//! The plans of an environment, listed.

use serde_json::{Value, json};
use tenantry_tests::{Caller, TimeDelta, on_each_database, until};

use super::plan::share;

const PLANS: &str = "/environments/production/plans";

/// A flag with a plan of two stages, the first waiting for approval, that is started if `started`.
async fn plan(project: &Caller, flag: &str, started: bool) {
    let new = json!({"key": flag, "name": format!("The {flag}"), "owner": "billing@example.com"});
    project.post("/flags").json(&new).await.expect(201);
    let mut plan = json!({"stages": [share("ten", 10_000, 30), share("all", 100_000, 0)]});
    plan["stages"][0]["advance"] = json!("approval");
    let path = format!("/environments/production/flags/{flag}/plan");
    let put = project.put(&path).if_match("*").json(&plan);
    put.await.expect(200);
    if started {
        tell(project, flag, "start").await;
    }
}

async fn tell(project: &Caller, flag: &str, command: &str) {
    let path = format!("/environments/production/flags/{flag}/plan/{command}");
    project.post(path).json(&json!({})).await.expect(200);
}

/// What a plan waits for.
fn reasons(plan: &Value) -> Vec<Value> {
    let waits = plan["waits"].as_array().expect("waits").iter();
    waits.map(|it| it["reason"].clone()).collect()
}

fn names(page: &Value) -> Vec<String> {
    let items = page["items"].as_array().expect("plans").iter();
    let named = items.map(|it| {
        format!(
            "{} {}",
            it["flag"].as_str().expect("a key"),
            it["status"].as_str().expect("a status")
        )
    });
    named.collect()
}

/// All pages of one plan each.
async fn page_by_page(project: &Caller, query: &str) -> Vec<String> {
    let (mut all, mut cursor) = (Vec::new(), String::new());
    loop {
        let path = format!("{PLANS}?limit=1{query}{cursor}");
        let page = project.get(path).await.ok(200);
        all.extend(names(&page));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return all,
        }
    }
}

#[tokio::test]
async fn plans_are_listed_by_what_they_ask_of_people() {
    on_each_database(async |server| {
        let project = server.project();
        for (flag, started) in [
            ("e-ended", true),
            ("d-ended", true),
            ("c-draft", false),
            ("b-paused", true),
            ("a-running", true),
        ] {
            plan(&project, flag, started).await;
        }
        tell(&project, "b-paused", "pause").await;
        // The newest of those that have ended comes first, whatever its key.
        tell(&project, "e-ended", "finish").await;
        server.travel(TimeDelta::minutes(1));
        tell(&project, "d-ended", "roll-back").await;
        let wanted = [
            "a-running running",
            "b-paused paused",
            "c-draft draft",
            "d-ended rolled_back",
            "e-ended finished",
        ];
        let page = project.get(PLANS).await.ok(200);
        assert_eq!(
            (names(&page), &page["next_cursor"]),
            (wanted.map(str::to_owned).to_vec(), &Value::Null)
        );
        assert_eq!(page_by_page(&project, "").await, wanted);
        assert_eq!(
            page_by_page(&project, "&status=finished,paused,rolled_back").await,
            [wanted[1], wanted[3], wanted[4]]
        );
        let path = format!("{PLANS}?status=running");
        assert_eq!(names(&project.get(path).await.ok(200)), wanted[..1]);
        for (query, found) in [
            ("flag=b-paused", &wanted[1..2]),
            ("flag=e-ended", &wanted[4..]),
            ("flag=b-paused&status=running", &[]),
            ("flag=none", &[]),
        ] {
            let page = project.get(format!("{PLANS}?{query}")).await.ok(200);
            assert_eq!(
                (&*names(&page), &page["next_cursor"]),
                (
                    &*found.iter().map(ToString::to_string).collect::<Vec<_>>(),
                    &Value::Null
                )
            );
        }
        for (query, parameter) in [
            ("status=running,lost", "status"),
            ("status=", "status"),
            ("limit=0", "limit"),
            ("limit=201", "limit"),
            ("cursor=00", "cursor"),
        ] {
            let refused = project.get(format!("{PLANS}?{query}")).await;
            let problem = refused.problem(400, "invalid_parameter");
            assert!(
                problem["detail"]
                    .as_str()
                    .expect("a detail")
                    .starts_with(parameter),
                "{problem}"
            );
        }
        let elsewhere = project.get("/environments/staging/plans").await.ok(200);
        assert_eq!(elsewhere, json!({"items": [], "next_cursor": null}));
        // The plan of an archived flag is nobody's business any more.
        let archive = project.post("/flags/e-ended/archive").json(&json!({}));
        archive.await.expect(200);
        assert_eq!(page_by_page(&project, "").await, wanted[..4]);
    })
    .await;
}

#[tokio::test]
async fn a_listed_plan_is_what_it_is_when_it_is_shown() {
    on_each_database(async |server| {
        let project = server.project();
        let tenants = ["a", "b", "c"].map(|key| json!({"key": key}).to_string());
        let import = project.post("/tenants/import");
        let import = import.body("application/x-ndjson", tenants.join("\n"));
        import.await.expect(200);
        plan(&project, "new-billing", false).await;
        let path = "/environments/production/flags/new-billing/plan";
        let guarded = json!({
            "stages": [
                {"name": "one", "audience": {"cohort": {"size": {"tenants": 2}}}, "bake_minutes": 30},
                share("all", 100_000, 0),
            ],
            "guard": {},
        });
        let put = project.put(path).if_match("*").json(&guarded);
        put.await.expect(200);
        tell(&project, "new-billing", "start").await;
        // The guard's first words come with the controller's first round, others with the next ones.
        let agreed = until("the guard has looked, and both say the same of it", async || {
            let item = project.get(PLANS).await.ok(200)["items"][0].clone();
            let shown = project.get(path).await.expect(200);
            let is_same = reasons(&item) == reasons(&shown.json());
            (is_same && !item["guard"].is_null()).then_some((item, shown))
        });
        let (item, shown) = agreed.await;
        let plan = shown.json();
        for field in [
            "status", "stage", "pause", "approved", "trouble", "admissions",
            "created_at", "updated_at",
        ] {
            assert_eq!(item[field], plan[field], "{field}");
        }
        assert_eq!(
            json!([item["flag"], item["name"], item["owner"], item["stages"], item["stage"],
                item["bake_seconds"], item["admissions"], item["blocked"], item["held"]]),
            json!(["new-billing", "The new-billing", "billing@example.com", ["one", "all"], 0,
                1_800, 2, 0, 0])
        );
        assert!(reasons(&item).contains(&json!("baking")), "{item:#}");
        assert_eq!(shown.header("etag"), format!("\"{}\"", item["version"]));
        for field in ["action", "armed", "randomised", "minutes", "log10_limit", "holds"] {
            assert_eq!(item["guard"][field], plan["guard"][field], "{field}");
        }
        assert_eq!(item["guard"]["log10_evidence"], 0.0);
        server.travel(TimeDelta::minutes(5));
        let item = project.get(PLANS).await.ok(200)["items"][0].clone();
        assert!(item["baked_seconds"].as_u64() >= Some(300), "by the clock: {item:#}");
        tell(&project, "new-billing", "roll-back").await;
        let item = project.get(PLANS).await.ok(200)["items"][0].clone();
        assert_eq!((&item["admissions"], &item["bake_seconds"]), (&json!(0), &Value::Null));
    })
    .await;
}
