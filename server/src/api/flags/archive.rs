//! `POST /api/v1/projects/{project}/flags/{flag}/archive`

use axum::extract::State;
use tenantry_store::{Action, Change, Expected, Store, Target, Write};

use super::Flag;
use crate::api::edge::{ProblemDocument, RequestId};
use crate::api::error::ApiError;
use crate::api::extract::path::FlagPath;
use crate::api::extract::{GiveReason, InProject, OptionalBody};
use crate::clock::SharedClock;

/// Archive a flag
///
/// It leaves every stream: SDKs answer with their callers' defaults from now on. Its key stays
/// taken, and it can be restored with the targeting it had. One that is archived stays so.
#[utoipa::path(
    post,
    path = "/api/v1/projects/{project}/flags/{flag}/archive",
    tag = "flags",
    params(FlagPath),
    request_body(content = Option<GiveReason>),
    responses(
        (status = 200, description = "The archived flag", body = Flag,
            headers(("ETag" = String, description = "Its version, for `If-Match`"))),
        (status = 409, description = "Another flag has it as a prerequisite",
            body = ProblemDocument, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn archive_flag(
    State(store): State<Store>,
    State(clock): State<SharedClock>,
    InProject { scope, path }: InProject<Write, FlagPath>,
    request_id: RequestId,
    OptionalBody(reason): OptionalBody<GiveReason>,
) -> Result<Flag, ApiError> {
    let now = clock.now();
    let mut tx = store.begin(&scope).await?;
    let flag = tx.archive_flag(&path.flag, Expected::Any, now).await?;
    let flag = flag.ok_or_else(|| ApiError::not_found("flag"))?;
    let change = Change::new(Action::FlagArchive, Target::Flag(path.flag)).because(reason);
    tx.commit(change.requested_by(request_id), now).await?;
    Ok(flag.into())
}
