//! `POST /api/v1/projects/{project}/environments`

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::IntoResponse;
use serde::Deserialize;
use tenantry_core::model::{EnvironmentKey, Problems};
use tenantry_store::{Action, Change, NewEnvironment, Store, Target, Write};
use utoipa::ToSchema;

use super::Environment;
use crate::api::edge::RequestId;
use crate::api::error::ApiError;
use crate::api::extract::path::ProjectPath;
use crate::api::extract::{Body, Check, InProject, text};
use crate::clock::SharedClock;

/// An environment to create.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct CreateEnvironment {
    /// Its key: 1 to 64 of a-z, 0-9 and -.
    #[schema(pattern = "^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$")]
    key: String,
    /// What people call it: 1 to 128 bytes.
    #[schema(min_length = 1, max_length = 128)]
    name: String,
}

impl Check for CreateEnvironment {
    type Checked = NewEnvironment;

    fn check(self, problems: &mut Problems) -> Option<Self::Checked> {
        let key = text::required("key", self.key, EnvironmentKey::new, problems);
        let name = text::name(self.name, problems);
        Some(NewEnvironment { key: key?, name })
    }
}

/// Create an environment
///
/// Every flag is off in it.
#[utoipa::path(
    post,
    path = "/api/v1/projects/{project}/environments",
    tag = "environments",
    params(ProjectPath),
    request_body = CreateEnvironment,
    responses(
        (status = 201, description = "The environment", body = Environment,
            headers(("Location" = String, description = "Its address")),
            links(("show" = (operation_id = "show_environment", parameters(
                ("project" = "$request.path.project"),
                ("environment" = "$response.body#/key")))))),
        (status = 409, description = "The key is taken", body = crate::api::edge::ProblemDocument,
            content_type = "application/problem+json"),
    )
)]
pub(crate) async fn create_environment(
    State(store): State<Store>,
    State(clock): State<SharedClock>,
    InProject { scope, .. }: InProject<Write>,
    request_id: RequestId,
    Body(new): Body<CreateEnvironment>,
) -> Result<impl IntoResponse, ApiError> {
    let now = clock.now();
    let mut tx = store.begin(&scope).await?;
    let environment = tx.insert_environment(new, now).await?;
    let target = Target::Environment(environment.key.clone());
    let change = Change::new(Action::EnvironmentCreate, target).requested_by(request_id);
    tx.commit(change, now).await?;
    let location = format!(
        "/api/v1/projects/{}/environments/{}",
        scope.key(),
        environment.key
    );
    Ok((
        StatusCode::CREATED,
        [(LOCATION, location)],
        Json(Environment::from(environment)),
    ))
}
