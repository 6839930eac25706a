//! The flag's row: reading, writing, and what of it the audit log keeps.
//!
//! **Invariants**
//! - A flag is saved as a whole, and with it its version grows by one.

use chrono::{DateTime, NaiveDate, Utc};
use sea_query::{Expr, ExprTrait, JoinType, Order, Query};
use serde_json::{Value, json};
use sqlx::types::Json;
use tenantry_core::ItemId;
use tenantry_core::model::FlagKey;

use super::{Flag, FlagEnvironment};
use crate::audit::AuditDocument;
use crate::db::{Conn, args, number, parsed, statements};
use crate::error::StoreError;
use crate::ids::{FlagId, ProjectId, TokenId};
use crate::tx::Tx;

statements! { "flag";
    FLAG = "SELECT id, key, name, description, kind, owner, tags, salt, expires_on, extensions,
            created_at, created_by, updated_at, archived_at, version
        FROM flag WHERE project_id = $1 AND key = $2";
    INSERT = "INSERT INTO flag (project_id, id, key, name, description, kind, owner, owner_token, tags,
            salt, expires_on, created_at, created_by, updated_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $12)";
    SAVE = "UPDATE flag SET name = $3, description = $4, kind = $5, owner = $6,
            owner_token = CASE WHEN owner = $6 THEN owner_token END, tags = $7, expires_on = $8,
            extensions = $9, archived_at = $10, updated_at = $11, version = version + 1
        WHERE project_id = $1 AND id = $2";
}

/// The columns of a [`FlagRow`], for queries that are built.
pub(super) const COLUMNS: [&str; 15] = [
    "id",
    "key",
    "name",
    "description",
    "kind",
    "owner",
    "tags",
    "salt",
    "expires_on",
    "extensions",
    "created_at",
    "created_by",
    "updated_at",
    "archived_at",
    "version",
];

#[derive(Debug, sqlx::FromRow)]
pub(super) struct FlagRow {
    id: FlagId,
    key: String,
    name: String,
    description: String,
    kind: String,
    owner: String,
    tags: Json<Vec<String>>,
    salt: String,
    expires_on: Option<NaiveDate>,
    extensions: i64,
    created_at: DateTime<Utc>,
    created_by: String,
    updated_at: DateTime<Utc>,
    archived_at: Option<DateTime<Utc>>,
    version: i64,
}

impl TryFrom<FlagRow> for Flag {
    type Error = StoreError;
    fn try_from(row: FlagRow) -> Result<Self, StoreError> {
        Ok(Self {
            key: parsed("flag", "key", row.id, &row.key)?,
            kind: parsed("flag", "kind", row.id, &row.kind)?,
            extensions: number("flag", "extensions", row.id, row.extensions)?,
            version: number("flag", "version", row.id, row.version)?,
            id: row.id,
            name: row.name,
            description: row.description,
            owner: row.owner,
            tags: row.tags.0,
            salt: row.salt,
            expires_on: row.expires_on,
            created_at: row.created_at,
            created_by: row.created_by,
            updated_at: row.updated_at,
            archived_at: row.archived_at,
            environments: Vec::new(),
        })
    }
}

/// Reads one flag with its targeting in numbers.
pub(super) async fn read(
    conn: &mut Conn,
    project: ProjectId,
    key: &FlagKey,
) -> Result<Option<Flag>, StoreError> {
    let row = conn
        .optional::<FlagRow>(&FLAG, args![project, key.as_str()])
        .await?;
    let Some(row) = row else { return Ok(None) };
    let mut flags = [Flag::try_from(row)?];
    add_environments(conn, project, &mut flags).await?;
    let [flag] = flags;
    Ok(Some(flag))
}

#[derive(Debug, sqlx::FromRow)]
struct EnvironmentRow {
    flag_id: FlagId,
    key: String,
    is_on: bool,
    threshold: i64,
    rule_count: i64,
    allow_count: i64,
    block_count: i64,
    variant_count: i64,
    updated_at: DateTime<Utc>,
    version: i64,
}

impl TryFrom<EnvironmentRow> for FlagEnvironment {
    type Error = StoreError;
    fn try_from(row: EnvironmentRow) -> Result<Self, StoreError> {
        let count = |column, value| number("targeting", column, row.flag_id, value);
        Ok(Self {
            environment: parsed("environment", "key", row.flag_id, &row.key)?,
            on: row.is_on,
            threshold: count("threshold", row.threshold)?,
            rules: count("rule_count", row.rule_count)?,
            allow: count("allow_count", row.allow_count)?,
            block: count("block_count", row.block_count)?,
            variants: count("variant_count", row.variant_count)?,
            updated_at: row.updated_at,
            version: number("targeting", "version", row.flag_id, row.version)?,
        })
    }
}

/// Adds to flags their targeting in numbers, in one query for all of them.
pub(super) async fn add_environments(
    conn: &mut Conn,
    project: ProjectId,
    flags: &mut [Flag],
) -> Result<(), StoreError> {
    if flags.is_empty() {
        return Ok(());
    }
    let column = |name: &'static str| Expr::col(("targeting", name));
    let same =
        |name: &'static str, other: &'static str| column(name).equals(("environment", other));
    let counts = [
        "is_on",
        "threshold",
        "rule_count",
        "allow_count",
        "block_count",
        "variant_count",
    ];
    let query = Query::select()
        .columns(["flag_id", "updated_at", "version"].map(|name| ("targeting", name)))
        .columns(counts.map(|name| ("targeting", name)))
        .column(("environment", "key"))
        .from("targeting")
        .join(
            JoinType::InnerJoin,
            "environment",
            same("project_id", "project_id").and(same("environment_id", "id")),
        )
        .and_where(column("project_id").eq(project))
        .and_where(column("flag_id").is_in(flags.iter().map(|flag| flag.id)))
        .order_by(("environment", "position"), Order::Asc)
        .take();
    for row in conn.select::<EnvironmentRow>("targeting", &query).await? {
        if let Some(flag) = flags.iter_mut().find(|flag| flag.id == row.flag_id) {
            flag.environments.push(row.try_into()?);
        }
    }
    Ok(())
}

/// Writes a new flag's row. Its version is 1.
pub(super) async fn insert(
    conn: &mut Conn,
    project: ProjectId,
    flag: &Flag,
    owner_token: Option<TokenId>,
) -> Result<(), StoreError> {
    let row = args![
        project,
        flag.id,
        flag.key.as_str(),
        flag.name.as_str(),
        flag.description.as_str(),
        flag.kind.as_str(),
        flag.owner.as_str(),
        owner_token.map(|token| token.as_uuid()),
        json!(flag.tags),
        flag.salt.as_str(),
        flag.expires_on,
        flag.created_at,
        flag.created_by.as_str(),
    ];
    conn.execute(&INSERT, row).await?;
    Ok(())
}

impl Tx {
    /// Reads a flag under the transaction's lock.
    pub(super) async fn flag(&mut self, key: &FlagKey) -> Result<Option<Flag>, StoreError> {
        let project = self.project();
        read(&mut self.conn, project, key).await
    }

    /// Saves what became of a flag, unless nothing did.
    pub(super) async fn save_flag(
        &mut self,
        before: &Flag,
        mut after: Flag,
        now: DateTime<Utc>,
    ) -> Result<Flag, StoreError> {
        if *before == after {
            return Ok(after);
        }
        after.version += 1;
        after.updated_at = now;
        let row = args![
            self.project(),
            after.id,
            after.name.as_str(),
            after.description.as_str(),
            after.kind.as_str(),
            after.owner.as_str(),
            json!(after.tags),
            after.expires_on,
            i64::from(after.extensions),
            after.archived_at,
            now,
        ];
        self.conn.execute(&SAVE, row).await?;
        self.record_flag(before.document(), &after);
        Ok(after)
    }

    /// Notes for the audit log what a flag was and is.
    pub(super) fn record_flag(&mut self, before: Value, after: &Flag) {
        let document = AuditDocument::new("flag", before, after.document());
        self.record(document.of(&ItemId::Flag(after.key.clone())));
    }
}

impl Flag {
    /// The flag as the audit log keeps it.
    fn document(&self) -> Value {
        json!({
            "key": self.key,
            "name": self.name,
            "description": self.description,
            "kind": self.kind,
            "owner": self.owner,
            "tags": self.tags,
            "salt": self.salt,
            "expires_on": self.expires_on,
            "extensions": self.extensions,
            "archived_at": self.archived_at,
        })
    }
}
