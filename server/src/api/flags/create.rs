//! `POST /api/v1/projects/{project}/flags`

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::IntoResponse;
use chrono::NaiveDate;
use serde::Deserialize;
use tenantry_core::model::{FlagKey, Problems};
use tenantry_store::{Action, Change, NewFlag, Store, Target, Write};
use utoipa::ToSchema;

use super::facts::Facts;
use super::{Flag, FlagKind};
use crate::api::edge::{ProblemDocument, RequestId};
use crate::api::error::ApiError;
use crate::api::extract::path::ProjectPath;
use crate::api::extract::{Body, Check, InProject, text};
use crate::clock::SharedClock;
use crate::debt;

/// A flag to create. Only the key is needed.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct CreateFlag {
    /// Its key: 1 to 128 of A-Z, a-z, 0-9, ., _, ~ and -. It never changes.
    #[schema(pattern = "^[A-Za-z0-9._~-]{1,128}$", example = "new-billing")]
    key: String,
    /// What people call it: 1 to 256 bytes; the key if absent.
    #[schema(min_length = 1, max_length = 256)]
    name: Option<String>,
    /// What it is for: up to 4096 bytes.
    #[schema(max_length = 4096)]
    description: Option<String>,
    /// How long it is meant to live; `release` if absent.
    kind: Option<FlagKind>,
    /// Who answers for it: up to 256 bytes; whoever creates it if absent.
    #[schema(max_length = 256)]
    owner: Option<String>,
    /// Up to 64 tags of 1 to 64 bytes.
    #[schema(max_items = 64)]
    tags: Option<Vec<String>>,
    /// The last day that it should be in use (UTC). If absent, as many days ahead as the project's
    /// debt policy says for its kind: usually 90 for a temporary one, never for others. A day that is past is taken: such a flag comes from elsewhere, and is debt at once.
    expires_on: Option<NaiveDate>,
    /// What its buckets are salted with: up to 256 bytes; random if absent. Flags with the same
    /// salt go to the same tenants.
    #[schema(max_length = 256)]
    salt: Option<String>,
}

impl Check for CreateFlag {
    type Checked = NewFlag;

    fn check(self, problems: &mut Problems) -> Option<Self::Checked> {
        let key = text::required("key", self.key, FlagKey::new, problems);
        let facts = Facts {
            name: self.name.as_deref(),
            description: self.description.as_deref(),
            owner: self.owner.as_deref(),
            salt: self.salt.as_deref(),
            tags: self.tags.as_deref(),
        };
        facts.check(problems);
        Some(NewFlag {
            key: key?,
            name: self.name,
            description: self.description.unwrap_or_default(),
            kind: self.kind.map(Into::into).unwrap_or_default(),
            owner: self.owner.filter(|owner| !owner.is_empty()),
            tags: self.tags.unwrap_or_default(),
            expires_on: self.expires_on,
            salt: self.salt,
        })
    }
}

/// Create a flag
///
/// It is off in every environment. A temporary flag (`release`, `experiment`) has an owner and
/// expires.
#[utoipa::path(
    post,
    path = "/api/v1/projects/{project}/flags",
    tag = "flags",
    params(ProjectPath),
    request_body = CreateFlag,
    responses(
        (status = 201, description = "The flag", body = Flag,
            headers(
                ("ETag" = String, description = "Its version, for `If-Match`"),
                ("Location" = String, description = "Its address"),
            ),
            links(("show" = (operation_id = "show_flag", parameters(
                ("project" = "$request.path.project"),
                ("flag" = "$response.body#/key")))))),
        (status = 409, description = "The key is taken, perhaps by an archived flag",
            body = ProblemDocument, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn create_flag(
    State(store): State<Store>,
    State(clock): State<SharedClock>,
    InProject { scope, .. }: InProject<Write>,
    request_id: RequestId,
    Body(new): Body<CreateFlag>,
) -> Result<impl IntoResponse, ApiError> {
    let now = clock.now();
    let policy = debt::policy(&store, &scope).await?;
    let new = NewFlag {
        expires_on: new
            .expires_on
            .or_else(|| debt::expiry(policy, new.kind, now)),
        ..new
    };
    let mut tx = store.begin(&scope).await?;
    let flag = tx.insert_flag(new, now).await?;
    let change = Change::new(Action::FlagCreate, Target::Flag(flag.key.clone()));
    tx.commit(change.requested_by(request_id), now).await?;
    let location = format!("/api/v1/projects/{}/flags/{}", scope.key(), flag.key);
    Ok((
        StatusCode::CREATED,
        [(LOCATION, location)],
        Flag::from(flag),
    ))
}
