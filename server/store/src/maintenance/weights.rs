//! Learning the weights of all projects' tenants from usage, once an hour.
//!
//! Separate from the tenants because it goes through all projects, and because nobody asks for it.
//!
//! **Invariants**
//! - Of several nodes the first that comes learns a project's weights in an hour; the others pass it
//!   over. One that dies meanwhile leaves them as they are for an hour.
//! - A clock that ran ahead and was set right does not keep weights from being learned.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};

use crate::access::{Actor, EnvironmentScope, ProjectScope, Read, Write};
use crate::change::{Action, Change, Target};
use crate::db::{args, statements};
use crate::error::StoreError;
use crate::ids::ProjectId;
use crate::store::Store;
use crate::tenant::LearnWeights;
use crate::usage::hour;

/// How long ago the requests may have been made.
const WINDOW: TimeDelta = TimeDelta::days(7);

statements! { "project";
    // A project that is being written to is passed over for this hour.
    CLAIM = "UPDATE project SET weights_learned_hour = $1 WHERE weights_learned_hour <> $1 RETURNING id"
        or "UPDATE project SET weights_learned_hour = $1 WHERE id IN (
                SELECT id FROM project WHERE weights_learned_hour <> $1 FOR UPDATE SKIP LOCKED)
            RETURNING id";
}

impl Store {
    /// Makes the requests of the last 7 days the weights of all projects' tenants, but for those that
    /// somebody has given: of each project in the environment that was asked most. Yields how many
    /// tenants were changed. In an hour of the clock it is done once, whoever asks.
    ///
    /// # Errors
    /// [`StoreError`]; then what was learned until then is kept.
    pub async fn learn_weights(&self, now: DateTime<Utc>) -> Result<u64, StoreError> {
        let mut conn = self.maintenance().await?;
        let claimed: Vec<(ProjectId,)> = conn.all(&CLAIM, args![hour(now)]).await?;
        conn.commit().await?;
        if claimed.is_empty() {
            return Ok(0);
        }
        let since = now - WINDOW;
        let mut busiest: BTreeMap<ProjectId, (u64, EnvironmentScope<Read>)> = BTreeMap::new();
        for scope in self.all_environments().await? {
            let project = scope.project().id();
            if claimed.contains(&(project,)) {
                let total = self.requests_in_all(&scope, since).await?;
                let most = busiest.get(&project).map_or(0, |(most, _)| *most);
                if total > most {
                    busiest.insert(project, (total, scope));
                }
            }
        }
        let mut learned = 0;
        for (_, scope) in busiest.into_values() {
            let requests = self.tenant_requests(&scope, since).await?;
            let (id, key) = (scope.project().id(), scope.project().key().clone());
            let project: ProjectScope<Write> = ProjectScope::new(id, key, Actor::server());
            let mut tx = self.begin(&project).await?;
            let which = LearnWeights::Noticeable;
            learned += tx.learn_weights(&requests, which, now).await?;
            let why = format!("the requests of the last 7 days in {}", scope.key());
            let change = Change::new(Action::TenantsLearn, Target::Roster).because(Some(why));
            tx.commit(change, now).await?;
        }
        Ok(learned)
    }
}
