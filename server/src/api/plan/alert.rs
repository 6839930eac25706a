//! `POST /api/v1/projects/{project}/environments/{environment}/alerts`

use std::collections::HashMap;

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use tenantry_core::model::{FlagKey, Problems, TenantKey};
use tenantry_store::Write;
use utoipa::ToSchema;

use crate::api::edge::{ProblemDocument, RequestId};
use crate::api::error::{ApiError, Code};
use crate::api::extract::path::EnvironmentPath;
use crate::api::extract::{Body, Check, InEnvironment};
use crate::clock::SharedClock;
use crate::plan::{Alert, Carrier, Heeded, PlanError, Who};

/// Most alerts of a call.
const MAX_ALERTS: usize = 1_000;
/// Most bytes of a summary that the audit log keeps.
const MAX_SUMMARY: usize = 512;

/// Alerts, as Prometheus's Alertmanager posts them to webhooks (version 4). What else it says is
/// passed over.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct PostedAlerts {
    /// At most 1,000.
    #[schema(max_items = 1_000)]
    alerts: Vec<PostedAlert>,
    #[serde(flatten)]
    #[schema(ignore)]
    _rest: serde_json::Map<String, serde_json::Value>,
}

/// One alert.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PostedAlert {
    /// `firing` or `resolved`; only what fires does anything.
    status: String,
    /// Its labels. `flag` is the key of the flag it is about; `tenant`, if it is there, the tenant;
    /// `alertname` its name.
    #[serde(default)]
    labels: HashMap<String, String>,
    /// `summary` is kept in the audit log.
    #[serde(default)]
    annotations: HashMap<String, String>,
    /// Since when it has been firing.
    starts_at: DateTime<Utc>,
    #[serde(flatten)]
    #[schema(ignore)]
    _rest: serde_json::Map<String, serde_json::Value>,
}

/// An alert that fires, checked: with the flag, or without one.
pub(crate) struct Firing {
    flag: Option<FlagKey>,
    alert: Alert,
    reason: String,
}

impl Check for PostedAlerts {
    type Checked = Vec<Firing>;

    fn check(self, problems: &mut Problems) -> Option<Self::Checked> {
        if self.alerts.len() > MAX_ALERTS {
            let count = self.alerts.len();
            problems.push("alerts", format!("has {count} of at most {MAX_ALERTS}"));
            return None;
        }
        let firing = self.alerts.into_iter();
        let firing = firing.filter(|alert| alert.status == "firing");
        Some(firing.map(PostedAlert::read).collect())
    }
}

impl PostedAlert {
    /// Whatever it says: one alert that makes no sense must not keep others from being heard.
    fn read(mut self) -> Firing {
        let tenant = self.labels.remove("tenant").filter(|it| !it.is_empty());
        let (tenant, is_tenant) = match tenant.map(TenantKey::new).transpose() {
            Ok(tenant) => (tenant, true),
            Err(_) => (None, false),
        };
        let name = self.labels.remove("alertname").unwrap_or_default();
        let summary = self.annotations.remove("summary").unwrap_or_default();
        let mut reason = format!("the alert {name}: {summary}");
        reason.truncate(reason.floor_char_boundary(MAX_SUMMARY));
        // A label that is no key names nothing there is, and surely not everybody.
        let flag = self.labels.remove("flag").filter(|_| is_tenant);
        Firing {
            flag: flag.and_then(|flag| FlagKey::new(flag).ok()),
            alert: Alert {
                tenant,
                since: self.starts_at,
            },
            reason,
        }
    }
}

/// What alerts came to.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AlertEffects {
    /// What each came to that fires, in their order.
    items: Vec<AlertEffect>,
}

/// What an alert came to.
#[derive(Debug, Serialize, ToSchema)]
struct AlertEffect {
    /// The flag that it is about; null if its labels name none, or a tenant that is no key.
    #[schema(value_type = Option<String>)]
    flag: Option<FlagKey>,
    /// The tenant that it is about; null if it is about all.
    tenant: Option<String>,
    /// What became of the plan.
    effect: Effect,
}

/// What became of a plan.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Effect {
    /// It did what it does on harm; of a single tenant, the flag was turned off for it.
    Acted,
    /// Nothing: the flag does not exist or has no plan here.
    NoPlan,
    /// Nothing: the plan is not under way, or harm was found before.
    NotRunning,
    /// Nothing: the alert began before the plan was last started or resumed, before somebody changed
    /// the flag by hand, or before anybody was admitted.
    Earlier,
    /// Nothing: the tenant has not got the flag.
    TenantIsOff,
}

impl From<Heeded> for Effect {
    fn from(heeded: Heeded) -> Self {
        match heeded {
            Heeded::Acted => Self::Acted,
            Heeded::NoPlan => Self::NoPlan,
            Heeded::NotRunning => Self::NotRunning,
            Heeded::Earlier => Self::Earlier,
            Heeded::TenantIsOff => Self::TenantIsOff,
        }
    }
}

/// Tell plans of alerts
///
/// For a webhook of Prometheus's Alertmanager, or whatever speaks its format. An alert that fires
/// and has a label `flag` has that flag's plan do what it does on harm: step back, roll back or
/// pause. With a label `tenant` it turns the flag off for that one tenant instead. An alert that
/// began before the plan was last started or resumed, or the flag changed by hand, does nothing, so it
/// may be told again.
#[utoipa::path(
    post,
    path = "/api/v1/projects/{project}/environments/{environment}/alerts",
    tag = "plans",
    params(EnvironmentPath),
    request_body = PostedAlerts,
    responses(
        (status = 200, description = "What they came to", body = AlertEffects),
        (status = 422, description = "The body is no Alertmanager webhook", body = ProblemDocument,
            content_type = "application/problem+json"),
    )
)]
pub(crate) async fn post_alerts(
    State(carrier): State<Carrier>,
    State(clock): State<SharedClock>,
    InEnvironment { scope, .. }: InEnvironment<Write, EnvironmentPath>,
    request_id: RequestId,
    Body(firing): Body<PostedAlerts>,
) -> Result<Json<AlertEffects>, ApiError> {
    let request_id: String = request_id.into();
    let (mut items, mut contended) = (Vec::with_capacity(firing.len()), false);
    for Firing {
        flag,
        alert,
        reason,
    } in firing
    {
        let heeded = match &flag {
            None => Heeded::NoPlan,
            Some(flag) => {
                let who = Who {
                    epoch: None,
                    reason: Some(reason),
                    request_id: Some(request_id.clone()),
                    is_alert: true,
                };
                let now = clock.now();
                match carrier.heed(&scope, flag, &alert, &who, now).await {
                    Err(PlanError::Contended) => {
                        contended = true;
                        continue;
                    }
                    heeded => heeded?,
                }
            }
        };
        items.push(AlertEffect {
            flag,
            tenant: alert.tenant.map(|tenant| tenant.to_string()),
            effect: heeded.into(),
        });
    }
    if contended {
        // What was heeded is heeded; the rest is told again.
        let detail = "a plan keeps changing: tell it again";
        return Err(ApiError::new(Code::Unavailable, detail));
    }
    Ok(Json(AlertEffects { items }))
}
