//! Isolation: through its scopes a project sees nothing of another.

use serde_json::json;
use tenantry_core::model::{EnvironmentKey, ProjectKey, TenantKey};
use tenantry_store::{
    AuditFilter, Expected, FlagFilter, FlagList, FlagPatch, NewProject, ProjectScope, TokenType,
    Write,
};
use tenantry_tests::{TestDatabase, on_both};

use super::{Scene, at, flag_key, segments, targeting, tenants, tokens};

/// A project with something of everything, and another with nothing.
pub(crate) async fn two_projects(database: TestDatabase) -> (Scene, ProjectScope<Write>) {
    let scene = Scene::new(database).await;
    scene.create("a").await;
    segments::create(&scene, "s").await;
    segments::add(&scene, "s", &["member"]).await;
    scene
        .put("a", json!({"on": true, "allow": ["acme"]}))
        .await
        .expect("put");
    let acme = super::tenants::facts("Acme", 1, &json!({}));
    super::tenants::create(&scene, "acme", acme).await;
    tokens::create(&scene, "sdk", TokenType::Sdk, Some("production")).await;
    super::plans::furnish(&scene).await;
    super::notifications::furnish(&scene).await;
    let server = scene.admin.server_scope().expect("an admin of the server");
    let new = NewProject {
        key: ProjectKey::new("other").expect("a key"),
        name: "Other".to_owned(),
    };
    scene
        .store
        .create_project(&server, new, None, at(5))
        .await
        .expect("a project");
    let other = Scene::open(&scene.store, &scene.admin, "other").await;
    (scene, other)
}

async fn another_project_looks_empty(database: TestDatabase) {
    let (scene, other) = two_projects(database).await;
    let store = &scene.store;
    let a = flag_key("a");
    assert_eq!(store.flag(&other, &a).await.expect("it answers"), None);
    let all = FlagFilter {
        limit: 200,
        ..FlagFilter::default()
    };
    assert!(
        store
            .flags(&other, &all)
            .await
            .expect("it answers")
            .items
            .is_empty()
    );
    assert!(store.segments(&other).await.expect("it answers").is_empty());
    assert!(store.tokens(&other).await.expect("it answers").is_empty());
    let roster = store.roster(&other, None).await.expect("it answers");
    assert!(roster.is_some_and(|roster| roster.tenants.is_empty()));
    let acme = TenantKey::new("acme").expect("a key");
    assert_eq!(store.tenant(&other, &acme).await.expect("it answers"), None);
    assert!(
        store
            .debt_flags(&other, at(9))
            .await
            .expect("it answers")
            .is_empty()
    );
    let entries = AuditFilter {
        limit: 200,
        ..AuditFilter::default()
    };
    let entries = store
        .audit_entries(&other, &entries)
        .await
        .expect("it answers")
        .items;
    assert_eq!(entries.len(), 1, "only its own creation");
    assert_eq!(
        store.audit_entry(&other, 2).await.expect("it answers"),
        None
    );
    assert_eq!(
        store
            .verify_audit(&other)
            .await
            .expect("it answers")
            .entries,
        1
    );

    let production = Scene::environment_of(store, &other, "production").await;
    assert_ne!(production.id(), scene.production.id());
    assert_eq!(
        store.targeting(&production, &a).await.expect("it answers"),
        None
    );
    assert_eq!(
        store
            .targeting_at(&production, &a, 1)
            .await
            .expect("it answers"),
        None
    );
    let state = store
        .load_environment(&production)
        .await
        .expect("it answers");
    assert!(state.items.is_empty() && state.lists.is_empty() && state.revision == 0);
}

async fn another_project_cannot_be_written(database: TestDatabase) {
    let (scene, other) = two_projects(database).await;
    let a = flag_key("a");
    let token = scene
        .store
        .tokens(&scene.project)
        .await
        .expect("it answers")[0]
        .id;
    let mut tx = scene.store.begin(&other).await.expect("a transaction");
    let production = &scene.production;
    let patched = tx
        .update_flag(&a, Expected::Any, FlagPatch::default(), at(9))
        .await;
    assert_eq!(patched.expect("it answers"), None);
    assert_eq!(
        tx.archive_flag(&a, Expected::Any, at(9))
            .await
            .expect("it answers"),
        None
    );
    assert_eq!(
        tx.restore_flag(&a, Expected::Any, at(9))
            .await
            .expect("it answers"),
        None
    );
    let put = tx
        .put_targeting(production, &a, Expected::Any, targeting(json!({})), at(9))
        .await;
    assert_eq!(put.expect("it answers"), None);
    let some = tenants(&["x"]);
    let added = tx
        .add_tenants(production, &a, FlagList::Allow, &some, at(9))
        .await;
    assert_eq!(added.expect("it answers"), None);
    assert_eq!(
        tx.rename_environment(production, "Mine")
            .await
            .expect("it answers"),
        None
    );
    assert_eq!(
        tx.revoke_token(token, at(9)).await.expect("it answers"),
        None
    );
    let rotated = tx
        .rotate_token(token, std::time::Duration::ZERO, at(9))
        .await;
    assert!(rotated.expect("it answers").is_none());
    assert_eq!(
        tx.delete_segment(&"s".parse().expect("a key"))
            .await
            .expect("it answers"),
        None
    );
    let added = tx
        .add_members(&"s".parse().expect("a key"), &some, at(9))
        .await;
    assert_eq!(added.expect("it answers"), None);
    let nothing = super::change(tenantry_store::Action::FlagUpdate, "a");
    assert_eq!(
        tx.commit(nothing, at(9)).await.expect("a commit").audit_seq,
        None
    );
}

async fn a_token_opens_its_own_project_only(database: TestDatabase) {
    let (scene, other) = two_projects(database).await;
    let (_, secret) = tokens::create(&scene, "ann", TokenType::Adm, None).await;
    let ann = scene
        .store
        .authenticate(&secret, at(9))
        .await
        .expect("it answers")
        .expect("good");
    assert!(
        scene
            .store
            .write_scope(&ann, scene.project.key())
            .await
            .expect("it answers")
            .is_some()
    );
    for key in [other.key().as_str(), "nowhere"] {
        let key = ProjectKey::new(key).expect("a key");
        assert!(
            scene
                .store
                .project_scope(&ann, &key)
                .await
                .expect("it answers")
                .is_none(),
            "{key}"
        );
        assert!(
            scene
                .store
                .write_scope(&ann, &key)
                .await
                .expect("it answers")
                .is_none(),
            "{key}"
        );
    }
    let unknown = EnvironmentKey::new("nowhere").expect("a key");
    assert!(
        scene
            .store
            .environment_scope(&other, &unknown)
            .await
            .expect("it answers")
            .is_none()
    );
    let all = scene.store.all_environments().await.expect("it answers");
    assert_eq!(all.len(), 6, "a node streams every environment");
}

on_both!(
    another_project_looks_empty,
    another_project_cannot_be_written,
    a_token_opens_its_own_project_only,
);
