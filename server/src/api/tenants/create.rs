//! `POST /api/v1/projects/{project}/tenants`

use std::fmt::Write as _;

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::IntoResponse;
use serde::Deserialize;
use serde_json::{Map, Value};
use tenantry_core::model::{Problems, TenantKey};
use tenantry_store::{Action, Change, Target, TenantFacts, Write, check_key};
use utoipa::ToSchema;

use super::{AttributeValue, Tenant, patch};
use crate::api::edge::{ProblemDocument, RequestId};
use crate::api::error::ApiError;
use crate::api::extract::path::ProjectPath;
use crate::api::extract::{Body, Check, InProject, Query, text};
use crate::api::guarded::{Demote, GuardedTx};
use crate::clock::SharedClock;
use crate::plan::Carrier;

/// A tenant to add to the roster. Only the key is needed.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct CreateTenant {
    /// Its key, as services ask with it: 1 to 256 bytes. It never changes.
    #[schema(min_length = 1, max_length = 256, example = "acme")]
    key: String,
    /// What people call it: 1 to 256 bytes; the key if absent.
    #[schema(min_length = 1, max_length = 256)]
    name: Option<String>,
    /// Its part of all requests, relative to the other tenants' weights (requests a day, say): 0 to
    /// 1000000000000; 1 if absent.
    #[schema(maximum = 1_000_000_000_000_u64)]
    weight: Option<u64>,
    /// What is known about it: up to 64 attributes with names of 1 to 256 bytes.
    #[schema(value_type = std::collections::BTreeMap<String, AttributeValue>, required = false)]
    #[serde(default)]
    attributes: Map<String, Value>,
}

impl Check for CreateTenant {
    type Checked = (TenantKey, TenantFacts);

    fn check(self, problems: &mut Problems) -> Option<Self::Checked> {
        let key = text::required("key", self.key, TenantKey::new, problems);
        let attributes = Some(Some(self.attributes));
        let patch = patch(self.name.map(Some), self.weight.map(Some), attributes);
        patch.check("", problems);
        let key = key?;
        check_key(&key, "key", problems);
        let facts = patch.applied_to(&key, TenantFacts::of(&key));
        Some((key, facts))
    }
}

/// Add a tenant to the roster
///
/// It changes no answer: a tenant gets flags whether it is on the roster or not. It joins the
/// segments whose conditions it meets.
#[utoipa::path(
    post,
    path = "/api/v1/projects/{project}/tenants",
    tag = "tenants",
    params(ProjectPath, Demote),
    request_body = CreateTenant,
    responses(
        (status = 201, description = "The tenant", body = Tenant, headers(
            ("Location" = String, description = "Its address"),
            ("ETag" = String, description = "Its version, for `If-Match`")),
            links(("show_tenant" = (operation_id = "show_tenant", parameters(
                ("project" = "$request.path.project"),
                ("tenant" = "$response.body#/key")))))),
        (status = 409, description = "The key is taken, or the tenant would lose a flag while its plan is under way", body = ProblemDocument,
            content_type = "application/problem+json"),
    )
)]
pub(crate) async fn create_tenant(
    State(carrier): State<Carrier>,
    State(clock): State<SharedClock>,
    InProject { scope, .. }: InProject<Write>,
    Query(Demote { demote }): Query<Demote>,
    request_id: RequestId,
    Body((key, facts)): Body<CreateTenant>,
) -> Result<impl IntoResponse, ApiError> {
    let now = clock.now();
    let mut guarded = GuardedTx::begin(&carrier, &scope, demote).await?;
    let tenant = guarded.tx.insert_tenant(key, facts, now).await?;
    let change = Change::new(Action::TenantCreate, Target::Tenant(tenant.key.clone()));
    guarded.commit(change.requested_by(request_id), now).await?;
    let (project, key) = (scope.key(), in_path(tenant.key.as_str()));
    let location = format!("/api/v1/projects/{project}/tenants/{key}");
    Ok((
        StatusCode::CREATED,
        [(LOCATION, location)],
        Tenant::from(tenant),
    ))
}

/// A key as part of a path: every byte that might mean something there is percent-encoded.
fn in_path(key: &str) -> String {
    let mut path = String::new();
    for byte in key.bytes() {
        if byte.is_ascii_alphanumeric() || b"._~-".contains(&byte) {
            path.push(char::from(byte));
        } else {
            write!(path, "%{byte:02X}").expect("a string takes everything");
        }
    }
    path
}
