//! `POST /api/v1/projects/{project}/environments/{environment}/tenants/learn`

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use tenantry_core::model::{Problems, TenantKey};
use tenantry_store::{
    Action, Change, LearnWeights, Target, TenantLine, TenantPatch, Write, check_key,
};
use utoipa::ToSchema;

use super::import::ImportedTenants;
use crate::api::edge::{ProblemDocument, RequestId};
use crate::api::error::ApiError;
use crate::api::extract::path::EnvironmentPath;
use crate::api::extract::{Check, InEnvironment, OptionalBody};
use crate::api::guarded::GuardedTx;
use crate::clock::SharedClock;
use crate::plan::Carrier;
use crate::usage::Usage;

/// What to learn from usage.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub(crate) struct LearnTenants {
    /// Whether weights are learned at once, those too that somebody has given: the requests of the last
    /// 7 days become the weight of every tenant that asked, and are learned from then on. Others keep
    /// theirs.
    #[serde(default)]
    weights: bool,
    /// Whether tenants may lose a flag by it while that flag's plan is under way.
    ///
    /// Looked at are the tenants of the roster and those that the change names, each asked about without
    /// attributes of the call: who has the flag by such an attribute, or is known to neither, is not seen.
    #[serde(default)]
    demote: bool,
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
/// by its key. Names and attributes of the others stay as they are. Weights are learned every hour by
/// themselves, from the environment that was asked most, but for those that somebody has given and for
/// changes of less than a tenth. What was learned is one entry of
/// the audit log, as an import is.
#[utoipa::path(
    post,
    path = "/api/v1/projects/{project}/environments/{environment}/tenants/learn",
    tag = "tenants",
    params(EnvironmentPath),
    request_body(content = Option<LearnTenants>),
    responses(
        (status = 200, description = "What became of the roster", body = ImportedTenants),
        (status = 409, description = "Tenants would lose a flag while its plan is under way",
            body = ProblemDocument, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn learn_tenants(
    State(carrier): State<Carrier>,
    State(clock): State<SharedClock>,
    State(usage): State<Usage>,
    InEnvironment { scope, .. }: InEnvironment<Write, EnvironmentPath>,
    request_id: RequestId,
    OptionalBody(wanted): OptionalBody<LearnTenants>,
) -> Result<Json<ImportedTenants>, ApiError> {
    let now = clock.now();
    usage.write().await?;
    let seen = carrier.store.tenants_seen(&scope).await?;
    let requests = if wanted.weights {
        Some(carrier.publisher.requests(&scope, now).await?)
    } else {
        None
    };
    let lines = seen.into_iter().zip(1..).filter_map(|(tenant, number)| {
        let key = TenantKey::new(tenant.as_str()).ok()?;
        // Programs may ask for what no roster can hold.
        let mut problems = Problems::default();
        check_key(&key, "key", &mut problems);
        problems.0.is_empty().then(|| TenantLine {
            number,
            key,
            patch: TenantPatch::default(),
        })
    });
    let lines = lines.collect();
    let mut guarded = GuardedTx::begin(&carrier, scope.project(), wanted.demote).await?;
    let mut learned = guarded.tx.import_tenants(lines, now).await?;
    if let Some(requests) = requests {
        let weights = guarded.tx.learn_weights(&requests, LearnWeights::All, now);
        let changed = weights.await?;
        learned.changed += changed;
        learned.unchanged = learned.unchanged.saturating_sub(changed);
    }
    let change = Change::new(Action::TenantsLearn, Target::Roster);
    guarded.commit(change.requested_by(request_id), now).await?;
    Ok(Json(learned.into()))
}
