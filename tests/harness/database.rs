//! A database for one test, of either kind.
//!
//! **Invariants**
//! - Every [`TestDatabase`] is new and nobody else's. It goes away when it is dropped.
//! - PostgreSQL's are copies of one migrated template, which costs less than to migrate each.

use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::AnyPool;
use sqlx::any::{AnyPoolOptions, install_default_drivers};
use tempfile::TempDir;
use tenantry_store::Store;
use tokio::sync::OnceCell;

use crate::postgres::{Cluster, ROLE};

/// Which database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DatabaseKind {
    /// A file.
    Sqlite,
    /// A database in this process's cluster.
    Postgres,
}

impl DatabaseKind {
    /// Both kinds.
    pub const ALL: [Self; 2] = [Self::Sqlite, Self::Postgres];

    /// The kind's name, for messages.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }
}

/// An empty database, or a copy of another.
#[derive(Debug)]
pub struct TestDatabase {
    url: String,
    place: Place,
}

#[derive(Debug)]
enum Place {
    /// The folder, which goes away with this.
    Sqlite {
        _folder: TempDir,
    },
    Postgres {
        name: String,
    },
}

impl TestDatabase {
    /// A new database without a row in it.
    pub async fn new(kind: DatabaseKind) -> Self {
        match kind {
            DatabaseKind::Sqlite => Self::in_folder(),
            DatabaseKind::Postgres => Self::copy_of(template().await),
        }
    }

    /// Where it is, for a server: as an ordinary role.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The kind of database it is.
    #[must_use]
    pub fn kind(&self) -> DatabaseKind {
        match self.place {
            Place::Sqlite { .. } => DatabaseKind::Sqlite,
            Place::Postgres { .. } => DatabaseKind::Postgres,
        }
    }

    /// Opens a store on it, and migrates it.
    pub async fn store(&self) -> Store {
        let store = Store::open(self.url()).await.expect("the database opens");
        store.migrate().await.expect("the migrations run");
        store
    }

    /// Connects past the server, and past row-level security, to look at the tables or to spoil them.
    pub async fn connect(&self) -> AnyPool {
        install_default_drivers();
        let url = match &self.place {
            Place::Sqlite { .. } => self.url.clone(),
            Place::Postgres { name } => Cluster::shared().superuser_url(name),
        };
        let options = AnyPoolOptions::new().max_connections(1);
        options.connect(&url).await.expect("the database opens")
    }

    /// Makes a copy, as a backup would. Nobody may be connected.
    pub async fn copy(&self) -> Self {
        match &self.place {
            Place::Postgres { name } => Self::copy_of(name),
            Place::Sqlite { .. } => {
                let copy = Self::in_folder();
                let path = copy.url.trim_start_matches("sqlite://").to_owned();
                let pool = self.connect().await;
                let copied = sqlx::query("VACUUM INTO $1")
                    .bind(path)
                    .execute(&pool)
                    .await;
                copied.expect("SQLite copies itself");
                pool.close().await;
                copy
            }
        }
    }

    /// Cuts everybody off, as a network that fails does, or ends that. `SQLite` cannot be cut off.
    pub fn set_reachable(&self, reachable: bool) {
        let Place::Postgres { name } = &self.place else {
            panic!("only PostgreSQL can be out of reach")
        };
        Cluster::shared().set_reachable(name, reachable);
    }

    fn in_folder() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let url = format!("sqlite://{}", folder.path().join("tenantry.db").display());
        Self {
            url,
            place: Place::Sqlite { _folder: folder },
        }
    }

    fn copy_of(template: &str) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(1);
        let name = format!("test_{}", NUMBER.fetch_add(1, Ordering::Relaxed));
        let cluster = Cluster::shared();
        cluster.create_database(&name, template);
        Self {
            url: cluster.url(ROLE, &name),
            place: Place::Postgres { name },
        }
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if let Place::Postgres { name } = &self.place {
            Cluster::shared().drop_database(name);
        }
    }
}

/// The migrated database that others are copies of.
async fn template() -> &'static str {
    const NAME: &str = "template_tenantry";
    static MIGRATED: OnceCell<()> = OnceCell::const_new();
    let migrate = || async {
        let cluster = Cluster::shared();
        cluster.create_database(NAME, "template0");
        let store = Store::open(&cluster.url(ROLE, NAME))
            .await
            .expect("the database opens");
        store.migrate().await.expect("the migrations run");
        store.close().await;
    };
    MIGRATED.get_or_init(migrate).await;
    NAME
}

/// Makes of each test `name(database: TestDatabase)` two: `sqlite::name` and `postgres::name`.
#[macro_export]
macro_rules! on_both {
    ($($name:ident),+ $(,)?) => {
        mod sqlite {
            $(
                #[tokio::test]
                async fn $name() {
                    super::$name($crate::TestDatabase::new($crate::DatabaseKind::Sqlite).await).await;
                }
            )+
        }
        mod postgres {
            $(
                #[tokio::test]
                async fn $name() {
                    super::$name($crate::TestDatabase::new($crate::DatabaseKind::Postgres).await).await;
                }
            )+
        }
    };
}
