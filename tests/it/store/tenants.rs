//! The roster: tenants one by one and by the thousand.

use serde_json::{Value, json};
use tenantry_core::model::TenantKey;
use tenantry_store::{
    Action, AuditFilter, Change, CreateError, Expected, Imported, KnownRoster, ListError, Patch,
    RosterPart, StoreError, Target, Tenant, TenantFacts, TenantFilter, TenantLine, TenantPatch,
    TenantSort, WriteError,
};
use tenantry_tests::{TestDatabase, on_both};

use super::{Scene, at, problems};

fn key(key: &str) -> TenantKey {
    TenantKey::new(key).expect("a tenant key")
}

pub(crate) fn facts(name: &str, weight: u64, attributes: &Value) -> TenantFacts {
    TenantFacts {
        name: name.to_owned(),
        weight,
        weight_given: true,
        attributes: attributes.as_object().expect("an object").clone(),
    }
}

pub(crate) async fn create(scene: &Scene, tenant: &str, facts: TenantFacts) -> Tenant {
    let mut tx = scene.begin().await;
    let tenant = tx.insert_tenant(key(tenant), facts, at(2)).await;
    let tenant = tenant.expect("a tenant");
    let change = Change::new(Action::TenantCreate, Target::Tenant(tenant.key.clone()));
    tx.commit(change, at(2)).await.expect("a commit");
    tenant
}

/// A line that sets all facts.
fn line(number: u64, tenant: &str, facts: TenantFacts) -> TenantLine {
    TenantLine {
        number,
        key: key(tenant),
        patch: TenantPatch {
            name: Patch::Set(facts.name),
            weight: Patch::Set(facts.weight),
            attributes: Patch::Set(facts.attributes),
        },
    }
}

async fn import(scene: &Scene, lines: Vec<TenantLine>) -> Result<Imported, WriteError> {
    let mut tx = scene.begin().await;
    let imported = tx.import_tenants(lines, at(3)).await?;
    let change = Change::new(Action::TenantsImport, Target::Roster);
    tx.commit(change, at(3)).await.expect("a commit");
    Ok(imported)
}

async fn entries(scene: &Scene) -> usize {
    let all = AuditFilter {
        limit: 200,
        ..AuditFilter::default()
    };
    let page = scene.store.audit_entries(&scene.project, &all).await;
    page.expect("it answers").items.len()
}

async fn a_tenant_has_a_life(database: TestDatabase) {
    let scene = Scene::new(database).await;
    let revision = scene.revision().await;
    let known = json!({"plan": "pro", "seats": 1.5, "beta": true, "regions": ["eu"], "big": 1e300});
    let created = create(&scene, "Müller & Söhne/2", facts("Müller", 7, &known)).await;
    let read = || async {
        let found = scene.store.tenant(&scene.project, &created.key).await;
        found.expect("it answers")
    };
    assert_eq!(read().await, Some(created.clone()));

    let mut tx = scene.begin().await;
    let again = tx
        .insert_tenant(created.key.clone(), facts("x", 1, &json!({})), at(3))
        .await;
    assert!(matches!(again, Err(CreateError::KeyTaken { .. })));
    let stale = tx
        .put_tenant(
            &created.key,
            Expected::Version(created.version + 1),
            created.facts(),
            at(3),
        )
        .await;
    assert!(matches!(
        stale,
        Err(WriteError::Store(StoreError::Stale { .. }))
    ));
    let wrong = facts("", 1, &json!({"a": {}}));
    let wrong = tx
        .put_tenant(&created.key, Expected::Any, wrong, at(3))
        .await;
    let wrong = problems(wrong.expect_err("it is wrong"));
    assert_eq!(wrong.lines().count(), 2, "{wrong}");
    let change = Change::new(Action::TenantUpdate, Target::Tenant(created.key.clone()));
    let same = tx
        .put_tenant(&created.key, Expected::Any, created.facts(), at(3))
        .await;
    assert_eq!(same.expect("a write"), Some(created.clone()));
    let done = tx.commit(change.clone(), at(3)).await.expect("a commit");
    assert_eq!(done.audit_seq, None, "the same facts change nothing");

    let mut tx = scene.begin().await;
    let changed = tx
        .put_tenant(
            &created.key,
            Expected::Version(created.version),
            facts("Müller", 8, &json!({})),
            at(4),
        )
        .await
        .expect("a write")
        .expect("a tenant");
    let done = tx.commit(change, at(4)).await.expect("a commit");
    assert_eq!(Some(changed.version), done.audit_seq);
    assert_eq!(read().await, Some(changed.clone()));
    assert_eq!(changed.created_at, created.created_at);

    let mut tx = scene.begin().await;
    let deleted = tx.delete_tenant(&created.key, Expected::Version(changed.version), at(5));
    assert_eq!(deleted.await.expect("a write"), Some(()));
    let change = Change::new(Action::TenantDelete, Target::Tenant(created.key.clone()));
    tx.commit(change, at(5)).await.expect("a commit");
    assert_eq!(read().await, None);
    let anew = create(&scene, "Müller & Söhne/2", facts("Müller", 7, &known)).await;
    assert!(anew.version > changed.version, "a version never comes back");
    assert_eq!(scene.revision().await, revision, "nothing was streamed");
    scene
        .store
        .verify_audit(&scene.project)
        .await
        .expect("it answers");
}

async fn an_import_is_taken_whole_or_not_at_all(database: TestDatabase) {
    let scene = Scene::new(database).await;
    let acme = create(
        &scene,
        "acme",
        facts("Acme", 5, &json!({"plan": "pro", "old": 1})),
    )
    .await;
    // More than one batch.
    let lines = || -> Vec<TenantLine> {
        let many = (0..6_000_u64).map(|number| {
            let known = json!({"seats": number, "plan": "free"});
            line(
                number + 2,
                &format!("t{number}"),
                facts("T", number, &known),
            )
        });
        let merged = TenantLine {
            number: 1,
            key: key("acme"),
            patch: TenantPatch {
                attributes: Patch::Set(
                    json!({"plan": "free", "old": null})
                        .as_object()
                        .expect("an object")
                        .clone(),
                ),
                ..TenantPatch::default()
            },
        };
        [merged].into_iter().chain(many).collect()
    };
    let before = entries(&scene).await;
    let mut bad = lines();
    bad[5_999].patch.name = Patch::Set(String::new());
    bad[10].patch.weight = Patch::Set(u64::MAX);
    let refused = import(&scene, bad).await.expect_err("two lines are wrong");
    assert_eq!(
        problems(refused),
        "lines[11].weight: must be 0 to 1000000000000\nlines[6000].name: must be 1 to 256 bytes long\n"
    );
    let roster = || async {
        let roster = scene.store.roster(&scene.project, None).await;
        roster.expect("it answers").expect("it is new to us")
    };
    let keys: Vec<String> = roster()
        .await
        .tenants
        .into_iter()
        .map(|it| it.key)
        .collect();
    assert_eq!(keys, ["acme"]);

    let wanted = Imported {
        added: 6_000,
        changed: 1,
        unchanged: 0,
    };
    assert_eq!(import(&scene, lines()).await.expect("good lines"), wanted);
    let first = roster().await;
    assert_eq!(first.tenants.len(), 6_001);
    let merged = scene.store.tenant(&scene.project, &acme.key).await;
    let merged = merged.expect("it answers").expect("a tenant");
    assert_eq!((merged.name.as_str(), merged.weight), ("Acme", 5));
    assert_eq!(Value::from(merged.attributes), json!({"plan": "free"}));

    let again = import(&scene, lines()).await.expect("good lines");
    assert_eq!((again.added, again.changed, again.unchanged), (0, 0, 6_001));
    assert_eq!(roster().await, first);
    assert_eq!(
        entries(&scene).await,
        before + 1,
        "one entry for one import"
    );
}

async fn only_what_has_become_of_a_roster_is_read(database: TestDatabase) {
    let scene = Scene::new(database).await;
    let lines = |weight: u64| {
        let line = |number: u64| line(number, &number.to_string(), facts("A", weight, &json!({})));
        (1..=50).map(line).collect::<Vec<_>>()
    };
    import(&scene, lines(1)).await.expect("good lines");
    let first = scene.store.roster(&scene.project, None).await;
    let first = first.expect("it answers").expect("it is new to us");
    assert_eq!((first.tenants.len(), &first.part), (50, &RosterPart::Whole));
    let is_on = |key: &str| first.tenants.iter().any(|it| it.key == key);
    let news = async || {
        let known = KnownRoster {
            version: first.version,
            tenants: first.tenants.len() as u64,
            knows: &is_on,
        };
        let news = scene.store.roster(&scene.project, Some(known)).await;
        news.expect("it answers")
    };
    assert_eq!(news().await, None);
    let one = lines(77).remove(7);
    import(&scene, vec![one]).await.expect("a good line");
    let part = news().await.expect("something changed");
    let found: Vec<_> = part
        .tenants
        .iter()
        .map(|it| (&*it.key, it.weight))
        .collect();
    assert_eq!(found, [("8", 77)]);
    assert_eq!(part.part, RosterPart::Changed { present: None });

    // One comes and another goes: as many as before, and yet somebody is missing.
    create(&scene, "new", facts("New", 1, &json!({}))).await;
    let mut tx = scene.begin().await;
    let gone = tx.delete_tenant(&key("50"), Expected::Any, at(9)).await;
    gone.expect("it answers").expect("it was there");
    let change = Change::new(Action::TenantDelete, Target::Tenant(key("50")));
    tx.commit(change, at(9)).await.expect("committed");
    let part = news().await.expect("somebody went").part;
    let RosterPart::Changed {
        present: Some(keys),
    } = part
    else {
        panic!("{part:?}");
    };
    assert_eq!(keys.len(), 50);
    assert!(!keys.contains(&"50".to_owned()) && keys.is_sorted());
}

/// Four tenants that differ in all that can be asked for.
async fn four_tenants(database: TestDatabase) -> Scene {
    let scene = Scene::new(database).await;
    for (tenant, name, weight, known) in [
        (
            "acme",
            "Acme 100%",
            30,
            json!({"plan": "pro", "seats": 250, "a\"b": "x"}),
        ),
        (
            "globex",
            "Globex",
            30,
            json!({"plan": "free", "seats": 2.5, "beta": true}),
        ),
        (
            "initech",
            "aCMe-like",
            7,
            json!({"plan": ["pro", "old"], "seats": "250"}),
        ),
        ("umbrella", "Umbrella", 0, json!({"beta": "true"})),
    ] {
        create(&scene, tenant, facts(name, weight, &known)).await;
    }
    scene
}

async fn tenants_are_found(database: TestDatabase) {
    let scene = four_tenants(database).await;
    let all = TenantFilter {
        limit: 200,
        ..TenantFilter::default()
    };
    let found = |filter: TenantFilter| {
        let scene = &scene;
        async move {
            let page = scene.store.tenants(&scene.project, &filter).await;
            let items = page.expect("it answers").items.into_iter();
            items.map(|it| it.key.to_string()).collect::<Vec<_>>()
        }
    };
    let by_text = |q: &str| TenantFilter {
        q: Some(q.to_owned()),
        ..all.clone()
    };
    assert_eq!(found(by_text("ACME")).await, ["acme", "initech"]);
    assert_eq!(found(by_text("0%")).await, ["acme"]);
    let by_value = |name: &str, value: Option<&str>| TenantFilter {
        attribute: Some(name.to_owned()),
        value: value.map(str::to_owned),
        ..all.clone()
    };
    for (name, value, wanted) in [
        ("plan", Some("pro"), vec!["acme", "initech"]),
        ("plan", Some("old"), vec!["initech"]),
        ("plan", None, vec!["acme", "globex", "initech"]),
        ("seats", Some("250"), vec!["acme", "initech"]),
        ("seats", Some("2.50"), vec!["globex"]),
        ("beta", Some("true"), vec!["globex", "umbrella"]),
        ("beta", Some("1"), vec![]),
        ("a\"b", Some("x"), vec!["acme"]),
        ("'; --", Some("'"), vec![]),
    ] {
        assert_eq!(
            found(by_value(name, value)).await,
            wanted,
            "{name} {value:?}"
        );
    }
}

async fn tenants_are_paged(database: TestDatabase) {
    let scene = four_tenants(database).await;
    for (sort, wanted) in [
        (
            TenantSort::Weight,
            ["globex", "acme", "initech", "umbrella"],
        ),
        (TenantSort::Name, ["initech", "umbrella", "globex", "acme"]),
        (
            TenantSort::UpdatedAt,
            ["umbrella", "initech", "globex", "acme"],
        ),
    ] {
        let mut filter = TenantFilter {
            sort,
            descending: true,
            limit: 1,
            ..TenantFilter::default()
        };
        let mut keys = Vec::new();
        loop {
            let page = scene.store.tenants(&scene.project, &filter).await;
            let page = page.expect("it answers");
            keys.extend(page.items.into_iter().map(|it| it.key.to_string()));
            filter.cursor = page.next_cursor;
            if filter.cursor.is_none() {
                break;
            }
        }
        assert_eq!(keys, wanted, "{sort:?}");
    }
    let foreign = TenantFilter {
        limit: 1,
        ..TenantFilter::default()
    };
    let page = scene.store.tenants(&scene.project, &foreign).await;
    let other = TenantFilter {
        cursor: page.expect("it answers").next_cursor,
        sort: TenantSort::Weight,
        ..foreign
    };
    let refused = scene.store.tenants(&scene.project, &other).await;
    assert!(matches!(refused, Err(ListError::Cursor)));
}

on_both!(
    a_tenant_has_a_life,
    an_import_is_taken_whole_or_not_at_all,
    only_what_has_become_of_a_roster_is_read,
    tenants_are_found,
    tenants_are_paged,
);
