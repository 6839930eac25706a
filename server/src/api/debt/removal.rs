//! `GET /api/v1/projects/{project}/flags/{flag}/removal`

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use tenantry_core::Ruleset;
use tenantry_protocol::report::Removal;
use tenantry_store::Store;
use utoipa::ToSchema;

use crate::api::edge::ProblemDocument;
use crate::api::error::{ApiError, Code};
use crate::api::extract::InProjectOrCi;
use crate::api::extract::path::FlagPath;
use crate::clock::SharedClock;
use crate::debt::{gather, proof};
use crate::instances::Instances;
use crate::publish::Publisher;
use crate::tasks::Tasks;

/// Most tenants that are named of an environment.
const NAMED: usize = 20;

/// Whether a flag could be removed, and who still differs.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FlagRemoval {
    /// The verdict, what keeps the flag and what the verdict rests on.
    #[serde(flatten)]
    removal: Removal,
    /// What the flag answers now, by environment.
    environments: Vec<AnswersNow>,
}

/// What a flag answers in an environment now.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AnswersNow {
    /// The environment's key.
    environment: String,
    /// How many tenants get it, of those on the roster and those that were asked for.
    on: u64,
    /// How many do not.
    off: u64,
    /// Those on the smaller side, if there are two: up to 20, by key.
    differing: Vec<String>,
}

/// Prove that a flag can be removed
///
/// Judges by the project's policy whether the flag gives every tenant the same answer everywhere,
/// and has for long enough. If not, the environments, tenants and SDK instances that differ are
/// named. A flag that is archived has nothing to prove.
#[utoipa::path(
    get,
    path = "/api/v1/projects/{project}/flags/{flag}/removal",
    tag = "debt",
    params(FlagPath),
    responses(
        (status = 200, description = "The verdict and its evidence", body = FlagRemoval),
        (status = 409, description = "The flag is archived",
            body = ProblemDocument, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show_removal(
    State(store): State<Store>,
    State(publisher): State<Publisher>,
    State(instances): State<Instances>,
    State(clock): State<SharedClock>,
    State(tasks): State<Tasks>,
    InProjectOrCi { scope, path }: InProjectOrCi<FlagPath>,
) -> Result<Json<FlagRemoval>, ApiError> {
    let key = path.flag.as_str();
    let flag = store.flag(&scope, &path.flag).await?;
    let flag = flag.ok_or_else(|| ApiError::not_found("flag"))?;
    if flag.archived_at.is_some() {
        return Err(ApiError::new(
            Code::FlagArchived,
            format!("{key} is archived: it answers nobody"),
        ));
    }
    let now = clock.now();
    let (facts, policy) = gather(&store, &instances, &scope, now).await?;
    let removal = proof(&facts, key, policy, now).ok_or_else(|| ApiError::not_found("flag"))?;
    let roster = publisher.roster(&scope).await?;
    let mut environments = Vec::new();
    for environment in flag.environments {
        let environment = store
            .environment_scope(&scope, &environment.environment)
            .await?;
        let Some(environment) = environment else {
            continue;
        };
        let newest = publisher.newest(environment.id()).await;
        let newest = newest.ok_or_else(|| {
            ApiError::new(Code::Unavailable, "this environment is not published yet")
        })?;
        let seen = store.tenants_seen(&environment).await?;
        let (roster, flag) = (roster.clone(), key.to_owned());
        let counted = tasks.compute(move || {
            let seen = seen.iter().map(String::as_str);
            let tenants = roster.tenants().map(|(key, _)| key).chain(seen);
            let publication = newest.publication();
            answers(publication.replica().ruleset(), &flag, &tenants.collect())
        });
        let (on, off, differing) = counted.await;
        environments.push(AnswersNow {
            environment: environment.key().to_string(),
            on,
            off,
            differing,
        });
    }
    Ok(Json(FlagRemoval {
        removal,
        environments,
    }))
}

/// How many get the flag and how many do not, and who is on the smaller side.
fn answers(ruleset: &Ruleset, flag: &str, tenants: &BTreeSet<&str>) -> (u64, u64, Vec<String>) {
    let is_on = |tenant: &&&str| ruleset.is_enabled(flag, tenant) == Some(true);
    let (on, off): (Vec<&str>, Vec<&str>) = tenants.iter().partition(is_on);
    let fewer = if on.len() < off.len() { &on } else { &off };
    let differing = if on.is_empty() || off.is_empty() {
        Vec::new()
    } else {
        fewer.iter().take(NAMED).map(|&it| it.to_owned()).collect()
    };
    (on.len() as u64, off.len() as u64, differing)
}
