//! The facts of a project, from the database and from who is connected.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{DateTime, TimeDelta, Utc};
use tenantry_protocol::report::Policy;
use tenantry_store::{
    AskerSeen, DebtFlag, DebtProof, DebtTargeting, EnvironmentId, Mode, ProjectScope, Store,
    StoreError,
};

use super::facts::{Asked, EnvironmentFacts, FlagFacts, ProjectFacts, UnknownFacts};
use super::{Answers, policy};
use crate::instances::Instances;

/// Gathers what there is to know of a project's flags, and the policy to judge them by.
///
/// # Errors
/// [`StoreError`].
pub(crate) async fn gather<M: Mode>(
    store: &Store,
    instances: &Instances,
    scope: &ProjectScope<M>,
    now: DateTime<Utc>,
) -> Result<(ProjectFacts, Policy), StoreError> {
    let policy = policy(store, scope).await?;
    let flags = store.debt_flags(scope, now).await?;
    let tenants_since = now - TimeDelta::days(policy.ready_days.into());
    let proof = store.debt_proof(scope, tenants_since).await?;
    let following = following(store, instances, scope, &proof).await?;
    let unused_since = now - TimeDelta::days(policy.unused_days.into());
    let index = Index::new(&proof, following);
    let facts = ProjectFacts {
        project: scope.key().to_string(),
        unknown: unknown(&flags, &proof, unused_since),
        flags: flags.into_iter().map(|flag| index.flag(flag)).collect(),
        usage_since: proof
            .environments
            .iter()
            .filter_map(|it| it.first_asked)
            .min(),
    };
    Ok((facts, policy))
}

/// An SDK instance that serves an environment, and as of when.
struct Follower {
    name: String,
    /// When what it serves was committed; `None` if that is longer ago than the change log goes.
    serves_as_of: Option<DateTime<Utc>>,
}

/// Who follows each environment. Most have the newest revision, and then none of it need be asked.
async fn following<M: Mode>(
    store: &Store,
    instances: &Instances,
    scope: &ProjectScope<M>,
    proof: &DebtProof,
) -> Result<HashMap<EnvironmentId, Vec<Follower>>, StoreError> {
    let mut following = HashMap::new();
    for environment in &proof.environments {
        let Some(scope) = store.environment_scope(scope, &environment.key).await? else {
            continue;
        };
        let newest = store.environment(&scope).await?.revision;
        let mut committed: HashMap<u64, Option<DateTime<Utc>>> = HashMap::new();
        let mut behind = Vec::new();
        for instance in instances.of(&scope).await? {
            if instance.revision >= newest {
                continue;
            }
            let serves_as_of = match committed.get(&instance.revision) {
                Some(known) => *known,
                None => store.committed_at(&scope, instance.revision).await?,
            };
            committed.insert(instance.revision, serves_as_of);
            behind.push(Follower {
                name: format!("an SDK of {} ({})", instance.token, instance.instance),
                serves_as_of,
            });
        }
        following.insert(environment.id, behind);
    }
    Ok(following)
}

/// The proof by flag.
struct Index<'a> {
    proof: &'a DebtProof,
    targetings: HashMap<&'a str, Vec<&'a DebtTargeting>>,
    answers: HashMap<(&'a str, EnvironmentId, bool), DateTime<Utc>>,
    asked: HashMap<&'a str, &'a AskerSeen>,
    needed_by: HashMap<&'a str, Vec<String>>,
    following: HashMap<EnvironmentId, Vec<Follower>>,
}

impl<'a> Index<'a> {
    fn new(proof: &'a DebtProof, following: HashMap<EnvironmentId, Vec<Follower>>) -> Self {
        let mut targetings: HashMap<&str, Vec<&DebtTargeting>> = HashMap::new();
        let mut needed_by: HashMap<&str, Vec<String>> = HashMap::new();
        for targeting in &proof.targetings {
            let flag = targeting.flag.as_str();
            targetings.entry(flag).or_default().push(targeting);
            for prerequisite in &targeting.targeting.prerequisites {
                let needed = needed_by.entry(prerequisite.flag.as_str()).or_default();
                if !needed.iter().any(|it| it == flag) {
                    needed.push(flag.to_owned());
                }
            }
        }
        let answers = proof.answers.iter();
        let answers = answers.map(|it| ((it.flag.as_str(), it.environment, it.on), it.last));
        let mut asked: HashMap<&str, &AskerSeen> = HashMap::new();
        for asker in &proof.askers {
            let newest = asked.entry(asker.flag.as_str()).or_insert(asker);
            if asker.last > newest.last {
                *newest = asker;
            }
        }
        Self {
            answers: answers.collect(),
            proof,
            targetings,
            asked,
            needed_by,
            following,
        }
    }

    fn flag(&self, flag: DebtFlag) -> FlagFacts {
        let key = flag.key.as_str();
        let asked = self.asked.get(key).map(|it| Asked {
            at: it.last,
            by: it.token.clone(),
        });
        let targetings = self.targetings.get(key).into_iter().flatten();
        FlagFacts {
            references: self.proof.references.get(key).copied().unwrap_or_default(),
            needed_by: self.needed_by.get(key).cloned().unwrap_or_default(),
            asked,
            environments: targetings.filter_map(|it| self.environment(it)).collect(),
            name: flag.name,
            owner: Some(flag.owner).filter(|owner| !owner.is_empty()),
            has_living_owner: !flag.unowned,
            kind: flag.kind.as_str(),
            is_temporary: flag.kind.is_temporary(),
            tags: flag.tags,
            expires_on: flag.expires_on,
            extensions: flag.extensions,
            created_at: flag.created_at,
            key: flag.key.into(),
        }
    }

    fn environment(&self, targeting: &DebtTargeting) -> Option<EnvironmentFacts> {
        let id = targeting.environment;
        let environment = self.proof.environments.iter().find(|it| it.id == id)?;
        let flag = targeting.flag.as_str();
        let last = |on| self.answers.get(&(flag, id, on)).copied();
        let is_behind = |it: &&Follower| it.serves_as_of.is_none_or(|at| at < targeting.updated_at);
        let behind = self
            .following
            .get(&id)
            .into_iter()
            .flatten()
            .filter(is_behind);
        Some(EnvironmentFacts {
            environment: environment.key.to_string(),
            tenants: environment.tenants,
            answers: Answers::of(&targeting.targeting, targeting.allow, targeting.block),
            variants: targeting.targeting.variants.len(),
            set_at: targeting.updated_at,
            last_on: last(true),
            last_off: last(false),
            has_plan: targeting.has_plan,
            laggards: behind.map(|it| it.name.clone()).collect(),
        })
    }
}

/// What programs asked for since `since`, or code asks for, and is no flag.
fn unknown(flags: &[DebtFlag], proof: &DebtProof, since: DateTime<Utc>) -> Vec<UnknownFacts> {
    let flags: HashSet<&str> = flags.iter().map(|flag| flag.key.as_str()).collect();
    let is_flag = |key: &str| flags.contains(key);
    let mut unknown: BTreeMap<&str, UnknownFacts> = BTreeMap::new();
    let facts = |key: &str| UnknownFacts {
        key: key.to_owned(),
        asked: None,
        environments: Vec::new(),
        references: proof.references.get(key).copied().unwrap_or_default(),
        archived_at: proof.archived.get(key).copied(),
    };
    for key in proof.references.keys().filter(|key| !is_flag(key)) {
        unknown.insert(key, facts(key));
    }
    let missed = |it: &&AskerSeen| !it.is_known && it.last >= since && !is_flag(&it.flag);
    for asker in proof.askers.iter().filter(missed) {
        let found = unknown
            .entry(&asker.flag)
            .or_insert_with(|| facts(&asker.flag));
        let environment = proof
            .environments
            .iter()
            .find(|it| it.id == asker.environment);
        if let Some(environment) = environment.map(|it| it.key.to_string())
            && !found.environments.contains(&environment)
        {
            found.environments.push(environment);
        }
        if found
            .asked
            .as_ref()
            .is_none_or(|asked| asked.at < asker.last)
        {
            found.asked = Some(Asked {
                at: asker.last,
                by: asker.token.clone(),
            });
        }
    }
    unknown.into_values().collect()
}
