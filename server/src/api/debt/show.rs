//! `GET /api/v1/projects/{project}/debt`

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use tenantry_protocol::report::{Report, State as FlagState};
use tenantry_store::Store;
use utoipa::IntoParams;

use crate::api::error::ApiError;
use crate::api::extract::path::ProjectPath;
use crate::api::extract::{InProjectOrCi, Query};
use crate::clock::SharedClock;
use crate::debt::{Filter, gather, report};
use crate::instances::Instances;

/// Which flags to report of; all that are given must hold.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ShowDebt {
    /// Of this owner; empty for the flags that nobody owns.
    owner: Option<String>,
    /// With this tag.
    tag: Option<String>,
    /// In this state: `due`, `expired`, `overdue`, `over_extended`, `ready`, `unused`, `unknown` or
    /// `unowned`.
    #[param(value_type = Option<String>)]
    state: Option<String>,
}

/// Report a project's debt
///
/// The flags that are due, expired, overdue, over-extended, ready to be removed, unused or unowned,
/// and the keys that are asked for and are no flags; each with its evidence. A flag's debt number is
/// its whole days past expiry × (1 + references) × (1 + extensions), and the project's is their sum.
#[utoipa::path(
    get,
    path = "/api/v1/projects/{project}/debt",
    tag = "debt",
    params(ProjectPath, ShowDebt),
    responses((status = 200, description = "The report", body = Report))
)]
pub(crate) async fn show_debt(
    State(store): State<Store>,
    State(instances): State<Instances>,
    State(clock): State<SharedClock>,
    InProjectOrCi { scope, .. }: InProjectOrCi<ProjectPath>,
    Query(query): Query<ShowDebt>,
) -> Result<Json<Report>, ApiError> {
    let filter = Filter {
        owner: query.owner,
        tag: query.tag,
        state: query.state.as_deref().map(state).transpose()?,
    };
    let now = clock.now();
    let (facts, policy) = gather(&store, &instances, &scope, now).await?;
    Ok(Json(report(&facts, policy, &filter, now)))
}

fn state(text: &str) -> Result<FlagState, ApiError> {
    let found = FlagState::ALL.into_iter().find(|it| it.as_str() == text);
    found.ok_or_else(|| {
        let states = FlagState::ALL.map(FlagState::as_str).join(", ");
        ApiError::invalid_parameter("state", format!("must be one of {states}"))
    })
}
