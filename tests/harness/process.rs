//! A server in a process of its own: the real binary, which can be killed.
//!
//! Separate from the server in this process because it is slower to start, and because only a
//! process can lose its memory in the middle of a write.
//!
//! **Invariants**
//! - A restarted process has the address, the database and the folder of the one before it, unless
//!   the test says otherwise.
//! - No process outlives the value that started it.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};

use tempfile::TempDir;

use crate::built::binary;
use crate::caller::Caller;
use crate::clock::StandingClock;
use crate::wait::until;

/// The token of the first administrator of every server under test.
pub const ADMIN_TOKEN: &str = "tnry_adm_TestsOnly0TestsOnly0TestsOnly04NW5gF";

/// A server in a process of its own.
#[derive(Debug)]
pub struct ServerProcess {
    /// The process; gone between a kill and a start.
    child: Option<Child>,
    /// Where it was started first.
    home: u16,
    /// Where it is now.
    port: u16,
    database_url: Option<String>,
    /// Other settings than usual: variables and their values.
    settings: BTreeMap<String, String>,
    /// What it takes for the time of day; the machine's clock if absent.
    clock: Option<PathBuf>,
    /// The most file descriptors that it may have; the usual if absent.
    max_files: Option<u16>,
    /// The data directory and the log.
    folder: TempDir,
}

impl ServerProcess {
    /// Starts a server with its database in a folder of its own.
    pub async fn on_sqlite() -> Self {
        Self::start_first(None).await
    }

    /// Starts a server like [`on_sqlite`](Self::on_sqlite) that logs what this filter lets pass.
    pub async fn with_log(filter: &str) -> Self {
        let mut server = Self::new(None);
        server.set("TENANTRY_LOG", filter);
        server.start().await;
        server
    }

    /// Starts a server like [`on_sqlite`](Self::on_sqlite) with so few file descriptors.
    pub async fn with_files(max: u16) -> Self {
        let mut server = Self::new(None);
        server.max_files = Some(max);
        server.start().await;
        server
    }

    /// Starts a server on this database.
    pub async fn on_database(url: &str) -> Self {
        Self::start_first(Some(url.to_owned())).await
    }

    /// A server with its database in a folder of its own that is not started.
    #[must_use]
    pub fn idle() -> Self {
        Self::new(None)
    }

    /// A server on this database that is not started.
    #[must_use]
    pub fn idle_on(url: &str) -> Self {
        Self::new(Some(url.to_owned()))
    }

    /// Sets a variable for the next start.
    pub fn set(&mut self, name: &str, value: &str) {
        self.settings.insert(name.to_owned(), value.to_owned());
    }

    /// Forgets a variable for the next start.
    pub fn unset(&mut self, name: &str) {
        self.settings.remove(name);
    }

    /// Has it take its time from a clock that the test moves, from the next start on.
    pub fn set_clock(&mut self, clock: &StandingClock) {
        self.clock = Some(clock.file());
    }

    /// Whether the process is there.
    pub fn is_running(&mut self) -> bool {
        let status = self.child.as_mut().map(Child::try_wait);
        match status {
            None => false,
            Some(status) if status.as_ref().is_ok_and(Option::is_some) => {
                self.child = None;
                false
            }
            Some(_) => true,
        }
    }

    async fn start_first(database_url: Option<String>) -> Self {
        let mut server = Self::new(database_url);
        server.start().await;
        server
    }

    fn new(database_url: Option<String>) -> Self {
        let home = free_port();
        Self {
            child: None,
            home,
            port: home,
            database_url,
            settings: BTreeMap::new(),
            clock: None,
            max_files: None,
            folder: tempfile::tempdir().expect("a temporary folder"),
        }
    }

    /// Starts the server again, with the address and the data it had at first.
    pub async fn start(&mut self) {
        self.start_at(self.home).await;
    }

    /// Starts the server again where its clients do not look for it.
    pub async fn start_elsewhere(&mut self) {
        self.start_at(free_port()).await;
    }

    /// Starts the server again at its first address, on another database.
    pub async fn start_on(&mut self, url: &str) {
        self.database_url = Some(url.to_owned());
        self.start().await;
    }

    async fn start_at(&mut self, port: u16) {
        self.port = port;
        assert!(!self.is_running(), "the server is running");
        self.spawn();
        self.ready().await;
    }

    /// Starts the server again and does not wait for it: it may be one that is to die.
    pub fn spawn(&mut self) {
        let log = File::options()
            .create(true)
            .append(true)
            .open(self.log_file());
        let log = log.expect("a file in a folder of our own");
        let program = match &self.clock {
            None => "tenantry-server",
            Some(_) => "clocked-server",
        };
        let mut command = match self.max_files {
            None => Command::new(binary(program)),
            Some(max) => {
                let mut shell = Command::new("/bin/sh");
                shell.args(["-c", &format!("ulimit -n {max} && exec \"$0\"")]);
                shell.arg(binary(program));
                shell
            }
        };
        command
            .env_clear()
            .env("TENANTRY_LISTEN", format!("127.0.0.1:{}", self.port))
            .env("TENANTRY_DATA_DIR", self.data_dir())
            .env("TENANTRY_BOOTSTRAP_ADMIN_TOKEN", ADMIN_TOKEN)
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("another handle"))
            .stderr(log);
        if let Some(url) = &self.database_url {
            command.env("TENANTRY_DATABASE_URL", url);
        }
        if let Some(clock) = &self.clock {
            command.env(StandingClock::VARIABLE, clock);
        }
        command.envs(&self.settings);
        self.child = Some(command.spawn().expect("the server's binary can be run"));
    }

    async fn ready(&mut self) {
        let health = Caller::at(&self.address());
        until("the server is ready", async || {
            self.expect_running();
            let answer = health.get("/health/ready").try_send().await;
            answer.ok().filter(|answer| answer.status == 200)
        })
        .await;
    }

    fn expect_running(&mut self) {
        let child = self.child.as_mut().expect("started just now");
        if let Some(status) = child.try_wait().expect("a child of ours") {
            panic!("the server ended with {status}:\n{}", self.log());
        }
    }

    /// Kills the server as a power cut would: it gets no chance to finish anything.
    pub fn kill(&mut self) {
        let mut child = self.child.take().expect("the server is running");
        child.kill().expect("a child of ours can be killed");
        child.wait().expect("a killed child ends");
    }

    /// Asks the server to stop and waits until it has.
    pub async fn stop(&mut self) -> ExitStatus {
        let mut child = self.child.take().expect("the server is running");
        let asked = Command::new("kill")
            .args(["-TERM", &child.id().to_string()])
            .status();
        assert!(
            asked.is_ok_and(|status| status.success()),
            "the server can be signalled"
        );
        until("the server stops", async || {
            child.try_wait().expect("a child of ours")
        })
        .await
    }

    /// The server's address, such as `http://127.0.0.1:20000`.
    #[must_use]
    pub fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The administrator, at the server's root.
    #[must_use]
    pub fn admin(&self) -> Caller {
        Caller::at(&self.address()).with_token(ADMIN_TOKEN)
    }

    /// The administrator, in the default project.
    #[must_use]
    pub fn project(&self) -> Caller {
        self.admin().below("/api/v1/projects/default")
    }

    /// The folder of the server's files.
    #[must_use]
    pub fn data_dir(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Everything the server has printed, over all its starts.
    #[must_use]
    pub fn log(&self) -> String {
        fs::read_to_string(self.log_file()).unwrap_or_default()
    }

    fn log_file(&self) -> PathBuf {
        self.folder.path().join("log")
    }
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("the server at port {} said:\n{}", self.port, self.log());
        }
        if self.child.is_some() {
            self.kill();
        }
    }
}

/// A port that nobody listens on. It lies below the range from which the system takes the ports of
/// outgoing connections, so that none of them takes it while a server is restarted.
fn free_port() -> u16 {
    const FIRST: u16 = 20_000;
    const COUNT: u16 = 10_000;
    static TAKEN: AtomicU16 = AtomicU16::new(0);
    let start = u16::try_from(std::process::id() % u32::from(COUNT)).expect("below 10,000");
    for _ in 0..COUNT {
        let offset = TAKEN.fetch_add(1, Ordering::Relaxed);
        let port = FIRST + start.wrapping_add(offset) % COUNT;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
    panic!("no port between {FIRST} and {} is free", FIRST + COUNT);
}
