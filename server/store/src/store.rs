//! The store itself: one handle for either database.

use sqlx::Executor;
use tracing::warn;

use crate::access::ProjectScope;
use crate::db::{self, Conn, Db, IfMissing, Wall, args, statements};
use crate::error::{OpenError, StoreError};
use crate::notice::Notices;

/// A handle to the database. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Store {
    pub(crate) db: Db,
    pub(crate) notices: Notices,
}

statements! { "project";
    /// Names the project whose rows the transaction may see, on PostgreSQL.
    SET_PROJECT = "SELECT $1, ''"
        or "SELECT set_config('app.project_id', $1, true), set_config('lock_timeout', '10s', true)";
    /// Whether there are tables of ours.
    TABLES = "SELECT COUNT(*) FROM sqlite_schema WHERE type = 'table' AND name = 'project'"
        or "SELECT COUNT(*) FROM pg_tables
            WHERE schemaname = CURRENT_SCHEMA() AND tablename = 'project'";
    /// Whether our role sees through row-level security. SQLite has none to see through.
    SEES_THROUGH = "SELECT FALSE"
        or "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = CURRENT_USER";
}

impl Store {
    /// Opens the database that `url` names: `sqlite://path` (created if missing) or `postgres://…`.
    /// Does not migrate. Warns if the role is one that row-level security does not bind.
    ///
    /// # Errors
    /// [`OpenError`].
    pub async fn open(url: &str) -> Result<Self, OpenError> {
        Self::over(Db::open(url, IfMissing::Create).await?).await
    }

    /// Opens the database that `url` names, as [`Store::open`] does, if it is there and has been
    /// migrated once.
    ///
    /// # Errors
    /// [`OpenError`]; [`OpenError::Missing`] if there is nothing.
    pub async fn open_existing(url: &str) -> Result<Self, OpenError> {
        let store = Self::over(Db::open(url, IfMissing::Refuse).await?).await?;
        match store.has_tables().await {
            Ok(false) => Err(OpenError::Missing {
                place: store.db.place(),
            }),
            // A database that cannot answer now says so at the first real question.
            Ok(true) | Err(_) => Ok(store),
        }
    }

    /// Claims the database for this process, until the store is closed or the process ends. Only
    /// SQLite's is one process's alone; PostgreSQL's is for all nodes.
    ///
    /// # Errors
    /// [`OpenError::InUse`] if another process, or another store of this one, has claimed it.
    pub fn claim(&self) -> Result<(), OpenError> {
        self.db.claim()
    }

    async fn over(db: Db) -> Result<Self, OpenError> {
        let store = Self {
            db,
            notices: Notices::default(),
        };
        // A database that cannot answer now says so at the first real question.
        if let Ok(true) = store.sees_through_the_wall().await {
            warn!(
                "the database role is a superuser or has BYPASSRLS, so row-level security does not \
                 bind it: use an ordinary role that owns the database"
            );
        }
        Ok(store)
    }

    async fn has_tables(&self) -> Result<bool, StoreError> {
        let mut conn = self.survey().await?;
        let (tables,) = conn.one::<(i64,)>(&TABLES, args![]).await?;
        Ok(tables > 0)
    }

    async fn sees_through_the_wall(&self) -> Result<bool, StoreError> {
        let mut conn = self.survey().await?;
        conn.one::<(bool,)>(&SEES_THROUGH, args![])
            .await
            .map(|(yes,)| yes)
    }

    /// Brings the tables up to date. Safe to call from several nodes at once.
    ///
    /// # Errors
    /// [`OpenError::Migrate`].
    pub async fn migrate(&self) -> Result<(), OpenError> {
        db::migrate(&self.db).await
    }

    /// Checks that the database answers.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if it does not.
    pub async fn ping(&self) -> Result<(), StoreError> {
        const PING: &str = "SELECT 1";
        let answer = match &self.db {
            Db::Sqlite { readers, .. } => readers.execute(PING).await.map(drop),
            Db::Postgres(pool) => pool.execute(PING).await.map(drop),
        };
        answer.map_err(StoreError::Unavailable)
    }

    /// Closes all connections, after those in use are given back.
    pub async fn close(&self) {
        self.db.close().await;
    }

    /// Begins to read a project.
    pub(crate) async fn read<M>(&self, scope: &ProjectScope<M>) -> Result<Conn, StoreError> {
        self.db.read(wall(scope)).await
    }
}

/// Lets only the project's rows through.
pub(crate) fn wall<M>(scope: &ProjectScope<M>) -> Wall {
    Wall {
        statement: &SET_PROJECT,
        argument: scope.id().to_string(),
    }
}
