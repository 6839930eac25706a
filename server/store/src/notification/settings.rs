//! Whom a project wants to be told. The document is the server's, which alone reads it.

use serde_json::Value;

use crate::access::{Mode, ProjectScope};
use crate::audit::AuditDocument;
use crate::db::{Conn, args, statements};
use crate::error::StoreError;
use crate::ids::ProjectId;
use crate::json;
use crate::store::Store;
use crate::tx::Tx;

statements! { "notification_settings";
    SETTINGS = "SELECT document FROM notification_settings WHERE project_id = $1";
    PUT = "INSERT INTO notification_settings (project_id, document) VALUES ($1, $2)
        ON CONFLICT (project_id) DO UPDATE SET document = excluded.document";
}

impl Store {
    /// Reads a project's settings; `None` if nobody has set any.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn notification_settings<M: Mode>(
        &self,
        scope: &ProjectScope<M>,
    ) -> Result<Option<Value>, StoreError> {
        let mut conn = self.read(scope).await?;
        read(&mut conn, scope.id()).await
    }
}

impl Tx {
    /// Sets the project's settings.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn put_notification_settings(&mut self, settings: &Value) -> Result<(), StoreError> {
        let project = self.project();
        let before = read(&mut self.conn, project).await?.unwrap_or_default();
        if before == *settings {
            return Ok(());
        }
        self.conn
            .execute(&PUT, args![project, settings.to_string()])
            .await?;
        self.record(AuditDocument::new(
            "notification_settings",
            before,
            settings.clone(),
        ));
        Ok(())
    }
}

async fn read(conn: &mut Conn, project: ProjectId) -> Result<Option<Value>, StoreError> {
    let row: Option<(String,)> = conn.optional(&SETTINGS, args![project]).await?;
    row.map(|(text,)| json::read("notification_settings", "document", project, &text))
        .transpose()
}
