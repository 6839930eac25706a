//! `PATCH /api/v1/projects/{project}/tenants/{tenant}`

use axum::extract::State;
use serde::Deserialize;
use serde_json::{Map, Value};
use tenantry_core::model::Problems;
use tenantry_store::{Action, Change, Target, TenantPatch, Write};
use utoipa::ToSchema;

use super::{Field, Tenant, patch};
use crate::api::edge::{ProblemDocument, RequestId};
use crate::api::error::ApiError;
use crate::api::extract::path::TenantPath;
use crate::api::extract::{Body, Check, IfMatch, InProject, Query, present};
use crate::api::guarded::{Demote, GuardedTx};
use crate::clock::SharedClock;
use crate::plan::Carrier;

/// What to change about a tenant; what is absent stays as it is.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct UpdateTenant {
    /// What people call it: 1 to 256 bytes; null for its key.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 256)]
    name: Field<String>,
    /// Its part of all requests, relative to the other tenants' weights: 0 to 1000000000000; null
    /// for 1.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<u64>, maximum = 1_000_000_000_000_u64)]
    weight: Field<u64>,
    /// Attributes to change; null takes one away, and null for all of them takes all away.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<std::collections::BTreeMap<String, Value>>)]
    attributes: Field<Map<String, Value>>,
}

impl Check for UpdateTenant {
    type Checked = TenantPatch;

    fn check(self, problems: &mut Problems) -> Option<Self::Checked> {
        let patch = patch(self.name, self.weight, self.attributes);
        patch.check("", problems);
        Some(patch)
    }
}

/// Change what is known about a tenant
///
/// A JSON merge patch (RFC 7396), but for null, which takes a field back to its default.
#[utoipa::path(
    patch,
    path = "/api/v1/projects/{project}/tenants/{tenant}",
    tag = "tenants",
    params(TenantPath, Demote, ("If-Match" = String, Header, description = "The version to change, or `*`")),
    request_body(content((UpdateTenant = "application/json"), (UpdateTenant = "application/merge-patch+json"))),
    responses(
        (status = 200, description = "The tenant as it is now", body = Tenant,
            headers(("ETag" = String, description = "Its version, for `If-Match`"))),
        (status = 409, description = "Tenants would lose a flag while its plan is under way",
            body = ProblemDocument, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn update_tenant(
    State(carrier): State<Carrier>,
    State(clock): State<SharedClock>,
    InProject { scope, path }: InProject<Write, TenantPath>,
    if_match: IfMatch,
    Query(Demote { demote }): Query<Demote>,
    request_id: RequestId,
    Body(patch): Body<UpdateTenant>,
) -> Result<Tenant, ApiError> {
    let now = clock.now();
    let not_found = || ApiError::not_found("tenant");
    let mut guarded = GuardedTx::begin(&carrier, &scope, demote).await?;
    let tx = &mut guarded.tx;
    let before = tx.tenant(&path.tenant).await?.ok_or_else(not_found)?;
    let expected = if_match.expect(before.version)?;
    let facts = patch.applied_to(&path.tenant, before.facts());
    let after = tx.put_tenant(&path.tenant, expected, facts, now).await?;
    let change = Change::new(Action::TenantUpdate, Target::Tenant(path.tenant));
    guarded.commit(change.requested_by(request_id), now).await?;
    after.map(Tenant::from).ok_or_else(not_found)
}
