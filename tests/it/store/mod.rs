//! The store, on both databases: the same tests over each.
//!
//! **Invariants**
//! - Each test has a database of its own. What it finds there, it or its scene has written.

mod abandoned;
mod audit;
mod bootstrap;
mod concurrency;
mod debt;
mod flag_list;
mod flags;
mod idempotency;
mod isolation;
mod lists;
mod notices;
mod notifications;
mod plans;
mod projects;
mod prune;
mod row_level_security;
mod segments;
mod sessions;
mod statements;
mod stream;
mod targeting;
mod tenants;
mod tokens;
mod usage;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;
use tenantry_core::model::{EnvironmentKey, FlagKey, ProjectKey, Targeting, TenantKey};
use tenantry_store::{
    Access, Action, Change, Committed, EnvironmentScope, Expected, Flag, FlagList, ListChange,
    NewFlag, ProjectScope, Secret, Store, Target, TargetingDocument, Tx, Write, WriteError,
};
use tenantry_tests::TestDatabase;

/// A project as the first start leaves it, and its administrator.
pub(crate) struct Scene {
    pub(crate) store: Store,
    pub(crate) secret: Secret,
    pub(crate) admin: Access,
    pub(crate) project: ProjectScope<Write>,
    pub(crate) production: EnvironmentScope<Write>,
    pub(crate) database: TestDatabase,
}

/// So many seconds after the beginning of the tests' time.
pub(crate) fn at(seconds: i64) -> DateTime<Utc> {
    let beginning: DateTime<Utc> = "2026-11-01T12:00:00.123456Z".parse().expect("a time");
    beginning + TimeDelta::seconds(seconds)
}

pub(crate) fn flag_key(key: &str) -> FlagKey {
    FlagKey::new(key).expect("a flag key")
}

pub(crate) fn tenants(keys: &[&str]) -> Vec<TenantKey> {
    keys.iter()
        .map(|key| TenantKey::new(*key).expect("a tenant key"))
        .collect()
}

pub(crate) fn targeting(json: Value) -> Targeting {
    serde_json::from_value(json).expect("a targeting")
}

pub(crate) fn change(action: Action, flag: &str) -> Change {
    Change::new(action, Target::Flag(flag_key(flag)))
}

impl Scene {
    pub(crate) async fn new(database: TestDatabase) -> Self {
        let store = database.store().await;
        let first = store.bootstrap(at(0), None).await.expect("the first start");
        let secret = first.admin.expect("the first admin token");
        let admin = store
            .authenticate(&secret, at(0))
            .await
            .expect("the database answers");
        let admin = admin.expect("the secret is good");
        let project = Self::open(&store, &admin, "default").await;
        let production = Self::environment_of(&store, &project, "production").await;
        Self {
            store,
            secret,
            admin,
            project,
            production,
            database,
        }
    }

    pub(crate) async fn open(store: &Store, access: &Access, key: &str) -> ProjectScope<Write> {
        let key = ProjectKey::new(key).expect("a project key");
        let scope = store
            .write_scope(access, &key)
            .await
            .expect("the database answers");
        scope.expect("a project")
    }

    pub(crate) async fn environment_of(
        store: &Store,
        project: &ProjectScope<Write>,
        key: &str,
    ) -> EnvironmentScope<Write> {
        let key = EnvironmentKey::new(key).expect("an environment key");
        let scope = store
            .environment_scope(project, &key)
            .await
            .expect("the database answers");
        scope.expect("an environment")
    }

    pub(crate) async fn environment(&self, key: &str) -> EnvironmentScope<Write> {
        Self::environment_of(&self.store, &self.project, key).await
    }

    pub(crate) async fn begin(&self) -> Tx {
        self.store
            .begin(&self.project)
            .await
            .expect("a transaction")
    }

    pub(crate) async fn revision(&self) -> u64 {
        let environment = self.store.environment(&self.production).await;
        environment.expect("the database answers").revision
    }

    pub(crate) async fn create(&self, key: &str) -> Flag {
        let mut tx = self.begin().await;
        let new = NewFlag {
            salt: Some(format!("salt-{key}")),
            ..NewFlag::new(flag_key(key))
        };
        let flag = tx.insert_flag(new, at(1)).await.expect("a new flag");
        tx.commit(change(Action::FlagCreate, key), at(1))
            .await
            .expect("a commit");
        flag
    }

    pub(crate) async fn flag(&self, key: &str) -> Flag {
        let flag = self.store.flag(&self.project, &flag_key(key)).await;
        flag.expect("the database answers").expect("a flag")
    }

    /// Replaces a targeting in production.
    pub(crate) async fn put(
        &self,
        key: &str,
        document: Value,
    ) -> Result<(TargetingDocument, Committed), WriteError> {
        let mut tx = self.begin().await;
        let document = targeting(document);
        let put = tx
            .put_targeting(
                &self.production,
                &flag_key(key),
                Expected::Any,
                document,
                at(2),
            )
            .await;
        let put = put?.expect("a flag");
        let done = tx.commit(change(Action::TargetingUpdate, key), at(2)).await;
        Ok((put, done.expect("a commit")))
    }

    pub(crate) async fn targeting(&self, key: &str) -> TargetingDocument {
        let document = self.store.targeting(&self.production, &flag_key(key)).await;
        document.expect("the database answers").expect("a flag")
    }

    /// Adds tenants to a list in production.
    pub(crate) async fn add(
        &self,
        key: &str,
        list: FlagList,
        keys: &[&str],
    ) -> (ListChange, Committed) {
        let mut tx = self.begin().await;
        let added = tx
            .add_tenants(
                &self.production,
                &flag_key(key),
                list,
                &tenants(keys),
                at(3),
            )
            .await;
        let added = added.expect("a change").expect("a flag");
        let done = tx.commit(change(Action::ListAdd, key), at(3)).await;
        (added, done.expect("a commit"))
    }

    /// Takes tenants off a list in production.
    pub(crate) async fn remove(
        &self,
        key: &str,
        list: FlagList,
        keys: &[&str],
    ) -> (ListChange, Committed) {
        let mut tx = self.begin().await;
        let taken = tx
            .remove_tenants(
                &self.production,
                &flag_key(key),
                list,
                &tenants(keys),
                at(3),
            )
            .await;
        let taken = taken.expect("a change").expect("a flag");
        let done = tx.commit(change(Action::ListRemove, key), at(3)).await;
        (taken, done.expect("a commit"))
    }

    pub(crate) async fn archive(&self, key: &str) -> Committed {
        let mut tx = self.begin().await;
        let archived = tx.archive_flag(&flag_key(key), Expected::Any, at(4)).await;
        archived.expect("it can be archived").expect("a flag");
        tx.commit(change(Action::FlagArchive, key), at(4))
            .await
            .expect("a commit")
    }

    pub(crate) async fn restore(&self, key: &str) -> Committed {
        let mut tx = self.begin().await;
        let restored = tx.restore_flag(&flag_key(key), Expected::Any, at(5)).await;
        restored.expect("it can be restored").expect("a flag");
        tx.commit(change(Action::FlagRestore, key), at(5))
            .await
            .expect("a commit")
    }
}

/// The problems of a refused write, one a line.
pub(crate) fn problems(error: WriteError) -> String {
    let WriteError::Invalid(problems) = error else {
        panic!("{error}")
    };
    let lines: Vec<_> = problems.0.iter().map(|each| format!("{each}\n")).collect();
    lines.concat()
}
