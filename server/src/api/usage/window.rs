//! How far back usage is asked for, and in which steps.

use serde::Deserialize;
use tenantry_store::UsageStep;
use utoipa::ToSchema;

use crate::api::error::ApiError;

/// How long a step is.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Step {
    /// A minute.
    Minute,
    /// An hour.
    Hour,
    /// A day, in UTC.
    Day,
}

/// What one answer may hold.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// Most hours back from now.
    pub(super) hours: u32,
    /// Most steps.
    pub(super) steps: i64,
}

/// The hours back from now, 24 if none are asked for, and the steps, an hour if none is asked for.
///
/// # Errors
/// An invalid parameter, if that is more than the limits allow.
pub(super) fn window(
    hours: Option<u32>,
    step: Option<Step>,
    limits: Limits,
) -> Result<(i64, UsageStep), ApiError> {
    let hours = hours.unwrap_or(24);
    if !(1..=limits.hours).contains(&hours) {
        let message = format!("must be 1 to {}", limits.hours);
        return Err(ApiError::invalid_parameter("hours", message));
    }
    let hours = i64::from(hours);
    let (step, steps) = match step.unwrap_or(Step::Hour) {
        Step::Minute => (UsageStep::Minute, hours * 60),
        Step::Hour => (UsageStep::Hour, hours),
        Step::Day => (UsageStep::Day, hours / 24),
    };
    if steps > limits.steps {
        let message = format!(
            "makes more than {} steps: ask for longer ones",
            limits.steps
        );
        return Err(ApiError::invalid_parameter("step", message));
    }
    Ok((hours, step))
}
