//! A server in this process: quick to start, and on a clock that tests can move.
//!
//! Separate from the server in a process of its own, which can be killed.
//!
//! **Invariants**
//! - Each server has an empty database of its own, unless it is a second node.
//! - It is asked over its socket: what a test proves holds for any client.

use std::ops::AsyncFn;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, TimeDelta, Utc};
use tempfile::TempDir;
use tenantry_server::{Config, Server, SharedClock};

use crate::caller::Caller;
use crate::database::{DatabaseKind, TestDatabase};
use crate::process::ADMIN_TOKEN;

/// A server in this process.
#[derive(Debug)]
pub struct TestServer {
    server: Server,
    address: String,
    clock: TestClock,
    _folder: TempDir,
    /// Kept until the server is gone; shared by the nodes of one database.
    database: Arc<TestDatabase>,
}

/// The machine's clock, moved forward by what tests say. Its copies move together.
#[derive(Debug, Clone, Default)]
struct TestClock {
    ahead_milliseconds: Arc<AtomicI64>,
}

impl TestClock {
    fn now(&self) -> DateTime<Utc> {
        Utc::now() + TimeDelta::milliseconds(self.ahead_milliseconds.load(Ordering::Relaxed))
    }
}

/// What a test changes of the usual settings.
type Adjust<'a> = &'a dyn Fn(&mut Config);

impl TestServer {
    /// A server on a database that is empty, or was left by another server.
    pub async fn start(database: TestDatabase) -> Self {
        Self::start_with(Arc::new(database), &|_| ()).await
    }

    /// A server on `SQLite`, where the database makes no difference.
    pub async fn on_sqlite() -> Self {
        Self::start(TestDatabase::new(DatabaseKind::Sqlite).await).await
    }

    /// A server on `SQLite` with other settings than usual.
    pub async fn on_sqlite_with(adjust: impl Fn(&mut Config)) -> Self {
        Self::on_with(DatabaseKind::Sqlite, adjust).await
    }

    /// A server on a new database of this kind, with other settings than usual.
    pub async fn on_with(kind: DatabaseKind, adjust: impl Fn(&mut Config)) -> Self {
        let database = TestDatabase::new(kind).await;
        Self::start_with(Arc::new(database), &adjust).await
    }

    /// Two servers on one database, which only PostgreSQL allows.
    pub async fn two_nodes() -> (Self, Self) {
        let database = Arc::new(TestDatabase::new(DatabaseKind::Postgres).await);
        let one = Self::start_with(Arc::clone(&database), &|_| ()).await;
        (one, Self::start_with(database, &|_| ()).await)
    }

    async fn start_with(database: Arc<TestDatabase>, adjust: Adjust<'_>) -> Self {
        log_if_wanted();
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut config = Config::default();
        config.database.database_url = Some(database.url().into());
        config.database.data_dir = folder.path().to_owned();
        config.http.listen = "127.0.0.1:0".parse().expect("an address");
        config.bootstrap.bootstrap_admin_token = Some(ADMIN_TOKEN.into());
        adjust(&mut config);
        let clock = TestClock::default();
        let source = clock.clone();
        let server = Server::start_at(config, SharedClock::new(move || source.now())).await;
        let server = server.expect("the server starts");
        let address = format!("http://{}", server.address());
        Self {
            server,
            address,
            clock,
            _folder: folder,
            database,
        }
    }

    /// The server's address, such as `http://127.0.0.1:40000`.
    #[must_use]
    pub fn address(&self) -> String {
        self.address.clone()
    }

    /// The server's database.
    #[must_use]
    pub fn database(&self) -> &TestDatabase {
        &self.database
    }

    /// Somebody without a credential, at the server's root.
    #[must_use]
    pub fn root(&self) -> Caller {
        Caller::at(&self.address)
    }

    /// The server's administrator, at its root.
    #[must_use]
    pub fn admin(&self) -> Caller {
        self.root().with_token(ADMIN_TOKEN)
    }

    /// The server's administrator, in the default project.
    #[must_use]
    pub fn project(&self) -> Caller {
        self.admin().below("/api/v1/projects/default")
    }

    /// Waits until what was committed is what the server evaluates and streams.
    pub async fn published(&self) {
        self.project().published().await;
    }

    /// The server's time.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// Moves the server's clock forward.
    pub fn travel(&self, by: TimeDelta) {
        self.clock
            .ahead_milliseconds
            .fetch_add(by.num_milliseconds(), Ordering::Relaxed);
    }

    /// Where its database is.
    #[must_use]
    pub fn database_url(&self) -> &str {
        self.database.url()
    }

    /// Stops the server in good order.
    pub async fn stop(self) {
        self.server.shut_down().await;
    }
}

/// Runs a test with a server on each kind of database.
pub async fn on_each_database(test: impl AsyncFn(TestServer)) {
    on_each_database_with(|_| (), test).await;
}

/// Runs a test with a server on each kind of database, with other settings than usual.
pub async fn on_each_database_with(adjust: impl Fn(&mut Config), test: impl AsyncFn(TestServer)) {
    for kind in DatabaseKind::ALL {
        let shown = ShownOnPanic(kind);
        let database = Arc::new(TestDatabase::new(kind).await);
        test(TestServer::start_with(database, &adjust).await).await;
        drop(shown);
    }
}

/// Has this process encrypt, as a server's does: whoever asks others by HTTP needs it.
pub fn install_cryptography() {
    let provider = rustls::crypto::ring::default_provider();
    // Another test may have been first.
    provider.install_default().ok();
}

/// Prints the servers' log, if `TENANTRY_TEST_LOG` says what of it: `info`, or a filter.
fn log_if_wanted() {
    if let Ok(filter) = std::env::var("TENANTRY_TEST_LOG") {
        // Fails if another test was first, and may.
        let _is_set = tracing_subscriber::fmt().with_env_filter(filter).try_init();
    }
}

/// Says which database a failing test was on.
struct ShownOnPanic(DatabaseKind);

impl Drop for ShownOnPanic {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("this was on {}", self.0.name());
        }
    }
}
