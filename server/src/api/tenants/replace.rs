//! `PUT /api/v1/projects/{project}/tenants/{tenant}`

use axum::extract::State;
use serde::Deserialize;
use serde_json::{Map, Value};
use tenantry_core::model::Problems;
use tenantry_store::{Action, Change, Target, TenantFacts, TenantPatch, Write};
use utoipa::ToSchema;

use super::{AttributeValue, Tenant, patch};
use crate::api::edge::{ProblemDocument, RequestId};
use crate::api::error::ApiError;
use crate::api::extract::path::TenantPath;
use crate::api::extract::{Body, Check, IfMatch, InProject, Query};
use crate::api::guarded::{Demote, GuardedTx};
use crate::clock::SharedClock;
use crate::plan::Carrier;

/// All that is known about a tenant.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct ReplaceTenant {
    /// What people call it: 1 to 256 bytes; the key if absent.
    #[schema(min_length = 1, max_length = 256)]
    name: Option<String>,
    /// Its part of all requests, relative to the other tenants' weights: 0 to 1000000000000; 1 if
    /// absent.
    #[schema(maximum = 1_000_000_000_000_u64)]
    weight: Option<u64>,
    /// All its attributes: up to 64, with names of 1 to 256 bytes.
    #[schema(value_type = std::collections::BTreeMap<String, AttributeValue>, required = false)]
    #[serde(default)]
    attributes: Map<String, Value>,
}

impl Check for ReplaceTenant {
    type Checked = TenantPatch;

    fn check(self, problems: &mut Problems) -> Option<Self::Checked> {
        let attributes = Some(Some(self.attributes));
        let patch = patch(self.name.map(Some), self.weight.map(Some), attributes);
        patch.check("", problems);
        Some(patch)
    }
}

/// Replace what is known about a tenant
#[utoipa::path(
    put,
    path = "/api/v1/projects/{project}/tenants/{tenant}",
    tag = "tenants",
    params(TenantPath, Demote, ("If-Match" = String, Header, description = "The version to change, or `*`")),
    request_body = ReplaceTenant,
    responses(
        (status = 200, description = "The tenant as it is now", body = Tenant,
            headers(("ETag" = String, description = "Its version, for `If-Match`"))),
        (status = 409, description = "Tenants would lose a flag while its plan is under way",
            body = ProblemDocument, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn replace_tenant(
    State(carrier): State<Carrier>,
    State(clock): State<SharedClock>,
    InProject { scope, path }: InProject<Write, TenantPath>,
    if_match: IfMatch,
    Query(Demote { demote }): Query<Demote>,
    request_id: RequestId,
    Body(patch): Body<ReplaceTenant>,
) -> Result<Tenant, ApiError> {
    let now = clock.now();
    let not_found = || ApiError::not_found("tenant");
    let mut guarded = GuardedTx::begin(&carrier, &scope, demote).await?;
    let tx = &mut guarded.tx;
    let before = tx.tenant(&path.tenant).await?.ok_or_else(not_found)?;
    let expected = if_match.expect(before.version)?;
    let facts = patch.applied_to(&path.tenant, TenantFacts::of(&path.tenant));
    let after = tx.put_tenant(&path.tenant, expected, facts, now).await?;
    let change = Change::new(Action::TenantUpdate, Target::Tenant(path.tenant));
    guarded.commit(change.requested_by(request_id), now).await?;
    after.map(Tenant::from).ok_or_else(not_found)
}
