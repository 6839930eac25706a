//! A plan with all that belongs to it, as it was read.
//!
//! **Invariants**
//! - It may be of several moments. Whoever writes names the versions that are in it.

use std::collections::BTreeSet;

use tenantry_core::model::FlagKey;
use tenantry_plan::{Base, Plan, Progress};
use tenantry_store::{Drawn, EnvironmentScope, Mode, Store, StoredPlan, TargetingDocument};

use super::PlanError;

/// A plan and how far it is, without what it is about: cheap to read, however long the flag's lists.
#[derive(Debug, Clone)]
pub(crate) struct Glance {
    pub(crate) stored: StoredPlan,
    pub(crate) plan: Plan,
    pub(crate) progress: Progress,
}

impl Glance {
    /// Reads a flag's plan; `None` if it has none.
    pub(crate) async fn read<M: Mode>(
        store: &Store,
        scope: &EnvironmentScope<M>,
        flag: &FlagKey,
    ) -> Result<Option<Self>, PlanError> {
        let Some(stored) = store.plan(scope, flag).await? else {
            return Ok(None);
        };
        Ok(Some(Self {
            plan: serde_json::from_str(&stored.document)?,
            progress: serde_json::from_str(&stored.progress)?,
            stored,
        }))
    }
}

/// A plan, how far it is, whom it drew, and the targeting that it is about.
#[derive(Debug, Clone)]
pub(crate) struct Opened {
    pub(crate) stored: StoredPlan,
    pub(crate) plan: Plan,
    pub(crate) progress: Progress,
    pub(crate) targeting: TargetingDocument,
    /// Whom it drew and has on the allow list.
    pub(crate) admissions: Vec<Drawn>,
}

impl Opened {
    /// Reads a flag's plan.
    pub(crate) async fn read<M: Mode>(
        store: &Store,
        scope: &EnvironmentScope<M>,
        flag: &FlagKey,
    ) -> Result<Self, PlanError> {
        let targeting = store.targeting(scope, flag).await?;
        let targeting = targeting.ok_or(PlanError::NoFlag)?;
        let stored = store.plan(scope, flag).await?.ok_or(PlanError::NoPlan)?;
        let stored = StoredPlan {
            // That which was read: whoever writes compares it.
            current_version: targeting.version,
            ..stored
        };
        let admissions = store.plan_drawn(scope, flag).await?;
        Ok(Self {
            plan: serde_json::from_str(&stored.document)?,
            progress: serde_json::from_str(&stored.progress)?,
            stored,
            targeting,
            admissions,
        })
    }

    /// The flag with a plan that it may not have yet: its own if that is under way, and goes on as this
    /// one, else a draft.
    pub(crate) async fn draft<M: Mode>(
        store: &Store,
        scope: &EnvironmentScope<M>,
        flag: &FlagKey,
        plan: Plan,
    ) -> Result<Self, PlanError> {
        match Self::read(store, scope, flag).await {
            Ok(opened) if opened.progress.status.is_active() => Ok(Self { plan, ..opened }),
            Ok(_) | Err(PlanError::NoPlan) => {
                let targeting = store.targeting(scope, flag).await?;
                let targeting = targeting.ok_or(PlanError::NoFlag)?;
                let mut progress = Progress::draft();
                progress.remember(Base {
                    on: targeting.definition.targeting.on,
                    threshold: targeting.definition.targeting.rollout.threshold,
                });
                Ok(Self {
                    stored: StoredPlan {
                        document: String::new(),
                        progress: String::new(),
                        status: progress.status.as_str().to_owned(),
                        version: 0,
                        admissions: 0,
                        targeting_version: targeting.version,
                        current_version: targeting.version,
                        created_at: targeting.updated_at,
                        updated_at: targeting.updated_at,
                    },
                    plan,
                    progress,
                    targeting,
                    admissions: Vec::new(),
                })
            }
            Err(error) => Err(error),
        }
    }

    /// What the flag is now.
    pub(crate) fn base(&self) -> Base {
        let targeting = &self.targeting.definition.targeting;
        Base {
            on: targeting.on,
            threshold: targeting.rollout.threshold,
        }
    }

    /// Tenants that were drawn in stages up to this one, and those that were drawn later.
    pub(crate) fn drawn(&self, stage: Option<u32>) -> (BTreeSet<String>, BTreeSet<String>) {
        let admissions = self.admissions.iter();
        let stays = |it: &&Drawn| stage.is_some_and(|stage| it.stage <= stage);
        let (stay, go): (Vec<_>, Vec<_>) = admissions.partition(stays);
        let keys = |all: Vec<&Drawn>| all.into_iter().map(|it| it.tenant.clone()).collect();
        (keys(stay), keys(go))
    }
}
