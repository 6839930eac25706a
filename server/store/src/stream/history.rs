//! What the latest revisions touched, for the log of a node that has just started.
//!
//! Separate from what changed since a revision: nobody's present state is asked for here, so it
//! costs one walk over the change log and nothing else.

use super::RevisionChange;
use super::changes::LogRow;
use crate::access::{EnvironmentScope, Mode};
use crate::db::{args, signed, statements};
use crate::error::StoreError;
use crate::store::Store;

statements! { "change_log";
    BETWEEN = "SELECT revision, checksum, items, members FROM change_log
        WHERE project_id = $1 AND environment_id = $2 AND revision > $3 AND revision <= $4
        ORDER BY revision";
}

impl Store {
    /// Reads what each revision after `after`, up to and with `upto`, touched; oldest first. Those
    /// that the log no longer has are left out.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn history<M: Mode>(
        &self,
        scope: &EnvironmentScope<M>,
        after: u64,
        upto: u64,
    ) -> Result<Vec<RevisionChange>, StoreError> {
        let mut conn = self.read(scope.project()).await?;
        let (project, environment) = (scope.project().id(), scope.id());
        let asked = args![project, environment, signed(after), signed(upto)];
        let rows: Vec<LogRow> = conn.all(&BETWEEN, asked).await?;
        rows.into_iter().map(LogRow::read).collect()
    }
}
