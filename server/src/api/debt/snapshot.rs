//! `GET /api/v1/projects/{project}/debt/snapshot`

use axum::Json;
use axum::extract::State;
use tenantry_protocol::report::Snapshot;
use tenantry_store::Store;

use crate::api::error::ApiError;
use crate::api::extract::InProjectOrCi;
use crate::api::extract::path::ProjectPath;
use crate::clock::SharedClock;
use crate::debt::{Filter, gather, report};
use crate::instances::Instances;

/// Export a project's debt
///
/// The whole report and the keys of all flags: what a build needs to judge code without asking the
/// server, and so without a token.
#[utoipa::path(
    get,
    path = "/api/v1/projects/{project}/debt/snapshot",
    tag = "debt",
    params(ProjectPath),
    responses((status = 200, description = "The report and the keys", body = Snapshot))
)]
pub(crate) async fn show_debt_snapshot(
    State(store): State<Store>,
    State(instances): State<Instances>,
    State(clock): State<SharedClock>,
    InProjectOrCi { scope, .. }: InProjectOrCi<ProjectPath>,
) -> Result<Json<Snapshot>, ApiError> {
    let now = clock.now();
    let (facts, policy) = gather(&store, &instances, &scope, now).await?;
    Ok(Json(Snapshot {
        report: report(&facts, policy, &Filter::default(), now),
        flags: facts.flags.into_iter().map(|flag| flag.key).collect(),
    }))
}
