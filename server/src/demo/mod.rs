//! The demo: a project with something to look at on every screen, and a rollout that moves.
//!
//! Separate from the first start, which every server has: this is for people who look around.
//!
//! **Invariants**
//! - It fills the default project once. Whatever people change afterwards stays as they made it.
//! - Everything goes through the one way to write, so the demo has a history like any project.

mod flags;
mod seed;

use std::time::Duration;

use tenantry_core::model::{EnvironmentKey, FlagKey, InvalidKey, Targeting};
use tenantry_store::{
    Action, ArchiveError, Change, CreateError, EnvironmentScope, Expected, ProjectScope, Store,
    StoreError, Target, Write, WriteError,
};
use thiserror::Error;

use crate::clock::SharedClock;
use crate::tasks::Tasks;

/// How often the rollout moves.
const MOVE_EVERY: Duration = Duration::from_secs(20);
/// By how much it moves, in thousandths of a percent.
const STEP: u32 = 2_500;
/// Where it starts anew after everybody has got the flag.
const START: u32 = 5_000;
const EVERYBODY: u32 = 100_000;

/// Why the demo cannot be filled in.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DemoError {
    /// A key of the demo is not one.
    #[error("the demo names something wrongly")]
    Key(#[from] InvalidKey),
    /// A targeting of the demo is not one.
    #[error("the demo targets something wrongly")]
    Targeting(#[from] serde_json::Error),
    /// Something of the demo cannot be created.
    #[error("the demo cannot create something")]
    Create(#[from] CreateError),
    /// Something of the demo cannot be changed.
    #[error("the demo cannot change something")]
    Write(#[from] WriteError),
    /// A flag of the demo cannot be archived.
    #[error("the demo cannot archive a flag")]
    Archive(#[from] ArchiveError),
    /// See [`StoreError`].
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Fills the default project, if that was not done before, and keeps a rollout moving until the
/// server stops.
///
/// # Errors
/// [`DemoError`] if the database refuses.
pub(crate) async fn start(
    store: &Store,
    clock: &SharedClock,
    tasks: &Tasks,
) -> Result<(), DemoError> {
    let Some(project) = store.own_scope(&"default".parse()?).await? else {
        tracing::warn!("the demo fills the project \"default\", and there is none");
        return Ok(());
    };
    let moving: FlagKey = flags::MOVING.parse()?;
    if store.flag(&project, &moving).await?.is_none() {
        seed::fill(store, &project, clock.now()).await?;
        tracing::info!("the demo is filled in");
    }

    let (store, clock, stop) = (store.clone(), clock.clone(), tasks.stop_token());
    tasks.spawn("demo", async move {
        let mut interval = tokio::time::interval(MOVE_EVERY);
        while stop.run_until_cancelled(interval.tick()).await.is_some() {
            if let Err(error) = advance(&store, &project, &moving, &clock).await {
                tracing::warn!(
                    error.cause = &error as &dyn std::error::Error,
                    "the demo's rollout did not move"
                );
            }
        }
    });
    Ok(())
}

/// Moves the rollout by one step, unless somebody has switched the flag off or put it away.
async fn advance(
    store: &Store,
    project: &ProjectScope<Write>,
    flag: &FlagKey,
    clock: &SharedClock,
) -> Result<(), DemoError> {
    let Some(production) = environment(store, project, "production").await? else {
        return Ok(());
    };
    let mut tx = store.begin(project).await?;
    let Some(current) = tx.targeting(&production, flag).await? else {
        return Ok(());
    };
    let mut targeting = current.definition.targeting;
    if current.archived || !targeting.on {
        return Ok(());
    }
    targeting.rollout.threshold = next(targeting.rollout.threshold);
    let now = clock.now();
    tx.put_targeting(
        &production,
        flag,
        Expected::Version(current.version),
        targeting,
        now,
    )
    .await?;
    let change = Change::new(Action::TargetingUpdate, Target::Flag(flag.clone()));
    tx.commit(change.because(Some("The demo moves on".to_owned())), now)
        .await?;
    Ok(())
}

/// The threshold after this one.
fn next(threshold: u32) -> u32 {
    if threshold >= EVERYBODY {
        START
    } else {
        (threshold + STEP).min(EVERYBODY)
    }
}

async fn environment(
    store: &Store,
    project: &ProjectScope<Write>,
    key: &str,
) -> Result<Option<EnvironmentScope<Write>>, DemoError> {
    let key: EnvironmentKey = key.parse()?;
    Ok(store.environment_scope(project, &key).await?)
}

/// Reads a targeting of the demo.
fn targeting(document: serde_json::Value) -> Result<Targeting, DemoError> {
    Ok(serde_json::from_value(document)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rollout_goes_round() {
        assert_eq!(next(START), 7_500);
        assert_eq!(next(99_000), EVERYBODY);
        assert_eq!(next(EVERYBODY), START);
    }
}
