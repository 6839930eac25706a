//! The store itself: one handle for either database.

use sqlx::Executor;

use crate::access::ProjectScope;
use crate::db::{self, Conn, Db, Wall, statements};
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
}

impl Store {
    /// Opens the database that `url` names: `sqlite://path` (created if missing) or `postgres://…`.
    /// Does not migrate.
    ///
    /// # Errors
    /// [`OpenError`].
    pub async fn open(url: &str) -> Result<Self, OpenError> {
        let db = Db::open(url).await?;
        Ok(Self {
            db,
            notices: Notices::default(),
        })
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

    /// Prepares every statement without running it: this build fits the tables there are.
    ///
    /// # Errors
    /// [`StoreError`] of the first statement that does not fit.
    pub async fn check_statements(&self) -> Result<(), StoreError> {
        let mut conn = self.maintenance().await?;
        let lists = [
            ALL,
            crate::audit::APPEND,
            crate::audit::READ,
            crate::audit::VERIFY,
            crate::debt::ALL,
            crate::environment::ALL,
            crate::flag::FLAGS,
            crate::notice::ALL,
            crate::project::ALL,
            crate::segment::ALL,
            crate::segment::MEMBERS,
            crate::segment::WRITE,
            crate::stream::CHANGES,
            crate::stream::LOAD,
            crate::targeting::LISTS,
            crate::targeting::DOCUMENTS,
            crate::targeting::LINKS,
            crate::targeting::REVERT,
            crate::token::ALL,
            crate::token::WRITE,
            crate::tx::COMMIT,
        ];
        for statement in lists
            .into_iter()
            .chain(crate::maintenance::STATEMENTS)
            .flatten()
        {
            conn.prepare(statement).await?;
        }
        Ok(())
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
