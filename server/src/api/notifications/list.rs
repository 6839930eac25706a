//! `GET /api/v1/projects/{project}/notifications`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use tenantry_store::{Read, Store};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::api::ApiSettings;
use crate::api::error::ApiError;
use crate::api::extract::path::ProjectPath;
use crate::api::extract::{InProject, Query};
use crate::notify::{Channel, DeliveryState, Event, deliveries, headline};

const DEFAULT_LIMIT: u32 = 50;
const MAX_LIMIT: u32 = 200;

/// How many notifications to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListNotifications {
    /// How many at most: 1 to 200; 50 if absent.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
}

/// What people were told lately.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NotificationList {
    /// The channels by which this server tells people: the operator's settings. None: nobody is told.
    channels: Vec<Channel>,
    /// The newest first. They are kept for 90 days.
    items: Vec<Notification>,
}

/// Something that people are told.
#[derive(Debug, Serialize, ToSchema)]
struct Notification {
    /// Its id; `webhook-id` is this with `msg_` before it.
    id: Uuid,
    /// What kind of thing happened: `plan.tenant_blocked`, `plan.stepped_back`, `plan.rolled_back`,
    /// `plan.paused`, `plan.approval_wanted`, `plan.finished`, `debt.digest` or `test`.
    topic: String,
    /// When it happened.
    at: DateTime<Utc>,
    /// It in a line.
    headline: String,
    /// When it is tried next; null when all is done.
    next_try_at: Option<DateTime<Utc>>,
    /// Where it goes; empty before the first try, and where no channel leads to anybody.
    deliveries: Vec<Delivery>,
}

/// Where a notification goes.
#[derive(Debug, Serialize, ToSchema)]
struct Delivery {
    /// The channel.
    channel: Channel,
    /// The mail address; null for the webhook, whose address is the operator's.
    to: Option<String>,
    /// How it stands.
    state: DeliveryState,
    /// When it arrived.
    delivered_at: Option<DateTime<Utc>>,
    /// Why it did not arrive when it was last tried.
    error: Option<String>,
}

impl From<tenantry_store::Notification> for Notification {
    fn from(stored: tenantry_store::Notification) -> Self {
        let told = stored.deliveries.as_ref().map(deliveries);
        let told = told.unwrap_or_default();
        let event: Option<Event> = serde_json::from_value(stored.document).ok();
        Self {
            id: stored.id.as_uuid(),
            at: stored.created_at,
            headline: event.as_ref().map(headline).unwrap_or_default(),
            topic: stored.topic,
            next_try_at: stored.due_at,
            deliveries: (told.into_iter())
                .map(|it| Delivery {
                    channel: it.channel,
                    to: it.to.map(|address| address.to_string()),
                    state: it.state,
                    delivered_at: it.at,
                    error: it.error,
                })
                .collect(),
        }
    }
}

/// List what people were told
///
/// What happened by itself, where it was told, and why not, where it was not. Mail and webhooks are
/// tried again for three days.
///
/// The webhook is posted `{"type": topic, "timestamp": when it happened, "project": its key, "text": it
/// in words, "data": {…}}`, signed as Standard Webhooks says. `data` is, of a plan, `environment`, `flag`
/// with `key`, `name` and `owner`, `at`, `tenant` with `key` and `name` or null, the stages `from` and
/// `to`, `pause`, `reason` and `url`; of the debt, `debt`, `summary`, `owners`, `flags` (the 100 deepest)
/// and `url`, as in the report.
#[utoipa::path(
    get,
    path = "/api/v1/projects/{project}/notifications",
    tag = "notifications",
    params(ProjectPath, ListNotifications),
    responses((status = 200, description = "The newest", body = NotificationList))
)]
pub(crate) async fn list_notifications(
    State(store): State<Store>,
    State(api): State<Arc<ApiSettings>>,
    InProject { scope, .. }: InProject<Read>,
    Query(query): Query<ListNotifications>,
) -> Result<Json<NotificationList>, ApiError> {
    let limit = query.limit.unwrap_or(DEFAULT_LIMIT);
    if !(1..=MAX_LIMIT).contains(&limit) {
        let message = format!("must be 1 to {MAX_LIMIT}");
        return Err(ApiError::invalid_parameter("limit", message));
    }
    let stored = store.notifications(&scope, limit).await?;
    Ok(Json(NotificationList {
        channels: api.channels.clone(),
        items: stored.into_iter().map(Into::into).collect(),
    }))
}
