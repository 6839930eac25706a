//! Points of an environment's past, as parameters name them.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use tenantry_core::model::TenantKey;
use tenantry_store::{EnvironmentScope, Mode, Past, PastError, PastPoint, Store};
use utoipa::IntoParams;

use crate::api::error::ApiError;

/// As of when to answer; now if absent.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct AsOf {
    /// Right after this revision of the environment was made. The change log keeps the revisions of
    /// 90 days, and the newest 10000.
    revision: Option<u64>,
    /// What was served at this time (RFC 3339), as `2026-11-22T14:03:00Z`. Either this or `revision`.
    at: Option<DateTime<Utc>>,
}

impl AsOf {
    /// The point that is meant, with the name of the parameter that says so; `None` for now.
    pub(crate) fn point(
        self,
        now: DateTime<Utc>,
    ) -> Result<Option<(PastPoint, &'static str)>, ApiError> {
        match (self.revision, self.at) {
            (None, None) => Ok(None),
            (Some(revision), None) => Ok(Some((PastPoint::Revision(revision), "revision"))),
            (None, Some(at)) if at > now => {
                let message = "lies in the future";
                Err(ApiError::invalid_parameter("at", message))
            }
            (None, Some(at)) => Ok(Some((PastPoint::At(at), "at"))),
            (Some(_), Some(_)) => {
                let message = "cannot be given with revision: they may mean different states";
                Err(ApiError::invalid_parameter("at", message))
            }
        }
    }
}

/// Reads the way back to a point that the parameter `name` says. Ask for what is published before:
/// then it lies on that way.
pub(crate) async fn way_back<M: Mode>(
    store: &Store,
    scope: &EnvironmentScope<M>,
    (point, name): (PastPoint, &str),
    only: Option<&TenantKey>,
) -> Result<Past, ApiError> {
    store
        .past(scope, point, only)
        .await
        .map_err(|error| match error {
            PastError::OutOfReach {
                oldest,
                since,
                newest,
            } => {
                let since = since.map(|since| format!(" (since {})", since.format("%FT%TZ")));
                let since = since.unwrap_or_default();
                let message = format!(
                    "must lie within revisions {oldest}{since} to {newest}, which are kept"
                );
                ApiError::invalid_parameter(name, message)
            }
            PastError::Store(error) => error.into(),
            other => ApiError::internal(other),
        })
}
