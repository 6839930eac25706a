//! The newest revisions of all environments, and versions of all rosters, for the nodes that keep them.

use crate::db::{args, number, statements};
use crate::error::StoreError;
use crate::ids::{EnvironmentId, ProjectId};
use crate::notice::Revisions;
use crate::store::Store;

statements! { "environment";
    REVISIONS = "SELECT id, revision FROM environment";
    ROSTERS = "SELECT id, roster_version FROM project";
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

    /// Reads the version of every project's roster.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn roster_versions(&self) -> Result<Vec<(ProjectId, u64)>, StoreError> {
        let mut conn = self.survey().await?;
        let rows: Vec<(ProjectId, i64)> = conn.all(&ROSTERS, args![]).await?;
        let rows = rows.into_iter().map(|(project, version)| {
            Ok((
                project,
                number("project", "roster_version", project, version)?,
            ))
        });
        rows.collect()
    }
}
