//! `GET /api/v1/projects/{project}/tenants`

use std::collections::HashMap;

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use tenantry_core::model::EnvironmentKey;
use tenantry_store::{EnvironmentScope, Read, Store, TenantFilter, TenantSort};
use utoipa::{IntoParams, ToSchema};

use super::{Tenant, per_day};
use crate::api::error::ApiError;
use crate::api::extract::path::ProjectPath;
use crate::api::extract::scope::known_environment;
use crate::api::extract::{InProject, Query, page, text};
use crate::clock::SharedClock;
use crate::preview::Matching;
use crate::publish::Publisher;
use crate::tasks::Tasks;

/// Most tenants of a page: a roster may have a hundred thousand.
const MAX_LIMIT: u32 = 1_000;

/// Which tenants to list, and how.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListTenants {
    /// Part of the key or the name.
    #[param(max_length = 256)]
    q: Option<String>,
    /// With an attribute of this name.
    #[param(max_length = 256)]
    attribute: Option<String>,
    /// With `attribute`: which has this value, or is a list that has it. Numbers and booleans are
    /// found by their text.
    #[param(max_length = 1024)]
    value: Option<String>,
    /// What to sort by; a `-` before it puts the largest first. By key if absent.
    #[param(inline)]
    sort: Option<Sort>,
    /// The environment whose usage is shown with each tenant.
    #[param(value_type = Option<String>, pattern = "^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$")]
    environment: Option<EnvironmentKey>,
    /// How many at most: 1 to 1000; 50 if absent.
    #[param(minimum = 1, maximum = 1_000)]
    limit: Option<u32>,
    /// The `next_cursor` of the page before.
    #[param(max_length = 4096)]
    cursor: Option<String>,
}

/// What tenants are sorted by.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
enum Sort {
    #[serde(rename = "key")]
    Key,
    #[serde(rename = "-key")]
    KeyDescending,
    #[serde(rename = "name")]
    Name,
    #[serde(rename = "-name")]
    NameDescending,
    #[serde(rename = "weight")]
    Weight,
    #[serde(rename = "-weight")]
    WeightDescending,
    #[serde(rename = "created_at")]
    CreatedAt,
    #[serde(rename = "-created_at")]
    CreatedAtDescending,
    #[serde(rename = "updated_at")]
    UpdatedAt,
    #[serde(rename = "-updated_at")]
    UpdatedAtDescending,
}

impl Sort {
    /// The column, and whether the largest comes first.
    fn order(self) -> (TenantSort, bool) {
        match self {
            Self::Key => (TenantSort::Key, false),
            Self::KeyDescending => (TenantSort::Key, true),
            Self::Name => (TenantSort::Name, false),
            Self::NameDescending => (TenantSort::Name, true),
            Self::Weight => (TenantSort::Weight, false),
            Self::WeightDescending => (TenantSort::Weight, true),
            Self::CreatedAt => (TenantSort::CreatedAt, false),
            Self::CreatedAtDescending => (TenantSort::CreatedAt, true),
            Self::UpdatedAt => (TenantSort::UpdatedAt, false),
            Self::UpdatedAtDescending => (TenantSort::UpdatedAt, true),
        }
    }
}

impl ListTenants {
    fn filter(self) -> Result<TenantFilter, ApiError> {
        if self.value.is_some() && self.attribute.is_none() {
            let message = "needs attribute, which says whose value it is";
            return Err(ApiError::invalid_parameter("value", message));
        }
        let (sort, descending) = self.sort.unwrap_or(Sort::Key).order();
        Ok(TenantFilter {
            q: text::parameter("q", self.q, 256)?.filter(|text| !text.is_empty()),
            attribute: text::parameter("attribute", self.attribute, 256)?,
            value: text::parameter("value", self.value, 1024)?,
            sort,
            descending,
            limit: page::limit_to(self.limit, MAX_LIMIT)?,
            cursor: self.cursor,
        })
    }
}

/// A page of tenants.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TenantList {
    /// The tenants.
    items: Vec<ListedTenant>,
    /// How many tenants there are of those that were asked for, on all pages.
    total: u64,
    /// Ask with this `cursor` for the rest; null at the end.
    next_cursor: Option<String>,
}

/// A tenant of the roster, and what programs tell of it.
#[derive(Debug, Serialize, ToSchema)]
struct ListedTenant {
    #[serde(flatten)]
    tenant: Tenant,
    /// What the `environment` that was named was asked for the tenant; null if none was named, or it
    /// was never asked, as far as that is kept: 400 days.
    usage: Option<TenantUsage>,
}

/// What an environment was asked for a tenant.
#[derive(Debug, Serialize, ToSchema)]
struct TenantUsage {
    /// When it was first asked for the tenant, to the minute.
    first_seen: DateTime<Utc>,
    /// When it was last asked for the tenant, to the hour.
    last_seen: DateTime<Utc>,
    /// How often a day it was asked, over the last 7 days and all flags, counted some minutes ago.
    requests_per_day: f64,
}

/// List the tenants of the roster
#[utoipa::path(
    get,
    path = "/api/v1/projects/{project}/tenants",
    tag = "tenants",
    params(ProjectPath, ListTenants),
    responses((status = 200, description = "A page of tenants", body = TenantList))
)]
pub(crate) async fn list_tenants(
    State(store): State<Store>,
    State(publisher): State<Publisher>,
    State(tasks): State<Tasks>,
    State(clock): State<SharedClock>,
    InProject { scope, .. }: InProject<Read>,
    Query(query): Query<ListTenants>,
) -> Result<Json<TenantList>, ApiError> {
    let environment = match &query.environment {
        Some(key) => {
            known_environment(&store, &scope, Some(key)).await?;
            store.environment_scope(&scope, key).await?
        }
        None => None,
    };
    let filter = query.filter()?;
    let page = store.tenants(&scope, &filter).await?;
    let roster = publisher.roster(&scope).await?;
    let total = tasks.compute(move || {
        roster.count(Matching {
            q: filter.q.as_deref(),
            attribute: filter.attribute.as_deref(),
            value: filter.value.as_deref(),
        })
    });
    let total = total.await;
    let mut usage = match environment {
        Some(scope) => {
            let keys: Vec<&str> = page.items.iter().map(|it| it.key.as_str()).collect();
            usage_in(&store, &publisher, &scope, &keys, clock.now()).await?
        }
        None => HashMap::new(),
    };
    let items = page.items.into_iter().map(|tenant| ListedTenant {
        usage: usage.remove(tenant.key.as_str()),
        tenant: tenant.into(),
    });
    Ok(Json(TenantList {
        items: items.collect(),
        total,
        next_cursor: page.next_cursor,
    }))
}

/// What an environment was asked for some tenants.
async fn usage_in(
    store: &Store,
    publisher: &Publisher,
    scope: &EnvironmentScope<Read>,
    tenants: &[&str],
    now: DateTime<Utc>,
) -> Result<HashMap<String, TenantUsage>, ApiError> {
    let seen = store.tenants_seen_in(scope, tenants).await?;
    let requests = publisher.requests(scope, now).await?;
    let usage = seen.into_iter().map(|(tenant, (first_seen, last_seen))| {
        let requests = requests.tenants.get(tenant.as_str());
        let usage = TenantUsage {
            first_seen,
            last_seen,
            requests_per_day: requests.copied().map_or(0.0, per_day),
        };
        (tenant, usage)
    });
    Ok(usage.collect())
}
