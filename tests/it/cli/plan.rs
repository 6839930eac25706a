//! `tenantry plan …`

use std::collections::BTreeSet;
use std::io::Write as _;
use std::process::Stdio;

use serde_json::{Value, json};
use tenantry_tests::{ADMIN_TOKEN, Caller, TestServer, targeting_of, until};
use tokio::io::{AsyncBufReadExt as _, BufReader};

use super::{command_at, finish, run};

const PLAN: &str = "/environments/production/flags/new-billing/plan";

/// Two stages; the second waits for approval.
fn document() -> Value {
    let stage = |name: &str, threshold: u32| json!({"name": name, "audience": {"threshold": threshold}, "bake_minutes": 0});
    let mut plan = json!({"stages": [stage("ten", 10_000), stage("all", 100_000)]});
    plan["stages"][0]["advance"] = json!("approval");
    plan
}

fn plan_file() -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().expect("a file");
    write!(file, "{}", document()).expect("written");
    file
}

async fn at(project: &Caller, status: &str, stage: Option<u32>) {
    until(&format!("the plan is {status} in {stage:?}"), async || {
        let plan = project.get(PLAN).await.ok(200);
        (plan["status"] == status && plan["stage"] == json!(stage)).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_plans_whole_life_can_be_led_from_the_command_line() {
    let server = TestServer::on_sqlite().await;
    let project = server.project();
    project.create_flag("new-billing").await;
    let flag = "new-billing";
    let file = plan_file();
    let path = file.path().to_str().expect("a plain path");

    let set = run(&server, &["plan", "set", flag, "--file", path]).await;
    let set = set.expect(0);
    assert!(set.out.contains("not started, 2 stages"), "{set:#?}");
    assert!(
        set.out.contains("tenantry plan start new-billing"),
        "{set:#?}"
    );

    let preview = run(&server, &["plan", "preview", flag]).await.expect(0);
    assert!(preview.out.contains("ten"), "{preview:#?}");

    let why = ["plan", "start", flag, "--reason", "at last"];
    run(&server, &why).await.expect(0);
    at(&project, "running", Some(0)).await;
    let shown = run(&server, &["plan", "show", flag]).await.expect(0);
    for part in [
        "running, stage 1 of 2 (ten)",
        "next: stage 2 (all)",
        "tenantry plan approve new-billing --stage ten",
        "10% of tenants",
        "at last",
    ] {
        assert!(shown.out.contains(part), "{part} in {shown:#?}");
    }
    let json = run(&server, &["plan", "show", flag, "-o", "json"]).await;
    let json = json.expect(0).json();
    assert_eq!(json["status"], "running", "{json:#}");

    run(&server, &["plan", "pause", flag]).await.expect(0);
    let refused = run(&server, &["plan", "approve", flag]).await.expect(3);
    assert!(
        refused.err.contains("it is paused: resume it first"),
        "{refused:#?}"
    );
    let stopped = run(&server, &["plan", "watch", flag]).await.expect(1);
    assert!(stopped.err.contains("tenantry plan resume"), "{stopped:#?}");
    run(&server, &["plan", "resume", flag]).await.expect(0);
    let late = run(&server, &["plan", "watch", flag, "--timeout", "0"]).await;
    let late = late.expect(1);
    assert!(
        late.out.contains("waits for somebody's approval"),
        "{late:#?}"
    );

    let elsewhere = ["plan", "step-back", flag, "--stage", "all"];
    let moved = run(&server, &elsewhere).await.expect(3);
    assert!(moved.err.contains("it is in the stage ten"), "{moved:#?}");
    let back = run(&server, &["plan", "step-back", flag, "--stage", "ten"])
        .await
        .expect(0);
    assert!(
        back.out.contains("the last stage was taken back"),
        "{back:#?}"
    );
    run(&server, &["plan", "resume", flag]).await.expect(0);
    at(&project, "running", Some(0)).await;
    let under_way = run(&server, &["plan", "delete", flag]).await.expect(3);
    assert!(
        under_way.err.contains("roll it back first"),
        "{under_way:#?}"
    );
    run(&server, &["plan", "roll-back", flag]).await.expect(0);
    at(&project, "rolled_back", None).await;

    run(&server, &["plan", "start", flag]).await.expect(0);
    at(&project, "running", Some(0)).await;
    let done = run(&server, &["plan", "finish", flag]).await.expect(0);
    assert!(done.out.contains("finished"), "{done:#?}");
    let targeting = project.get(targeting_of(flag)).await.ok(200);
    assert_eq!(targeting["rollout"]["threshold"], 10_000);
    run(&server, &["plan", "delete", flag]).await.expect(0);
    let missing = run(&server, &["plan", "show", flag]).await.expect(3);
    assert!(
        missing.err.contains("tenantry plan set FLAG"),
        "{missing:#?}"
    );
}

#[tokio::test]
async fn a_plan_is_followed_to_its_end() {
    let server = TestServer::on_sqlite().await;
    let project = server.project();
    project.create_flag("new-billing").await;
    let put = project.put(PLAN).if_match("*").json(&document()).await;
    put.expect(200);
    let follow = ["plan", "show", "new-billing", "--watch"];
    let mut command = command_at(&server, ADMIN_TOKEN, &follow);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut running = command.spawn().expect("it can be run");
    let out = running.stdout.take().expect("a pipe");
    let mut lines = BufReader::new(out).lines();
    let mut seen = String::new();
    let mut wait_for = async |text: &str| {
        while let Some(line) = lines.next_line().await.expect("a line") {
            seen.push_str(&line);
            seen.push('\n');
            if line.contains(text) {
                return;
            }
        }
        panic!("no {text} in {seen}");
    };
    // What the table says of the draft, and then the first look of the following.
    wait_for("to start it").await;
    project
        .post(format!("{PLAN}/start"))
        .json(&json!({}))
        .await
        .expect(200);
    wait_for("waits for somebody's approval").await;
    let approval = json!({"reason": "looks good"});
    project
        .post(format!("{PLAN}/approve"))
        .json(&approval)
        .await
        .expect(200);
    wait_for("entered stage 2 (all) by tenantry-server").await;
    wait_for("finished").await;
    let ended = tenantry_tests::soon("it ends", running.wait())
        .await
        .expect("an end");
    assert_eq!(ended.code(), Some(0));

    let json = ["plan", "watch", "new-billing", "-o", "json"];
    let json = run(&server, &json).await.expect(0).json();
    assert_eq!(json["status"], "finished", "{json:#}");
}

#[tokio::test]
async fn templates_are_plans_to_begin_with() {
    let server = TestServer::on_sqlite().await;
    let project = server.project();
    project.create_flag("new-billing").await;
    let list = run(&server, &["plan", "templates"]).await.expect(0);
    assert!(list.out.contains("percentages"), "{list:#?}");
    let one = run(&server, &["plan", "templates", "percentages"]).await;
    let one = one.expect(0);
    assert_eq!(one.json()["stages"][0]["name"], "1 %", "{one:#?}");

    // What was printed is a file that can be set, by standard input as well.
    let mut set = command_at(
        &server,
        ADMIN_TOKEN,
        &["plan", "set", "new-billing", "--file", "-"],
    );
    let mut file = tempfile::tempfile().expect("a file");
    std::io::Write::write_all(&mut file, one.out.as_bytes()).expect("written");
    std::io::Seek::rewind(&mut file).expect("rewound");
    set.stdin(Stdio::from(file));
    finish(set).await.expect(0);
    let plan = project.get(PLAN).await.ok(200);
    assert_eq!(plan["plan"], one.json());

    let set = ["plan", "set", "new-billing", "--template", "rings"];
    let refused = run(&server, &set).await.expect(3);
    assert!(
        refused
            .err
            .contains("there is no segment internal: create it first"),
        "{refused:#?}"
    );
    for key in ["internal", "design-partners"] {
        let segment = json!({"key": key});
        project.post("/segments").json(&segment).await.expect(201);
    }
    run(&server, &set).await.expect(0);
    let preview = [
        "plan",
        "preview",
        "new-billing",
        "--template",
        "small-first",
    ];
    let preview = run(&server, &preview).await.expect(0);
    assert!(preview.out.contains("ten small ones"), "{preview:#?}");
}

#[tokio::test]
async fn whom_a_cohort_drew_is_listed() {
    let server = TestServer::on_sqlite().await;
    let project = server.project();
    project.create_flag("new-billing").await;
    let none = run(&server, &["plan", "admissions", "new-billing"]).await;
    none.expect(3);
    let roster = "{\"key\":\"acme\"}\n{\"key\":\"globex\"}\n";
    let import = project
        .post("/tenants/import")
        .body("application/x-ndjson", roster.as_bytes());
    import.await.expect(200);
    let cohort = json!({"cohort": {"size": {"tenants": 1}}});
    let plan = json!({"stages": [{"name": "one", "audience": cohort, "bake_minutes": 60}]});
    project
        .put(PLAN)
        .if_match("*")
        .json(&plan)
        .await
        .expect(200);
    run(&server, &["plan", "start", "new-billing"])
        .await
        .expect(0);
    at(&project, "running", Some(0)).await;
    let drawn = run(&server, &["plan", "admissions", "new-billing"]).await;
    let drawn = drawn.expect(0);
    assert!(
        drawn.out.contains("acme") || drawn.out.contains("globex"),
        "{drawn:#?}"
    );
    let json = ["plan", "admissions", "new-billing", "-o", "json"];
    let json = run(&server, &json).await.expect(0).json();
    assert_eq!(json["items"].as_array().map(Vec::len), Some(1), "{json:#}");
}

#[tokio::test]
async fn all_who_were_admitted_are_listed_however_many_they_are() {
    let server = TestServer::on_sqlite().await;
    let project = server.project();
    project.create_flag("new-billing").await;
    // One more than the server gives at once.
    let roster: Vec<String> = (0..10_001)
        .map(|number| json!({"key": format!("tenant-{number}")}).to_string())
        .collect();
    let import = project.post("/tenants/import");
    let import = import.body("application/x-ndjson", roster.join("\n"));
    import.await.expect(200);
    let all = json!({"name": "all", "audience": {"threshold": 100_000}, "bake_minutes": 60});
    let put = project.put(PLAN).if_match("*");
    put.json(&json!({ "stages": [all] })).await.expect(200);
    let admissions = ["plan", "admissions", "new-billing", "-o", "json"];
    let back = [
        "plan",
        "roll-back",
        "new-billing",
        "--reason",
        "wrong totals",
    ];
    for order in [&["plan", "start", "new-billing"][..], &back] {
        run(&server, order).await.expect(0);
    }
    let none = run(&server, &admissions[..3]).await.expect(0);
    assert!(none.err.contains("--all lists those too"), "{none:#?}");
    let with_all = [&admissions[..], &["--all"]].concat();
    let all = run(&server, &with_all).await.expect(0).json();
    let keys = all["items"].as_array().expect("tenants").iter();
    let keys: BTreeSet<_> = keys.filter_map(|it| it["tenant"].as_str()).collect();
    assert_eq!(keys.len(), 10_001);
    let table = run(&server, &["plan", "admissions", "new-billing", "--all"]);
    let table = table.await.expect(0).out;
    assert_eq!(table.lines().count(), 10_002, "with its headings");
    assert!(table.contains(": wrong totals"), "why they were taken back");
}

#[tokio::test]
async fn wrong_use_names_the_way_out() {
    let server = TestServer::on_sqlite().await;
    server.project().create_flag("new-billing").await;
    let check = async |arguments: &[&str], code: i32, words: &str| {
        let done = run(&server, arguments).await.expect(code);
        assert!(done.err.contains(words), "{words} in {done:#?}");
    };
    check(&["plan", "set", "new-billing"], 2, "--template").await;
    let missing = ["plan", "set", "new-billing", "--file", "/no/such/plan.json"];
    check(&missing, 2, "check the path").await;
    let unknown = ["plan", "set", "new-billing", "--template", "ringz"];
    check(&unknown, 2, "there are rings, percentages, small-first").await;
    let both = ["plan", "set", "a", "--template", "rings", "--file", "-"];
    check(&both, 2, "cannot be used with").await;
    let mut nonsense = tempfile::NamedTempFile::new().expect("a file");
    write!(nonsense, "stages: []").expect("written");
    let path = nonsense.path().to_str().expect("a plain path");
    let nonsense = ["plan", "set", "new-billing", "--file", path];
    check(&nonsense, 2, "tenantry plan templates rings").await;
    check(
        &["plan", "start", "new-billing"],
        3,
        "tenantry plan set FLAG",
    )
    .await;
    check(&["plan", "start", "old-billing"], 3, "check the key").await;
}

#[tokio::test]
async fn what_takes_a_flag_from_tenants_says_how_it_is_meant() {
    let server = TestServer::on_sqlite().await;
    let project = server.project();
    let targeting =
        json!({"on": true, "allow": ["acme"], "rollout": {"threshold": 0, "salt": "s"}});
    project.create_targeted("new-billing", &targeting).await;
    let acme = json!({"key": "acme", "name": "Acme, Inc."});
    project.post("/tenants").json(&acme).await.expect(201);
    let put = project.put(PLAN).if_match("*").json(&document()).await;
    put.expect(200);
    run(&server, &["plan", "start", "new-billing"])
        .await
        .expect(0);
    at(&project, "running", Some(0)).await;
    for change in [
        &["flags", "set", "new-billing", "--unallow", "acme"][..],
        &["flags", "archive", "new-billing"],
    ] {
        let refused = run(&server, change).await.expect(3);
        let list = "acme (Acme, Inc.) would lose new-billing in production";
        assert!(refused.err.contains(list), "{refused:#?}");
        assert!(refused.err.contains("--demote"), "{refused:#?}");
        run(&server, &[change, &["--demote"]].concat())
            .await
            .expect(0);
        let back = ["flags", "set", "new-billing", "--allow", "acme"];
        if change[1] == "set" {
            run(&server, &back).await.expect(0);
        }
    }
}
