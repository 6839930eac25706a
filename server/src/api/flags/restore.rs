//! `POST /api/v1/projects/{project}/flags/{flag}/restore`

use axum::extract::State;
use tenantry_store::{Action, Change, Expected, Store, Target, Write};

use super::Flag;
use crate::api::edge::RequestId;
use crate::api::error::ApiError;
use crate::api::extract::path::FlagPath;
use crate::api::extract::{GiveReason, InProject, OptionalBody};
use crate::clock::SharedClock;

/// Restore an archived flag
///
/// It comes back to every stream with the targeting it had. One that is in use stays as it is.
#[utoipa::path(
    post,
    path = "/api/v1/projects/{project}/flags/{flag}/restore",
    tag = "flags",
    params(FlagPath),
    request_body(content = Option<GiveReason>),
    responses((status = 200, description = "The flag, in use again", body = Flag,
        headers(("ETag" = String, description = "Its version, for `If-Match`"))))
)]
pub(crate) async fn restore_flag(
    State(store): State<Store>,
    State(clock): State<SharedClock>,
    InProject { scope, path }: InProject<Write, FlagPath>,
    request_id: RequestId,
    OptionalBody(reason): OptionalBody<GiveReason>,
) -> Result<Flag, ApiError> {
    let now = clock.now();
    let mut tx = store.begin(&scope).await?;
    let flag = tx.restore_flag(&path.flag, Expected::Any, now).await?;
    let flag = flag.ok_or_else(|| ApiError::not_found("flag"))?;
    let change = Change::new(Action::FlagRestore, Target::Flag(path.flag)).because(reason);
    tx.commit(change.requested_by(request_id), now).await?;
    Ok(flag.into())
}
