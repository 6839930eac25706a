//! The claim to an SQLite database: one process serves it at a time.
//!
//! Separate from SQLite's own locks, which let two processes write by turns: two servers on one file
//! would each believe that no revision comes from anywhere else.
//!
//! **Invariants**
//! - The lock's file is one of its own. To close any handle of the database's file would drop the
//!   locks that SQLite holds on it.
//! - The system gives the lock back when the process ends, however it ends.

use std::ffi::OsString;
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use crate::error::OpenError;

/// A claim that can be made to the database in `path`.
#[derive(Debug)]
pub(crate) struct Claim {
    path: PathBuf,
    /// The locked file, while the claim stands.
    lock: Mutex<Option<File>>,
}

impl Claim {
    /// No claim yet.
    pub(super) fn to(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            lock: Mutex::default(),
        }
    }

    /// The database's file.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Makes the claim.
    pub(super) fn make(&self) -> Result<(), OpenError> {
        let mut name = OsString::from(&self.path);
        name.push(".lock");
        let path = PathBuf::from(name);
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path);
        let locked = file
            .map_err(TryLockError::Error)
            .and_then(|file| file.try_lock().map(|()| file));
        match locked {
            Ok(file) => {
                *self.lock.lock().unwrap_or_else(PoisonError::into_inner) = Some(file);
                Ok(())
            }
            Err(TryLockError::WouldBlock) => Err(OpenError::InUse {
                path: self.path.clone(),
            }),
            Err(TryLockError::Error(source)) => Err(OpenError::Lock { path, source }),
        }
    }

    /// Gives the claim up, if it was made.
    pub(super) fn give_up(&self) {
        drop(
            self.lock
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .take(),
        );
    }
}
