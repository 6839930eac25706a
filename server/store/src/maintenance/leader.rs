//! The leader: which node carries out plans.
//!
//! On PostgreSQL it is the one that holds an advisory lock, which a dead process gives back. On
//! SQLite there is one process, so it is the leader.
//!
//! **Invariants**
//! - Taking over raises the epoch. Whatever the lock says, only the newest epoch's node writes: each
//!   of its writes checks the epoch in its own transaction.

use sqlx::postgres::PgConnection;

use crate::db::{Conn, Db, args, number, signed, statements};
use crate::error::StoreError;
use crate::store::Store;

const NAME: &str = "plans";

statements! { "leader";
    /// On PostgreSQL, for the session. The number is only this lock's.
    TRY_LOCK = "SELECT TRUE" or "SELECT pg_try_advisory_lock(7365420115)";
    TAKE_OVER = "UPDATE leader SET epoch = epoch + 1 WHERE name = $1 RETURNING epoch";
    /// A writer that reads the epoch keeps it until it commits.
    FENCE = "SELECT epoch FROM leader WHERE name = $1"
        or "SELECT epoch FROM leader WHERE name = $1 FOR SHARE";
    ALIVE = "SELECT TRUE";
}

/// This node carries out plans, as long as nobody has taken over.
#[derive(Debug)]
pub struct Leadership {
    epoch: u64,
    /// Holds the lock; `None` on SQLite.
    session: Option<PgConnection>,
}

impl Leadership {
    /// The epoch that this leadership began.
    #[must_use]
    pub fn epoch(&self) -> u64 {
        self.epoch
    }

    /// Whether the lock is still held, as far as can be told: its connection lives.
    pub async fn is_held(&mut self) -> bool {
        match &mut self.session {
            None => true,
            Some(session) => sqlx::query_scalar::<_, bool>(ALIVE.postgres)
                .fetch_one(session)
                .await
                .is_ok(),
        }
    }
}

impl Store {
    /// Takes over as the node that carries out plans, if no other does; `None` if one does.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn lead(&self) -> Result<Option<Leadership>, StoreError> {
        let session = match &self.db {
            Db::Sqlite { .. } => None,
            Db::Postgres(pool) => {
                let mut session = pool.acquire().await.map_err(StoreError::Unavailable)?;
                let is_free: bool = sqlx::query_scalar(TRY_LOCK.postgres)
                    .fetch_one(&mut *session)
                    .await
                    .map_err(StoreError::Unavailable)?;
                if !is_free {
                    return Ok(None);
                }
                // Not given back to the pool: the lock is the session's.
                Some(session.detach())
            }
        };
        let mut conn = self.maintenance().await?;
        let (epoch,) = conn.one::<(i64,)>(&TAKE_OVER, args![NAME]).await?;
        conn.commit().await?;
        Ok(Some(Leadership {
            epoch: number("leader", "epoch", NAME, epoch)?,
            session,
        }))
    }
}

/// Whether the epoch is still this one, until the transaction ends.
pub(crate) async fn holds_epoch(conn: &mut Conn, epoch: u64) -> Result<bool, StoreError> {
    let (current,) = conn.one::<(i64,)>(&FENCE, args![NAME]).await?;
    Ok(current == signed(epoch))
}
