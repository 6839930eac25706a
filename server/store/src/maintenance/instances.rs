//! Writing which SDKs are connected to a node: one transaction for all projects.
//!
//! **Invariants**
//! - Neither revision nor audit entry: who is connected is no change.
//! - A node never overwrites what another node knows of a later connection.

use std::collections::BTreeMap;

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};

use crate::access::{EnvironmentScope, Read};
use crate::db::{args, micros, statements};
use crate::error::StoreError;
use crate::ids::{EnvironmentId, NodeId};
use crate::instance::{InstanceChange, KEPT};
use crate::store::Store;

statements! { "sdk_instance";
    PUT = "INSERT INTO sdk_instance (project_id, environment_id, node, instance, token, sdk,
                revision, connected_at, lost_at, forget_at)
            SELECT $1, $2, $3, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4,
                value ->> 5, value ->> 6
            FROM json_each($4) WHERE TRUE
            ON CONFLICT (project_id, environment_id, instance) DO UPDATE SET node = excluded.node,
                token = excluded.token, sdk = excluded.sdk, revision = excluded.revision,
                connected_at = excluded.connected_at, lost_at = excluded.lost_at,
                forget_at = excluded.forget_at
            WHERE sdk_instance.node = excluded.node
                OR sdk_instance.connected_at <= excluded.connected_at
                OR (sdk_instance.lost_at IS NOT NULL AND excluded.lost_at IS NULL)"
        or "INSERT INTO sdk_instance (project_id, environment_id, node, instance, token, sdk,
                revision, connected_at, lost_at, forget_at)
            SELECT $1, $2, $3, value ->> 0, value ->> 1, value ->> 2, (value ->> 3)::bigint,
                (value ->> 4)::timestamptz, (value ->> 5)::timestamptz, (value ->> 6)::timestamptz
            FROM jsonb_array_elements($4) value
            ON CONFLICT (project_id, environment_id, instance) DO UPDATE SET node = excluded.node,
                token = excluded.token, sdk = excluded.sdk, revision = excluded.revision,
                connected_at = excluded.connected_at, lost_at = excluded.lost_at,
                forget_at = excluded.forget_at
            WHERE sdk_instance.node = excluded.node
                OR sdk_instance.connected_at <= excluded.connected_at
                OR (sdk_instance.lost_at IS NOT NULL AND excluded.lost_at IS NULL)";
    // `IS TRUE`: see the lists of flags.
    DROP = "DELETE FROM sdk_instance WHERE project_id = $1 AND environment_id = $2 AND node = $3
                AND instance IN (SELECT value FROM json_each($4))"
        or "DELETE FROM sdk_instance WHERE project_id = $1 AND environment_id = $2 AND node = $3
                AND (instance IN (SELECT jsonb_array_elements_text($4))) IS TRUE";
    SIGN = "INSERT INTO sdk_node (project_id, environment_id, node, seen_at) VALUES ($1, $2, $3, $4)
            ON CONFLICT (project_id, environment_id, node) DO UPDATE SET seen_at = excluded.seen_at";
    FORGET = "DELETE FROM sdk_instance WHERE forget_at <= $1 OR (connected_at <= $2 AND NOT EXISTS (
            SELECT 1 FROM sdk_node n WHERE n.project_id = sdk_instance.project_id
                AND n.environment_id = sdk_instance.environment_id
                AND n.node = sdk_instance.node AND n.seen_at > $2))";
    FORGET_NODES = "DELETE FROM sdk_node WHERE seen_at <= $1";
}

impl Store {
    /// Writes what has become of a node's instances, and that the node is there for the
    /// environments `present`, in one transaction. Later changes of an instance come later.
    ///
    /// # Errors
    /// [`StoreError`]; then nothing was written.
    pub async fn record_instances(
        &self,
        node: NodeId,
        changes: &[InstanceChange],
        present: &[EnvironmentScope<Read>],
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let mut by_environment: BTreeMap<EnvironmentId, Rows<'_>> = BTreeMap::new();
        for change in changes {
            let rows = by_environment.entry(change.environment.id());
            rows.or_insert_with(|| Rows::of(&change.environment))
                .add(change);
        }
        let mut conn = self.maintenance().await?;
        for (environment, rows) in by_environment {
            let project = rows.scope.project().id();
            for (statement, values) in [(&PUT, rows.put), (&DROP, rows.gone)] {
                if !values.is_empty() {
                    let values = args![project, environment, node, Value::Array(values)];
                    conn.execute(statement, values).await?;
                }
            }
        }
        for scope in present {
            let sign = args![scope.project().id(), scope.id(), node, micros(now)];
            conn.execute(&SIGN, sign).await?;
        }
        conn.commit().await
    }

    /// Takes away the instances that were lost long ago, and those of nodes that ended long ago; how
    /// many.
    pub(super) async fn prune_instances(&self, now: DateTime<Utc>) -> Result<u64, StoreError> {
        let mut conn = self.maintenance().await?;
        let pruned = conn.execute(&FORGET, args![now, now - KEPT]).await?;
        conn.execute(&FORGET_NODES, args![now - KEPT]).await?;
        conn.commit().await?;
        Ok(pruned)
    }
}

/// The rows of an environment that are to be written.
struct Rows<'a> {
    scope: &'a EnvironmentScope<Read>,
    put: Vec<Value>,
    gone: Vec<Value>,
}

impl<'a> Rows<'a> {
    fn of(scope: &'a EnvironmentScope<Read>) -> Self {
        Self {
            scope,
            put: Vec::new(),
            gone: Vec::new(),
        }
    }

    fn add(&mut self, change: &InstanceChange) {
        let Some(is) = &change.is else {
            self.gone.push(json!(change.instance));
            return;
        };
        let (lost_at, forget_at) = is.lost.map(|lost| (lost.at, lost.forget_at)).unzip();
        self.put.push(json!([
            change.instance,
            is.token,
            is.sdk,
            is.revision,
            text(is.connected_at),
            lost_at.map(text),
            forget_at.map(text),
        ]));
    }
}

/// A time as SQLite keeps those that are given to it as arguments, so that texts compare as times.
fn text(time: DateTime<Utc>) -> String {
    micros(time).to_rfc3339_opts(SecondsFormat::AutoSi, false)
}
