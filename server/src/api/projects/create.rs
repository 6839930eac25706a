//! `POST /api/v1/projects`

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::IntoResponse;
use serde::Deserialize;
use tenantry_core::model::{Problems, ProjectKey};
use tenantry_store::{NewProject, Store};
use utoipa::ToSchema;

use super::Project;
use crate::api::edge::RequestId;
use crate::api::error::ApiError;
use crate::api::extract::{Body, Check, OnServer, text};
use crate::clock::SharedClock;

/// A project to create.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct CreateProject {
    /// Its key: 1 to 64 of a-z, 0-9 and -.
    #[schema(pattern = "^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$")]
    key: String,
    /// What people call it: 1 to 128 bytes.
    #[schema(min_length = 1, max_length = 128)]
    name: String,
}

impl Check for CreateProject {
    type Checked = NewProject;

    fn check(self, problems: &mut Problems) -> Option<Self::Checked> {
        let key = text::required("key", self.key, ProjectKey::new, problems);
        let name = text::name(self.name, problems);
        Some(NewProject { key: key?, name })
    }
}

/// Create a project
///
/// It starts with the environments `development`, `staging` and `production`. For the server's
/// administrators.
#[utoipa::path(
    post,
    path = "/api/v1/projects",
    tag = "projects",
    request_body = CreateProject,
    responses(
        (status = 201, description = "The project", body = Project,
            headers(("Location" = String, description = "Its address")),
            links(("show" = (operation_id = "show_project",
                parameters(("project" = "$response.body#/key")))))),
        (status = 409, description = "The key is taken", body = crate::api::edge::ProblemDocument,
            content_type = "application/problem+json"),
    )
)]
pub(crate) async fn create_project(
    State(store): State<Store>,
    State(clock): State<SharedClock>,
    OnServer(scope): OnServer,
    request_id: RequestId,
    Body(new): Body<CreateProject>,
) -> Result<impl IntoResponse, ApiError> {
    let project = store
        .create_project(&scope, new, Some(request_id.into()), clock.now())
        .await?;
    let location = format!("/api/v1/projects/{}", project.key);
    Ok((
        StatusCode::CREATED,
        [(LOCATION, location)],
        Json(Project::from(project)),
    ))
}
