//! The audit log: what it says, finding entries, and finding out tampering.

use std::collections::BTreeMap;

use serde_json::json;
use sqlx::AnyPool;
use sqlx::AssertSqlSafe;
use tenantry_core::model::EnvironmentKey;
use tenantry_store::{
    Action, AuditEntry, AuditFilter, Break, Broken, Change, FlagList, ListError, Target,
};
use tenantry_tests::{TestDatabase, on_both};

use super::{Scene, at, change, flag_key};

async fn entry(scene: &Scene, seq: u64) -> AuditEntry {
    let entry = scene.store.audit_entry(&scene.project, seq).await;
    entry.expect("it answers").expect("an entry")
}

async fn seqs(scene: &Scene, filter: AuditFilter) -> Vec<u64> {
    let page = scene
        .store
        .audit_entries(&scene.project, &filter)
        .await
        .expect("it answers");
    page.items.iter().map(|entry| entry.seq).collect()
}

async fn an_entry_says_who_did_what_and_why(database: TestDatabase) {
    let scene = Scene::new(database).await;
    scene.create("a").await;
    let mut tx = scene.begin().await;
    let document = super::targeting(json!({"on": true, "allow": ["acme"]}));
    let put = tx
        .put_targeting(
            &scene.production,
            &flag_key("a"),
            tenantry_store::Expected::Any,
            document,
            at(9),
        )
        .await;
    put.expect("put");
    let why = change(Action::TargetingUpdate, "a")
        .because(Some("go live".to_owned()))
        .requested_by("r-1");
    let done = tx.commit(why, at(9)).await.expect("a commit");

    let found = entry(&scene, done.audit_seq.expect("an entry")).await;
    assert_eq!((found.seq, found.at), (3, at(9)));
    assert_eq!(
        (found.actor.as_str(), found.token),
        ("bootstrap", Some(scene.admin.token()))
    );
    assert_eq!(
        (found.action.as_str(), found.target.as_str()),
        ("targeting.update", "flag/a")
    );
    assert_eq!(
        (found.flag.as_deref(), found.environment.as_deref()),
        (Some("a"), Some("production"))
    );
    let production = BTreeMap::from([("production".to_owned(), 2)]);
    assert_eq!((found.revisions, found.hash.len()), (production, 64));
    assert_eq!(
        (found.reason.as_deref(), found.request_id.as_deref()),
        (Some("go live"), Some("r-1"))
    );
    let [list, document] = &found.documents[..] else {
        panic!("{:#?}", found.documents)
    };
    assert_eq!(
        (list.name.as_str(), &list.before, &list.after),
        ("allow", &json!([]), &json!(["acme"]))
    );
    assert_eq!(document.name, "targeting");
    assert_eq!(
        document.before,
        json!({"on": false, "rollout": {"threshold": 0}})
    );
    assert_eq!(
        document.after,
        json!({"on": true, "rollout": {"threshold": 0}})
    );

    let created = entry(&scene, 2).await;
    assert_eq!(
        (created.flag.as_deref(), created.environment),
        (Some("a"), None)
    );
    assert!(
        created.revisions.values().all(|revision| *revision == 1) && created.revisions.len() > 1,
        "a new flag is a change everywhere: {:?}",
        created.revisions
    );
    assert_eq!(created.documents[0].before, json!(null));
    assert_eq!(created.documents[0].after["key"], "a");
    assert!(
        scene
            .store
            .audit_entry(&scene.project, 99)
            .await
            .expect("it answers")
            .is_none()
    );
}

async fn entries_are_found_and_paged(database: TestDatabase) {
    let scene = Scene::new(database).await;
    for key in ["a", "b", "c"] {
        scene.create(key).await;
    }
    scene.add("b", FlagList::Allow, &["x"]).await;
    scene.put("b", json!({"on": true})).await.expect("put");
    let all = || AuditFilter {
        limit: 200,
        ..AuditFilter::default()
    };
    assert_eq!(
        seqs(&scene, all()).await,
        [6, 5, 4, 3, 2, 1],
        "newest first"
    );
    assert_eq!(
        seqs(
            &scene,
            AuditFilter {
                flag: Some(flag_key("b")),
                ..all()
            }
        )
        .await,
        [6, 5, 3]
    );
    for (key, expected) in [
        ("production", &[6, 5, 4, 3, 2, 1][..]),
        ("staging", &[4, 3, 2, 1]),
    ] {
        let environment = Some(EnvironmentKey::new(key).expect("a key"));
        let filter = AuditFilter {
            environment,
            ..all()
        };
        assert_eq!(seqs(&scene, filter).await, expected, "{key}");
    }
    let action = Some("flag.create".to_owned());
    assert_eq!(
        seqs(&scene, AuditFilter { action, ..all() }).await,
        [4, 3, 2]
    );
    let actor = Some("tenantry-server".to_owned());
    assert_eq!(seqs(&scene, AuditFilter { actor, ..all() }).await, [1]);

    let mut filter = AuditFilter {
        limit: 4,
        ..AuditFilter::default()
    };
    let first = scene
        .store
        .audit_entries(&scene.project, &filter)
        .await
        .expect("a page");
    assert_eq!(first.items.len(), 4);
    // What is added meanwhile does not move the next page.
    scene.create("d").await;
    filter.cursor = first.next_cursor;
    let rest = scene
        .store
        .audit_entries(&scene.project, &filter)
        .await
        .expect("a page");
    let rest_seqs: Vec<_> = rest.items.iter().map(|entry| entry.seq).collect();
    assert_eq!((rest_seqs, rest.next_cursor), (vec![2, 1], None));
    filter.cursor = Some("nonsense".to_owned());
    let refused = scene
        .store
        .audit_entries(&scene.project, &filter)
        .await
        .expect_err("no cursor");
    assert!(matches!(refused, ListError::Cursor));
}

async fn spoil(pool: &AnyPool, sql: &str) {
    let done = sqlx::query(AssertSqlSafe(sql.to_owned()))
        .execute(pool)
        .await;
    assert_ne!(done.expect("it can be spoilt").rows_affected(), 0, "{sql}");
}

async fn verify_names_the_first_bad_entry(database: TestDatabase) {
    let scene = Scene::new(database).await;
    for number in 0..8 {
        scene.create(&format!("flag-{number}")).await;
    }
    let verify = async || {
        scene
            .store
            .verify_audit(&scene.project)
            .await
            .expect("it answers")
    };
    let good = verify().await;
    assert_eq!((good.entries, good.broken), (9, None));
    assert_eq!(good.head, entry(&scene, 9).await.hash);

    let pool = scene.database.connect().await;
    // Each row: how the log is spoilt, how that is undone, and what is found.
    let spoilt = [
        (
            "UPDATE audit_entry SET actor = 'eve' WHERE seq = 4",
            "UPDATE audit_entry SET actor = 'bootstrap' WHERE seq = 4",
            4,
            Break::Altered,
        ),
        (
            "UPDATE audit_entry SET documents = REPLACE(documents, 'flag-1', 'flag-x') WHERE seq = 3",
            "UPDATE audit_entry SET documents = REPLACE(documents, 'flag-x', 'flag-1') WHERE seq = 3",
            3,
            Break::Altered,
        ),
        (
            "UPDATE audit_entry SET reason = '' WHERE seq = 9",
            "UPDATE audit_entry SET reason = NULL WHERE seq = 9",
            9,
            Break::Altered,
        ),
        // Reordered.
        (
            "UPDATE audit_entry SET seq = CASE seq WHEN 5 THEN 106 ELSE 105 END WHERE seq IN (5, 6)",
            "UPDATE audit_entry SET seq = CASE seq WHEN 106 THEN 5 ELSE 6 END WHERE seq > 100",
            5,
            Break::Missing,
        ),
        (
            "UPDATE audit_entry SET target = CASE seq WHEN 5 THEN 'flag/flag-4' ELSE 'flag/flag-3' END WHERE seq IN (5, 6)",
            "UPDATE audit_entry SET target = CASE seq WHEN 5 THEN 'flag/flag-3' ELSE 'flag/flag-4' END WHERE seq IN (5, 6)",
            5,
            Break::Altered,
        ),
        // The end cut off, as far as the entries go; the project's row still tells.
        (
            "UPDATE audit_entry SET seq = 200 WHERE seq = 9",
            "UPDATE audit_entry SET seq = 9 WHERE seq = 200",
            9,
            Break::Missing,
        ),
        // The project's row set back, so that the newest entry is one too many.
        (
            "UPDATE project SET audit_seq = 8",
            "UPDATE project SET audit_seq = 9",
            9,
            Break::BeyondHead,
        ),
    ];
    for (spoiling, undoing, seq, why) in spoilt {
        spoil(&pool, spoiling).await;
        let found = verify().await;
        assert_eq!(found.broken, Some(Broken { seq, why }), "{spoiling}");
        assert_eq!(found.entries, seq - 1, "{spoiling}");
        spoil(&pool, undoing).await;
        assert_eq!(verify().await.broken, None, "{undoing}");
    }
    spoil(&pool, "DELETE FROM audit_entry WHERE seq = 9").await;
    assert_eq!(
        verify().await.broken,
        Some(Broken {
            seq: 9,
            why: Break::Missing
        })
    );
    spoil(&pool, "DELETE FROM audit_entry WHERE seq = 2").await;
    assert_eq!(
        verify().await.broken,
        Some(Broken {
            seq: 2,
            why: Break::Missing
        })
    );
}

async fn nothing_is_logged_of_what_is_undone(database: TestDatabase) {
    let scene = Scene::new(database).await;
    let mut tx = scene.begin().await;
    tx.insert_flag(tenantry_store::NewFlag::new(flag_key("a")), at(1))
        .await
        .expect("a flag");
    drop(tx);
    assert!(
        scene
            .store
            .flag(&scene.project, &flag_key("a"))
            .await
            .expect("it answers")
            .is_none()
    );
    let tx = scene.begin().await;
    let nothing = Change::new(Action::FlagUpdate, Target::Flag(flag_key("a")));
    assert_eq!(
        tx.commit(nothing, at(1)).await.expect("a commit").audit_seq,
        None
    );
    assert_eq!(scene.revision().await, 0);
    assert_eq!(
        scene
            .store
            .verify_audit(&scene.project)
            .await
            .expect("it answers")
            .entries,
        1
    );
}

on_both!(
    an_entry_says_who_did_what_and_why,
    entries_are_found_and_paged,
    verify_names_the_first_bad_entry,
    nothing_is_logged_of_what_is_undone,
);
