//! `PUT /api/v1/projects/{project}/debt/policy`

use axum::Json;
use axum::extract::State;
use serde_json::json;
use tenantry_core::model::Problems;
use tenantry_protocol::report::Policy;
use tenantry_store::{Action, Change, Store, Target, Write};

use crate::api::edge::RequestId;
use crate::api::error::ApiError;
use crate::api::extract::path::ProjectPath;
use crate::api::extract::{Body, Check, InProject};
use crate::clock::SharedClock;
use crate::debt::check_policy;

impl Check for Policy {
    type Checked = Self;

    fn check(self, problems: &mut Problems) -> Option<Self> {
        check_policy(&self, problems);
        Some(self)
    }
}

/// Set what a project calls debt
///
/// What is absent is as usual: 14 days of notice and of grace, 30 days of one answer before a flag
/// is ready and without a call before it is unused, two extensions, and 90 days to live for a
/// temporary flag. It is about judging: no flag's expiry and no answer changes.
#[utoipa::path(
    put,
    path = "/api/v1/projects/{project}/debt/policy",
    tag = "debt",
    params(ProjectPath),
    request_body = Policy,
    responses((status = 200, description = "The policy", body = Policy))
)]
pub(crate) async fn replace_debt_policy(
    State(store): State<Store>,
    State(clock): State<SharedClock>,
    InProject { scope, .. }: InProject<Write, ProjectPath>,
    request_id: RequestId,
    Body(policy): Body<Policy>,
) -> Result<Json<Policy>, ApiError> {
    let mut tx = store.begin(&scope).await?;
    tx.put_debt_policy(&json!(policy)).await?;
    let change = Change::new(
        Action::DebtPolicyUpdate,
        Target::Project(scope.key().clone()),
    );
    tx.commit(change.requested_by(request_id), clock.now())
        .await?;
    Ok(Json(policy))
}
