//! `GET /api/v1/projects/{project}/tenants`

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use tenantry_store::{Read, Store, TenantFilter, TenantSort};
use utoipa::{IntoParams, ToSchema};

use super::Tenant;
use crate::api::error::ApiError;
use crate::api::extract::path::ProjectPath;
use crate::api::extract::{InProject, Query, page, text};

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
    /// How many at most: 1 to 200; 50 if absent.
    #[param(minimum = 1, maximum = 200)]
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
            limit: page::limit(self.limit)?,
            cursor: self.cursor,
        })
    }
}

/// A page of tenants.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TenantList {
    /// The tenants.
    items: Vec<Tenant>,
    /// Ask with this `cursor` for the rest; null at the end.
    next_cursor: Option<String>,
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
    InProject { scope, .. }: InProject<Read>,
    Query(query): Query<ListTenants>,
) -> Result<Json<TenantList>, ApiError> {
    let page = store.tenants(&scope, &query.filter()?).await?;
    let items = page.items.into_iter().map(Tenant::from).collect();
    Ok(Json(TenantList {
        items,
        next_cursor: page.next_cursor,
    }))
}
