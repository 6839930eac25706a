//! Errors: what can go wrong below a caller, and what a caller can get wrong.
//!
//! **Invariants**
//! - [`StoreError`] says only unavailable, stale or corrupt. A bad row is an error, never a panic.
//! - Not found is `Ok(None)`, and another project's thing is not found.
//! - No message carries a secret or a statement's arguments.

use std::path::PathBuf;

use tenantry_core::model::{EnvironmentKey, FlagKey, Problems};
use thiserror::Error;

type Source = Box<dyn std::error::Error + Send + Sync>;

/// What can go wrong with any operation.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The database cannot be reached, is too busy, or refused the statement. Trying again may help.
    #[error("the database is unavailable")]
    Unavailable(#[source] sqlx::Error),
    /// Somebody else changed the row after the caller read it.
    #[error("version {expected} is stale, the current one is {current}")]
    Stale {
        /// The version that the caller saw.
        expected: u64,
        /// The version that is there.
        current: u64,
    },
    /// A row does not hold what it must. It takes a person to put that right.
    #[error("corrupt row in {table}: column {column} of {id}")]
    Corrupt {
        /// The table.
        table: &'static str,
        /// The column.
        column: String,
        /// The row, as far as it is known.
        id: String,
        /// What is wrong with it.
        #[source]
        source: Source,
    },
}

impl StoreError {
    /// A corrupt row, and what is wrong with it.
    pub(crate) fn corrupt(
        table: &'static str,
        column: impl Into<String>,
        id: impl std::fmt::Display,
        source: impl Into<Source>,
    ) -> Self {
        Self::Corrupt {
            table,
            column: column.into(),
            id: id.to_string(),
            source: source.into(),
        }
    }

    /// What a failed statement over `table` means.
    pub(crate) fn from_sqlx(table: &'static str, error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::ColumnDecode { index, source } => Self::Corrupt {
                table,
                column: index,
                id: "an unknown row".to_owned(),
                source,
            },
            other => Self::Unavailable(other),
        }
    }

    /// Whether a unique constraint stood in the way.
    pub(crate) fn is_taken(&self) -> bool {
        match self {
            Self::Unavailable(sqlx::Error::Database(error)) => error.is_unique_violation(),
            _ => false,
        }
    }
}

/// Why a store could not be opened or migrated.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The URL names neither database.
    #[error("a database URL must begin with sqlite:// or postgres://")]
    Url,
    /// The database does not answer, or not as it should.
    #[error("the database cannot be opened")]
    Connect(#[source] sqlx::Error),
    /// There is no database, or it holds no tables of ours.
    #[error(
        "there is no Tenantry database {place}: is the data directory or the database URL mistyped? \
         (`tenantry-server serve` and `tenantry-server migrate` create one; `make run` has its own in \
         TENANTRY_DATA_DIR=data, `make demo` in TENANTRY_DATA_DIR=data-demo)"
    )]
    Missing {
        /// Where it was looked for: "at" a file, or "there" for an address, which may be secret.
        place: String,
    },
    /// Another process serves the SQLite database.
    #[error(
        "another server is running on {}: SQLite is for one server at a time, PostgreSQL for several",
        path.display()
    )]
    InUse {
        /// The database's file.
        path: PathBuf,
    },
    /// The lock of the SQLite database cannot be had.
    #[error("cannot lock {}", path.display())]
    Lock {
        /// The lock's file.
        path: PathBuf,
        /// Why not.
        #[source]
        source: std::io::Error,
    },
    /// A migration failed, or the database was migrated by a newer server.
    #[error("the database cannot be migrated")]
    Migrate(#[from] sqlx::migrate::MigrateError),
}

/// Why a thing could not be created.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CreateError {
    /// There is one with this key already.
    #[error("the key {key} is taken")]
    KeyTaken {
        /// The key.
        key: String,
        /// Whether it is an archived flag's, which keeps its key.
        by_archived: bool,
    },
    /// The request is wrong.
    #[error("the request is invalid: {0}")]
    Invalid(Problems),
    /// See [`StoreError`].
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why a thing could not be changed.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum WriteError {
    /// The request is wrong.
    #[error("the request is invalid: {0}")]
    Invalid(Problems),
    /// The flag is archived, and archived flags don't change.
    #[error("the flag is archived")]
    Archived,
    /// The segment's members follow from its conditions, and are not listed.
    #[error("the segment has conditions")]
    Resolved,
    /// See [`StoreError`].
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why a flag could not be archived.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ArchiveError {
    /// Another flag waits for this one.
    #[error("flag {flag} has it as a prerequisite in {environment}")]
    Prerequisite {
        /// The flag that waits.
        flag: FlagKey,
        /// Where it waits.
        environment: EnvironmentKey,
    },
    /// See [`StoreError`].
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why a segment could not be deleted.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DeleteSegmentError {
    /// A flag's rule asks for it.
    #[error("flag {flag} uses it in {environment}")]
    InUse {
        /// The flag that uses it.
        flag: FlagKey,
        /// Where it does.
        environment: EnvironmentKey,
    },
    /// See [`StoreError`].
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why a list could not be read.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ListError {
    /// The cursor does not belong to this list, or not to this sorting.
    #[error("the cursor does not belong to this list")]
    Cursor,
    /// See [`StoreError`].
    #[error(transparent)]
    Store(#[from] StoreError),
}
