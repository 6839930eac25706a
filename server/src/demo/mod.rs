//! The demo: a project with something to look at on every screen.

use tenantry_store::{Store, StoreError};
use thiserror::Error;

use crate::clock::SharedClock;
use crate::tasks::Tasks;

/// The demo cannot be filled in.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DemoError {
    /// See [`StoreError`].
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Fills the default project, once, and keeps a rollout moving until the server stops.
///
/// # Errors
/// [`DemoError`] if the database refuses.
pub(crate) async fn start(
    store: &Store,
    clock: &SharedClock,
    tasks: &Tasks,
) -> Result<(), DemoError> {
    let _ = (store, clock, tasks);
    Ok(())
}
