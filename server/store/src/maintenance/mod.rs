//! Maintenance: the only work across projects.
//!
//! Separate because here, and only here, row-level security is told to look away
//! (`app.maintenance`). Credentials are checked here, since they come before any scope.
//!
//! **Invariants**
//! - What leaves this folder is a scope, an [`Access`](crate::Access), a number, or a token of the
//!   whole server. A project's data needs a scope.

mod admin_token;
mod authenticate;
mod bootstrap;
mod idempotency;
mod instances;
mod leader;
mod newest;
mod notifications;
mod plans;
mod projects;
mod prune;
mod session;
mod usage;
mod weights;

pub use bootstrap::{Bootstrap, BootstrapError};
pub use idempotency::{Claim, IdempotencyKey, InvalidIdempotencyKey, StoredAnswer};
pub use leader::Leadership;
pub(crate) use leader::holds_epoch;
pub use notifications::DueNotification;
pub use plans::ActivePlan;
pub use projects::create::NewProject;
pub use prune::{PrunePolicy, Pruned};
pub use session::{SessionKey, SessionLifetime};

use crate::db::{Conn, Statement, Wall, statements};
use crate::error::StoreError;
use crate::store::Store;

statements! { "project";
    /// Lets the rows of all projects through, on PostgreSQL.
    OPEN_WALL = "SELECT $1, ''"
        or "SELECT set_config('app.maintenance', $1, true), set_config('lock_timeout', '10s', true)";
}

/// The lists of this folder.
pub(crate) const STATEMENTS: [&[Statement]; 15] = [
    ALL,
    admin_token::ALL,
    authenticate::ALL,
    bootstrap::ALL,
    idempotency::ALL,
    instances::ALL,
    leader::ALL,
    newest::ALL,
    notifications::ALL,
    plans::ALL,
    projects::ALL,
    prune::ALL,
    session::ALL,
    usage::ALL,
    weights::ALL,
];

/// Lets everything through.
fn open_wall() -> Wall {
    Wall {
        statement: &OPEN_WALL,
        argument: "on".to_owned(),
    }
}

impl Store {
    /// Begins to write across projects.
    pub(crate) async fn maintenance(&self) -> Result<Conn, StoreError> {
        self.db.write(open_wall()).await
    }

    /// Begins to read across projects.
    pub(crate) async fn survey(&self) -> Result<Conn, StoreError> {
        self.db.read(open_wall()).await
    }
}
