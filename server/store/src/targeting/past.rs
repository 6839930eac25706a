//! What an environment was: the audit entries that led from there to now, newest first.
//!
//! Separate from reverting, which needs one flag and one entry: this is about every flag and segment,
//! by revision. It only reads; what follows from the entries is worked out by who asks.
//!
//! **Invariants**
//! - All of an answer comes from one state of the database.
//! - Nothing is told of revisions that the change log no longer keeps.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde_json::Value;
use tenantry_core::ItemId;
use tenantry_core::model::{FlagDefinition, FlagKey, SegmentKey, TenantKey};
use thiserror::Error;

use super::{document, list};
use crate::access::{EnvironmentScope, Mode};
use crate::audit::AuditDocument;
use crate::db::{Conn, args, number, signed, statements};
use crate::error::StoreError;
use crate::ids::{EnvironmentId, ProjectId};
use crate::segment;
use crate::store::Store;

/// How many entries are read at once: few, as each may name a hundred thousand tenants.
const PART: i64 = 25;

/// A point of an environment's past.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PastPoint {
    /// Right after this revision was made.
    Revision(u64),
    /// What was served at this time.
    At(DateTime<Utc>),
    /// So many revisions ago, or the oldest that is kept.
    Ago(u64),
}

/// Why there is no way back.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum PastError {
    /// It lies before what is kept, or after now.
    #[error("there is no way back there: revisions {oldest} to {newest} are kept")]
    OutOfReach {
        /// The oldest revision that can be gone back to.
        oldest: u64,
        /// When that was committed; `None` for revision 0.
        since: Option<DateTime<Utc>>,
        /// The newest revision.
        newest: u64,
    },
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// An environment's way back to a revision.
#[derive(Debug, Clone, PartialEq)]
pub struct Past {
    /// The revision that it leads back to.
    pub revision: u64,
    /// When that was committed; `None` for revision 0.
    pub at: Option<DateTime<Utc>>,
    /// The revision that it begins at: the newest.
    pub newest: u64,
    /// What was changed since, newest first: one for each revision.
    pub changes: Vec<PastChange>,
    /// The flags that these touched, as they are at the newest revision.
    pub flags: Vec<PresentFlag>,
    /// The segments that these touched, as they are: their members, or `None` for those that are
    /// gone.
    pub segments: Vec<(SegmentKey, Option<Vec<String>>)>,
}

/// A flag as it is now.
#[derive(Debug, Clone, PartialEq)]
pub struct PresentFlag {
    /// Its definition here, key lists included.
    pub definition: FlagDefinition,
    /// Whether it is archived.
    pub archived: bool,
}

/// What made a revision.
#[derive(Debug, Clone, PartialEq)]
pub struct PastChange {
    /// The revision that it made.
    pub revision: u64,
    /// When.
    pub at: DateTime<Utc>,
    /// The number of its audit entry.
    pub seq: u64,
    /// Who did it.
    pub actor: String,
    /// What was done; see [`crate::Action`].
    pub action: String,
    /// Why.
    pub reason: Option<String>,
    /// What was and what is, of the environment's items alone, in the order in which it was done.
    pub documents: Vec<AuditDocument>,
}

statements! { "audit_entry";
    KEPT = "SELECT MIN(revision), MAX(revision) FROM change_log
        WHERE project_id = $1 AND environment_id = $2";
    SERVED_AT = "SELECT MAX(revision) FROM change_log
        WHERE project_id = $1 AND environment_id = $2 AND at <= $3";
    COMMITTED_AT = "SELECT at FROM change_log
        WHERE project_id = $1 AND environment_id = $2 AND revision = $3";
    NEWER = "SELECT seq, at, actor, action, reason, documents FROM audit_entry
        WHERE project_id = $1 AND seq < $2 AND (environment = $3 OR environment IS NULL)
        ORDER BY seq DESC LIMIT $4";
}

#[derive(Debug, sqlx::FromRow)]
struct EntryRow {
    seq: i64,
    at: DateTime<Utc>,
    actor: String,
    action: String,
    reason: Option<String>,
    documents: String,
}

impl Store {
    /// Reads the way back to a point of an environment's past. With `only`, key lists are read as
    /// if there were no other tenant: for who asks about one among very many.
    ///
    /// # Errors
    /// [`PastError`].
    pub async fn past<M: Mode>(
        &self,
        scope: &EnvironmentScope<M>,
        point: PastPoint,
        only: Option<&TenantKey>,
    ) -> Result<Past, PastError> {
        let mut reader = Reader {
            conn: self.read(scope.project()).await?,
            project: scope.project().id(),
            environment: scope.id(),
            key: scope.key().as_str(),
            only: only.map(TenantKey::as_str),
        };
        let (revision, newest) = reader.reach(point).await?;
        let at = reader.committed_at(revision).await?;
        let changes = reader.changes(revision, newest).await?;
        let touched: BTreeSet<ItemId> = changes
            .iter()
            .flat_map(|change| &change.documents)
            .filter_map(|document| document.item.as_deref()?.parse().ok())
            .collect();
        let (mut flags, mut segments) = (Vec::new(), Vec::new());
        for item in touched {
            match item {
                ItemId::Flag(key) => flags.extend(reader.flag(&key).await?),
                ItemId::Segment(key) => {
                    let members = reader.members(&key).await?;
                    segments.push((key, members));
                }
            }
        }
        Ok(Past {
            revision,
            at,
            newest,
            changes,
            flags,
            segments,
        })
    }
}

/// One environment, in one snapshot of the database.
struct Reader<'a> {
    conn: Conn,
    project: ProjectId,
    environment: EnvironmentId,
    key: &'a str,
    only: Option<&'a str>,
}

impl Reader<'_> {
    /// The revision that a point means, and the newest.
    async fn reach(&mut self, point: PastPoint) -> Result<(u64, u64), PastError> {
        let place = args![self.project, self.environment];
        let (oldest, newest): (Option<i64>, Option<i64>) = self.conn.one(&KEPT, place).await?;
        let revision = |value| number("change_log", "revision", value, value);
        let newest: u64 = revision(newest.unwrap_or(0))?;
        // Before the first there was nothing, which is as good as kept.
        let oldest = match revision(oldest.unwrap_or(0))? {
            1 => 0,
            oldest => oldest,
        };
        let wanted = match point {
            PastPoint::Revision(revision) => Some(revision),
            PastPoint::Ago(revisions) => Some(newest.saturating_sub(revisions).max(oldest)),
            PastPoint::At(time) => {
                let asked = args![self.project, self.environment, time];
                let (served,): (Option<i64>,) = self.conn.one(&SERVED_AT, asked).await?;
                match served {
                    Some(served) => Some(revision(served)?),
                    None => (oldest == 0).then_some(0),
                }
            }
        };
        match wanted.filter(|revision| (oldest..=newest).contains(revision)) {
            Some(revision) => Ok((revision, newest)),
            None => Err(PastError::OutOfReach {
                oldest,
                since: self.committed_at(oldest).await?,
                newest,
            }),
        }
    }

    async fn committed_at(&mut self, revision: u64) -> Result<Option<DateTime<Utc>>, StoreError> {
        let asked = args![self.project, self.environment, signed(revision)];
        let row: Option<(DateTime<Utc>,)> = self.conn.optional(&COMMITTED_AT, asked).await?;
        Ok(row.map(|(at,)| at))
    }

    /// What made the revisions after `down_to`, newest first.
    async fn changes(&mut self, down_to: u64, newest: u64) -> Result<Vec<PastChange>, StoreError> {
        let mut changes = Vec::new();
        let (mut revision, mut before) = (newest, i64::MAX);
        while revision > down_to {
            let asked = args![self.project, before, self.key, PART];
            let rows: Vec<EntryRow> = self.conn.all(&NEWER, asked).await?;
            let Some(last) = rows.last() else {
                let missing = "the entry of a revision is missing";
                return Err(StoreError::corrupt("audit_entry", "seq", revision, missing));
            };
            before = last.seq;
            for row in rows {
                if revision == down_to {
                    break;
                }
                if let Some(change) = row.change(self.key, self.only)? {
                    revision = change.revision.saturating_sub(1);
                    changes.push(change);
                }
            }
        }
        Ok(changes)
    }

    /// A flag as it is, if there is one.
    async fn flag(&mut self, key: &FlagKey) -> Result<Option<PresentFlag>, StoreError> {
        let (project, environment) = (self.project, self.environment);
        let open = document::open(&mut self.conn, project, environment, key).await?;
        let Some(open) = open else {
            return Ok(None);
        };
        let mut lists = list::members(&mut self.conn, project, environment, open.flag).await?;
        if let Some(only) = self.only {
            lists.allow.retain(|tenant| tenant == only);
            lists.block.retain(|tenant| tenant == only);
        }
        let document = open.with(lists);
        Ok(Some(PresentFlag {
            definition: document.definition,
            archived: document.archived,
        }))
    }

    /// The members of a segment, if there is one.
    async fn members(&mut self, key: &SegmentKey) -> Result<Option<Vec<String>>, StoreError> {
        let members = segment::members_of(&mut self.conn, self.project, key).await?;
        Ok(members.map(|mut members| {
            if let Some(only) = self.only {
                members.retain(|tenant| tenant == only);
            }
            members
        }))
    }
}

impl EntryRow {
    /// What the entry did to the environment; `None` if it made no revision there.
    fn change(
        self,
        environment: &str,
        only: Option<&str>,
    ) -> Result<Option<PastChange>, StoreError> {
        let seq: u64 = number("audit_entry", "seq", self.seq, self.seq)?;
        let corrupt = |error| StoreError::corrupt("audit_entry", "documents", seq, error);
        let mut documents: Vec<AuditDocument> =
            serde_json::from_str(&self.documents).map_err(corrupt)?;
        let mut made = documents.iter().filter_map(AuditDocument::as_revision);
        let Some((_, revision)) = made.find(|(key, _)| key == environment) else {
            return Ok(None);
        };
        documents.retain(|it| {
            let is_here = it
                .environment
                .as_deref()
                .is_none_or(|key| key == environment);
            is_here && it.item.is_some()
        });
        if let Some(only) = only {
            for document in &mut documents {
                if matches!(&*document.name, "allow" | "block" | "members") {
                    for side in [&mut document.before, &mut document.after] {
                        if let Value::Array(tenants) = side {
                            tenants.retain(|tenant| tenant == only);
                        }
                    }
                }
            }
        }
        Ok(Some(PastChange {
            revision,
            at: self.at,
            seq,
            actor: self.actor,
            action: self.action,
            reason: self.reason,
            documents,
        }))
    }
}
