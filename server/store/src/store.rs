//! The store itself: one handle for either database.

use sqlx::Executor;
use tracing::warn;

use crate::access::ProjectScope;
use crate::db::{self, Conn, Db, Wall, args, statements};
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
        let db = Db::open(url).await?;
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
