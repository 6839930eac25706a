//! A project's policy: what it calls debt. The document is the server's, which alone reads it.

use serde_json::Value;

use crate::access::{Mode, ProjectScope};
use crate::audit::AuditDocument;
use crate::db::{Conn, args, statements};
use crate::error::StoreError;
use crate::ids::ProjectId;
use crate::json;
use crate::store::Store;
use crate::tx::Tx;

statements! { "debt_policy";
    POLICY = "SELECT document FROM debt_policy WHERE project_id = $1";
    PUT = "INSERT INTO debt_policy (project_id, document) VALUES ($1, $2)
        ON CONFLICT (project_id) DO UPDATE SET document = excluded.document";
}

impl Store {
    /// Reads a project's policy; `None` if nobody has set one.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn debt_policy<M: Mode>(
        &self,
        scope: &ProjectScope<M>,
    ) -> Result<Option<Value>, StoreError> {
        let mut conn = self.read(scope).await?;
        read(&mut conn, scope.id()).await
    }
}

impl Tx {
    /// Sets the project's policy.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn put_debt_policy(&mut self, policy: &Value) -> Result<(), StoreError> {
        let project = self.project();
        let before = read(&mut self.conn, project).await?.unwrap_or_default();
        if before == *policy {
            return Ok(());
        }
        self.conn
            .execute(&PUT, args![project, policy.to_string()])
            .await?;
        self.record(AuditDocument::new("debt_policy", before, policy.clone()));
        Ok(())
    }
}

async fn read(conn: &mut Conn, project: ProjectId) -> Result<Option<Value>, StoreError> {
    let row: Option<(String,)> = conn.optional(&POLICY, args![project]).await?;
    row.map(|(text,)| json::read("debt_policy", "document", project, &text))
        .transpose()
}
