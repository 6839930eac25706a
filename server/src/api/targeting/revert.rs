//! `POST /api/v1/projects/{project}/environments/{environment}/flags/{flag}/targeting/revert`

use axum::extract::State;
use serde::Deserialize;
use tenantry_core::model::{Problems, Targeting};
use tenantry_store::{Action, Change, Expected, Target, Write, WriteError};
use utoipa::ToSchema;

use super::Answer;
use crate::api::edge::{ProblemDocument, RequestId};
use crate::api::error::ApiError;
use crate::api::extract::path::TargetingPath;
use crate::api::extract::{Body, Check, IfMatch, InEnvironment, text};
use crate::api::guarded::GuardedTx;
use crate::clock::SharedClock;
use crate::plan::Carrier;

/// Which state to go back to, and why.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct RevertTargeting {
    /// The number of the audit entry after which the targeting was as it should be again.
    #[schema(minimum = 1)]
    to: u64,
    /// Why, for the audit log: up to 1024 bytes.
    #[schema(max_length = 1024)]
    reason: Option<String>,
    /// Whether it may turn the flag off for tenants while a plan is under way.
    #[serde(default)]
    demote: bool,
}

impl Check for RevertTargeting {
    type Checked = (u64, Option<String>, bool);

    fn check(self, problems: &mut Problems) -> Option<Self::Checked> {
        let reason = text::reason(self.reason, problems);
        Some((self.to, reason, self.demote))
    }
}

/// Put a flag's targeting back to what it was
///
/// To what it was right after an entry of the audit log. That is a change like any other, and can
/// be reverted as well. It overwrites what is there, so a version need not be named.
#[utoipa::path(
    post,
    path = "/api/v1/projects/{project}/environments/{environment}/flags/{flag}/targeting/revert",
    tag = "targeting",
    params(
        TargetingPath,
        ("If-Match" = Option<String>, Header, description = "The version to change, or `*`"),
    ),
    request_body = RevertTargeting,
    responses(
        (status = 200, description = "The targeting as it is now", body = Targeting, headers(
            ("ETag" = String, description = "Its version, for `If-Match`"),
            ("Tenantry-Revision" = u64, description = "The environment's revision"))),
        (status = 409, description = "The flag is archived, or tenants would lose it while a plan is under way", body = ProblemDocument,
            content_type = "application/problem+json"),
    )
)]
pub(crate) async fn revert_targeting(
    State(carrier): State<Carrier>,
    State(clock): State<SharedClock>,
    InEnvironment { scope, path }: InEnvironment<Write, TargetingPath>,
    if_match: Option<IfMatch>,
    request_id: RequestId,
    Body((to, reason, demote)): Body<RevertTargeting>,
) -> Result<Answer, ApiError> {
    let now = clock.now();
    let not_found = || ApiError::not_found("flag");
    // What was is read before the transaction: it holds one connection, and whoever holds one and
    // waits for another may wait for somebody who does the same.
    let former = carrier.store.targeting_at(&scope, &path.flag, to).await?;
    let mut guarded = GuardedTx::begin(&carrier, scope.project(), demote).await?;
    let tx = &mut guarded.tx;
    let current = tx
        .targeting(&scope, &path.flag)
        .await?
        .ok_or_else(not_found)?;
    let expected = match if_match {
        Some(if_match) => if_match.expect(current.version)?,
        None => Expected::Any,
    };
    let former = former.ok_or_else(|| {
        let message = format!("there is no entry {to}, or there was no such flag after it");
        ApiError::invalid_field("to", message)
    })?;
    let after = tx
        .put_targeting(&scope, &path.flag, expected, former, now)
        .await
        .map_err(no_way_back)?;
    let after = after.ok_or_else(not_found)?;
    let change = Change::new(Action::TargetingRevert, Target::Flag(path.flag));
    let change = change.because(reason).requested_by(request_id);
    let committed = guarded.commit(change, now).await?;
    Ok(Answer::new(after, Some(committed.revision(scope.id()))))
}

/// A former state may ask for what is gone by now. Its problems have paths into that state, which the
/// caller has not sent.
fn no_way_back(error: WriteError) -> ApiError {
    match error {
        WriteError::Invalid(problems) => ApiError::invalid_field(
            "to",
            format!("what was then is not possible now: {problems}"),
        ),
        other => other.into(),
    }
}
