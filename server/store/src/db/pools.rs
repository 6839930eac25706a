//! Pools: how the databases are opened and how transactions begin.
//!
//! **Invariants**
//! - SQLite: WAL, `synchronous=FULL` (an acknowledged commit survives a power cut), foreign keys on,
//!   one connection that writes. Writers begin with `BEGIN IMMEDIATE`: a transaction that reads first
//!   and writes later would fail at once if another got in between, whatever the time-out.
//! - PostgreSQL: reads are `REPEATABLE READ`, so all statements of one see the same state, as they do
//!   on SQLite. What may be seen is set for the transaction alone, so a pooling proxy cannot mix it up.

use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use sqlx::postgres::PgPoolOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{PgPool, SqlitePool};

use super::claim::Claim;
use super::{Conn, Statement, args};
use crate::error::{OpenError, StoreError};

/// How long a caller waits for a connection, and a writer for the lock, before it is told that the
/// database is unavailable.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long a writer waits whose work may as well be left out.
const MOMENT: Duration = Duration::from_millis(25);
const SQLITE_READERS: u32 = 4;
const POSTGRES_CONNECTIONS: u32 = 16;

/// Which SQL is spoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    Sqlite,
    Postgres,
}

/// The open database.
#[derive(Debug, Clone)]
pub(crate) enum Db {
    Sqlite {
        writer: SqlitePool,
        readers: SqlitePool,
        /// Shared by all clones: a claim is made once.
        claim: Arc<Claim>,
    },
    Postgres(PgPool),
}

/// What becomes of an SQLite database that is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum IfMissing {
    /// It is created.
    Create,
    /// It is an error.
    Refuse,
}

impl Db {
    pub(crate) async fn open(url: &str, if_missing: IfMissing) -> Result<Self, OpenError> {
        if url.starts_with("sqlite://") {
            Self::open_sqlite(url, if_missing).await
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            let options = PgPoolOptions::new()
                .max_connections(POSTGRES_CONNECTIONS)
                .acquire_timeout(PATIENCE);
            options
                .connect(url)
                .await
                .map(Self::Postgres)
                .map_err(OpenError::Connect)
        } else {
            Err(OpenError::Url)
        }
    }

    async fn open_sqlite(url: &str, if_missing: IfMissing) -> Result<Self, OpenError> {
        let options = SqliteConnectOptions::from_str(url)
            .map_err(OpenError::Connect)?
            .foreign_keys(true)
            .busy_timeout(PATIENCE);
        let claim = Arc::new(Claim::to(options.get_filename()));
        if if_missing == IfMissing::Refuse && !claim.path().exists() {
            return Err(OpenError::Missing {
                place: place(claim.path()),
            });
        }
        let write = options
            .clone()
            .create_if_missing(if_missing == IfMissing::Create)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full);
        let pool = || {
            SqlitePoolOptions::new()
                .acquire_timeout(PATIENCE)
                .test_before_acquire(false)
        };
        let writer = pool()
            .max_connections(1)
            .connect_with(write)
            .await
            .map_err(OpenError::Connect)?;
        let read = options.pragma("query_only", "ON");
        let readers = pool()
            .max_connections(SQLITE_READERS)
            .connect_lazy_with(read);
        Ok(Self::Sqlite {
            writer,
            readers,
            claim,
        })
    }

    /// Where the database is, as far as that is no secret: "at" a file.
    pub(crate) fn place(&self) -> String {
        match self {
            Self::Sqlite { claim, .. } => place(claim.path()),
            Self::Postgres(_) => "there".to_owned(),
        }
    }

    /// Claims an SQLite database for this process.
    pub(crate) fn claim(&self) -> Result<(), OpenError> {
        match self {
            Self::Sqlite { claim, .. } => claim.make(),
            Self::Postgres(_) => Ok(()),
        }
    }

    /// Begins a transaction that only reads and sees one state of the database throughout. On
    /// PostgreSQL `wall` runs first: it says whose rows there are.
    pub(crate) async fn read(&self, wall: Wall) -> Result<Conn, StoreError> {
        const BEGIN: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
        let conn = match self {
            Self::Sqlite { readers, .. } => readers.begin().await.map(Conn::Sqlite),
            Self::Postgres(pool) => begin(pool, Some(BEGIN)).await,
        };
        wall.raise(conn.map_err(StoreError::Unavailable)?).await
    }

    /// Begins a transaction that writes.
    pub(crate) async fn write(&self, wall: Wall) -> Result<Conn, StoreError> {
        let conn = match self {
            Self::Sqlite { writer, .. } => {
                writer.begin_with("BEGIN IMMEDIATE").await.map(Conn::Sqlite)
            }
            Self::Postgres(pool) => begin(pool, None).await,
        };
        wall.raise(conn.map_err(StoreError::Unavailable)?).await
    }

    /// Begins a transaction that writes, unless the writers before it take longer than a moment.
    pub(crate) async fn try_write(&self, wall: Wall) -> Result<Option<Conn>, StoreError> {
        // Giving up is safe: a transaction that begins meanwhile is rolled back.
        let begun = tokio::time::timeout(MOMENT, self.write(wall)).await;
        begun.ok().transpose()
    }

    /// Waits for all connections to be given back, and closes them.
    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite {
                writer,
                readers,
                claim,
            } => {
                readers.close().await;
                writer.close().await;
                claim.give_up();
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

/// Begins a transaction on PostgreSQL, to the end even if the caller gives up: sqlx 0.9.0 gives a
/// connection back to its pool with the transaction open if beginning it is dropped half-way.
async fn begin(pool: &PgPool, statement: Option<&'static str>) -> Result<Conn, sqlx::Error> {
    let pool = pool.clone();
    #[expect(
        clippy::disallowed_methods,
        reason = "it lasts no longer than its caller is patient, and panics in its caller"
    )]
    let begun = tokio::spawn(async move {
        match statement {
            Some(statement) => pool.begin_with(statement).await,
            None => pool.begin().await,
        }
    });
    match begun.await {
        Ok(begun) => begun.map(Conn::Postgres),
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            // The runtime is shutting down.
            Err(_) => Err(sqlx::Error::PoolClosed),
        },
    }
}

fn place(file: &Path) -> String {
    format!("at {}", file.display())
}

/// What a transaction on PostgreSQL runs first: the statement that names the rows it may see.
#[derive(Debug)]
pub(crate) struct Wall {
    pub(crate) statement: &'static Statement,
    pub(crate) argument: String,
}

impl Wall {
    async fn raise(self, mut conn: Conn) -> Result<Conn, StoreError> {
        if conn.dialect() == Dialect::Postgres {
            conn.all::<(String, String)>(self.statement, args![self.argument])
                .await?;
        }
        Ok(conn)
    }
}
