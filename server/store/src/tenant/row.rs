//! The tenant's row, and the roster's version beside it.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};
use sqlx::types::Json;
use tenantry_core::model::TenantKey;

use super::{Tenant, TenantFacts};
use crate::audit::AuditDocument;
use crate::db::{Conn, args, number, parsed, signed, statements};
use crate::error::StoreError;
use crate::ids::ProjectId;
use crate::tx::Tx;

statements! { "tenant";
    TENANT = "SELECT key, name, attributes, weight, weight_given, created_at, updated_at, version FROM tenant
        WHERE project_id = $1 AND key = $2";
    TENANTS = "SELECT key, name, attributes, weight, weight_given, created_at, updated_at, version FROM tenant
        WHERE project_id = $1 ORDER BY key";
    DELETE = "DELETE FROM tenant WHERE project_id = $1 AND key = $2";
    VERSION = "SELECT roster_version FROM project WHERE id = $1";
    SET_VERSION = "UPDATE project SET roster_version = $2 WHERE id = $1";
}

/// The columns of a [`TenantRow`], for queries that are built.
pub(super) const COLUMNS: [&str; 8] = [
    "key",
    "name",
    "attributes",
    "weight",
    "weight_given",
    "created_at",
    "updated_at",
    "version",
];

#[derive(Debug, sqlx::FromRow)]
pub(super) struct TenantRow {
    key: String,
    name: String,
    attributes: Json<Map<String, Value>>,
    weight: i64,
    weight_given: bool,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    version: i64,
}

impl TryFrom<TenantRow> for Tenant {
    type Error = StoreError;
    fn try_from(row: TenantRow) -> Result<Self, StoreError> {
        Ok(Self {
            key: parsed("tenant", "key", &row.key, &row.key)?,
            weight: number("tenant", "weight", &row.key, row.weight)?,
            version: number("tenant", "version", &row.key, row.version)?,
            weight_given: row.weight_given,
            name: row.name,
            attributes: row.attributes.0,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }
}

/// Reads one tenant.
pub(super) async fn read(
    conn: &mut Conn,
    project: ProjectId,
    key: &TenantKey,
) -> Result<Option<Tenant>, StoreError> {
    let row: Option<TenantRow> = conn.optional(&TENANT, args![project, key.as_str()]).await?;
    row.map(Tenant::try_from).transpose()
}

/// Reads all tenants, by key.
pub(crate) async fn all(conn: &mut Conn, project: ProjectId) -> Result<Vec<Tenant>, StoreError> {
    let rows: Vec<TenantRow> = conn.all(&TENANTS, args![project]).await?;
    rows.into_iter().map(Tenant::try_from).collect()
}

/// Reads the roster's version.
pub(super) async fn version(conn: &mut Conn, project: ProjectId) -> Result<u64, StoreError> {
    let (version,) = conn.one::<(i64,)>(&VERSION, args![project]).await?;
    number("project", "roster_version", project, version)
}

impl Tenant {
    /// What people have said about it.
    #[must_use]
    pub fn facts(&self) -> TenantFacts {
        TenantFacts {
            name: self.name.clone(),
            attributes: self.attributes.clone(),
            weight: self.weight,
            weight_given: self.weight_given,
        }
    }

    /// The tenant as the audit log keeps it.
    fn document(&self) -> Value {
        json!({
            "key": self.key,
            "name": self.name,
            "attributes": self.attributes,
            "weight": self.weight,
        })
    }
}

impl Tx {
    /// The version that rows get that this transaction changes: the number of its audit entry.
    pub(super) fn roster_version(&self) -> u64 {
        self.next_audit_seq()
    }

    /// Takes a tenant's row away.
    pub(super) async fn remove_row(&mut self, key: &TenantKey) -> Result<(), StoreError> {
        let row = args![self.project(), key.as_str()];
        self.conn.execute(&DELETE, row).await.map(drop)
    }

    /// Notes that the roster is another one now.
    pub(super) async fn move_roster(&mut self) -> Result<(), StoreError> {
        let row = args![self.project(), signed(self.roster_version())];
        self.conn.execute(&SET_VERSION, row).await.map(drop)
    }

    /// Notes for the audit log what a tenant was and is.
    pub(super) fn record_tenant(&mut self, before: Option<&Tenant>, after: Option<&Tenant>) {
        let document = |tenant: Option<&Tenant>| tenant.map_or(Value::Null, Tenant::document);
        self.record(AuditDocument::new(
            "tenant",
            document(before),
            document(after),
        ));
    }
}
