//! `PUT /api/v1/projects/{project}/environments/{environment}/flags/{flag}/targeting`

use axum::extract::State;
use tenantry_core::model::Targeting;
use tenantry_store::{Action, Change, Target, Write};

use super::{Answer, Why};
use crate::api::edge::{ProblemDocument, RequestId};
use crate::api::error::ApiError;
use crate::api::extract::path::TargetingPath;
use crate::api::extract::{Body, IfMatch, InEnvironment, Query};
use crate::api::guarded::GuardedTx;
use crate::clock::SharedClock;
use crate::plan::Carrier;

/// Replace a flag's targeting
///
/// Key lists included: what is absent is nothing. Everything that is wrong is reported at once.
#[utoipa::path(
    put,
    path = "/api/v1/projects/{project}/environments/{environment}/flags/{flag}/targeting",
    tag = "targeting",
    params(
        TargetingPath,
        Why,
        ("If-Match" = String, Header, description = "The version to replace, or `*`"),
    ),
    request_body = Targeting,
    responses(
        (status = 200, description = "The targeting as it is now", body = Targeting, headers(
            ("ETag" = String, description = "Its version, for `If-Match`"),
            ("Tenantry-Revision" = u64, description = "The environment's revision"))),
        (status = 409, description = "The flag is archived, or tenants would lose it while a plan is under way", body = ProblemDocument,
            content_type = "application/problem+json"),
    )
)]
pub(crate) async fn replace_targeting(
    State(carrier): State<Carrier>,
    State(clock): State<SharedClock>,
    InEnvironment { scope, path }: InEnvironment<Write, TargetingPath>,
    Query(why): Query<Why>,
    if_match: IfMatch,
    request_id: RequestId,
    Body(targeting): Body<Targeting>,
) -> Result<Answer, ApiError> {
    let now = clock.now();
    let not_found = || ApiError::not_found("flag");
    let mut guarded = GuardedTx::begin(&carrier, scope.project(), why.demote).await?;
    let tx = &mut guarded.tx;
    let before = tx
        .targeting(&scope, &path.flag)
        .await?
        .ok_or_else(not_found)?;
    let expected = if_match.expect(before.version)?;
    let after = tx
        .put_targeting(&scope, &path.flag, expected, targeting, now)
        .await?;
    let after = after.ok_or_else(not_found)?;
    let change = Change::new(Action::TargetingUpdate, Target::Flag(path.flag));
    let change = change.because(why.reason()?).requested_by(request_id);
    let committed = guarded.commit(change, now).await?;
    Ok(Answer::new(after, Some(committed.revision(scope.id()))))
}
