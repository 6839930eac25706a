//! `PATCH /api/v1/projects/{project}/environments/{environment}`

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use tenantry_core::model::Problems;
use tenantry_store::{Action, Change, Store, Target, Write};
use utoipa::ToSchema;

use super::Environment;
use crate::api::edge::RequestId;
use crate::api::error::ApiError;
use crate::api::extract::path::EnvironmentPath;
use crate::api::extract::{Body, Check, InEnvironment, text};
use crate::clock::SharedClock;

/// What to change about an environment.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct UpdateEnvironment {
    /// What people call it: 1 to 128 bytes.
    #[schema(min_length = 1, max_length = 128)]
    name: String,
}

impl Check for UpdateEnvironment {
    type Checked = String;

    fn check(self, problems: &mut Problems) -> Option<Self::Checked> {
        Some(text::name(self.name, problems))
    }
}

/// Rename an environment
#[utoipa::path(
    patch,
    path = "/api/v1/projects/{project}/environments/{environment}",
    tag = "environments",
    params(EnvironmentPath),
    request_body = UpdateEnvironment,
    responses((status = 200, description = "The environment as it is now", body = Environment))
)]
pub(crate) async fn update_environment(
    State(store): State<Store>,
    State(clock): State<SharedClock>,
    InEnvironment { scope, .. }: InEnvironment<Write, EnvironmentPath>,
    request_id: RequestId,
    Body(name): Body<UpdateEnvironment>,
) -> Result<Json<Environment>, ApiError> {
    let mut tx = store.begin(scope.project()).await?;
    let environment = tx.rename_environment(&scope, &name).await?;
    let environment = environment.ok_or_else(|| ApiError::not_found("environment"))?;
    let target = Target::Environment(scope.key().clone());
    let change = Change::new(Action::EnvironmentUpdate, target).requested_by(request_id);
    tx.commit(change, clock.now()).await?;
    Ok(Json(environment.into()))
}
