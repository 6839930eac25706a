//! The commit: what the mutations touched becomes revisions, change-log rows and one audit entry.
//!
//! **Invariants**
//! - There is no other commit of a project's data.
//! - A revision is the counter of its own row plus one, under that row's lock: the order of revisions
//!   is the order of commits, without gaps.

use chrono::{DateTime, Utc};
use tenantry_core::model::EnvironmentKey;

use super::{Committed, EnvironmentRevision, OpenEnvironment, Tx};
use crate::audit::{AuditDocument, Unchained};
use crate::change::Change;
use crate::db::{Conn, args, micros, number, signed, statements};
use crate::error::StoreError;
use crate::ids::ProjectId;
use crate::json;

statements! { "environment";
    /// Takes the project's row, and with it the right to write to the project.
    LOCK_PROJECT = "SELECT audit_seq, audit_head FROM project WHERE id = $1"
        or "SELECT audit_seq, audit_head FROM project WHERE id = $1 FOR UPDATE";
    BUMP_REVISION = "UPDATE environment SET revision = revision + 1, checksum = $3
        WHERE project_id = $1 AND id = $2 RETURNING revision";
    LOG_CHANGE = "INSERT INTO change_log
        (project_id, environment_id, revision, checksum, items, members, at)
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    MOVE_HEAD = "UPDATE project
        SET audit_seq = $2, audit_head = $3, token_changes = token_changes + $4 WHERE id = $1";
}

/// Locks the project's row; yields the number and the hash of its newest audit entry.
pub(super) async fn lock_project(
    conn: &mut Conn,
    project: ProjectId,
) -> Result<(u64, Vec<u8>), StoreError> {
    let (seq, head) = conn
        .one::<(i64, Vec<u8>)>(&LOCK_PROJECT, args![project])
        .await?;
    Ok((number("project", "audit_seq", project, seq)?, head))
}

impl Tx {
    /// Commits: revisions, change log and audit entry with the mutations, then the notice. If no
    /// mutation changed anything, nothing is written.
    ///
    /// # Errors
    /// [`StoreError`]; then nothing has happened, unless the connection was lost at the very commit.
    ///
    /// # Cancel safety
    /// Dropping the future before it is ready undoes the transaction, or not, if it got as far as
    /// the database.
    pub async fn commit(
        mut self,
        change: Change,
        now: DateTime<Utc>,
    ) -> Result<Committed, StoreError> {
        let now = micros(now);
        if self.documents.is_empty() {
            return Ok(self.committed(&[], None));
        }
        let touched: Vec<bool> = self
            .environments
            .iter()
            .map(OpenEnvironment::is_touched)
            .collect();
        for environment in &mut self.environments {
            if environment.is_touched() {
                bump(&mut self.conn, self.scope.id(), environment, now).await?;
            }
        }
        let entry = self.entry(change, now);
        let seq = entry.seq;
        let head = entry.append(&mut self.conn, &self.audit_head).await?;
        let token_changes = i64::from(self.tokens_changed);
        let moved = args![self.scope.id(), signed(seq), head, token_changes];
        self.conn.execute(&MOVE_HEAD, moved).await?;

        let committed = self.committed(&touched, Some(seq));
        let project = self.scope.id();
        let Self {
            conn,
            notices,
            db,
            tokens_changed,
            ..
        } = self;
        conn.commit().await?;
        let announced = notices.announce(&db, Some(project), &committed, tokens_changed);
        announced.await;
        Ok(committed)
    }

    fn committed(&self, touched: &[bool], audit_seq: Option<u64>) -> Committed {
        let touched = touched.iter().copied().chain(std::iter::repeat(false));
        let revisions = self
            .environments
            .iter()
            .zip(touched)
            .map(|(environment, touched)| EnvironmentRevision {
                environment: environment.id,
                key: environment.key.clone(),
                revision: environment.revision,
                touched,
            });
        Committed {
            revisions: revisions.collect(),
            audit_seq,
        }
    }

    /// The audit entry of this commit.
    fn entry(&mut self, change: Change, now: DateTime<Utc>) -> Unchained {
        let mut documents = std::mem::take(&mut self.documents);
        let environment = only(&documents, |document| document.environment.as_deref());
        let item = only(&documents, |document| document.item.as_deref());
        let flag = item.as_deref().and_then(|item| item.strip_prefix("flag/"));
        let named = |key: &EnvironmentKey| Some(key.as_str()) == environment.as_deref();
        let revision = self
            .environments
            .iter()
            .find(|open| named(&open.key) && open.is_touched())
            .map(|open| open.revision);
        let touched = self.environments.iter().filter(|open| open.is_touched());
        documents.extend(touched.map(|open| AuditDocument::revision(&open.key, open.revision)));
        Unchained {
            project: self.scope.id(),
            seq: self.next_audit_seq(),
            at: now,
            actor: self.scope.actor().name.clone(),
            token: self.scope.actor().token,
            action: change.action.as_str().to_owned(),
            target: change.target.to_string(),
            flag: flag.map(str::to_owned),
            environment,
            revision,
            reason: change.reason,
            request_id: change.request_id,
            documents: json::text(&documents),
        }
    }
}

/// What all documents name, if they name the same.
fn only<'a>(
    documents: &'a [AuditDocument],
    name: impl Fn(&'a AuditDocument) -> Option<&'a str>,
) -> Option<String> {
    let first = name(documents.first()?)?;
    documents
        .iter()
        .all(|document| name(document) == Some(first))
        .then(|| first.to_owned())
}

/// Gives an environment its next revision and logs what that touched.
async fn bump(
    conn: &mut Conn,
    project: ProjectId,
    environment: &mut OpenEnvironment,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let (id, checksum) = (environment.id, environment.checksum.to_string());
    let (revision,) = conn
        .one::<(i64,)>(&BUMP_REVISION, args![project, id, checksum.clone()])
        .await?;
    environment.revision = number("environment", "revision", id, revision)?;
    let items = serde_json::json!(environment.items);
    let members = environment.touched_members();
    let logged = args![
        project,
        id,
        revision,
        checksum,
        items,
        serde_json::json!(members),
        now
    ];
    conn.execute(&LOG_CHANGE, logged).await?;
    Ok(())
}
