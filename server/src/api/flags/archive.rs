//! `POST /api/v1/projects/{project}/flags/{flag}/archive`

use axum::extract::State;
use serde::Deserialize;
use tenantry_core::model::Problems;
use tenantry_store::{Action, Change, Expected, Target, Write};
use utoipa::ToSchema;

use super::Flag;
use crate::api::edge::{ProblemDocument, RequestId};
use crate::api::error::{ApiError, Code};
use crate::api::extract::path::FlagPath;
use crate::api::extract::{Check, InProject, OptionalBody, text};
use crate::api::guarded::GuardedTx;
use crate::clock::SharedClock;
use crate::debt::still_asked;
use crate::plan::Carrier;

/// Why a flag is archived.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub(crate) struct ArchiveFlag {
    /// For the audit log: up to 1024 bytes.
    #[schema(max_length = 1024)]
    reason: Option<String>,
    /// Whether tenants may lose the flag by it while its plan is under way.
    ///
    /// Looked at are the tenants of the roster and those that the change names, each asked about without
    /// attributes of the call: who has the flag by such an attribute, or is known to neither, is not seen.
    #[serde(default)]
    demote: bool,
    /// Whether to archive it although code or programs still ask for it; needs a reason.
    #[serde(default)]
    force: bool,
}

/// How a flag is to be archived.
#[derive(Debug)]
pub(crate) struct Archiving {
    reason: Option<String>,
    demote: bool,
    force: bool,
}

impl Check for ArchiveFlag {
    type Checked = Archiving;

    fn check(self, problems: &mut Problems) -> Option<Archiving> {
        let reason = text::reason(self.reason, problems);
        if self.force && reason.is_none() {
            problems.push("reason", "say why it goes although it is still asked for");
        }
        Some(Archiving {
            reason,
            demote: self.demote,
            force: self.force,
        })
    }
}

/// Archive a flag
///
/// It leaves every stream: SDKs answer with their callers' defaults from now on. Its key stays
/// taken, and it can be restored with the targeting it had. One that is archived stays so. A flag
/// that scanned code asks for, or that a program has asked for in the last 24 hours, needs `force`.
#[utoipa::path(
    post,
    path = "/api/v1/projects/{project}/flags/{flag}/archive",
    tag = "flags",
    params(FlagPath),
    request_body(content = Option<ArchiveFlag>),
    responses(
        (status = 200, description = "The archived flag", body = Flag,
            headers(("ETag" = String, description = "Its version, for `If-Match`"))),
        (status = 409, description = "Another flag has it as a prerequisite, it is still asked for, or tenants would lose it while its plan is under way",
            body = ProblemDocument, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn archive_flag(
    State(carrier): State<Carrier>,
    State(clock): State<SharedClock>,
    InProject { scope, path }: InProject<Write, FlagPath>,
    request_id: RequestId,
    OptionalBody(how): OptionalBody<ArchiveFlag>,
) -> Result<Flag, ApiError> {
    let now = clock.now();
    let flag = carrier.store.flag(&scope, &path.flag).await?;
    let is_archived = flag.is_some_and(|flag| flag.archived_at.is_some());
    if !how.force
        && !is_archived
        && let Some(who) = still_asked(&carrier.store, &scope, &path.flag, now).await?
    {
        let detail = format!(
            "{who}: take it out of the code first, or send force=true with a reason if that is meant"
        );
        return Err(ApiError::new(Code::FlagInUse, detail));
    }
    let mut guarded = GuardedTx::begin(&carrier, &scope, how.demote).await?;
    let flag = guarded.tx.archive_flag(&path.flag, Expected::Any, now);
    let flag = flag.await?;
    let flag = flag.ok_or_else(|| ApiError::not_found("flag"))?;
    let change = Change::new(Action::FlagArchive, Target::Flag(path.flag)).because(how.reason);
    guarded.commit(change.requested_by(request_id), now).await?;
    Ok(flag.into())
}
