//! The newest revisions of all environments, for the nodes that stream them.

use crate::db::{args, number, statements};
use crate::error::StoreError;
use crate::ids::EnvironmentId;
use crate::notice::Revisions;
use crate::store::Store;

statements! { "environment";
    REVISIONS = "SELECT id, revision FROM environment";
    TOKEN_CHANGES = "SELECT CAST(COALESCE(SUM(token_changes), 0) AS BIGINT) FROM project";
}

impl Store {
    /// Reads how far every environment is, and how often tokens have changed.
    pub(crate) async fn newest_revisions(&self) -> Result<Revisions, StoreError> {
        let mut conn = self.survey().await?;
        let mut newest = Revisions::default();
        let rows: Vec<(EnvironmentId, i64)> = conn.all(&REVISIONS, args![]).await?;
        for (environment, revision) in rows {
            let revision = number("environment", "revision", environment, revision)?;
            newest.environments.insert(environment, revision);
        }
        let (tokens,) = conn.one::<(i64,)>(&TOKEN_CHANGES, args![]).await?;
        newest.tokens = number("project", "token_changes", "all", tokens)?;
        Ok(newest)
    }
}
