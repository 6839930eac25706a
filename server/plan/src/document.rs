//! The plan as people write it.
//!
//! Separate from how far it is, which changes by itself. This changes only when somebody says so.
//!
//! **Invariants**
//! - Shares are in thousandths of a percent, as they are everywhere: 0 to 100,000.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::freeze::Freeze;

/// A rollout in stages.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Plan {
    /// The stages in their order. Each adds to those before it.
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 100))]
    pub stages: Vec<Stage>,
    /// When the first stage may be entered; at once if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start_at: Option<DateTime<Utc>>,
    /// When nobody is admitted, or some tenants are not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(max_items = 100))]
    pub freezes: Vec<Freeze>,
    /// What is watched and what happens on harm. Absent: stages advance by their time alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guard: Option<GuardPolicy>,
}

/// A stage of a plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Stage {
    /// What people call it: 1 to 128 bytes.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 128))]
    pub name: String,
    /// Who comes to have the flag.
    pub audience: Audience,
    /// How long it lasts at least before the next: 0 to 129,600 minutes, which are 90 days.
    #[serde(default = "usual_bake_minutes")]
    #[cfg_attr(feature = "openapi", schema(maximum = 129_600, default = 30))]
    pub bake_minutes: u32,
    /// What else the next stage waits for.
    #[serde(default)]
    pub advance: Advance,
}

/// Who comes to have the flag in a stage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// The tenants of these segments, now and later: 1 to 16 keys.
    Segments(Vec<String>),
    /// A share of all tenants, those never seen before included: 1 to 100000 thousandths of a
    /// percent.
    Threshold(u32),
    /// Tenants of the roster, drawn when the stage is entered and recorded one by one.
    Cohort(Cohort),
}

/// Tenants drawn from the roster, in the order of their buckets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Cohort {
    /// How many. Those that earlier stages drew count.
    pub size: CohortSize,
    /// Tenants of these segments are never drawn: up to 16 keys.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(max_items = 16))]
    pub never: Vec<String>,
    /// At most this share of the roster's requests, by the tenants' weights: 1 to 100000 thousandths
    /// of a percent. A tenant that would exceed it is passed over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 100_000))]
    pub max_share_of_requests: Option<u32>,
    /// Whether small tenants are drawn first: by the number of digits of their weight, and among
    /// equals by their buckets.
    #[serde(default)]
    pub small_first: bool,
}

/// How many tenants are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum CohortSize {
    /// So many, or as many as there are.
    Tenants(u64),
    /// A share of the roster's tenants, in thousandths of a percent.
    ShareOfTenants(u32),
    /// A share of the roster's requests, by the tenants' weights, in thousandths of a percent. A
    /// tenant that would exceed it is passed over.
    ShareOfRequests(u32),
}

/// What a stage waits for when its time is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Advance {
    /// Nothing else.
    #[default]
    Automatic,
    /// Somebody who approves.
    Approval,
}

/// What is watched while stages bake, and what happens on harm.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GuardPolicy {
    /// What is watched, of the outcomes that programs report or elsewhere: 1 to 16.
    #[serde(default = "usual_metrics")]
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 16))]
    pub metrics: Vec<Metric>,
    /// The most that the chance of a false alarm may be over the whole rollout: 0.0001 to 0.2.
    #[serde(default = "usual_alpha")]
    #[cfg_attr(
        feature = "openapi",
        schema(minimum = 0.0001, maximum = 0.2, default = 0.01)
    )]
    pub alpha: f64,
    /// What happens on harm.
    #[serde(default)]
    pub on_harm: OnHarm,
    /// What happens when nothing is reported.
    #[serde(default)]
    pub on_silence: OnSilence,
}

/// What is watched.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Metric {
    /// The share of the work that failed.
    Errors,
    /// How long it took.
    Latency,
    /// What a Prometheus-compatible server knows of each tenant.
    Query(Query),
}

/// A question to a Prometheus-compatible server, and which of its answers are bad.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Query {
    /// What people call it: 1 to 128 bytes, another for each.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 128))]
    pub name: String,
    /// `PromQL` that yields a sample for each tenant with traffic: 1 to 4096 bytes. `$window` in it
    /// stands for how long the window is that is judged: 1m, 10m and 1h.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 4_096))]
    pub query: String,
    /// The label that holds the tenant's key.
    #[serde(default = "usual_tenant_label")]
    #[cfg_attr(feature = "openapi", schema(default = "tenant"))]
    pub tenant_label: String,
    /// A tenant's window is bad if its sample is above this; this or `below` must be there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub above: Option<f64>,
    /// A tenant's window is bad if its sample is below this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub below: Option<f64>,
}

impl GuardPolicy {
    /// Whether it has a question to a Prometheus-compatible server.
    #[must_use]
    pub fn asks(&self) -> bool {
        self.metrics.iter().any(|metric| metric.query().is_some())
    }
}

impl Query {
    /// Whether a sample is bad. What is no number is not.
    #[must_use]
    pub fn is_bad(&self, value: f64) -> bool {
        self.above.is_some_and(|limit| value > limit)
            || self.below.is_some_and(|limit| value < limit)
    }

    /// The question about windows of this length, such as `10m`.
    #[must_use]
    pub fn about(&self, window: &str) -> String {
        self.query.replace("$window", window)
    }
}

impl Metric {
    /// What people call it.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Errors => "errors",
            Self::Latency => "latency",
            Self::Query(query) => &query.name,
        }
    }

    /// The question, if it is one.
    #[must_use]
    pub const fn query(&self) -> Option<&Query> {
        match self {
            Self::Query(query) => Some(query),
            Self::Errors | Self::Latency => None,
        }
    }
}

/// What happens on harm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum OnHarm {
    /// The last stage is taken back and the plan pauses.
    #[default]
    StepBack,
    /// Everything is taken back.
    RollBack,
    /// The plan pauses; who has the flag keeps it.
    Pause,
}

/// What happens when nothing is reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum OnSilence {
    /// The stage is held: neither on nor back.
    #[default]
    Hold,
    /// As on harm.
    RollBack,
}

const fn usual_bake_minutes() -> u32 {
    30
}

fn usual_tenant_label() -> String {
    "tenant".to_owned()
}

fn usual_metrics() -> Vec<Metric> {
    vec![Metric::Errors]
}

const fn usual_alpha() -> f64 {
    0.01
}

impl Plan {
    /// How many stages a guard watches, at least 1: all of them.
    #[must_use]
    pub fn guarded_stages(&self) -> u32 {
        u32::try_from(self.stages.len()).unwrap_or(u32::MAX).max(1)
    }

    /// The stage of this number, counted from 0.
    #[must_use]
    pub fn stage(&self, number: u32) -> Option<&Stage> {
        self.stages.get(number as usize)
    }

    /// The segments that stages up to this one admit, each with the stage's name; none for `None`.
    pub(crate) fn rings(&self, up_to: Option<u32>) -> impl Iterator<Item = (&str, &str)> {
        let count = up_to.map_or(0, |stage| stage as usize + 1);
        let stages = self.stages.iter().take(count);
        stages.flat_map(|stage| {
            let segments = match &stage.audience {
                Audience::Segments(segments) => segments.as_slice(),
                Audience::Threshold(_) | Audience::Cohort(_) => &[],
            };
            segments
                .iter()
                .map(|key| (stage.name.as_str(), key.as_str()))
        })
    }

    /// The largest share that stages up to this one admit; 0 for none.
    #[must_use]
    pub fn threshold(&self, up_to: Option<u32>) -> u32 {
        let count = up_to.map_or(0, |stage| stage as usize + 1);
        let shares = self.stages.iter().take(count);
        let shares = shares.map(|stage| match stage.audience {
            Audience::Threshold(share) => share,
            Audience::Segments(_) | Audience::Cohort(_) => 0,
        });
        shares.max().unwrap_or(0)
    }
}
