//! `POST /api/v1/projects/{project}/segments`

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::IntoResponse;
use serde::Deserialize;
use tenantry_core::model::{Condition, Problems, SegmentKey};
use tenantry_store::{Action, Change, NewSegment, Store, Target, Write};
use utoipa::ToSchema;

use super::Segment;
use crate::api::edge::{ProblemDocument, RequestId};
use crate::api::error::ApiError;
use crate::api::extract::path::ProjectPath;
use crate::api::extract::{Body, Check, InProject, text};
use crate::clock::SharedClock;

/// A segment to create. Only the key is needed.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct CreateSegment {
    /// Its key: 1 to 128 of A-Z, a-z, 0-9, ., _, ~ and -. It never changes.
    #[schema(pattern = "^[A-Za-z0-9._~-]{1,128}$", example = "design-partners")]
    key: String,
    /// What people call it: 1 to 128 bytes; the key if absent.
    #[schema(min_length = 1, max_length = 128)]
    name: Option<String>,
    /// What a tenant of the roster must meet to be in it: all of 1 to 32 conditions over attributes.
    /// Absent for a segment of listed tenants.
    #[schema(min_items = 1, max_items = 32)]
    conditions: Option<Vec<Condition>>,
}

impl Check for CreateSegment {
    type Checked = NewSegment;

    fn check(self, problems: &mut Problems) -> Option<Self::Checked> {
        let key = text::required("key", self.key, SegmentKey::new, problems);
        let name = self.name.map(|name| text::name(name, problems));
        let key = key?;
        Some(NewSegment {
            name: name.unwrap_or_else(|| key.to_string()),
            key,
            conditions: self.conditions,
        })
    }
}

/// Create a segment
///
/// It is in every environment. Without conditions it is empty; with them its members are the tenants
/// of the roster that meet them, now and after every change of the roster.
#[utoipa::path(
    post,
    path = "/api/v1/projects/{project}/segments",
    tag = "segments",
    params(ProjectPath),
    request_body = CreateSegment,
    responses(
        (status = 201, description = "The segment", body = Segment,
            headers(("Location" = String, description = "The address of its members")),
            links(("list_members" = (operation_id = "list_members", parameters(
                ("project" = "$request.path.project"),
                ("segment" = "$response.body#/key")))))),
        (status = 409, description = "The key is taken", body = ProblemDocument,
            content_type = "application/problem+json"),
    )
)]
pub(crate) async fn create_segment(
    State(store): State<Store>,
    State(clock): State<SharedClock>,
    InProject { scope, .. }: InProject<Write>,
    request_id: RequestId,
    Body(new): Body<CreateSegment>,
) -> Result<impl IntoResponse, ApiError> {
    let now = clock.now();
    let mut tx = store.begin(&scope).await?;
    let segment = tx.insert_segment(new, now).await?;
    let change = Change::new(Action::SegmentCreate, Target::Segment(segment.key.clone()));
    tx.commit(change.requested_by(request_id), now).await?;
    let (project, key) = (scope.key(), &segment.key);
    let location = format!("/api/v1/projects/{project}/segments/{key}/members");
    Ok((
        StatusCode::CREATED,
        [(LOCATION, location)],
        Json(Segment::from(segment)),
    ))
}
