//! Guarded transactions: the check behind every write. What would take a flag from tenants while its
//! plan is under way is refused, unless whoever writes says `demote`.
//!
//! Separate from the operations because whatever changes what is streamed can do it: a targeting, a
//! flag that others wait for, the members of a segment, the roster that they follow from. It looks at
//! what the transaction is about to publish, and not at what was asked for.
//!
//! **Invariants**
//! - It compares what the transaction found with what it is about to commit, under the project's lock:
//!   nobody else's change is taken for this one's.
//! - Where no plan is under way it costs one look at the database; where nothing changes that a flag
//!   with a plan depends on, nobody is asked about tenants.
//! - It needs no second connection: whoever holds one and waits for another may wait for somebody who
//!   does the same.
//! - The kill switch, alerts and plans themselves go without it.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use tenantry_core::Ruleset;
use tenantry_core::model::{EnvironmentKey, FlagKey, Problem};
use tenantry_store::{Change, Changes, Committed, EnvironmentId, ProjectScope, Tx, Write};
use utoipa::IntoParams;

use crate::api::error::{ApiError, Code};
use crate::plan::Carrier;
use crate::preview::Roster;
use crate::publish::Newest;
use crate::tasks::Tasks;

/// Most tenants that are listed.
const LISTED: usize = 100;
/// Most flags that the detail names.
const NAMED: usize = 5;

/// Whether a change may take flags from tenants while a plan is under way.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Demote {
    /// Whether tenants may lose a flag by it while that flag's plan is under way; false if absent.
    ///
    /// Looked at are the tenants of the roster and those that the change names, each asked about without
    /// attributes of the call: who has the flag by such an attribute, or is known to neither, is not seen.
    #[serde(default)]
    pub(crate) demote: bool,
}

/// A transaction whose commit is refused if it would take a flag from tenants while its plan is under
/// way.
pub(crate) struct GuardedTx {
    /// The transaction.
    pub(crate) tx: Tx,
    tasks: Tasks,
    roster: Arc<Roster>,
    /// The environments with plans under way, as the transaction found them.
    before: Vec<Before>,
}

/// An environment as the transaction found it.
struct Before {
    environment: EnvironmentId,
    key: EnvironmentKey,
    newest: Arc<Newest>,
    /// The flags whose plans are under way.
    flags: Vec<FlagKey>,
}

/// Who would lose a flag.
struct Loss {
    flag: FlagKey,
    environment: EnvironmentKey,
    count: usize,
    /// The heaviest, with their names if they have another than their key.
    tenants: Vec<(String, Option<String>)>,
}

impl GuardedTx {
    /// Opens a transaction on a project.
    pub(crate) async fn begin(
        carrier: &Carrier,
        scope: &ProjectScope<Write>,
        demote: bool,
    ) -> Result<Self, ApiError> {
        let mut guarded = Self {
            tx: carrier.store.begin(scope).await?,
            tasks: carrier.tasks.clone(),
            roster: Arc::default(),
            before: Vec::new(),
        };
        if demote {
            return Ok(guarded);
        }
        for plan in guarded.tx.plans_under_way().await? {
            match guarded.before.last_mut() {
                Some(last) if last.environment == plan.environment => last.flags.push(plan.flag),
                _ => {
                    let newest = guarded.newest(carrier, plan.environment).await?;
                    guarded.before.push(Before {
                        environment: plan.environment,
                        key: plan.environment_key,
                        newest,
                        flags: vec![plan.flag],
                    });
                }
            }
        }
        if !guarded.before.is_empty() {
            guarded.roster = carrier.publisher.roster_in_tx(&mut guarded.tx).await?;
        }
        Ok(guarded)
    }

    /// What is published of an environment, brought to what the transaction found if that is newer.
    async fn newest(
        &mut self,
        carrier: &Carrier,
        environment: EnvironmentId,
    ) -> Result<Arc<Newest>, ApiError> {
        let away = || ApiError::new(Code::Unavailable, "this environment is not published yet");
        // Reading it from the database would take another connection, under the project's lock.
        let newest = carrier.publisher.published(environment);
        let newest = newest.ok_or_else(away)?;
        let known = newest.revision();
        if self.tx.revision(environment) == Some(known) {
            return Ok(newest);
        }
        let missing = self.tx.changes_since(environment, known).await?;
        let missing = missing.ok_or_else(away)?;
        let caught_up = self.tasks.compute(move || newest.followed_by(missing));
        let (newest, _) = caught_up.await.map_err(ApiError::internal)?;
        Ok(Arc::new(newest))
    }

    /// Commits, if no tenant loses a flag whose plan is under way.
    ///
    /// # Errors
    /// [`Code::Demotes`] with the list of those who would, and what commits refuse.
    pub(crate) async fn commit(
        mut self,
        change: Change,
        now: DateTime<Utc>,
    ) -> Result<Committed, ApiError> {
        let mut losses = Vec::new();
        for before in std::mem::take(&mut self.before) {
            if let Some(pending) = self.tx.pending_changes(before.environment).await? {
                let roster = Arc::clone(&self.roster);
                let compared = self.tasks.compute(move || before.losses(pending, &roster));
                losses.extend(compared.await?);
            }
        }
        if losses.is_empty() {
            return Ok(self.tx.commit(change, now).await?);
        }
        Err(refusal(&losses))
    }
}

impl Before {
    /// Who would lose flags by `pending`.
    fn losses(self, pending: Changes, roster: &Roster) -> Result<Vec<Loss>, ApiError> {
        // Who is named by the change need not be on the roster to lose something by it.
        let named = pending.members.iter();
        let named = named.flat_map(|lists| lists.add.iter().chain(&lists.remove));
        let named: BTreeSet<String> = named.filter(|it| !roster.knows(it)).cloned().collect();
        let followed = self.newest.followed_by(pending);
        let (after, affected) = followed.map_err(ApiError::internal)?;
        let rulesets = (
            &**self.newest.publication().replica().ruleset(),
            &**after.publication().replica().ruleset(),
        );
        let flags = self.flags.into_iter();
        let flags = flags.filter(|flag| affected.binary_search(flag).is_ok());
        let losses = flags.map(|flag| {
            let (count, tenants) = who_loses(&flag, rulesets, roster, &named);
            Loss {
                flag,
                environment: self.key.clone(),
                count,
                tenants,
            }
        });
        Ok(losses.filter(|loss| loss.count > 0).collect())
    }
}

/// How many tenants get the flag before and not after, and which: the heaviest first.
fn who_loses(
    flag: &FlagKey,
    (before, after): (&Ruleset, &Ruleset),
    roster: &Roster,
    named: &BTreeSet<String>,
) -> (usize, Vec<(String, Option<String>)>) {
    let is_on = |ruleset: &Ruleset, tenant: &str| {
        // A flag that is gone gives its caller's default, which is off.
        ruleset.is_enabled(flag.as_str(), tenant) == Some(true)
    };
    let loses = |tenant: &str| is_on(before, tenant) && !is_on(after, tenant);
    let known = roster.facts().filter(|tenant| loses(tenant.key));
    let mut known: Vec<_> = known.collect();
    let unknown: Vec<&String> = named.iter().filter(|tenant| loses(tenant)).collect();
    let count = known.len() + unknown.len();
    let heaviest = |tenant: &crate::preview::Known<'_>| Reverse(tenant.weight);
    if known.len() > LISTED {
        known.select_nth_unstable_by_key(LISTED, |tenant| (heaviest(tenant), tenant.key));
        known.truncate(LISTED);
    }
    known.sort_unstable_by_key(|tenant| (heaviest(tenant), tenant.key));
    let known = known.into_iter().map(|tenant| {
        let name = (tenant.name != tenant.key).then(|| tenant.name.to_owned());
        (tenant.key.to_owned(), name)
    });
    let unknown = unknown.into_iter().map(|tenant| (tenant.clone(), None));
    (count, known.chain(unknown).take(LISTED).collect())
}

/// What is said of losses: all are counted, some are named.
fn refusal(losses: &[Loss]) -> ApiError {
    let mut detail = String::new();
    for (number, loss) in losses.iter().take(NAMED).enumerate() {
        let separator = if number == 0 { "" } else { ", " };
        let (tenants, flag) = (loss.count, &loss.flag);
        let word = if tenants == 1 { "tenant" } else { "tenants" };
        let environment = &loss.environment;
        // A string takes everything.
        let _ = write!(
            detail,
            "{separator}{tenants} {word} would lose {flag} in {environment}"
        );
    }
    let more = losses.len().saturating_sub(NAMED);
    if more > 0 {
        let _ = write!(detail, ", and so on in {more} more");
    }
    detail.push_str(
        " while its plan is under way: send demote=true if that is meant, or take the plan back",
    );
    let listed = losses.iter().flat_map(|loss| {
        loss.tenants.iter().map(|(key, name)| {
            let name = name.as_ref().map(|name| format!(" ({name})"));
            Problem {
                path: "demote".to_owned(),
                message: format!(
                    "{key}{} would lose {} in {}",
                    name.unwrap_or_default(),
                    loss.flag,
                    loss.environment
                ),
            }
        })
    });
    ApiError::new(Code::Demotes, detail).listing(listed.take(LISTED))
}
