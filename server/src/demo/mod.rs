//! The demo: a project with something to look at on every screen, a plan under way, and traffic.
//!
//! Separate from the first start, which every server has: this is for people who look around.
//!
//! **Invariants**
//! - It fills the default project once. Whatever people change afterwards stays as they made it.
//! - Everything goes through the one way to write, so the demo has a history like any project.

mod flags;
mod history;
mod rollout;
mod seed;
mod tenants;
mod traffic;

use tenantry_core::model::{EnvironmentKey, FlagKey, InvalidKey, Targeting};
use tenantry_store::{
    ArchiveError, CreateError, EnvironmentScope, ProjectScope, Store, StoreError, Write, WriteError,
};
use thiserror::Error;

use crate::clock::SharedClock;
use crate::instances::Instances;
use crate::plan::Carrier;
use crate::usage::Usage;

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
    /// The demo's plan cannot be started.
    #[error("the demo's plan cannot be started")]
    Plan(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// See [`StoreError`].
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Fills the default project, if that was not done before.
///
/// # Errors
/// [`DemoError`] if the database refuses.
pub(crate) async fn fill(store: &Store, clock: &SharedClock) -> Result<(), DemoError> {
    let Some(project) = store.own_scope(&"default".parse()?).await? else {
        tracing::warn!("the demo fills the project \"default\", and there is none");
        return Ok(());
    };
    let moving: FlagKey = flags::MOVING.parse()?;
    if store.flag(&project, &moving).await?.is_none() {
        seed::fill(store, &project, clock.now()).await?;
        tracing::info!("the demo is filled in");
    }

    Ok(())
}

/// Starts the demo's plan and its traffic, which go on until the server stops.
///
/// # Errors
/// [`DemoError`] if the database refuses.
pub(crate) async fn start(
    carrier: &Carrier,
    usage: &Usage,
    instances: &Instances,
    clock: &SharedClock,
) -> Result<(), DemoError> {
    let store = &carrier.store;
    let Some(project) = store.own_scope(&"default".parse()?).await? else {
        return Ok(());
    };
    let moving: FlagKey = flags::MOVING.parse()?;
    let flag = store.flag(&project, &moving).await?;
    let is_in_use = flag.is_some_and(|flag| flag.archived_at.is_none());
    match environment(store, &project, "production").await? {
        Some(production) if is_in_use => {
            let is_first = store.plan(&production, &moving).await?.is_none();
            rollout::start(carrier, usage, clock, production).await?;
            if is_first {
                history::debt(store, instances, &project, clock.now()).await?;
            }
            Ok(())
        }
        Some(_) | None => Ok(()),
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
