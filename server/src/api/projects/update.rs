//! `PATCH /api/v1/projects/{project}`

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use tenantry_core::model::Problems;
use tenantry_store::{Action, Change, Store, Target, Write};
use utoipa::ToSchema;

use super::Project;
use crate::api::edge::RequestId;
use crate::api::error::ApiError;
use crate::api::extract::path::ProjectPath;
use crate::api::extract::{Body, Check, InProject, text};
use crate::clock::SharedClock;

/// What to change about a project.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct UpdateProject {
    /// What people call it: 1 to 128 bytes.
    #[schema(min_length = 1, max_length = 128)]
    name: String,
}

impl Check for UpdateProject {
    type Checked = String;

    fn check(self, problems: &mut Problems) -> Option<Self::Checked> {
        Some(text::name(self.name, problems))
    }
}

/// Rename a project
#[utoipa::path(
    patch,
    path = "/api/v1/projects/{project}",
    tag = "projects",
    params(ProjectPath),
    request_body = UpdateProject,
    responses((status = 200, description = "The project as it is now", body = Project))
)]
pub(crate) async fn update_project(
    State(store): State<Store>,
    State(clock): State<SharedClock>,
    InProject { scope, .. }: InProject<Write>,
    request_id: RequestId,
    Body(name): Body<UpdateProject>,
) -> Result<Json<Project>, ApiError> {
    let mut tx = store.begin(&scope).await?;
    let project = tx.rename_project(&name).await?;
    let change = Change::new(Action::ProjectUpdate, Target::Project(scope.key().clone()));
    tx.commit(change.requested_by(request_id), clock.now())
        .await?;
    Ok(Json(project.into()))
}
