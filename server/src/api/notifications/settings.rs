//! `GET /api/v1/projects/{project}/notifications/settings`

use axum::Json;
use axum::extract::State;
use tenantry_store::{Read, Store};

use crate::api::error::ApiError;
use crate::api::extract::InProject;
use crate::api::extract::path::ProjectPath;
use crate::notify::{NotificationSettings, settings};

/// Show whom a project wants to be told
#[utoipa::path(
    get,
    path = "/api/v1/projects/{project}/notifications/settings",
    tag = "notifications",
    params(ProjectPath),
    responses((status = 200, description = "The settings", body = NotificationSettings))
)]
pub(crate) async fn show_notification_settings(
    State(store): State<Store>,
    InProject { scope, .. }: InProject<Read>,
) -> Result<Json<NotificationSettings>, ApiError> {
    Ok(Json(settings(&store, &scope).await?))
}
