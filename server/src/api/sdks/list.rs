//! `GET /api/v1/projects/{project}/environments/{environment}/sdks`

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use tenantry_store::{Read, Store};
use utoipa::IntoParams;

use crate::api::error::ApiError;
use crate::api::extract::path::EnvironmentPath;
use crate::api::extract::{InEnvironment, Query};
use crate::instances::{Instances, Propagation};

const DEFAULT_LIMIT: usize = 200;
const MAX_LIMIT: usize = 10_000;

/// Which revision is asked about, and how many SDKs to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListSdks {
    /// The revision that SDKs should have; the environment's newest if absent.
    revision: Option<u64>,
    /// How many SDKs to list at most: 0 to 10000; 200 if absent. Counts are exact whatever it is.
    #[param(maximum = 10_000)]
    limit: Option<usize>,
}

/// List an environment's SDKs
///
/// Those that are connected to any node, and those that were lost in the last minutes and may still
/// serve what they had: how many have acknowledged a revision, who has not, and since when. An SDK
/// acknowledges a change within about a second; what other nodes know is here a second later.
#[utoipa::path(
    get,
    path = "/api/v1/projects/{project}/environments/{environment}/sdks",
    tag = "environments",
    params(EnvironmentPath, ListSdks),
    responses((status = 200, description = "How far the revision has come", body = Propagation))
)]
pub(crate) async fn list_sdks(
    State(store): State<Store>,
    State(instances): State<Instances>,
    InEnvironment { scope, .. }: InEnvironment<Read, EnvironmentPath>,
    Query(query): Query<ListSdks>,
) -> Result<Json<Propagation>, ApiError> {
    let limit = query.limit.unwrap_or(DEFAULT_LIMIT);
    if limit > MAX_LIMIT {
        let message = format!("must be 0 to {MAX_LIMIT}");
        return Err(ApiError::invalid_parameter("limit", message));
    }
    let newest = store.environment(&scope).await?.revision;
    let revision = query.revision.unwrap_or(newest);
    if revision > newest {
        let message = format!("must be 0 to {newest}, the environment's newest");
        return Err(ApiError::invalid_parameter("revision", message));
    }
    let committed_at = store.committed_at(&scope, revision).await?;
    let all = instances.of(&scope).await?;
    let propagation = Propagation::new(revision, committed_at, all, limit);
    Ok(Json(propagation))
}
