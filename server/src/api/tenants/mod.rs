//! The roster: the tenants that a project knows by name.

mod attributes;
mod create;
mod delete;
mod flags;
mod import;
mod learn;
mod list;
mod replace;
mod show;
mod update;

use axum::Json;
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, ETAG};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Map, Value};
use tenantry_store::{Patch, TenantPatch};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::AppState;
use super::extract::etag::{Etag, REVALIDATE};

/// The operations on the roster.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list::list_tenants, create::create_tenant))
        .routes(routes!(attributes::list_tenant_attributes))
        .routes(routes!(import::import_tenants))
        .routes(routes!(flags::show_tenant_flags))
        .routes(routes!(learn::learn_tenants))
        .routes(routes!(
            show::show_tenant,
            replace::replace_tenant,
            update::update_tenant,
            delete::delete_tenant
        ))
}

/// A tenant of the roster.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Tenant {
    /// Its key, which never changes.
    key: String,
    /// What people call it.
    name: String,
    /// What is known about it.
    #[schema(value_type = std::collections::BTreeMap<String, AttributeValue>)]
    attributes: Map<String, Value>,
    /// Its part of all requests, relative to the other tenants' weights.
    weight: u64,
    /// Whether somebody has said what the weight is. If not, it is learned from usage every hour; a
    /// weight of null has it learned again.
    weight_given: bool,
    /// When it came onto the roster.
    created_at: DateTime<Utc>,
    /// When it was last changed.
    updated_at: DateTime<Utc>,
    /// Its entity tag.
    #[serde(skip)]
    etag: Etag,
}

/// The value of a tenant's attribute, as the document describes it.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "describes the values in the OpenAPI document")]
enum AttributeValue {
    /// A text of up to 1024 bytes.
    Text(String),
    /// A number.
    Number(f64),
    /// A truth value.
    Truth(bool),
    /// Up to 100 texts.
    Texts(Vec<String>),
}

impl From<tenantry_store::Tenant> for Tenant {
    fn from(tenant: tenantry_store::Tenant) -> Self {
        Self {
            etag: Etag::version(tenant.version),
            key: tenant.key.into(),
            name: tenant.name,
            attributes: tenant.attributes,
            weight: tenant.weight,
            weight_given: tenant.weight_given,
            created_at: tenant.created_at,
            updated_at: tenant.updated_at,
        }
    }
}

impl IntoResponse for Tenant {
    fn into_response(self) -> Response {
        let headers = [
            (ETAG, HeaderValue::from(&self.etag)),
            (CACHE_CONTROL, REVALIDATE),
        ];
        (headers, Json(self)).into_response()
    }
}

/// Days that requests are counted over.
const DAYS: f64 = 7.0;

/// How often a day a tenant was asked for, of its requests of the last 7 days.
#[expect(
    clippy::cast_precision_loss,
    reason = "a rate is for people: its sixteenth digit tells them nothing"
)]
fn per_day(requests: u64) -> f64 {
    requests as f64 / DAYS
}

/// A field of a body: absent, null or a value.
type Field<T> = Option<Option<T>>;

/// What a body says about a tenant, as a patch.
fn patch(
    name: Field<String>,
    weight: Field<u64>,
    attributes: Field<Map<String, Value>>,
) -> TenantPatch {
    TenantPatch {
        name: field(name),
        weight: field(weight),
        attributes: field(attributes),
    }
}

fn field<T>(field: Field<T>) -> Patch<T> {
    match field {
        None => Patch::Keep,
        Some(None) => Patch::Reset,
        Some(Some(value)) => Patch::Set(value),
    }
}
