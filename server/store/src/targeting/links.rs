//! What a targeting refers to: prerequisites and segments, in both directions.
//!
//! **Invariants**
//! - Everything here reads under the project's lock, so what it finds holds until the commit.

use sqlx::types::Json;
use tenantry_core::check_links;
use tenantry_core::model::{
    EnvironmentKey, FlagDefinition, FlagKey, Prerequisite, Problems, SegmentKey,
};

use super::document::segments;
use crate::db::{Conn, args, parsed, statements};
use crate::error::StoreError;
use crate::ids::{EnvironmentId, ProjectId};
use crate::tx::Tx;

statements! { "targeting";
    OTHERS = "SELECT f.key, t.prerequisites
        FROM targeting t JOIN flag f ON f.project_id = t.project_id AND f.id = t.flag_id
        WHERE t.project_id = $1 AND t.environment_id = $2 AND f.archived_at IS NULL AND f.key <> $3";
    WAITING = "SELECT f.key, e.key, t.prerequisites
        FROM targeting t
        JOIN flag f ON f.project_id = t.project_id AND f.id = t.flag_id
        JOIN environment e ON e.project_id = t.project_id AND e.id = t.environment_id
        WHERE t.project_id = $1 AND f.archived_at IS NULL AND t.prerequisites <> '[]'
        ORDER BY f.key, e.position";
    USING = "SELECT f.key, e.key, t.segments
        FROM targeting t
        JOIN flag f ON f.project_id = t.project_id AND f.id = t.flag_id
        JOIN environment e ON e.project_id = t.project_id AND e.id = t.environment_id
        WHERE t.project_id = $1 AND f.archived_at IS NULL AND t.segments <> '[]'
        ORDER BY f.key, e.position";
    SEGMENTS = "SELECT key FROM segment WHERE project_id = $1";
}

/// Checks that what `definition` refers to is there, and that no flags wait for each other.
pub(super) async fn check_references(
    conn: &mut Conn,
    project: ProjectId,
    environment: EnvironmentId,
    definition: &FlagDefinition,
) -> Result<Result<(), Problems>, StoreError> {
    let mut problems = Problems::default();
    if !definition.targeting.prerequisites.is_empty() {
        let key = definition.key.as_str();
        let others = args![project, environment, key];
        let others: Vec<(String, Json<Vec<Prerequisite>>)> = conn.all(&OTHERS, others).await?;
        let flags = others
            .iter()
            .map(|(key, waits)| (key.as_str(), waits.0.as_slice()))
            .chain([(key, definition.targeting.prerequisites.as_slice())]);
        if let Err(found) = check_links(flags) {
            blame(key, found, &mut problems);
        }
    }
    if segments(&definition.targeting).next().is_some() {
        let known: Vec<(String,)> = conn.all(&SEGMENTS, args![project]).await?;
        for (path, key) in segments(&definition.targeting) {
            if !known.iter().any(|(known,)| known == key) {
                problems.push(path, format!("there is no segment {key}"));
            }
        }
    }
    Ok(problems.or(()))
}

impl Tx {
    /// Checks that what `definition` refers to is there, and that no flags wait for each other.
    pub(crate) async fn check_references(
        &mut self,
        position: usize,
        definition: &FlagDefinition,
    ) -> Result<Result<(), Problems>, StoreError> {
        let (project, environment) = (self.project(), self.environments[position].id);
        check_references(&mut self.conn, project, environment, definition).await
    }

    /// A flag that waits for `flag`, and where.
    pub(crate) async fn waiting_for(
        &mut self,
        flag: &FlagKey,
    ) -> Result<Option<(FlagKey, EnvironmentKey)>, StoreError> {
        let rows = args![self.project()];
        let rows: Vec<(String, String, Json<Vec<Prerequisite>>)> =
            self.conn.all(&WAITING, rows).await?;
        let waits = |all: &[Prerequisite]| all.iter().any(|each| each.flag == flag.as_str());
        let found = rows.into_iter().find(|(_, _, all)| waits(all));
        found
            .map(|(flag, environment, _)| keys(&flag, &environment))
            .transpose()
    }

    /// A flag whose rules ask for `segment`, and where.
    pub(crate) async fn using(
        &mut self,
        segment: &SegmentKey,
    ) -> Result<Option<(FlagKey, EnvironmentKey)>, StoreError> {
        let project = self.project();
        let uses = uses(&mut self.conn, project, segment).await?;
        Ok(uses.into_iter().next())
    }
}

/// The flags whose rules ask for `segment`, and where.
pub(crate) async fn uses(
    conn: &mut Conn,
    project: ProjectId,
    segment: &SegmentKey,
) -> Result<Vec<(FlagKey, EnvironmentKey)>, StoreError> {
    let rows: Vec<(String, String, Json<Vec<String>>)> = conn.all(&USING, args![project]).await?;
    rows.into_iter()
        .filter(|(_, _, all)| all.iter().any(|each| each == segment.as_str()))
        .map(|(flag, environment, _)| keys(&flag, &environment))
        .collect()
}

/// Adds what is wrong with an environment's links as problems of the flag that is being written.
/// All else was right before, so what is told of other flags is told only if nothing is of this one.
fn blame(flag: &str, found: Problems, problems: &mut Problems) {
    let own = format!("flags[{flag}].");
    let (of_this, of_others): (Vec<_>, Vec<_>) = found
        .0
        .into_iter()
        .partition(|it| it.path.starts_with(&own));
    for problem in &of_this {
        problems.push(&problem.path[own.len()..], &*problem.message);
    }
    if of_this.is_empty() {
        for problem in of_others {
            problems.push("prerequisites", problem.to_string());
        }
    }
}

fn keys(flag: &str, environment: &str) -> Result<(FlagKey, EnvironmentKey), StoreError> {
    Ok((
        parsed("flag", "key", flag, flag)?,
        parsed("environment", "key", environment, environment)?,
    ))
}
