//! What people said about each flag: whose it is, and until when it should live.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::types::Json;
use tenantry_core::model::FlagKey;

use crate::access::{Mode, ProjectScope};
use crate::db::{args, micros, number, parsed, statements};
use crate::error::StoreError;
use crate::flag::FlagKind;
use crate::store::Store;

/// A flag as the debt report sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DebtFlag {
    /// Its key.
    pub key: FlagKey,
    /// What people call it.
    pub name: String,
    /// How long it is meant to live.
    pub kind: FlagKind,
    /// Who answers for it; empty for nobody.
    pub owner: String,
    /// Whether the owner is gone: nobody was named, or it fell to a creator whose token has been
    /// revoked or has expired.
    pub unowned: bool,
    /// Its tags.
    pub tags: Vec<String>,
    /// The last day that it should be in use.
    pub expires_on: Option<NaiveDate>,
    /// How often its expiry was put off.
    pub extensions: u32,
    /// When it was created.
    pub created_at: DateTime<Utc>,
}

statements! { "flag";
    // A creator's token that is not there belongs to another project or to the server: nobody here
    // can tell, so it counts as alive.
    FLAGS = "SELECT f.key, f.name, f.kind, f.owner, f.tags, f.expires_on, f.extensions, f.created_at,
            (f.owner = '' OR t.revoked_at IS NOT NULL OR COALESCE(t.expires_at <= $2, FALSE)) AS unowned
        FROM flag f LEFT JOIN token t ON t.project_id = f.project_id AND t.id = f.owner_token
        WHERE f.project_id = $1 AND f.archived_at IS NULL ORDER BY f.key";
}

#[derive(Debug, sqlx::FromRow)]
struct DebtRow {
    key: String,
    name: String,
    kind: String,
    owner: String,
    tags: Json<Vec<String>>,
    expires_on: Option<NaiveDate>,
    extensions: i64,
    created_at: DateTime<Utc>,
    unowned: bool,
}

impl TryFrom<DebtRow> for DebtFlag {
    type Error = StoreError;
    fn try_from(row: DebtRow) -> Result<Self, StoreError> {
        Ok(Self {
            key: parsed("flag", "key", &row.key, &row.key)?,
            kind: parsed("flag", "kind", &row.key, &row.kind)?,
            extensions: number("flag", "extensions", &row.key, row.extensions)?,
            name: row.name,
            owner: row.owner,
            unowned: row.unowned,
            tags: row.tags.0,
            expires_on: row.expires_on,
            created_at: row.created_at,
        })
    }
}

impl Store {
    /// Lists the flags that are not archived, by key.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn debt_flags<M: Mode>(
        &self,
        scope: &ProjectScope<M>,
        now: DateTime<Utc>,
    ) -> Result<Vec<DebtFlag>, StoreError> {
        let mut conn = self.read(scope).await?;
        let rows: Vec<DebtRow> = conn.all(&FLAGS, args![scope.id(), micros(now)]).await?;
        rows.into_iter().map(DebtFlag::try_from).collect()
    }
}
