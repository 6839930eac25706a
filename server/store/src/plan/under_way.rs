//! Which plans of a project are under way.
//!
//! Separate because writes of other things ask it, under the project's lock.

use tenantry_core::model::{EnvironmentKey, FlagKey};

use crate::db::{args, parsed, statements};
use crate::error::StoreError;
use crate::ids::EnvironmentId;
use crate::tx::Tx;

/// A flag whose plan is running or paused, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanUnderWay {
    /// The environment.
    pub environment: EnvironmentId,
    /// Its key.
    pub environment_key: EnvironmentKey,
    /// The flag.
    pub flag: FlagKey,
}

statements! { "plan";
    UNDER_WAY = "SELECT e.id, e.key, f.key FROM plan p
        JOIN environment e ON e.project_id = p.project_id AND e.id = p.environment_id
        JOIN flag f ON f.project_id = p.project_id AND f.id = p.flag_id
        WHERE p.project_id = $1 AND p.status IN ('running', 'paused') AND f.archived_at IS NULL
        ORDER BY e.position, f.key";
}

impl Tx {
    /// Lists the project's plans that are under way, by environment.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn plans_under_way(&mut self) -> Result<Vec<PlanUnderWay>, StoreError> {
        let project = args![self.project()];
        let rows: Vec<(EnvironmentId, String, String)> = self.conn.all(&UNDER_WAY, project).await?;
        let found = rows.into_iter().map(|(environment, key, flag)| {
            Ok(PlanUnderWay {
                environment,
                environment_key: parsed("environment", "key", environment, &key)?,
                flag: parsed("flag", "key", &flag, &flag)?,
            })
        });
        found.collect()
    }
}
