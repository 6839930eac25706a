//! Reading what scans found.

use chrono::{DateTime, Utc};
use tenantry_core::model::FlagKey;

use super::{Reference, RepositoryUse, Scan};
use crate::access::{Mode, ProjectScope};
use crate::db::{args, number, statements};
use crate::error::StoreError;
use crate::json;
use crate::store::Store;

statements! { "code_reference";
    SCANS = "SELECT s.repository, s.commit_id, s.branch, s.scanned_at, s.uploaded_by, s.unresolved,
            (SELECT COUNT(*) FROM code_reference r
                WHERE r.project_id = s.project_id AND r.repository = s.repository) AS places
        FROM code_scan s WHERE s.project_id = $1 ORDER BY s.repository";
    REFERENCES = "SELECT repository, document FROM code_reference
        WHERE project_id = $1 AND flag = $2 ORDER BY repository, path, line, place LIMIT $3";
    USES = "SELECT repository, first_commit, first_at, gone_commit, gone_at FROM code_flag
        WHERE project_id = $1 AND flag = $2 ORDER BY repository";
    COUNT = "SELECT COUNT(*) FROM code_reference WHERE project_id = $1 AND flag = $2";
}

#[derive(Debug, sqlx::FromRow)]
struct ScanRow {
    repository: String,
    commit_id: String,
    branch: Option<String>,
    scanned_at: DateTime<Utc>,
    uploaded_by: String,
    unresolved: i64,
    places: i64,
}

type UseRow = (
    String,
    String,
    DateTime<Utc>,
    Option<String>,
    Option<DateTime<Utc>>,
);

impl Store {
    /// Lists the newest scan of each repository, by its name.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn scans<M: Mode>(&self, scope: &ProjectScope<M>) -> Result<Vec<Scan>, StoreError> {
        let mut conn = self.read(scope).await?;
        let rows: Vec<ScanRow> = conn.all(&SCANS, args![scope.id()]).await?;
        let scans = rows.into_iter().map(|row| {
            let count = |column, value| number("code_scan", column, &row.repository, value);
            Ok(Scan {
                references: count("references", row.places)?,
                unresolved: count("unresolved", row.unresolved)?,
                repository: row.repository,
                commit: row.commit_id,
                branch: row.branch,
                scanned_at: row.scanned_at,
                uploaded_by: row.uploaded_by,
            })
        });
        scans.collect()
    }

    /// Reads where code asks for a flag: the first `limit` places, by repository, file and line.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn references<M: Mode>(
        &self,
        scope: &ProjectScope<M>,
        flag: &FlagKey,
        limit: u32,
    ) -> Result<Vec<Reference>, StoreError> {
        let mut conn = self.read(scope).await?;
        let asked = args![scope.id(), flag.as_str(), i64::from(limit)];
        let rows: Vec<(String, String)> = conn.all(&REFERENCES, asked).await?;
        let references = rows.into_iter().map(|(repository, document)| {
            let document = json::read("code_reference", "document", &repository, &document)?;
            Ok(Reference {
                repository,
                document,
            })
        });
        references.collect()
    }

    /// Counts the places where code asks for a flag.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn reference_count<M: Mode>(
        &self,
        scope: &ProjectScope<M>,
        flag: &FlagKey,
    ) -> Result<u64, StoreError> {
        let mut conn = self.read(scope).await?;
        let asked = args![scope.id(), flag.as_str()];
        let (count,) = conn.one::<(i64,)>(&COUNT, asked).await?;
        number("code_reference", "count", flag, count)
    }

    /// Reads which repositories ask for a flag, or once did.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn repository_uses<M: Mode>(
        &self,
        scope: &ProjectScope<M>,
        flag: &FlagKey,
    ) -> Result<Vec<RepositoryUse>, StoreError> {
        let mut conn = self.read(scope).await?;
        let rows: Vec<UseRow> = conn.all(&USES, args![scope.id(), flag.as_str()]).await?;
        let uses = rows.into_iter().map(
            |(repository, first_commit, first_at, gone_commit, gone_at)| RepositoryUse {
                repository,
                first_commit,
                first_at,
                gone: gone_commit.zip(gone_at),
            },
        );
        Ok(uses.collect())
    }
}
