//! Something happened that people are to be told.

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::access::{Mode, ProjectScope};
use crate::db::{Conn, args, micros, statements};
use crate::error::StoreError;
use crate::ids::{NotificationId, ProjectId};
use crate::store::{Store, wall};
use crate::tx::Tx;

/// A notification that nobody knows of yet.
#[derive(Debug, Clone, PartialEq)]
pub struct NewNotification {
    /// What kind of thing happened, such as `plan.stepped_back`.
    pub topic: String,
    /// What it is about, such as `plan/production/new-billing/7`: it is told once.
    pub once: String,
    /// What happened: JSON.
    pub document: Value,
}

statements! { "notification";
    PUT = "INSERT INTO notification
            (project_id, id, topic, once, document, attempts, created_at, due_at)
        VALUES ($1, $2, $3, $4, $5, 0, $6, $6)
        ON CONFLICT (project_id, once) DO NOTHING";
    IS_TOLD = "SELECT id FROM notification WHERE project_id = $1 AND once = $2";
}

impl Tx {
    /// Has people told, if this transaction is committed.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn notify(
        &mut self,
        new: &NewNotification,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let project = self.project();
        put(&mut self.conn, project, new, now).await.map(drop)
    }
}

impl Store {
    /// Has people told of something that changed nothing; the id of the notification, also of the one
    /// that there was before.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn notify<M: Mode>(
        &self,
        scope: &ProjectScope<M>,
        new: &NewNotification,
        now: DateTime<Utc>,
    ) -> Result<NotificationId, StoreError> {
        let mut conn = self.db.write(wall(scope)).await?;
        put(&mut conn, scope.id(), new, now).await?;
        let told = args![scope.id(), new.once.as_str()];
        let (id,) = conn.one(&IS_TOLD, told).await?;
        conn.commit().await?;
        Ok(id)
    }

    /// Has people told of all of these, unless they were told of the first before.
    ///
    /// # Errors
    /// [`StoreError`]; then they are told of none.
    pub async fn notify_first<M: Mode>(
        &self,
        scope: &ProjectScope<M>,
        news: &[NewNotification],
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let mut conn = self.db.write(wall(scope)).await?;
        for new in news {
            let is_new = put(&mut conn, scope.id(), new, now).await?;
            if !is_new && Some(new) == news.first() {
                return Ok(());
            }
        }
        conn.commit().await
    }

    /// Whether people were told of this, or will be.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn is_notified<M: Mode>(
        &self,
        scope: &ProjectScope<M>,
        once: &str,
    ) -> Result<bool, StoreError> {
        let mut conn = self.read(scope).await?;
        let found: Option<(NotificationId,)> =
            conn.optional(&IS_TOLD, args![scope.id(), once]).await?;
        Ok(found.is_some())
    }
}

/// Whether there was none of the same already.
async fn put(
    conn: &mut Conn,
    project: ProjectId,
    new: &NewNotification,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let id = NotificationId::new(now);
    let row = args![
        project,
        id,
        new.topic.as_str(),
        new.once.as_str(),
        new.document.to_string(),
        micros(now)
    ];
    let written = conn.execute(&PUT, row).await?;
    Ok(written > 0)
}
