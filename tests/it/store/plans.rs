//! Plans and their controller: one node at a time, and nothing written too late.

use serde_json::{Value, json};
use tenantry_core::model::FlagKey;
use tenantry_store::{
    Action, ActivePlan, Admission, AdmissionFilter, Admitting, Expected, PlanWrite, StoreError,
};
use tenantry_tests::{DatabaseKind, TestDatabase, on_both, until};

use super::{Scene, at, change, flag_key};

fn write(status: &str) -> PlanWrite {
    PlanWrite {
        document: r#"{"stages":[]}"#.to_owned(),
        progress: format!(r#"{{"status":"{status}"}}"#),
        status: status.to_owned(),
        targeting_version: 1,
        noted: (Value::Null, json!({"status": status})),
    }
}

/// Writes a plan's status; yields its version.
async fn put(scene: &Scene, expected: Expected, status: &str) -> Result<u64, StoreError> {
    let mut tx = scene.begin().await;
    let flag = flag_key("a");
    tx.put_plan(&scene.production, &flag, expected, write(status), at(2))
        .await?
        .expect("a flag");
    tx.commit(change(Action::PlanUpdate, "a"), at(2)).await?;
    let plan = scene.store.plan(&scene.production, &flag).await?;
    Ok(plan.expect("a plan").version)
}

/// A plan of the flag `a` with a decision, a tenant that it admitted, and a part of its guard's.
pub(crate) async fn furnish(scene: &Scene) {
    let version = put(scene, Expected::Any, "running").await.expect("a plan");
    let (flag, environment) = (flag_key("a"), &scene.production);
    let mut tx = scene.begin().await;
    let note = (1, "{}".to_owned());
    tx.note_decision(environment, &flag, note, None)
        .await
        .expect("noted");
    let admitting = Admitting {
        stage: 0,
        stage_name: "a stage",
        decision: 1,
    };
    let drawn = ["acme".to_owned()];
    tx.admit(environment, &flag, admitting, (&drawn, &[]), at(3))
        .await
        .expect("admitted");
    tx.put_plan(environment, &flag, Expected::Any, write("running"), at(3))
        .await
        .expect("put");
    tx.commit(change(Action::PlanAdvance, "a"), at(3))
        .await
        .expect("a commit");
    let leader = scene.store.lead().await.expect("it answers");
    let epoch = leader.expect("nobody else leads").epoch();
    let plan = active(scene).await.remove(0);
    let parts = [("state", "{}".to_owned())];
    let kept = scene
        .store
        .keep_plan(&plan, (epoch, version + 1), None, &parts);
    assert!(kept.await.expect("it answers"));
}

async fn active(scene: &Scene) -> Vec<ActivePlan> {
    scene.store.active_plans().await.expect("it answers")
}

async fn a_plan_is_written_over_the_version_that_was_read(database: TestDatabase) {
    let scene = Scene::new(database).await;
    scene.create("a").await;
    let revision = scene.revision().await;
    let none = Expected::Version(0);
    assert_eq!(put(&scene, none, "draft").await.expect("the first"), 1);
    let stale = put(&scene, none, "draft").await.expect_err("there is one");
    assert!(
        matches!(
            stale,
            StoreError::Stale {
                expected: 0,
                current: 1
            }
        ),
        "{stale}"
    );
    assert_eq!(active(&scene).await, [], "a draft is not under way");
    assert_eq!(
        put(&scene, Expected::Version(1), "running")
            .await
            .expect("changed"),
        2
    );
    assert_eq!(
        scene.revision().await,
        revision,
        "a plan of itself is not streamed"
    );
    let plans = active(&scene).await;
    assert_eq!((plans.len(), plans[0].flag.as_str()), (1, "a"));
    scene.archive("a").await;
    assert_eq!(
        active(&scene).await,
        [],
        "nor is the plan of an archived flag"
    );
}

/// Notes a decision and admits a, b and d in the first stage and c in the second, all but d drawn.
async fn admit_in_two_stages(scene: &Scene, flag: &FlagKey, note: (u64, String)) {
    let keys = |keys: &[&str]| keys.iter().map(ToString::to_string).collect::<Vec<_>>();
    let mut tx = scene.begin().await;
    let environment = &scene.production;
    tx.note_decision(environment, flag, note, None)
        .await
        .expect("noted");
    for (stage, drawn, others) in [
        (0, keys(&["b", "a"]), keys(&["d"])),
        (1, keys(&["c"]), keys(&[])),
    ] {
        let admitting = Admitting {
            stage,
            stage_name: "a stage",
            decision: 1,
        };
        let admitted = tx
            .admit(environment, flag, admitting, (&drawn, &others), at(3))
            .await;
        admitted.expect("admitted");
    }
    tx.put_plan(environment, flag, Expected::Any, write("running"), at(3))
        .await
        .expect("put");
    tx.commit(change(Action::PlanAdvance, "a"), at(3))
        .await
        .expect("a commit");
}

/// All admissions on record, or those in force, read page by page.
async fn listed(scene: &Scene, flag: &FlagKey, all: bool) -> Vec<Admission> {
    // A page for each.
    let mut filter = AdmissionFilter {
        all,
        stage: None,
        limit: 1,
        cursor: None,
    };
    let mut found = Vec::new();
    loop {
        let page = scene
            .store
            .plan_admissions(&scene.production, flag, &filter)
            .await;
        let page = page.expect("it answers");
        found.extend(page.items);
        filter.cursor = page.next_cursor;
        if filter.cursor.is_none() {
            return found;
        }
    }
}

fn names(admissions: &[Admission]) -> String {
    let names = admissions
        .iter()
        .map(|it| format!("{}{}", it.tenant, it.stage));
    names.collect::<Vec<_>>().join(" ")
}

/// Who is admitted, who of them was drawn, and how many are admitted.
async fn found(scene: &Scene, flag: &FlagKey) -> (String, String, u64) {
    let environment = &scene.production;
    let drawn = scene.store.plan_drawn(environment, flag).await;
    let drawn = drawn.expect("it answers").into_iter();
    let drawn: Vec<String> = drawn
        .map(|it| format!("{}{}", it.tenant, it.stage))
        .collect();
    let plan = scene.store.plan(environment, flag).await;
    let count = plan.expect("it answers").map_or(0, |plan| plan.admissions);
    (
        names(&listed(scene, flag, false).await),
        drawn.join(" "),
        count,
    )
}

async fn a_decision_is_noted_once_and_admissions_stay_on_record(database: TestDatabase) {
    let scene = Scene::new(database).await;
    scene.create("a").await;
    put(&scene, Expected::Any, "running").await.expect("a plan");
    let flag = flag_key("a");
    let environment = &scene.production;
    let note = (1, r#"{"number":1}"#.to_owned());
    admit_in_two_stages(&scene, &flag, note.clone()).await;
    let are = |live: &str, drawn: &str, count| (live.to_owned(), drawn.to_owned(), count);
    assert_eq!(
        found(&scene, &flag).await,
        are("a0 b0 d0 c1", "a0 b0 c1", 4)
    );
    let mut tx = scene.begin().await;
    let twice = tx.note_decision(environment, &flag, note, None).await;
    assert!(twice.is_err(), "its number is taken");
    drop(tx);
    let mut tx = scene.begin().await;
    let gone = tx.retract_one(environment, &flag, "a", (2, Some("it fails")), at(4));
    gone.await.expect("retracted");
    let gone = tx.retract(environment, &flag, Some(0), (3, Some("harm")), at(5));
    gone.await.expect("retracted");
    tx.put_plan(environment, &flag, Expected::Any, write("paused"), at(4))
        .await
        .expect("put");
    tx.commit(change(Action::PlanStepBack, "a"), at(4))
        .await
        .expect("a commit");
    // Of whom the flag was taken alone, the plan knows that it has put it on the list.
    assert_eq!(found(&scene, &flag).await, are("b0 d0", "a0 b0", 2));
    let all = listed(&scene, &flag, true).await;
    let why = |tenant: &str| {
        let mut all = all.iter();
        let found = all.find(|it| it.tenant == tenant).expect("a record");
        let retraction = found.retraction.as_ref();
        retraction.map(|it| (it.decision, it.why.clone().expect("why")))
    };
    assert_eq!(names(&all), "a0 b0 d0 c1");
    assert_eq!(why("a"), Some((2, "it fails".to_owned())));
    assert_eq!(why("c"), Some((3, "harm".to_owned())));
    assert_eq!(why("d"), None);
    let mut tx = scene.begin().await;
    let all = tx.retract(environment, &flag, None, (4, None), at(5));
    all.await.expect("retracted");
    tx.succeed_admissions(environment, &flag)
        .await
        .expect("succeeded");
    tx.put_plan(environment, &flag, Expected::Any, write("draft"), at(5))
        .await
        .expect("put");
    tx.commit(change(Action::PlanUpdate, "a"), at(5))
        .await
        .expect("a commit");
    assert_eq!(found(&scene, &flag).await, are("", "", 0));
    let all = listed(&scene, &flag, true).await;
    assert!(all.len() == 4 && all.iter().all(|it| it.former));
    let decisions = scene
        .store
        .plan_decisions(environment, &flag, 10)
        .await
        .expect("it answers");
    assert_eq!(decisions.len(), 1);
    let mut tx = scene.begin().await;
    tx.delete_plan(environment, &flag, Expected::Any, Value::Null)
        .await
        .expect("deleted");
    tx.commit(change(Action::PlanDelete, "a"), at(5))
        .await
        .expect("a commit");
    assert_eq!(found(&scene, &flag).await, are("", "", 0));
    assert_eq!(listed(&scene, &flag, true).await, []);
}

async fn who_has_been_succeeded_writes_nothing(database: TestDatabase) {
    let scene = Scene::new(database).await;
    scene.create("a").await;
    let version = put(&scene, Expected::Any, "running").await.expect("a plan");
    let plan = active(&scene).await.remove(0);
    let first = scene
        .store
        .lead()
        .await
        .expect("it answers")
        .expect("nobody else leads");
    let (old, parts) = (first.epoch(), [("state", "{}".to_owned())]);
    let keep = async |epoch, version| {
        let kept = scene
            .store
            .keep_plan(&plan, (epoch, version), None, &parts)
            .await;
        kept.expect("it answers")
    };
    assert!(keep(old, version).await);
    assert!(!keep(old, version + 1).await, "the plan is another by now");

    let node = scene.database.store().await;
    if scene.database.kind() == DatabaseKind::Postgres {
        assert!(
            node.lead().await.expect("it answers").is_none(),
            "one at a time"
        );
    }
    drop(first);
    let second = until("the lock is given back", async || {
        node.lead().await.expect("it answers")
    });
    let second = second.await;
    assert_eq!(second.epoch(), old + 1);
    assert!(!keep(old, version).await, "too late");
    assert!(keep(second.epoch(), version).await);
    let mut tx = scene.begin().await;
    assert!(!tx.holds_epoch(old).await.expect("it answers"));
    assert!(tx.holds_epoch(second.epoch()).await.expect("it answers"));
}

on_both!(
    a_plan_is_written_over_the_version_that_was_read,
    a_decision_is_noted_once_and_admissions_stay_on_record,
    who_has_been_succeeded_writes_nothing,
);
