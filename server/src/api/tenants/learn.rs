//! `POST /api/v1/projects/{project}/environments/{environment}/tenants/learn`

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use tenantry_core::model::{Problems, TenantKey};
use tenantry_store::{
    Action, Change, MAX_WEIGHT, Patch, Store, Target, TenantLine, TenantPatch, Write, check_key,
};
use utoipa::ToSchema;

use super::import::ImportedTenants;
use crate::api::edge::RequestId;
use crate::api::error::ApiError;
use crate::api::extract::path::EnvironmentPath;
use crate::api::extract::{Check, InEnvironment, OptionalBody};
use crate::clock::SharedClock;
use crate::publish::Publisher;
use crate::usage::Usage;

/// What to learn from usage.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub(crate) struct LearnTenants {
    /// Whether weights are learned as well: the requests of the last 7 days become the weight of
    /// every tenant that asked. Others keep theirs.
    #[serde(default)]
    weights: bool,
}

impl Check for LearnTenants {
    type Checked = Self;

    fn check(self, _: &mut Problems) -> Option<Self> {
        Some(self)
    }
}

/// Learn the roster from usage
///
/// Adds every tenant that programs asked this environment for and that is not on the roster, named
/// by its key. Names and attributes of the others stay as they are. What was learned is one entry of
/// the audit log, as an import is.
#[utoipa::path(
    post,
    path = "/api/v1/projects/{project}/environments/{environment}/tenants/learn",
    tag = "tenants",
    params(EnvironmentPath),
    request_body(content = Option<LearnTenants>),
    responses((status = 200, description = "What became of the roster", body = ImportedTenants))
)]
pub(crate) async fn learn_tenants(
    State(store): State<Store>,
    State(publisher): State<Publisher>,
    State(clock): State<SharedClock>,
    State(usage): State<Usage>,
    InEnvironment { scope, .. }: InEnvironment<Write, EnvironmentPath>,
    request_id: RequestId,
    OptionalBody(wanted): OptionalBody<LearnTenants>,
) -> Result<Json<ImportedTenants>, ApiError> {
    let now = clock.now();
    usage.write().await?;
    let seen = store.tenants_seen(&scope).await?;
    let requests = publisher.requests(&scope, now).await?;
    let lines = seen.into_iter().zip(1..).filter_map(|(tenant, number)| {
        let key = TenantKey::new(tenant.as_str()).ok()?;
        // Programs may ask for what no roster can hold.
        let mut problems = Problems::default();
        check_key(&key, "key", &mut problems);
        let weight = requests.tenants.get(tenant.as_str());
        let weight = weight.map(|weight| (*weight).min(MAX_WEIGHT));
        let weight = weight.filter(|_| wanted.weights);
        problems.0.is_empty().then(|| TenantLine {
            number,
            key,
            patch: TenantPatch {
                weight: weight.map_or(Patch::Keep, Patch::Set),
                ..TenantPatch::default()
            },
        })
    });
    let lines = lines.collect();
    let mut tx = store.begin(scope.project()).await?;
    let learned = tx.import_tenants(lines, now).await?;
    let change = Change::new(Action::TenantsLearn, Target::Roster);
    tx.commit(change.requested_by(request_id), now).await?;
    Ok(Json(learned.into()))
}
