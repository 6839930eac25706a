//! `PUT /api/v1/projects/{project}/notifications/settings`

use axum::Json;
use axum::extract::State;
use serde_json::json;
use tenantry_core::model::Problems;
use tenantry_store::{Action, Change, Store, Target, Write};

use crate::api::edge::RequestId;
use crate::api::error::ApiError;
use crate::api::extract::path::ProjectPath;
use crate::api::extract::{Body, Check, InProject};
use crate::clock::SharedClock;
use crate::notify::{NotificationSettings, check_settings};

impl Check for NotificationSettings {
    type Checked = Self;

    fn check(self, problems: &mut Problems) -> Option<Self> {
        check_settings(&self, problems);
        Some(self)
    }
}

/// Set whom a project wants to be told
///
/// People are told of what a rollout does by itself (a tenant is switched off, a stage is taken back, it
/// pauses, waits for approval or ends) and, once a week, of the project's debt. An owner is told at the
/// addresses given here, or at its own name if that is a mail address; what nobody owns, and whose owner
/// has no address, goes to the fallback. The ways (a webhook, which is told everything, and a mail
/// server) are the operator's settings.
#[utoipa::path(
    put,
    path = "/api/v1/projects/{project}/notifications/settings",
    tag = "notifications",
    params(ProjectPath),
    request_body = NotificationSettings,
    responses((status = 200, description = "The settings", body = NotificationSettings))
)]
pub(crate) async fn replace_notification_settings(
    State(store): State<Store>,
    State(clock): State<SharedClock>,
    InProject { scope, .. }: InProject<Write>,
    request_id: RequestId,
    Body(settings): Body<NotificationSettings>,
) -> Result<Json<NotificationSettings>, ApiError> {
    let mut tx = store.begin(&scope).await?;
    tx.put_notification_settings(&json!(settings)).await?;
    let change = Change::new(
        Action::NotificationSettingsUpdate,
        Target::Project(scope.key().clone()),
    );
    tx.commit(change.requested_by(request_id), clock.now())
        .await?;
    Ok(Json(settings))
}
