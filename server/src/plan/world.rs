//! The world as a plan needs to know it: whom a targeting gives the flag to.
//!
//! **Invariants**
//! - It asks the evaluator that SDKs ask, of the published ruleset with the targeting in question
//!   compiled in: prerequisites, lists and segments count as they do for everybody.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use tenantry_core::model::{
    Condition, Effect, FlagDefinition, ItemId, Problems, Rollout, Rule, SegmentKey, Targeting,
};
use tenantry_core::{Ruleset, bucket, compile};
use tenantry_plan::{
    Audience, Candidate, Cohort, Plan, Progress, Settled, Shape, Size, block, fill, shape,
    switched_on, unblock,
};
use tenantry_store::{Drawn, EnvironmentScope, Mode};

use super::PlanError;
use super::opened::Opened;
use crate::preview::Roster;
use crate::publish::{Newest, Publisher};

const EVERYBODY: u32 = 100_000;
/// Most tenants of a stage that a forecast names.
const LISTED: usize = 20;

/// The newest state of an environment, and the roster.
#[derive(Debug, Clone)]
pub(crate) struct World {
    newest: Arc<Newest>,
    roster: Arc<Roster>,
}

/// What a targeting gives to whom.
pub(crate) struct Answers {
    ruleset: Ruleset,
    flag: String,
}

impl Answers {
    /// Whether the tenant gets the flag.
    pub(crate) fn is_on(&self, tenant: &str) -> bool {
        self.ruleset.is_enabled(&self.flag, tenant) == Some(true)
    }
}

/// What it means for the flag to be in a stage.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    /// Tenants that are drawn anew, in the order in which they were.
    pub(crate) drawn: Vec<String>,
    /// The targeting.
    pub(crate) targeting: Targeting,
    /// What becomes of tenants whom a freeze keeps out.
    pub(crate) settled: Settled,
    /// Tenants who were held and need not be any more.
    pub(crate) released: Vec<String>,
    /// Other tenants of the roster who come to have the flag.
    pub(crate) turned_on: Vec<String>,
}

impl Entry {
    /// A targeting and nothing else.
    pub(crate) fn of(targeting: Targeting) -> Self {
        Self {
            drawn: Vec::new(),
            targeting,
            settled: Settled::default(),
            released: Vec::new(),
            turned_on: Vec::new(),
        }
    }
}

/// Whom a stage would admit.
#[derive(Debug, Clone)]
pub(crate) struct Forecast {
    /// The stage.
    pub(crate) stage: u32,
    /// Tenants of the roster that would have the flag.
    pub(crate) on: Size,
    /// Those of them that would not have it before.
    pub(crate) turned_on: Size,
    /// The largest of those.
    pub(crate) largest: Vec<String>,
}

/// Whom a targeting turns off.
#[derive(Debug, Clone, Default)]
pub(crate) struct Lost {
    /// Tenants of the roster that have the flag and would not have it.
    pub(crate) off: Size,
    /// Those that would still have it.
    pub(crate) on: Size,
    /// The largest of those who would not.
    pub(crate) largest: Vec<String>,
    /// The first of them, by their keys.
    pub(crate) first: Vec<String>,
}

fn grow(size: &mut Size, weight: u64) {
    size.tenants += 1;
    size.weight += weight;
}

impl World {
    /// The world as it is now.
    pub(crate) async fn of<M: Mode>(
        publisher: &Publisher,
        scope: &EnvironmentScope<M>,
    ) -> Result<Self, PlanError> {
        let newest = publisher.current(scope.id()).await?;
        Ok(Self {
            newest: newest.ok_or(PlanError::Unpublished)?,
            roster: publisher.roster(scope.project()).await?,
        })
    }

    /// What a targeting would give to whom.
    pub(crate) fn answers(
        &self,
        flag: &FlagDefinition,
        targeting: Targeting,
    ) -> Result<Answers, PlanError> {
        let definition = FlagDefinition {
            targeting,
            ..flag.clone()
        };
        let compiled = compile(&definition).map_err(PlanError::Invalid)?;
        let mut edit = self.newest.publication().replica().ruleset().edit();
        edit.upsert(Arc::new(compiled));
        Ok(Answers {
            ruleset: edit.build(),
            flag: definition.key.to_string(),
        })
    }

    /// What becomes of the flag when the plan is at `progress`: who is drawn if its stage is
    /// `entered`, whom a freeze keeps out of it, and the targeting.
    pub(crate) fn enter(
        &self,
        opened: &Opened,
        progress: &Progress,
        entered: Option<u32>,
        now: DateTime<Utc>,
    ) -> Result<Entry, PlanError> {
        let (stay, taken_back) = opened.drawn(progress.stage);
        let stage = entered.and_then(|stage| opened.plan.stage(stage));
        let drawn = match stage.map(|stage| &stage.audience) {
            Some(Audience::Cohort(cohort)) => self.draw(opened, cohort, &stay)?,
            Some(Audience::Segments(_) | Audience::Threshold(_)) | None => Vec::new(),
        };
        let added = drawn.iter().cloned().collect();
        let wanted = Shape {
            plan: &opened.plan,
            progress,
            drawn: &added,
            taken_back: &taken_back,
        };
        let targeting = shape(&opened.targeting.definition.targeting, wanted);
        let settled = self.settle(opened, progress.unsettled(&opened.plan, now))?;
        Ok(Entry {
            drawn,
            targeting: block(&targeting, &settled.held),
            settled,
            released: Vec::new(),
            turned_on: Vec::new(),
        })
    }

    /// Tenants of the roster who come to have the flag by this targeting.
    pub(crate) fn turned_on(
        &self,
        opened: &Opened,
        targeting: &Targeting,
    ) -> Result<Vec<String>, PlanError> {
        let flag = &opened.targeting.definition;
        let before = self.answers(flag, flag.targeting.clone())?;
        let after = self.answers(flag, targeting.clone())?;
        let keys = self.roster.tenants().map(|(key, _)| key);
        let new = keys.filter(|key| after.is_on(key) && !before.is_on(key));
        Ok(new.map(str::to_owned).collect())
    }

    /// Tenants of the roster who would lose the flag by this targeting.
    pub(crate) fn turned_off(
        &self,
        flag: &FlagDefinition,
        targeting: Targeting,
    ) -> Result<Lost, PlanError> {
        let before = self.answers(flag, flag.targeting.clone())?;
        let after = self.answers(flag, targeting)?;
        let (mut lost, mut who) = (Lost::default(), Vec::new());
        for (key, weight) in self.roster.tenants() {
            if after.is_on(key) {
                grow(&mut lost.on, weight);
            } else if before.is_on(key) {
                grow(&mut lost.off, weight);
                who.push((Reverse(weight), key));
            }
        }
        let named = |who: &[(Reverse<u64>, &str)]| {
            let named = who.iter().take(LISTED);
            named.map(|(_, key)| (*key).to_owned()).collect()
        };
        who.sort_unstable_by_key(|(_, key)| *key);
        lost.first = named(&who);
        who.sort_unstable();
        lost.largest = named(&who);
        Ok(lost)
    }

    /// What becomes of tenants whom a freeze keeps out: those who have the flag keep it, and whom
    /// somebody has blocked is blocked by them.
    pub(crate) fn settle(
        &self,
        opened: &Opened,
        tenants: Vec<String>,
    ) -> Result<Settled, PlanError> {
        if tenants.is_empty() {
            return Ok(Settled::default());
        }
        let flag = &opened.targeting.definition;
        let current = self.answers(flag, flag.targeting.clone())?;
        let blocked: BTreeSet<&String> = flag.targeting.block.iter().collect();
        let (passed, held) = tenants
            .into_iter()
            .partition(|tenant| blocked.contains(tenant) || current.is_on(tenant));
        Ok(Settled { held, passed })
    }

    /// Those of the tenants that are held who would not have the flag either if they were not, with
    /// this targeting.
    pub(crate) fn needlessly_held(
        &self,
        flag: &FlagDefinition,
        targeting: &Targeting,
        held: &[String],
    ) -> Result<Vec<String>, PlanError> {
        let without = self.answers(flag, unblock(targeting, held))?;
        let needless = held.iter().filter(|tenant| !without.is_on(tenant));
        Ok(needless.cloned().collect())
    }

    /// Draws tenants of the roster that don't have the flag and can get it. Whom a freeze keeps out is
    /// drawn as if it did not, and comes to have the flag when it is over.
    fn draw(
        &self,
        opened: &Opened,
        cohort: &Cohort,
        before: &BTreeSet<String>,
    ) -> Result<Vec<String>, PlanError> {
        let flag = &opened.targeting.definition;
        let current = self.answers(flag, switched_on(&flag.targeting))?;
        let unheld = unblock(&flag.targeting, &opened.progress.held);
        let could = self.answers(flag, open_to_all(&unheld))?;
        self.expect_segments(&cohort.never)?;
        let never = self.answers(flag, only_segments(&cohort.never))?;
        let salt = flag.targeting.rollout.salt.as_deref().unwrap_or(&flag.salt);
        let (mut drawn, mut candidates) = (Size::default(), Vec::new());
        for (key, weight) in self.roster.tenants() {
            if before.contains(key) {
                drawn.tenants += 1;
                drawn.weight += weight;
            } else if !current.is_on(key) && could.is_on(key) && !never.is_on(key) {
                candidates.push(Candidate {
                    key,
                    weight,
                    bucket: bucket(salt, key).number(),
                });
            }
        }
        let places = fill(cohort, self.size(), drawn, &candidates);
        Ok(places
            .into_iter()
            .map(|place| candidates[place].key.to_owned())
            .collect())
    }

    /// Segments that are gone have no members: then those would be drawn who never must be.
    fn expect_segments(&self, keys: &[String]) -> Result<(), PlanError> {
        let replica = self.newest.publication().replica();
        let mut problems = Problems::default();
        for key in keys {
            let item = SegmentKey::new(key.as_str()).map(ItemId::Segment);
            if !item.is_ok_and(|item| replica.item(&(&item).into()).is_some()) {
                let message =
                    format!("there is no segment {key}: make it again, or change the plan");
                problems.push("never", message);
            }
        }
        problems.or(()).map_err(PlanError::Invalid)
    }

    /// Whom each stage of the plan would admit if it were entered now, one after the other, from the
    /// one after the newest that is admitted.
    pub(crate) fn forecast(
        &self,
        opened: &Opened,
        now: DateTime<Utc>,
    ) -> Result<Vec<Forecast>, PlanError> {
        let flag = &opened.targeting.definition;
        let mut opened = opened.clone();
        let mut before = self.answers(flag, flag.targeting.clone())?;
        let mut forecasts = Vec::new();
        while let Some(stage) = opened.progress.next_stage(&opened.plan) {
            opened.progress.stage = Some(stage);
            let entry = self.enter(&opened, &opened.progress, Some(stage), now)?;
            let after = self.answers(flag, entry.targeting.clone())?;
            let mut forecast = Forecast {
                stage,
                on: Size::default(),
                turned_on: Size::default(),
                largest: Vec::new(),
            };
            let mut admitted = Vec::new();
            for (key, weight) in self.roster.tenants().filter(|(key, _)| after.is_on(key)) {
                grow(&mut forecast.on, weight);
                if !before.is_on(key) {
                    grow(&mut forecast.turned_on, weight);
                    admitted.push((Reverse(weight), key));
                }
            }
            admitted.sort_unstable();
            let largest = admitted.into_iter().take(LISTED);
            forecast.largest = largest.map(|(_, key)| key.to_owned()).collect();
            forecasts.push(forecast);
            opened.targeting.definition.targeting = entry.targeting;
            opened.progress.settle(&entry.settled);
            let drawn = entry.drawn.into_iter();
            let drawn = drawn.map(|tenant| Drawn { tenant, stage });
            opened.admissions.extend(drawn);
            before = after;
        }
        Ok(forecasts)
    }

    /// Everybody on the roster.
    pub(crate) fn size(&self) -> Size {
        Size {
            tenants: self.roster.tenants().count() as u64,
            weight: self.roster.weight(),
        }
    }

    /// The roster's keys and weights.
    pub(crate) fn weights(&self) -> impl Iterator<Item = (&str, u64)> {
        self.roster.tenants()
    }
}

/// The same flag for everybody whom neither a prerequisite nor the block list keeps from it.
pub(super) fn open_to_all(targeting: &Targeting) -> Targeting {
    Targeting {
        on: true,
        allow: Vec::new(),
        rules: Vec::new(),
        rollout: Rollout {
            threshold: EVERYBODY,
            salt: None,
        },
        ..targeting.clone()
    }
}

/// On for the members of these segments alone.
pub(super) fn only_segments(keys: &[String]) -> Targeting {
    let rules = keys.iter().map(|key| Rule {
        description: String::new(),
        conditions: vec![Condition {
            operator: "in_segment".to_owned(),
            segment: Some(key.clone()),
            ..Condition::default()
        }],
        effect: Effect::On,
    });
    Targeting {
        on: true,
        rules: rules.collect(),
        ..Targeting::default()
    }
}

/// Whether everybody whom the plan draws is drawn by bucket alone, or within a class of sizes: then
/// chance decided. Limits on requests let sizes decide, too.
pub(super) fn is_random(plan: &Plan) -> bool {
    let mut never = None;
    plan.stages.iter().all(|stage| match &stage.audience {
        Audience::Cohort(cohort) => {
            let by_count = !matches!(cohort.size, tenantry_plan::CohortSize::ShareOfRequests(_))
                && cohort.max_share_of_requests.is_none();
            let same = (&cohort.never, cohort.small_first);
            by_count && *never.get_or_insert(same) == same
        }
        Audience::Segments(_) | Audience::Threshold(_) => true,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tasks::Tasks;
    use tenantry_store::Store;

    #[tokio::test]
    async fn a_database_that_is_away_is_not_an_environment_that_is_not_published() {
        let folder = tempfile::tempdir().expect("a folder");
        let url = format!("sqlite://{}", folder.path().join("a.db").display());
        let store = Store::open(&url).await.expect("a database");
        store.migrate().await.expect("its tables");
        store
            .bootstrap(DateTime::UNIX_EPOCH, None)
            .await
            .expect("a project");
        let publisher = Publisher::start(store.clone(), Tasks::default());
        let publisher = publisher.await.expect("published");
        let environments = store.all_environments().await.expect("it answers");
        let scope = environments.first().expect("environments");
        World::of(&publisher, scope).await.expect("a world");
        store.close().await;
        let away = World::of(&publisher, scope).await;
        assert!(matches!(away, Err(PlanError::Store(_))), "{away:?}");
    }
}
