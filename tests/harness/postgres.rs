//! A real PostgreSQL for the tests: a temporary cluster, one per test process.
//!
//! Separate from the databases in it because it lives as long as the process, and must not outlive it.
//!
//! **Invariants**
//! - It dies with this process, however that dies: a small shell holds it, whose standard input is a
//!   pipe from here, and takes it down and its files away when the pipe closes.
//! - It listens on a socket in its own folder only, so clusters never meet.
//! - Tests connect as an ordinary role. A superuser would see through row-level security.

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// The role that servers connect as.
pub(crate) const ROLE: &str = "tenantry";
const SUPERUSER: &str = "postgres";
const STARTS_WITHIN: Duration = Duration::from_mins(1);

/// Runs PostgreSQL until standard input closes, then takes it down and its folder (`$1`) away.
const KEEPER: &str = r#"
    folder=$1; shift
    "$@" </dev/null >"$folder/log" 2>&1 &
    server=$!
    cat >/dev/null
    kill -QUIT "$server"
    wait "$server"
    cd / && rm -rf "$folder"
"#;

/// A running cluster.
#[derive(Debug)]
pub struct Cluster {
    folder: PathBuf,
    programs: PathBuf,
    /// Holds the pipe; the operating system closes it with this process.
    _keeper: Child,
}

impl Cluster {
    /// The cluster of this process, started when it is first asked for.
    ///
    /// # Panics
    /// If PostgreSQL is not installed or does not start; the message says what to do.
    pub fn shared() -> &'static Self {
        static CLUSTER: OnceLock<Cluster> = OnceLock::new();
        CLUSTER.get_or_init(Self::start)
    }

    fn start() -> Self {
        let programs = programs();
        let owner = owner();
        // Directly under /tmp: the path of a socket holds 107 bytes at most.
        let folder = tempfile::Builder::new()
            .prefix("tenantry-pg-")
            .tempdir_in("/tmp");
        let folder = folder.expect("a temporary folder").keep();
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).expect("a folder of ours");
        if let Some(owner) = owner {
            chown(&folder, Some(owner.user), Some(owner.group)).expect("root may give it away");
        }
        let command = |program: &Path| {
            let mut command = Command::new(program);
            command.current_dir(&folder).env("LC_ALL", "C.UTF-8");
            if let Some(owner) = owner {
                command.uid(owner.user).gid(owner.group);
            }
            command
        };

        let data = folder.join("data");
        let made = command(&programs.join("initdb"))
            .args([
                "-U",
                SUPERUSER,
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--locale=C.UTF-8",
                "--no-sync",
            ])
            .arg("-D")
            .arg(&data)
            .output()
            .expect("initdb runs");
        assert!(
            made.status.success(),
            "initdb: {}",
            String::from_utf8_lossy(&made.stderr)
        );

        let mut keeper = command(Path::new("/bin/sh"));
        keeper
            .args(["-c", KEEPER, "keeper"])
            .arg(&folder)
            .arg(programs.join("postgres"))
            .arg("-D")
            .arg(&data)
            .arg("-k")
            .arg(&folder)
            .args(["-c", "listen_addresses=", "-c", "max_connections=300"])
            .args([
                "-c",
                "fsync=off",
                "-c",
                "synchronous_commit=off",
                "-c",
                "full_page_writes=off",
            ])
            // An interrupt at the terminal is for the tests; the keeper goes by its pipe.
            .process_group(0)
            .stdin(Stdio::piped());
        let keeper = keeper.spawn().expect("a shell runs");
        let cluster = Self {
            folder,
            programs,
            _keeper: keeper,
        };
        cluster.wait_until_ready();
        cluster.run(
            "psql",
            &["-q", "-c", &format!("CREATE ROLE {ROLE} LOGIN"), "postgres"],
        );
        cluster
    }

    fn wait_until_ready(&self) {
        let deadline = Instant::now() + STARTS_WITHIN;
        let ready = || {
            self.command("pg_isready")
                .arg("-q")
                .status()
                .is_ok_and(|s| s.success())
        };
        while !ready() {
            if Instant::now() > deadline {
                let log = fs::read_to_string(self.folder.join("log")).unwrap_or_default();
                panic!("PostgreSQL does not start: {log}");
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// The URL of a database for a role.
    #[must_use]
    pub fn url(&self, role: &str, database: &str) -> String {
        format!(
            "postgres://{role}@localhost/{database}?host={}",
            self.folder.display()
        )
    }

    /// The URL of a database for the superuser, who sees through row-level security.
    #[must_use]
    pub fn superuser_url(&self, database: &str) -> String {
        self.url(SUPERUSER, database)
    }

    /// Makes a database that the ordinary role owns: a copy of `template`.
    ///
    /// # Panics
    /// If somebody is connected to `template`.
    pub fn create_database(&self, name: &str, template: &str) {
        let sql =
            format!("CREATE DATABASE {name} TEMPLATE {template} OWNER {ROLE} STRATEGY FILE_COPY");
        self.run("psql", &["-q", "-c", &sql, "postgres"]);
    }

    /// Takes a database away, whoever is connected.
    pub fn drop_database(&self, name: &str) {
        // The cluster goes away anyway; this only keeps it small.
        let _ = self
            .command("dropdb")
            .args(["--force", "--if-exists", name])
            .status();
    }

    /// Ends every connection to a database and refuses new ones, or lets them in again.
    pub fn set_reachable(&self, name: &str, reachable: bool) {
        let allow = format!("ALTER DATABASE {name} WITH ALLOW_CONNECTIONS {reachable}");
        let end = format!(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
        );
        self.run("psql", &["-q", "-c", &allow, "postgres"]);
        if !reachable {
            self.run("psql", &["-q", "-o", "/dev/null", "-c", &end, "postgres"]);
        }
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.programs.join(program));
        command
            .arg("-h")
            .arg(&self.folder)
            .args(["-U", SUPERUSER])
            .stdin(Stdio::null());
        command
    }

    fn run(&self, program: &str, arguments: &[&str]) {
        let done = self
            .command(program)
            .args(arguments)
            .output()
            .expect("a program of PostgreSQL");
        let error = String::from_utf8_lossy(&done.stderr);
        assert!(done.status.success(), "{program} {arguments:?}: {error}");
    }
}

/// The folder of PostgreSQL's programs, the newest there is.
fn programs() -> PathBuf {
    let versions = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten();
    let mut installed: Vec<(u32, PathBuf)> = versions
        .filter_map(|entry| {
            let version = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .collect();
    installed.sort_unstable();
    let on_path = std::env::var_os("PATH").unwrap_or_default();
    let folders = installed.into_iter().rev().map(|(_, path)| path);
    folders
        .chain(std::env::split_paths(&on_path))
        .find(|folder| folder.join("initdb").exists() && folder.join("postgres").exists())
        .expect(
            "PostgreSQL is needed for the tests: apt-get install postgresql, or put initdb on PATH",
        )
}

/// Who PostgreSQL runs as.
#[derive(Debug, Clone, Copy)]
struct Owner {
    user: u32,
    group: u32,
}

/// The user `postgres` if we are root, whom PostgreSQL refuses; else `None`, for ourselves.
fn owner() -> Option<Owner> {
    let ourselves = fs::metadata("/proc/self").expect("a process");
    if std::os::unix::fs::MetadataExt::uid(&ourselves) != 0 {
        return None;
    }
    let users = fs::read_to_string("/etc/passwd").expect("a list of users");
    let line = users.lines().find(|line| line.starts_with("postgres:"));
    let line = line.expect("root needs the user postgres: apt-get install postgresql");
    let mut numbers = line
        .split(':')
        .skip(2)
        .map(|field| field.parse().expect("a number"));
    let mut next = || numbers.next().expect("a user's line has an id and a group");
    Some(Owner {
        user: next(),
        group: next(),
    })
}
