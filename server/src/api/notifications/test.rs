//! `POST /api/v1/projects/{project}/notifications/test`

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use tenantry_core::model::Problems;
use tenantry_store::{Store, Write};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::api::error::ApiError;
use crate::api::extract::path::ProjectPath;
use crate::api::extract::{Check, InProject, OptionalBody};
use crate::clock::SharedClock;
use crate::notify::{Event, TestEvent};

/// Most bytes of an owner's name.
const MAX_OWNER: usize = 256;

/// Whom to tell.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub(crate) struct TestNotifications {
    /// The owner whose addresses get it, at most 256 bytes; the fallback's if absent.
    #[schema(max_length = 256)]
    owner: Option<String>,
}

impl Check for TestNotifications {
    type Checked = Option<String>;

    fn check(self, problems: &mut Problems) -> Option<Self::Checked> {
        if self.owner.as_ref().is_some_and(|it| it.len() > MAX_OWNER) {
            problems.push("owner", format!("must have at most {MAX_OWNER} bytes"));
        }
        Some(self.owner)
    }
}

/// A notification that is on its way.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TestedNotifications {
    /// Its id, in the list of notifications.
    id: Uuid,
}

/// Send a test notification
///
/// It goes to the webhook and to the owner's mail addresses like any other; what came of it is in the
/// list of notifications a moment later. Whoever asks again within the minute is told of the same one.
#[utoipa::path(
    post,
    path = "/api/v1/projects/{project}/notifications/test",
    tag = "notifications",
    params(ProjectPath),
    request_body = Option<TestNotifications>,
    responses((status = 202, description = "It is on its way", body = TestedNotifications))
)]
pub(crate) async fn test_notifications(
    State(store): State<Store>,
    State(clock): State<SharedClock>,
    InProject { scope, .. }: InProject<Write>,
    OptionalBody(owner): OptionalBody<TestNotifications>,
) -> Result<(StatusCode, Json<TestedNotifications>), ApiError> {
    let now = clock.now();
    let event = Event::Test(TestEvent {
        asked_by: scope.actor().name().to_owned(),
        owner,
        at: now,
    });
    let id = store.notify(&scope, &event.to_store(), now).await?;
    let tested = TestedNotifications { id: id.as_uuid() };
    Ok((StatusCode::ACCEPTED, Json(tested)))
}
