//! `POST /api/v1/projects/{project}/flags/{flag}/archive`

use axum::extract::State;
use serde::Deserialize;
use tenantry_core::model::Problems;
use tenantry_store::{Action, Change, Expected, Target, Write};
use utoipa::ToSchema;

use super::Flag;
use crate::api::edge::{ProblemDocument, RequestId};
use crate::api::error::ApiError;
use crate::api::extract::path::FlagPath;
use crate::api::extract::{Check, InProject, OptionalBody, text};
use crate::api::guarded::GuardedTx;
use crate::clock::SharedClock;
use crate::plan::Carrier;

/// Why a flag is archived.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub(crate) struct ArchiveFlag {
    /// For the audit log: up to 1024 bytes.
    #[schema(max_length = 1024)]
    reason: Option<String>,
    /// Whether tenants may lose the flag by it while its plan is under way.
    #[serde(default)]
    demote: bool,
}

impl Check for ArchiveFlag {
    type Checked = (Option<String>, bool);

    fn check(self, problems: &mut Problems) -> Option<Self::Checked> {
        Some((text::reason(self.reason, problems), self.demote))
    }
}

/// Archive a flag
///
/// It leaves every stream: SDKs answer with their callers' defaults from now on. Its key stays
/// taken, and it can be restored with the targeting it had. One that is archived stays so.
#[utoipa::path(
    post,
    path = "/api/v1/projects/{project}/flags/{flag}/archive",
    tag = "flags",
    params(FlagPath),
    request_body(content = Option<ArchiveFlag>),
    responses(
        (status = 200, description = "The archived flag", body = Flag,
            headers(("ETag" = String, description = "Its version, for `If-Match`"))),
        (status = 409, description = "Another flag has it as a prerequisite, or tenants would lose it while its plan is under way",
            body = ProblemDocument, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn archive_flag(
    State(carrier): State<Carrier>,
    State(clock): State<SharedClock>,
    InProject { scope, path }: InProject<Write, FlagPath>,
    request_id: RequestId,
    OptionalBody((reason, demote)): OptionalBody<ArchiveFlag>,
) -> Result<Flag, ApiError> {
    let now = clock.now();
    let mut guarded = GuardedTx::begin(&carrier, &scope, demote).await?;
    let flag = guarded.tx.archive_flag(&path.flag, Expected::Any, now);
    let flag = flag.await?;
    let flag = flag.ok_or_else(|| ApiError::not_found("flag"))?;
    let change = Change::new(Action::FlagArchive, Target::Flag(path.flag)).because(reason);
    guarded.commit(change.requested_by(request_id), now).await?;
    Ok(flag.into())
}
