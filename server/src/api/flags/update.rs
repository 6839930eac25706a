//! `PATCH /api/v1/projects/{project}/flags/{flag}`

use axum::extract::State;
use chrono::NaiveDate;
use serde::Deserialize;
use tenantry_core::model::Problems;
use tenantry_store::{Action, Change, FlagPatch, Store, Target, Write};
use utoipa::ToSchema;

use super::facts::Facts;
use super::{Flag, FlagKind};
use crate::api::edge::RequestId;
use crate::api::error::ApiError;
use crate::api::extract::path::FlagPath;
use crate::api::extract::{Body, Check, IfMatch, InProject, emptied, present};
use crate::clock::SharedClock;

/// What to change about a flag; what is absent stays as it is, and null empties what
/// may be empty.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct UpdateFlag {
    /// What people call it: 1 to 256 bytes.
    #[serde(default, deserialize_with = "present")]
    #[schema(min_length = 1, max_length = 256, nullable = false)]
    name: Option<String>,
    /// What it is for: up to 4096 bytes.
    #[serde(default, deserialize_with = "emptied")]
    #[schema(max_length = 4096)]
    description: Option<String>,
    /// How long it is meant to live.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    kind: Option<FlagKind>,
    /// Who answers for it: up to 256 bytes.
    #[serde(default, deserialize_with = "emptied")]
    #[schema(max_length = 256)]
    owner: Option<String>,
    /// All its tags: up to 64 of 1 to 64 bytes.
    #[serde(default, deserialize_with = "emptied")]
    #[schema(max_items = 64)]
    tags: Option<Vec<String>>,
    /// The last day that it should be in use (UTC): earlier than it was, or null for never, which
    /// only permanent kinds may have. To put it off, extend the flag.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<NaiveDate>)]
    #[expect(
        clippy::option_option,
        reason = "in a merge patch null and absent are different"
    )]
    expires_on: Option<Option<NaiveDate>>,
}

impl Check for UpdateFlag {
    type Checked = FlagPatch;

    fn check(self, problems: &mut Problems) -> Option<Self::Checked> {
        let facts = Facts {
            name: self.name.as_deref(),
            description: self.description.as_deref(),
            owner: self.owner.as_deref(),
            salt: None,
            tags: self.tags.as_deref(),
        };
        facts.check(problems);
        Some(FlagPatch {
            name: self.name,
            description: self.description,
            kind: self.kind.map(Into::into),
            owner: self.owner,
            tags: self.tags,
            expires_on: self.expires_on,
        })
    }
}

/// Change what is known about a flag
///
/// A JSON merge patch. It changes no answer: that is what targeting is for.
#[utoipa::path(
    patch,
    path = "/api/v1/projects/{project}/flags/{flag}",
    tag = "flags",
    params(FlagPath, ("If-Match" = String, Header, description = "The version to change, or `*`")),
    request_body(content((UpdateFlag = "application/json"), (UpdateFlag = "application/merge-patch+json"))),
    responses((status = 200, description = "The flag as it is now", body = Flag,
        headers(("ETag" = String, description = "Its version, for `If-Match`"))))
)]
pub(crate) async fn update_flag(
    State(store): State<Store>,
    State(clock): State<SharedClock>,
    InProject { scope, path }: InProject<Write, FlagPath>,
    if_match: IfMatch,
    request_id: RequestId,
    Body(patch): Body<UpdateFlag>,
) -> Result<Flag, ApiError> {
    let now = clock.now();
    let not_found = || ApiError::not_found("flag");
    let before = store
        .flag(&scope, &path.flag)
        .await?
        .ok_or_else(not_found)?;
    let expected = if_match.expect(before.version)?;
    let mut tx = store.begin(&scope).await?;
    let flag = tx
        .update_flag(&path.flag, expected, patch, now)
        .await?
        .ok_or_else(not_found)?;
    let change = Change::new(Action::FlagUpdate, Target::Flag(path.flag));
    tx.commit(change.requested_by(request_id), now).await?;
    Ok(flag.into())
}
