//! Trouble: what keeps a plan from being carried out, for people to see.
//!
//! **Invariants**
//! - It is written when it comes, changes or goes, and not with every try.

use std::error::Error;
use std::iter::successors;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use tenantry_core::model::FlagKey;
use tenantry_store::{EnvironmentScope, Mode, Store};
use utoipa::ToSchema;

use super::PlanError;

/// The part of what is kept of a plan.
pub(super) const TROUBLE: &str = "trouble";

/// What keeps a plan from being carried out. It is tried again all the time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct Trouble {
    /// Since when.
    pub(crate) since: DateTime<Utc>,
    /// What it is.
    pub(crate) detail: String,
}

impl Trouble {
    pub(super) fn new(error: &PlanError, since: DateTime<Utc>) -> Self {
        let causes = successors(Some(error as &dyn Error), |cause: &&dyn Error| {
            (*cause).source()
        });
        let causes: Vec<String> = causes.map(ToString::to_string).collect();
        Self {
            since,
            detail: causes.join(": "),
        }
    }
}

/// What keeps a plan from being carried out, if anything does.
pub(crate) async fn stored_trouble<M: Mode>(
    store: &Store,
    scope: &EnvironmentScope<M>,
    flag: &FlagKey,
) -> Result<Option<Trouble>, PlanError> {
    let text = store.plan_guard(scope, flag, TROUBLE).await?;
    let trouble = text.map(|text| serde_json::from_str::<Option<Trouble>>(&text));
    Ok(trouble.transpose()?.flatten())
}
