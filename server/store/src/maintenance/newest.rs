//! The newest revisions of all environments, and versions of all rosters, for the nodes that keep them.

use crate::db::{args, number, statements};
use crate::error::StoreError;
use crate::ids::{EnvironmentId, ProjectId};
use crate::notice::Revisions;
use crate::store::Store;

statements! { "environment";
    REVISIONS = "SELECT id, revision FROM environment";
    ROSTERS = "SELECT id, roster_version FROM project";
    PROJECTS = "SELECT id, audit_seq, token_changes FROM project";
}

impl Store {
    /// Reads how far every environment and every audit log is, and how often tokens have changed.
    pub(crate) async fn newest_revisions(&self) -> Result<Revisions, StoreError> {
        let mut conn = self.survey().await?;
        let mut newest = Revisions::default();
        let rows: Vec<(EnvironmentId, i64)> = conn.all(&REVISIONS, args![]).await?;
        for (environment, revision) in rows {
            let revision = number("environment", "revision", environment, revision)?;
            newest.environments.insert(environment, revision);
        }
        let rows: Vec<(ProjectId, i64, i64)> = conn.all(&PROJECTS, args![]).await?;
        for (project, seq, tokens) in rows {
            let seq = number("project", "audit_seq", project, seq)?;
            newest.entries.insert(project, seq);
            newest.tokens += number::<u64>("project", "token_changes", project, tokens)?;
        }
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
