//! Projects and environments.

use tenantry_core::Checksum;
use tenantry_core::model::{EnvironmentKey, ProjectKey};
use tenantry_store::{Action, Change, CreateError, NewEnvironment, NewProject, Target, WriteError};
use tenantry_tests::{TestDatabase, on_both};

use super::{Scene, at, change, targeting};

fn project_key(key: &str) -> ProjectKey {
    ProjectKey::new(key).expect("a project key")
}

async fn a_project_is_created_with_its_environments(database: TestDatabase) {
    let scene = Scene::new(database).await;
    let server = scene.admin.server_scope().expect("an admin of the server");
    let new = |key: &str| NewProject {
        key: project_key(key),
        name: key.to_uppercase(),
    };
    let request = Some("request-1".to_owned());
    let made = scene
        .store
        .create_project(&server, new("billing"), request, at(1))
        .await;
    assert_eq!(made.expect("a project").name, "BILLING");
    let taken = scene
        .store
        .create_project(&server, new("billing"), None, at(2))
        .await;
    assert!(matches!(
        taken.expect_err("taken"),
        CreateError::KeyTaken { .. }
    ));
    let unnamed = NewProject {
        name: String::new(),
        ..new("other")
    };
    let unnamed = scene
        .store
        .create_project(&server, unnamed, None, at(2))
        .await;
    assert!(matches!(
        unnamed.expect_err("no name"),
        CreateError::Invalid(_)
    ));

    let keys: Vec<_> = scene.store.projects(&server).await.expect("it answers");
    let keys: Vec<_> = keys.iter().map(|each| each.key.as_str()).collect();
    assert_eq!(keys, ["billing", "default"]);
    let billing = Scene::open(&scene.store, &scene.admin, "billing").await;
    assert_eq!(
        scene
            .store
            .environments(&billing)
            .await
            .expect("it answers")
            .len(),
        3
    );
    let entry = scene
        .store
        .audit_entry(&billing, 1)
        .await
        .expect("it answers")
        .expect("an entry");
    assert_eq!(
        (entry.action.as_str(), entry.target.as_str()),
        ("project.create", "project/billing")
    );
    assert_eq!(entry.request_id.as_deref(), Some("request-1"));
    assert_eq!(entry.actor, "bootstrap");
}

async fn a_project_is_renamed(database: TestDatabase) {
    let scene = Scene::new(database).await;
    let rename = || {
        Change::new(
            Action::ProjectUpdate,
            Target::Project(project_key("default")),
        )
    };
    let mut tx = scene.begin().await;
    assert_eq!(
        tx.rename_project("Shop").await.expect("renamed").name,
        "Shop"
    );
    let done = tx.commit(rename(), at(1)).await.expect("a commit");
    assert!(
        done.revisions.iter().all(|each| !each.touched),
        "no stream shows a project's name"
    );
    assert_eq!(done.audit_seq, Some(2));
    assert_eq!(
        scene
            .store
            .project(&scene.project)
            .await
            .expect("it answers")
            .name,
        "Shop"
    );

    let mut tx = scene.begin().await;
    tx.rename_project("Shop").await.expect("the same name");
    let done = tx.commit(rename(), at(2)).await.expect("a commit");
    assert_eq!(done.audit_seq, None, "the same name changes nothing");
    let mut tx = scene.begin().await;
    let refused = tx.rename_project("a\0b").await.expect_err("a NUL");
    assert!(matches!(refused, WriteError::Invalid(_)));
}

async fn a_new_environment_shows_every_flag_switched_off(database: TestDatabase) {
    let scene = Scene::new(database).await;
    scene.create("a").await;
    scene.create("b").await;
    scene
        .put("a", serde_json::json!({"on": true}))
        .await
        .expect("a targeting");
    scene.archive("b").await;

    let key = EnvironmentKey::new("canary").expect("a key");
    let mut tx = scene.begin().await;
    let new = NewEnvironment {
        key: key.clone(),
        name: "Canary".to_owned(),
    };
    let made = tx
        .insert_environment(new.clone(), at(6))
        .await
        .expect("an environment");
    assert_ne!(made.checksum, Checksum::ZERO);
    let target = Target::Environment(key.clone());
    let done = tx
        .commit(Change::new(Action::EnvironmentCreate, target), at(6))
        .await;
    assert_eq!(done.expect("a commit").revision(made.id), 1);

    let canary = scene.environment("canary").await;
    let state = scene
        .store
        .load_environment(&canary)
        .await
        .expect("it answers");
    assert_eq!((state.revision, state.checksum), (1, made.checksum));
    assert_eq!(state.items.len(), 1, "the archived flag is not streamed");
    let document = scene
        .store
        .targeting(&canary, &super::flag_key("a"))
        .await
        .expect("it answers");
    assert_eq!(
        document.expect("a flag").definition.targeting,
        targeting(serde_json::json!({}))
    );
    scene.restore("b").await;
    let state = scene
        .store
        .load_environment(&canary)
        .await
        .expect("it answers");
    assert_eq!(state.items.len(), 2);

    let mut tx = scene.begin().await;
    let taken = tx.insert_environment(new, at(7)).await.expect_err("taken");
    assert!(matches!(taken, CreateError::KeyTaken { .. }));
    drop(tx);
    let mut tx = scene.begin().await;
    let renamed = tx
        .rename_environment(&canary, "Bird")
        .await
        .expect("renamed")
        .expect("there");
    assert_eq!(renamed.name, "Bird");
    tx.commit(change(Action::EnvironmentUpdate, "a"), at(8))
        .await
        .expect("a commit");
    let names: Vec<_> = scene
        .store
        .environments(&scene.project)
        .await
        .expect("it answers");
    let names: Vec<_> = names.iter().map(|each| each.name.as_str()).collect();
    assert_eq!(names, ["Development", "Staging", "Production", "Bird"]);
}

on_both!(
    a_project_is_created_with_its_environments,
    a_project_is_renamed,
    a_new_environment_shows_every_flag_switched_off,
);
