//! Searching the audit log.

use chrono::{DateTime, Utc};
use sea_query::{Expr, ExprTrait, Order, Query};
use tenantry_core::model::{EnvironmentKey, FlagKey};

use super::append::Unchained;
use super::{AuditDocument, AuditEntry};
use crate::access::{Mode, ProjectScope};
use crate::db::{Conn, args, micros, number, signed, statements};
use crate::error::{ListError, StoreError};
use crate::hex;
use crate::ids::{ProjectId, TokenId};
use crate::page::{self, Page};
use crate::store::Store;
use crate::text::contains;

/// Which entries to list. Newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// About this flag.
    pub flag: Option<FlagKey>,
    /// To this, as `segment/partners`.
    pub target: Option<String>,
    /// At this time or later.
    pub from: Option<DateTime<Utc>>,
    /// Before this time.
    pub to: Option<DateTime<Utc>>,
    /// With this in the target, the actor or the reason; ASCII letters match in either case.
    pub q: Option<String>,
    /// In this environment, or not in one alone: creating a flag concerns all of them.
    pub environment: Option<EnvironmentKey>,
    /// By this actor.
    pub actor: Option<String>,
    /// With this action's name.
    pub action: Option<String>,
    /// How many at most, 1 to 200.
    pub limit: u32,
    /// Where the last page ended.
    pub cursor: Option<String>,
}

statements! { "audit_entry";
    ENTRY = "SELECT project_id, seq, at, actor, token_id, action, target, flag, environment, revision,
            reason, request_id, documents, hash
        FROM audit_entry WHERE project_id = $1 AND seq = $2";
    ACTIONS = "SELECT DISTINCT action FROM audit_entry
        WHERE project_id = $1 AND seq > $2 AND seq <= $3 ORDER BY action";
    AFTER = "SELECT project_id, seq, at, actor, token_id, action, target, flag, environment, revision,
            reason, request_id, documents, hash
        FROM audit_entry WHERE project_id = $1 AND seq > $2 ORDER BY seq LIMIT $3";
}

const COLUMNS: [&str; 14] = [
    "project_id",
    "seq",
    "at",
    "actor",
    "token_id",
    "action",
    "target",
    "flag",
    "environment",
    "revision",
    "reason",
    "request_id",
    "documents",
    "hash",
];

impl Store {
    /// Lists entries, newest first. A page may have fewer than were asked for, or none, and yet not be the
    /// last: where only a walk finds those that are meant, it goes no farther than 50,000 entries.
    ///
    /// # Errors
    /// [`ListError`].
    pub async fn audit_entries<M: Mode>(
        &self,
        scope: &ProjectScope<M>,
        filter: &AuditFilter,
    ) -> Result<Page<AuditEntry>, ListError> {
        let limit = filter.limit.clamp(1, 200);
        let mut conn = self.read(scope).await?;
        let Some(range) = filter.range(&mut conn, scope.id()).await? else {
            return Ok(Page {
                items: Vec::new(),
                next_cursor: None,
            });
        };
        let mut query = Query::select();
        query
            .columns(COLUMNS)
            .from("audit_entry")
            .and_where(Expr::col("project_id").eq(scope.id()))
            .order_by("seq", Order::Desc)
            .limit(u64::from(limit) + 1);
        let equal = [
            ("flag", filter.flag.as_ref().map(FlagKey::as_str)),
            ("target", filter.target.as_deref()),
            ("actor", filter.actor.as_deref()),
            ("action", filter.action.as_deref()),
        ];
        for (column, value) in equal {
            query.and_where_option(value.map(|value| Expr::col(column).eq(value)));
        }
        if let Some(environment) = &filter.environment {
            let column = Expr::col("environment");
            let is_there = column.clone().eq(environment.as_str());
            query.and_where(is_there.or(column.is_null()));
        }
        query
            .and_where_option(filter.from.map(|from| Expr::col("at").gte(micros(from))))
            .and_where_option(filter.to.map(|to| Expr::col("at").lt(micros(to))))
            .and_where_option(
                filter
                    .q
                    .as_deref()
                    .map(|q| contains(["target", "actor", "reason"], q)),
            )
            .and_where(Expr::col("seq").gte(signed(range.walked_from)))
            .and_where(Expr::col("seq").lte(signed(range.last)));
        let rows = conn.select::<EntryRow>("audit_entry", &query).await?;
        let entries = rows
            .into_iter()
            .map(EntryRow::entry)
            .collect::<Result<_, _>>()?;
        let mut page = page::cut(entries, limit, |entry: &AuditEntry| entry.seq);
        if page.next_cursor.is_none() && range.walked_from > range.first {
            page.next_cursor = Some(page::encode(&range.walked_from));
        }
        Ok(page)
    }

    /// Reads what was done after entry `after` and up to `last`: the names of actions, each once, sorted.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn audit_actions<M: Mode>(
        &self,
        scope: &ProjectScope<M>,
        after: u64,
        last: u64,
    ) -> Result<Vec<String>, StoreError> {
        let mut conn = self.read(scope).await?;
        let range = args![scope.id(), signed(after), signed(last)];
        let rows: Vec<(String,)> = conn.all(&ACTIONS, range).await?;
        Ok(rows.into_iter().map(|(action,)| action).collect())
    }

    /// Reads one entry.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn audit_entry<M: Mode>(
        &self,
        scope: &ProjectScope<M>,
        seq: u64,
    ) -> Result<Option<AuditEntry>, StoreError> {
        let mut conn = self.read(scope).await?;
        let row = args![scope.id(), signed(seq)];
        let row = conn.optional::<EntryRow>(&ENTRY, row).await?;
        row.map(EntryRow::entry).transpose()
    }
}

/// The entries with numbers above `seq`, `limit` of them.
pub(super) async fn after(
    conn: &mut Conn,
    project: ProjectId,
    seq: u64,
    limit: i64,
) -> Result<Vec<EntryRow>, StoreError> {
    conn.all(&AFTER, args![project, signed(seq), limit]).await
}

/// An entry's row.
#[derive(Debug, sqlx::FromRow)]
pub(super) struct EntryRow {
    project_id: ProjectId,
    seq: i64,
    at: DateTime<Utc>,
    actor: String,
    token_id: Option<TokenId>,
    action: String,
    target: String,
    flag: Option<String>,
    environment: Option<String>,
    revision: Option<i64>,
    reason: Option<String>,
    request_id: Option<String>,
    documents: String,
    pub(super) hash: Vec<u8>,
}

impl EntryRow {
    /// What of the row is hashed.
    pub(super) fn unchained(self) -> Result<Unchained, StoreError> {
        let seq: u64 = number("audit_entry", "seq", self.seq, self.seq)?;
        let revision = self
            .revision
            .map(|value| number("audit_entry", "revision", seq, value));
        Ok(Unchained {
            project: self.project_id,
            seq,
            at: self.at,
            actor: self.actor,
            token: self.token_id,
            action: self.action,
            target: self.target,
            flag: self.flag,
            environment: self.environment,
            revision: revision.transpose()?,
            reason: self.reason,
            request_id: self.request_id,
            documents: self.documents,
        })
    }

    fn entry(self) -> Result<AuditEntry, StoreError> {
        let hash = hex::encode(&self.hash);
        let entry = self.unchained()?;
        let documents: Vec<AuditDocument> = serde_json::from_str(&entry.documents)
            .map_err(|error| StoreError::corrupt("audit_entry", "documents", entry.seq, error))?;
        let (revisions, documents): (Vec<_>, _) = documents
            .into_iter()
            .partition(|document| document.as_revision().is_some());
        Ok(AuditEntry {
            seq: entry.seq,
            at: entry.at,
            actor: entry.actor,
            token: entry.token,
            action: entry.action,
            target: entry.target,
            flag: entry.flag,
            environment: entry.environment,
            revisions: revisions
                .iter()
                .filter_map(AuditDocument::as_revision)
                .collect(),
            reason: entry.reason,
            request_id: entry.request_id,
            documents,
            hash,
        })
    }
}
