//! `DELETE /api/v1/projects/{project}/tenants/{tenant}`

use axum::extract::State;
use axum::http::StatusCode;
use tenantry_store::{Action, Change, Target, Write};

use crate::api::edge::{ProblemDocument, RequestId};
use crate::api::error::ApiError;
use crate::api::extract::path::TenantPath;
use crate::api::extract::{IfMatch, InProject, Query};
use crate::api::guarded::{Demote, GuardedTx};
use crate::clock::SharedClock;
use crate::plan::Carrier;

/// Take a tenant off the roster
///
/// It leaves the segments whose conditions it met. Key lists that name it stay as they are: services
/// may still ask for it.
#[utoipa::path(
    delete,
    path = "/api/v1/projects/{project}/tenants/{tenant}",
    tag = "tenants",
    params(TenantPath, Demote, ("If-Match" = String, Header, description = "The version to delete, or `*`")),
    responses(
        (status = 204, description = "It is off the roster"),
        (status = 409, description = "Tenants would lose a flag while its plan is under way",
            body = ProblemDocument, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn delete_tenant(
    State(carrier): State<Carrier>,
    State(clock): State<SharedClock>,
    InProject { scope, path }: InProject<Write, TenantPath>,
    if_match: IfMatch,
    Query(Demote { demote }): Query<Demote>,
    request_id: RequestId,
) -> Result<StatusCode, ApiError> {
    let now = clock.now();
    let not_found = || ApiError::not_found("tenant");
    let mut guarded = GuardedTx::begin(&carrier, &scope, demote).await?;
    let tx = &mut guarded.tx;
    let before = tx.tenant(&path.tenant).await?.ok_or_else(not_found)?;
    let expected = if_match.expect(before.version)?;
    let deleted = tx.delete_tenant(&path.tenant, expected, now).await?;
    deleted.ok_or_else(not_found)?;
    let change = Change::new(Action::TenantDelete, Target::Tenant(path.tenant));
    guarded.commit(change.requested_by(request_id), now).await?;
    Ok(StatusCode::NO_CONTENT)
}
