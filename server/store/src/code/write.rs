//! Taking in a scan.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::{NewScan, ScanChange};
use crate::access::{Mode, ProjectScope};
use crate::db::{args, micros, signed, statements};
use crate::error::StoreError;
use crate::store::Store;

/// How many rows one statement writes.
const BATCH: usize = 5_000;

statements! { "code_scan";
    PUT = "INSERT INTO code_scan
            (project_id, repository, commit_id, branch, scanned_at, uploaded_by, unresolved)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (project_id, repository) DO UPDATE SET commit_id = excluded.commit_id,
            branch = excluded.branch, scanned_at = excluded.scanned_at,
            uploaded_by = excluded.uploaded_by, unresolved = excluded.unresolved";
    FORGET = "DELETE FROM code_scan WHERE project_id = $1 AND repository = $2";
    CLEAR = "DELETE FROM code_reference WHERE project_id = $1 AND repository = $2";
    ADD = "INSERT INTO code_reference (project_id, repository, flag, path, line, place, document)
            SELECT $1, $2, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4
            FROM json_each($3)"
        or "INSERT INTO code_reference (project_id, repository, flag, path, line, place, document)
            SELECT $1, $2, value ->> 0, value ->> 1, (value ->> 2)::bigint, (value ->> 3)::bigint,
                value ->> 4
            FROM jsonb_array_elements($3) value";
    ASKED_FOR = "SELECT flag FROM code_flag
        WHERE project_id = $1 AND repository = $2 AND gone_at IS NULL";
    APPEAR = "INSERT INTO code_flag (project_id, repository, first_commit, first_at, flag)
            SELECT $1, $2, $3, $4, value FROM json_each($5) WHERE TRUE
            ON CONFLICT (project_id, repository, flag) DO UPDATE SET
                gone_commit = NULL, gone_at = NULL"
        or "INSERT INTO code_flag (project_id, repository, first_commit, first_at, flag)
            SELECT $1, $2, $3, $4, value FROM jsonb_array_elements_text($5) value
            ON CONFLICT (project_id, repository, flag) DO UPDATE SET
                gone_commit = NULL, gone_at = NULL";
    GO = "UPDATE code_flag SET gone_commit = $3, gone_at = $4
            WHERE project_id = $1 AND repository = $2
                AND flag IN (SELECT value FROM json_each($5))"
        or "UPDATE code_flag SET gone_commit = $3, gone_at = $4
            WHERE project_id = $1 AND repository = $2
                AND (flag IN (SELECT jsonb_array_elements_text($5))) IS TRUE";
}

impl Store {
    /// Takes in a scan, instead of the one of the same repository before it.
    ///
    /// # Errors
    /// [`StoreError`]; then the one before still stands.
    pub async fn put_scan<M: Mode>(
        &self,
        scope: &ProjectScope<M>,
        scan: &NewScan,
        now: DateTime<Utc>,
    ) -> Result<ScanChange, StoreError> {
        let now = micros(now);
        let mut conn = self.maintenance().await?;
        let (project, repository) = (scope.id(), scan.repository.as_str());
        // First of all, so that two scans of a repository come one after the other.
        let row = args![
            project,
            repository,
            scan.commit.as_str(),
            scan.branch.as_deref(),
            now,
            scope.actor().name(),
            signed(scan.unresolved),
        ];
        conn.execute(&PUT, row).await?;
        conn.execute(&CLEAR, args![project, repository]).await?;
        let rows: Vec<Value> = scan
            .references
            .iter()
            .enumerate()
            .map(|(place, it)| json!([it.flag, it.path, it.line, place, it.document.to_string()]))
            .collect();
        for rows in rows.chunks(BATCH) {
            let rows = Value::Array(rows.to_vec());
            conn.execute(&ADD, args![project, repository, rows]).await?;
        }

        let before: Vec<(String,)> = conn.all(&ASKED_FOR, args![project, repository]).await?;
        let before: BTreeSet<&str> = before.iter().map(|(flag,)| flag.as_str()).collect();
        let after: BTreeSet<&str> = scan.references.iter().map(|it| it.flag.as_str()).collect();
        let list = |flags: Vec<&&str>| flags.into_iter().map(|&it| it.to_owned()).collect();
        let change = ScanChange {
            appeared: list(after.difference(&before).collect()),
            gone: list(before.difference(&after).collect()),
        };
        for (statement, flags) in [(&APPEAR, &change.appeared), (&GO, &change.gone)] {
            if !flags.is_empty() {
                let at = args![project, repository, scan.commit.as_str(), now, json!(flags)];
                conn.execute(statement, at).await?;
            }
        }
        conn.commit().await?;
        Ok(change)
    }

    /// Forgets a repository; whether there was one of that name.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn forget_repository<M: Mode>(
        &self,
        scope: &ProjectScope<M>,
        repository: &str,
    ) -> Result<bool, StoreError> {
        let mut conn = self.maintenance().await?;
        let forgotten = conn.execute(&FORGET, args![scope.id(), repository]).await?;
        conn.commit().await?;
        Ok(forgotten > 0)
    }
}
