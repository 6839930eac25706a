//! What was told lately, the newest first.

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::access::{Mode, ProjectScope};
use crate::db::{args, number, statements};
use crate::error::StoreError;
use crate::ids::NotificationId;
use crate::json;
use crate::store::Store;

/// A notification as it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Notification {
    /// Its id: of two, the later one's is greater.
    pub id: NotificationId,
    /// What kind of thing happened.
    pub topic: String,
    /// What happened: JSON.
    pub document: Value,
    /// Whom it goes to and what came of it; `None` before the first try.
    pub deliveries: Option<Value>,
    /// How often it was tried.
    pub attempts: u64,
    /// When it happened.
    pub created_at: DateTime<Utc>,
    /// When it is tried next; `None` when all is done.
    pub due_at: Option<DateTime<Utc>>,
}

statements! { "notification";
    NEWEST = "SELECT id, topic, document, deliveries, attempts, created_at, due_at
        FROM notification WHERE project_id = $1 ORDER BY id DESC LIMIT $2";
}

#[derive(Debug, sqlx::FromRow)]
pub(crate) struct NotificationRow {
    id: NotificationId,
    topic: String,
    document: String,
    deliveries: Option<String>,
    attempts: i64,
    created_at: DateTime<Utc>,
    due_at: Option<DateTime<Utc>>,
}

impl NotificationRow {
    pub(crate) fn notification(self) -> Result<Notification, StoreError> {
        let read = |column, text: &str| json::read("notification", column, self.id, text);
        Ok(Notification {
            document: read("document", &self.document)?,
            deliveries: (self.deliveries.as_deref())
                .map(|text| read("deliveries", text))
                .transpose()?,
            attempts: number("notification", "attempts", self.id, self.attempts)?,
            id: self.id,
            topic: self.topic,
            created_at: self.created_at,
            due_at: self.due_at,
        })
    }
}

impl Store {
    /// Lists a project's newest notifications.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn notifications<M: Mode>(
        &self,
        scope: &ProjectScope<M>,
        limit: u32,
    ) -> Result<Vec<Notification>, StoreError> {
        let mut conn = self.read(scope).await?;
        let rows: Vec<NotificationRow> = conn
            .all(&NEWEST, args![scope.id(), i64::from(limit)])
            .await?;
        rows.into_iter()
            .map(NotificationRow::notification)
            .collect()
    }
}
