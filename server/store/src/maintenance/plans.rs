//! Carrying out plans: which are under way in all projects, and what their guards keep.
//!
//! Separate from the plans themselves because whoever carries them out does so for every project. What
//! it decides goes the one way to write; what a guard has counted is no change and is noted here.
//!
//! **Invariants**
//! - What is noted here is noted by the node whose epoch it is, of a plan as that node knows it.

use tenantry_core::model::FlagKey;

use super::leader::holds_epoch;
use crate::access::{Actor, EnvironmentScope, ProjectScope, Write};
use crate::db::{args, parsed, signed, statements};
use crate::error::StoreError;
use crate::ids::{EnvironmentId, FlagId, ProjectId};
use crate::store::Store;

/// A plan that is under way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActivePlan {
    /// Where, for what the server does by itself.
    pub scope: EnvironmentScope<Write>,
    /// The flag.
    pub flag: FlagKey,
}

statements! { "plan";
    ACTIVE = "SELECT p.project_id, j.key, e.id, e.key, f.key FROM plan p
        JOIN project j ON j.id = p.project_id
        JOIN environment e ON e.project_id = p.project_id AND e.id = p.environment_id
        JOIN flag f ON f.project_id = p.project_id AND f.id = p.flag_id
        WHERE p.status IN ('running', 'paused') AND f.archived_at IS NULL
        ORDER BY j.key, e.position, f.key";
    AT_VERSION = "SELECT p.flag_id FROM plan p
            JOIN flag f ON f.project_id = p.project_id AND f.id = p.flag_id
            WHERE p.project_id = $1 AND p.environment_id = $2 AND f.key = $3 AND p.version = $4"
        or "SELECT p.flag_id FROM plan p
            JOIN flag f ON f.project_id = p.project_id AND f.id = p.flag_id
            WHERE p.project_id = $1 AND p.environment_id = $2 AND f.key = $3 AND p.version = $4
            FOR UPDATE OF p";
    KEEP_TIME = "UPDATE plan SET progress = $4
        WHERE project_id = $1 AND environment_id = $2 AND flag_id = $3";
    KEEP_PART = "INSERT INTO plan_guard (project_id, environment_id, flag_id, part, text)
        VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (project_id, environment_id, flag_id, part) DO UPDATE SET text = excluded.text";
}

type Row = (ProjectId, String, EnvironmentId, String, String);

impl Store {
    /// Lists the plans of all projects that are under way.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn active_plans(&self) -> Result<Vec<ActivePlan>, StoreError> {
        let mut conn = self.survey().await?;
        let rows: Vec<Row> = conn.all(&ACTIVE, args![]).await?;
        let open = |(project, project_key, environment, key, flag): Row| {
            let project_key = parsed("project", "key", project, &project_key)?;
            let key = parsed("environment", "key", environment, &key)?;
            let project = ProjectScope::new(project, project_key, Actor::server());
            Ok(ActivePlan {
                scope: EnvironmentScope::new(project, environment, key),
                flag: parsed("flag", "key", &flag, &flag)?,
            })
        };
        rows.into_iter().map(open).collect()
    }

    /// Notes what was counted of a plan: how far it is, if no decision was made, and parts of what its
    /// guard keeps. False if another node carries out plans by now, or the plan is not at `version`;
    /// then nothing was noted.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn keep_plan(
        &self,
        plan: &ActivePlan,
        (epoch, version): (u64, u64),
        progress: Option<String>,
        parts: &[(&str, String)],
    ) -> Result<bool, StoreError> {
        let mut conn = self.maintenance().await?;
        if !holds_epoch(&mut conn, epoch).await? {
            return Ok(false);
        }
        let (project, environment) = (plan.scope.project().id(), plan.scope.id());
        let row = args![project, environment, plan.flag.as_str(), signed(version)];
        let Some((flag,)) = conn.optional::<(FlagId,)>(&AT_VERSION, row).await? else {
            return Ok(false);
        };
        if let Some(progress) = progress {
            let row = args![project, environment, flag, progress];
            conn.execute(&KEEP_TIME, row).await?;
        }
        for (part, text) in parts {
            let row = args![project, environment, flag, *part, text.as_str()];
            conn.execute(&KEEP_PART, row).await?;
        }
        conn.commit().await?;
        Ok(true)
    }
}
