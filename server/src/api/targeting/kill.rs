//! `POST /api/v1/projects/{project}/environments/{environment}/flags/{flag}/targeting/kill`

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use tenantry_core::model::{Problems, TenantKey};
use tenantry_store::{Action, Change, FlagList, Store, StoreError, Target, Write};
use utoipa::ToSchema;

use crate::api::edge::{ProblemDocument, RequestId};
use crate::api::error::ApiError;
use crate::api::extract::path::TargetingPath;
use crate::api::extract::{Body, Check, InEnvironment, text};
use crate::clock::SharedClock;
use crate::instances::{Instances, Propagation};
use crate::plan::Carrier;

/// How many SDKs the answer lists at most.
const LISTED: usize = 100;

/// For whom to turn a flag off, and why.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct KillFlag {
    /// Why, for the audit log: 1 to 1024 bytes.
    #[schema(min_length = 1, max_length = 1024)]
    reason: String,
    /// The tenant to turn it off for: 1 to 256 bytes; for everybody if absent.
    #[schema(min_length = 1, max_length = 256)]
    tenant: Option<String>,
}

impl Check for KillFlag {
    type Checked = (String, Option<TenantKey>);

    fn check(self, problems: &mut Problems) -> Option<Self::Checked> {
        let tenant = text::parsed("tenant", self.tenant, TenantKey::new, problems);
        let Some(reason) = text::reason(Some(self.reason), problems) else {
            problems.push("reason", "must say why");
            return None;
        };
        Some((reason, tenant?))
    }
}

/// What became of the flag.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct KilledFlag {
    /// Whether anything had to be changed: false if it was off already.
    changed: bool,
    /// The environment's revision, at which it is off.
    revision: u64,
    /// How far that revision has come at this moment; null if other nodes' part of it cannot be
    /// known now. Ask for the environment's SDKs to see how it goes on.
    propagation: Option<Propagation>,
}

/// Turn a flag off, now
///
/// For everybody, by its switch, or for one tenant, by its block list. It names no version: it says
/// the whole of what it does, and who turns something off at night must not lose a race. The answer
/// tells which SDKs have not acknowledged it yet.
#[utoipa::path(
    post,
    path = "/api/v1/projects/{project}/environments/{environment}/flags/{flag}/targeting/kill",
    tag = "targeting",
    params(TargetingPath),
    request_body = KillFlag,
    responses(
        (status = 200, description = "It is off", body = KilledFlag),
        (status = 409, description = "The flag is archived", body = ProblemDocument,
            content_type = "application/problem+json"),
    )
)]
pub(crate) async fn kill_flag(
    State(store): State<Store>,
    State(clock): State<SharedClock>,
    State(instances): State<Instances>,
    InEnvironment { scope, path }: InEnvironment<Write, TargetingPath>,
    request_id: RequestId,
    Body((reason, tenant)): Body<KillFlag>,
) -> Result<Json<KilledFlag>, ApiError> {
    let now = clock.now();
    let mut tx = store.begin(scope.project()).await?;
    let changed = match tenant {
        None => tx.switch_off(&scope, &path.flag, now).await?,
        Some(tenant) => {
            let list = FlagList::Block;
            let tenants = [tenant];
            let blocked = tx.add_tenants(&scope, &path.flag, list, &tenants, now);
            let blocked = blocked.await?.map(|list| !list.changed.is_empty());
            Carrier::keep_blocked(&mut tx, &scope, &path.flag, &tenants, now).await?;
            blocked
        }
    };
    let changed = changed.ok_or_else(|| ApiError::not_found("flag"))?;
    let change = Change::new(Action::FlagKill, Target::Flag(path.flag));
    let change = change.because(Some(reason)).requested_by(request_id);
    let revision = tx.commit(change, now).await?.revision(scope.id());
    // It is done: what is not known about it now must not make a failure of it.
    let known = async {
        let committed_at = if changed {
            Some(now)
        } else {
            store.committed_at(&scope, revision).await?
        };
        Ok::<_, StoreError>((committed_at, instances.of(&scope).await?))
    };
    let propagation = known.await.ok();
    let propagation = propagation.map(|(at, all)| Propagation::new(revision, at, all, LISTED));
    Ok(Json(KilledFlag {
        changed,
        revision,
        propagation,
    }))
}
