//! `DELETE /api/v1/projects/{project}/environments/{environment}/flags/{flag}/targeting/{list}`

use axum::Json;
use axum::extract::State;
use tenantry_store::{Action, Change, Target, Write};

use super::lists::ListChanged;
use super::{ListPath, Why};
use crate::api::edge::{ProblemDocument, RequestId};
use crate::api::error::ApiError;
use crate::api::extract::{Body, InEnvironment, Query, Tenants};
use crate::api::guarded::GuardedTx;
use crate::clock::SharedClock;
use crate::plan::Carrier;

/// Take tenants off a key list
///
/// Needs no version: taking off commutes. Tenants that are not on it make no difference.
#[utoipa::path(
    delete,
    path = "/api/v1/projects/{project}/environments/{environment}/flags/{flag}/targeting/{list}",
    tag = "targeting",
    params(ListPath, Why),
    request_body = Tenants,
    responses(
        (status = 200, description = "What became of the list", body = ListChanged),
        (status = 409, description = "The flag is archived, or tenants would lose it while a plan is under way", body = ProblemDocument,
            content_type = "application/problem+json"),
    )
)]
pub(crate) async fn remove_tenants(
    State(carrier): State<Carrier>,
    State(clock): State<SharedClock>,
    InEnvironment { scope, path }: InEnvironment<Write, ListPath>,
    Query(why): Query<Why>,
    request_id: RequestId,
    Body(tenants): Body<Tenants>,
) -> Result<Json<ListChanged>, ApiError> {
    let now = clock.now();
    let mut guarded = GuardedTx::begin(&carrier, scope.project(), why.demote).await?;
    let changed = guarded
        .tx
        .remove_tenants(&scope, &path.flag, path.list.into(), &tenants, now)
        .await?;
    let changed = changed.ok_or_else(|| ApiError::not_found("flag"))?;
    let change = Change::new(Action::ListRemove, Target::Flag(path.flag));
    let change = change.because(why.reason()?).requested_by(request_id);
    let committed = guarded.commit(change, now).await?;
    Ok(Json(ListChanged::new(changed, &committed, scope.id())))
}
