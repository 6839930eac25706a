//! `GET /api/v1/projects/{project}/environments/{environment}/unknown-flags`

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use tenantry_store::{Read, Store};
use utoipa::{IntoParams, ToSchema};

use crate::api::error::ApiError;
use crate::api::extract::path::EnvironmentPath;
use crate::api::extract::{InEnvironment, Query, page};
use crate::usage::Usage;

/// Which page to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListUnknownFlags {
    /// How many at most: 1 to 200; 50 if absent.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
    /// The `next_cursor` of the page before.
    #[param(max_length = 4096)]
    cursor: Option<String>,
}

/// A page of flags that do not exist.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UnknownFlagList {
    /// The flags, by key.
    items: Vec<UnknownFlag>,
    /// Ask with this `cursor` for the rest; null at the end.
    next_cursor: Option<String>,
}

/// A flag that programs ask for and that does not exist, or is archived.
#[derive(Debug, Serialize, ToSchema)]
struct UnknownFlag {
    /// Its key.
    key: String,
    /// Who asks for it.
    askers: Vec<Asker>,
}

/// Who asks for a flag.
#[derive(Debug, Serialize, ToSchema)]
struct Asker {
    /// The name of the token.
    token: String,
    /// The name and version of the SDK.
    sdk: String,
    /// How often it asked.
    calls: u64,
    /// When it asked first, to the minute.
    first_seen: DateTime<Utc>,
    /// When it asked last, to the minute. It is forgotten after 90 days.
    last_seen: DateTime<Utc>,
}

/// List flags that do not exist
///
/// Those that programs ask for in this environment all the same. They are answered with the code's
/// default.
#[utoipa::path(
    get,
    path = "/api/v1/projects/{project}/environments/{environment}/unknown-flags",
    tag = "usage",
    params(EnvironmentPath, ListUnknownFlags),
    responses((status = 200, description = "A page of flags", body = UnknownFlagList))
)]
pub(crate) async fn list_unknown_flags(
    State(store): State<Store>,
    State(usage): State<Usage>,
    InEnvironment { scope, .. }: InEnvironment<Read, EnvironmentPath>,
    Query(query): Query<ListUnknownFlags>,
) -> Result<Json<UnknownFlagList>, ApiError> {
    let limit = page::limit(query.limit)?;
    usage.write().await?;
    let cursor = query.cursor.as_deref();
    let page = store.unknown_flags(&scope, limit, cursor).await?;
    let items = page.items.into_iter().map(|flag| UnknownFlag {
        key: flag.key,
        askers: flag
            .askers
            .into_iter()
            .map(|asker| Asker {
                token: asker.token,
                sdk: asker.sdk,
                calls: asker.calls,
                first_seen: asker.first_seen,
                last_seen: asker.last_seen,
            })
            .collect(),
    });
    Ok(Json(UnknownFlagList {
        items: items.collect(),
        next_cursor: page.next_cursor,
    }))
}
