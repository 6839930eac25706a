//! The store itself: one handle for either database.

use crate::error::{OpenError, StoreError};

/// A handle to the database. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Store {
    _private: (),
}

impl Store {
    /// Opens the database that `url` names: `sqlite://path` (created if missing) or `postgres://…`.
    /// Does not migrate.
    ///
    /// # Errors
    /// [`OpenError`].
    pub async fn open(url: &str) -> Result<Self, OpenError> {
        let _ = url;
        unimplemented!()
    }

    /// Brings the tables up to date. Safe to call from several nodes at once.
    ///
    /// # Errors
    /// [`OpenError::Migrate`].
    pub async fn migrate(&self) -> Result<(), OpenError> {
        unimplemented!()
    }

    /// Checks that the database answers.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if it does not.
    pub async fn ping(&self) -> Result<(), StoreError> {
        unimplemented!()
    }

    /// Closes all connections, after those in use are given back.
    pub async fn close(&self) {
        unimplemented!()
    }
}
