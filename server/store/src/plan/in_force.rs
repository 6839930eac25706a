//! The plans of a project that are not over: those under way, and those that wait to be started.
//!
//! Separate because it is asked of other things: whether a plan still needs them.

use tenantry_core::model::{EnvironmentKey, FlagKey};

use crate::access::{Mode, ProjectScope};
use crate::db::{Conn, args, parsed, statements};
use crate::error::StoreError;
use crate::ids::ProjectId;
use crate::store::Store;
use crate::tx::Tx;

/// A plan that is not over, of a flag that is not archived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanInForce {
    /// The flag.
    pub flag: FlagKey,
    /// The environment's key.
    pub environment: EnvironmentKey,
    /// The plan's document: JSON.
    pub document: String,
}

statements! { "plan";
    IN_FORCE = "SELECT f.key, e.key, p.document FROM plan p
        JOIN environment e ON e.project_id = p.project_id AND e.id = p.environment_id
        JOIN flag f ON f.project_id = p.project_id AND f.id = p.flag_id
        WHERE p.project_id = $1 AND p.status IN ('draft', 'running', 'paused')
            AND f.archived_at IS NULL
        ORDER BY f.key, e.position";
}

impl Store {
    /// Lists the project's plans that are not over, by flag.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn plans_in_force<M: Mode>(
        &self,
        scope: &ProjectScope<M>,
    ) -> Result<Vec<PlanInForce>, StoreError> {
        in_force(&mut self.read(scope).await?, scope.id()).await
    }
}

impl Tx {
    /// As [`Store::plans_in_force`], under the transaction's lock.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn plans_in_force(&mut self) -> Result<Vec<PlanInForce>, StoreError> {
        let project = self.project();
        in_force(&mut self.conn, project).await
    }
}

async fn in_force(conn: &mut Conn, project: ProjectId) -> Result<Vec<PlanInForce>, StoreError> {
    let rows: Vec<(String, String, String)> = conn.all(&IN_FORCE, args![project]).await?;
    let found = rows.into_iter().map(|(flag, environment, document)| {
        Ok(PlanInForce {
            flag: parsed("flag", "key", &flag, &flag)?,
            environment: parsed("environment", "key", &environment, &environment)?,
            document,
        })
    });
    found.collect()
}
