//! Telling people: which notifications of all projects are due, and what came of trying.
//!
//! **Invariants**
//! - Whoever claims one has it for a while. A node that dies with it gives it back by that; so people
//!   may be told twice, and are told.
//! - What came of it is noted by whoever still has it.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use crate::access::{Actor, ProjectScope, Read};
use crate::db::{Statement, args, micros, parsed, statements};
use crate::error::StoreError;
use crate::ids::{NotificationId, ProjectId};
use crate::notification::{Notification, NotificationRow};
use crate::store::Store;

/// How long what is done is kept.
pub(super) const TOLD_KEPT: TimeDelta = TimeDelta::days(90);

/// A notification that is this node's to tell, until its `due_at`.
#[derive(Debug, Clone)]
pub struct DueNotification {
    /// Where.
    pub scope: ProjectScope<Read>,
    /// What.
    pub notification: Notification,
}

statements! { "notification";
    IS_DUE = "SELECT 1 FROM notification WHERE due_at <= $1 LIMIT 1";
    // Materialized, so that PostgreSQL cannot choose a plan that asks more often than once.
    CLAIM = "UPDATE notification SET due_at = $2 WHERE (project_id, id) IN (
                SELECT project_id, id FROM notification WHERE due_at <= $1 ORDER BY due_at LIMIT $3)
            RETURNING project_id, id"
        or "WITH due AS MATERIALIZED (
                SELECT project_id, id FROM notification WHERE due_at <= $1 ORDER BY due_at LIMIT $3
                FOR UPDATE SKIP LOCKED)
            UPDATE notification n SET due_at = $2 FROM due
            WHERE n.project_id = due.project_id AND n.id = due.id
            RETURNING n.project_id, n.id";
    CLAIMED = "SELECT n.id, n.topic, n.document, n.deliveries, n.attempts, n.created_at, n.due_at
        FROM notification n WHERE n.project_id = $1 AND n.id = $2";
    PROJECT = "SELECT key FROM project WHERE id = $1";
    NOTE = "UPDATE notification SET deliveries = COALESCE($4, deliveries), due_at = $5,
            attempts = attempts + 1
        WHERE project_id = $1 AND id = $2 AND due_at = $3";
    RENEW = "UPDATE notification SET deliveries = $4, due_at = $5
        WHERE project_id = $1 AND id = $2 AND due_at = $3";
    FORGET = "DELETE FROM notification WHERE due_at IS NULL AND created_at <= $1";
}

impl Store {
    /// Claims notifications that are due, at most `limit`, until `until`. One that cannot be read is an
    /// error among them, and claimed as well.
    ///
    /// # Errors
    /// [`StoreError`] if none can be claimed.
    pub async fn claim_notifications(
        &self,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
        limit: usize,
    ) -> Result<Vec<Result<DueNotification, StoreError>>, StoreError> {
        let now = micros(now);
        let due: Option<(i32,)> = self.survey().await?.optional(&IS_DUE, args![now]).await?;
        if due.is_none() {
            return Ok(Vec::new());
        }
        let mut conn = self.maintenance().await?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let claim = args![now, micros(until), limit];
        let claimed: Vec<(ProjectId, NotificationId)> = conn.all(&CLAIM, claim).await?;
        conn.commit().await?;
        let mut due = Vec::with_capacity(claimed.len());
        for (project, id) in claimed {
            due.push(self.claimed(project, id).await);
        }
        Ok(due)
    }

    async fn claimed(
        &self,
        project: ProjectId,
        id: NotificationId,
    ) -> Result<DueNotification, StoreError> {
        let mut conn = self.survey().await?;
        let row: NotificationRow = conn.one(&CLAIMED, args![project, id]).await?;
        let (key,): (String,) = conn.one(&PROJECT, args![project]).await?;
        let key = parsed("project", "key", project, &key)?;
        Ok(DueNotification {
            scope: ProjectScope::new(project, key, Actor::server()),
            notification: row.notification()?,
        })
    }

    /// Notes that a notification that was claimed was tried, what came of it, if something did, and when
    /// it is tried again, if it is. False if it was somebody else's meanwhile; then nothing was noted.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn note_tried(
        &self,
        due: &DueNotification,
        deliveries: Option<&Value>,
        next: Option<DateTime<Utc>>,
    ) -> Result<bool, StoreError> {
        self.note_claimed(&NOTE, due, deliveries, next).await
    }

    /// Notes what came of a notification that was claimed so far, and claims it until another time. False
    /// if it was somebody else's meanwhile; then nothing was noted.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn renew_claim(
        &self,
        due: &mut DueNotification,
        deliveries: &Value,
        until: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let until = Some(micros(until));
        let renewed = self
            .note_claimed(&RENEW, due, Some(deliveries), until)
            .await?;
        due.notification.due_at = until;
        Ok(renewed)
    }

    async fn note_claimed(
        &self,
        statement: &'static Statement,
        due: &DueNotification,
        deliveries: Option<&Value>,
        next: Option<DateTime<Utc>>,
    ) -> Result<bool, StoreError> {
        let mut conn = self.maintenance().await?;
        let row = args![
            due.scope.id(),
            due.notification.id,
            due.notification.due_at,
            deliveries.map(Value::to_string),
            next.map(micros)
        ];
        let noted = conn.execute(statement, row).await?;
        conn.commit().await?;
        Ok(noted > 0)
    }

    /// Takes away what was told long ago.
    pub(super) async fn prune_notifications(&self, now: DateTime<Utc>) -> Result<u64, StoreError> {
        let mut conn = self.maintenance().await?;
        let pruned = conn.execute(&FORGET, args![now - TOLD_KEPT]).await?;
        conn.commit().await?;
        Ok(pruned)
    }
}
