//! `POST /api/v1/projects/{project}/flags/{flag}/extend`

use axum::extract::State;
use chrono::NaiveDate;
use serde::Deserialize;
use tenantry_core::model::Problems;
use tenantry_store::{Action, Change, Store, Target, Write};
use utoipa::ToSchema;

use super::Flag;
use crate::api::edge::{ProblemDocument, RequestId};
use crate::api::error::ApiError;
use crate::api::extract::path::FlagPath;
use crate::api::extract::{Body, Check, InProject, text};
use crate::clock::SharedClock;

/// Until when a flag should be kept, and why.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct ExtendFlag {
    /// The last day that it should be in use (UTC): later than it was, and not past.
    expires_on: NaiveDate,
    /// Why it is still needed: 1 to 1024 bytes, for the audit log.
    #[schema(min_length = 1, max_length = 1024)]
    reason: String,
}

impl Check for ExtendFlag {
    type Checked = (NaiveDate, String);

    fn check(self, problems: &mut Problems) -> Option<Self::Checked> {
        let reason = text::reason(Some(self.reason), problems);
        if reason.is_none() {
            problems.push("reason", "say why the flag is still needed");
        }
        Some((self.expires_on, reason?))
    }
}

/// Put off a flag's expiry
///
/// Needs a reason, and is counted: the debt report shows how often a flag was extended.
#[utoipa::path(
    post,
    path = "/api/v1/projects/{project}/flags/{flag}/extend",
    tag = "flags",
    params(FlagPath),
    request_body = ExtendFlag,
    responses(
        (status = 200, description = "The flag as it is now", body = Flag,
            headers(("ETag" = String, description = "Its version, for `If-Match`"))),
        (status = 409, description = "The flag is archived",
            body = ProblemDocument, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn extend_flag(
    State(store): State<Store>,
    State(clock): State<SharedClock>,
    InProject { scope, path }: InProject<Write, FlagPath>,
    request_id: RequestId,
    Body((expires_on, reason)): Body<ExtendFlag>,
) -> Result<Flag, ApiError> {
    let now = clock.now();
    let mut tx = store.begin(&scope).await?;
    let flag = tx.extend_flag(&path.flag, expires_on, now).await?;
    let flag = flag.ok_or_else(|| ApiError::not_found("flag"))?;
    let change = Change::new(Action::FlagExtend, Target::Flag(path.flag)).because(Some(reason));
    tx.commit(change.requested_by(request_id), now).await?;
    Ok(flag.into())
}
