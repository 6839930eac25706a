//! Tests that need the client in a process of its own: to be killed while it writes its cache, to run
//! out of file descriptors, and to have an environment of its own.
//!
//! This program is both sides: without arguments it is the tests, and it starts itself again with
//! arguments as the process under test. `cargo test -p tenantry --test processes -- 1000` kills a
//! thousand times instead of [`KILLS`].
//!
//! **Invariants**
//! - No process outlives its test.

#[path = "it/logs.rs"]
mod logs;
#[path = "it/peer.rs"]
mod peer;
#[path = "it/relay.rs"]
#[expect(dead_code, reason = "the other tests need more of it")]
mod relay;

use std::fs::{self, File};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tenantry::{Client, Source};
use tokio::time::timeout;

use crate::peer::Peer;
use crate::relay::{Proxy, Relay, Spoken};

/// How often the process is killed.
const KILLS: usize = 200;
/// Flags of the environment: a snapshot of some hundred kilobytes takes a moment to write.
const FLAGS: usize = 300;
/// More than anything here takes, also on a loaded machine.
const LONG: Duration = Duration::from_mins(1);

const TOKEN: &str = "tnry_sdk_0123456789abcdefghijklmnopqrstuvwxyz";

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        ["write", url, folder] => current_thread(write(url, Path::new(folder))),
        ["connect", url] => current_thread(connect(url)),
        ["exhaust", url, folder] => current_thread(exhaust(url, Path::new(folder))),
        // A test runner that asks what there is.
        [.., "--list"] | ["--list", ..] => {}
        _ => {
            let kills = words.iter().find_map(|word| word.parse().ok());
            let runtime = tokio::runtime::Runtime::new().expect("a runtime");
            runtime.block_on(async {
                is_killed_while_it_writes(kills.unwrap_or(KILLS)).await;
                outlives_a_time_without_file_descriptors().await;
                finds_its_proxy_in_the_environment().await;
                #[cfg(feature = "tls")]
                trusts_the_roots_that_the_environment_names().await;
            });
        }
    }
}

fn current_thread(future: impl Future<Output = ()>) {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    let runtime = builder.enable_all().build().expect("a runtime");
    runtime.block_on(future);
}

/// The process under test: writes its cache as often as it can, which is once for each client that
/// hears of a change.
async fn write(url: &str, folder: &Path) {
    loop {
        let client = Client::builder(url, TOKEN).cache_dir(folder).build().await;
        let client = client.expect("a client");
        client.connected().await;
        client.shutdown().await;
    }
}

/// The process under test: ends well if it gets a connection.
async fn connect(url: &str) {
    let client = Client::builder(url, TOKEN).build().await;
    let client = client.expect("a client");
    let connected = timeout(LONG, client.connected()).await;
    let is_on = client.is_enabled("new-billing", "acme");
    client.shutdown().await;
    std::process::exit(i32::from(connected.is_err() || !is_on));
}

/// The process under test: ends well if a time without file descriptors costs it nothing. It says
/// how far it is by making folders, for which it needs none.
async fn exhaust(url: &str, folder: &Path) {
    logs::collect();
    let client = Client::builder(url, TOKEN).cache_dir(folder).build().await;
    let client = client.expect("a client");
    client.connected().await;
    let mut taken = Vec::new();
    let refusal = loop {
        match File::open("/dev/null") {
            Ok(file) => taken.push(file),
            Err(error) => break error,
        }
    };
    assert_eq!(refusal.raw_os_error(), Some(24), "{refusal}");
    let refused = |text: &str| {
        let lines = logs::lines_with("os error 24");
        lines.iter().filter(|line| line.contains(text)).count()
    };
    say(folder, "exhausted");
    until("what changes is heard, and cannot be kept", async || {
        (client.is_enabled("other", "acme") && refused("disk cache") > 0).then_some(())
    })
    .await;
    say(folder, "heard");
    until("two attempts to connect again", async || {
        // What the broken connection had must not come free for the next.
        taken.extend(File::open("/dev/null"));
        (refused("not connected") > 1).then_some(())
    })
    .await;
    assert!(!client.status().connected && client.is_enabled("new-billing", "acme"));
    drop(taken);
    client.connected().await;
    client.shutdown().await;
}

fn say(folder: &Path, word: &str) {
    fs::create_dir(folder.join(word)).expect("a folder");
}

/// Starts this program as the process under test, with nothing of its parent's environment.
fn start(arguments: &[&str], environment: &[(&str, &str)]) -> Running {
    let program = std::env::current_exe().expect("this program is a file");
    start_by(Command::new(program), arguments, environment)
}

/// Starts this program with so few file descriptors.
fn start_with_files(files: u8, arguments: &[&str]) -> Running {
    let mut shell = Command::new("/bin/sh");
    shell.args(["-c", &format!("ulimit -n {files}; exec \"$0\" \"$@\"")]);
    shell.arg(std::env::current_exe().expect("this program is a file"));
    start_by(shell, arguments, &[])
}

fn start_by(mut command: Command, arguments: &[&str], environment: &[(&str, &str)]) -> Running {
    command
        .args(arguments)
        .env_clear()
        .envs(environment.iter().copied())
        .stdin(Stdio::null());
    Running(command.spawn().expect("this program can be run"))
}

/// A process, killed when its test is done with it.
struct Running(Child);

impl Running {
    fn kill(&mut self) {
        self.0.kill().expect("a child of ours can be killed");
        self.0.wait().expect("a killed child ends");
    }

    /// Waits for its end; whether that is a good one.
    async fn ends_well(mut self) -> bool {
        let status = until("the process ends", async || {
            self.0.try_wait().expect("a child of ours")
        });
        status.await.success()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

async fn until<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(start.elapsed() < LONG, "it never came: {what}");
        tokio::task::yield_now().await;
    }
}

/// A flag whose value is the revision that it was written at.
fn stamp(revision: u64) -> String {
    format!(
        r#"{{"flag":{{"key":"stamp","salt":"s","targeting":{{"on":true,"rollout":{{"threshold":100000}},"variants":[{{"name":"v","weight":1,"payload":{revision}}}]}}}}}}"#
    )
}

/// The files of a folder whose names end like this.
fn files(folder: &Path, ending: &str) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    paths
        .filter(|path| path.to_string_lossy().ends_with(ending))
        .collect()
}

/// However often a process is killed, and at whatever moment of a write: the next start finds a
/// whole state, and never an older one than the start before it.
async fn is_killed_while_it_writes(kills: usize) {
    let folder = tempfile::tempdir().expect("a folder");
    let peer = Peer::start().await;
    for number in 0..FLAGS {
        peer.put_flag(&format!("flag-{number}"), 100_000);
    }
    let put_stamp = || {
        let revision = peer.publication().revision() + 1;
        peer.put("flag/stamp", Some(&stamp(revision)));
    };
    let url = peer.url();
    let folder_name = folder.path().to_str().expect("text");
    let (mut found, mut caught) = (0, 0);
    let began = Instant::now();
    for kill in 0..kills {
        peer.refuse(None);
        let mut process = start(&["write", &url, folder_name], &[]);
        let mut writes = 0;
        until("a write", async || {
            put_stamp();
            // Kills come while a file is being written or, each fourth time, after another number
            // of looks.
            writes += usize::from(!files(folder.path(), ".tmp").is_empty());
            let wanted = if kill % 4 == 0 { kill % 7 } else { 0 };
            (writes > wanted).then_some(())
        })
        .await;
        process.kill();
        for half in files(folder.path(), ".tmp") {
            caught += 1;
            fs::remove_file(half).expect("nobody else is there");
        }
        if found == 0 && files(folder.path(), ".cache").is_empty() {
            // Killed before its very first write was done.
            continue;
        }
        peer.refuse(Some(
            tokio_tungstenite::tungstenite::http::StatusCode::BAD_GATEWAY,
        ));
        let client = Client::builder(&url, TOKEN)
            .cache_dir(folder.path())
            .build()
            .await
            .expect("a client");
        let status = client.status();
        assert_eq!(status.source, Source::Disk, "after kill {kill}");
        assert_eq!(
            client.value("stamp", "acme", 0),
            status.revision,
            "after kill {kill}"
        );
        assert!(client.is_enabled(&format!("flag-{}", FLAGS - 1), "acme"));
        assert!(
            status.revision >= found,
            "after kill {kill}: {} after {found}",
            status.revision
        );
        found = status.revision;
        client.shutdown().await;
    }
    assert!(found > 0 && caught > 0, "no write was ever caught half-way");
    assert_eq!(files(folder.path(), ".refused").len(), 0);
    println!(
        "killed {kills} times in {:.1?}, {caught} of them left a file half-written; each start \
         found a whole one, the last at revision {found}",
        began.elapsed()
    );
}

/// Without file descriptors there is neither a new connection nor a cache, and the answers stay. Once
/// there are some it goes on.
async fn outlives_a_time_without_file_descriptors() {
    let peer = Peer::start().await;
    peer.put_flag("new-billing", 100_000);
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().to_str().expect("text");
    let process = start_with_files(48, &["exhaust", &peer.url(), path]);
    let said = async |word| {
        let there = async || folder.path().join(word).exists().then_some(());
        until(word, there).await;
    };
    said("exhausted").await;
    peer.put_flag("other", 100_000);
    said("heard").await;
    peer.break_connections();
    assert!(process.ends_well().await);
    // And what it could not keep at first it has kept, though nothing has changed since.
    peer.refuse(Some(
        tokio_tungstenite::tungstenite::http::StatusCode::BAD_GATEWAY,
    ));
    let client = Client::builder(peer.url(), TOKEN)
        .cache_dir(folder.path())
        .build()
        .await
        .expect("a client");
    assert_eq!(client.status().source, Source::Disk);
    assert_eq!(client.status().revision, peer.publication().revision());
    assert!(client.is_enabled("other", "acme") && client.is_enabled("new-billing", "acme"));
    client.shutdown().await;
}

async fn finds_its_proxy_in_the_environment() {
    let peer = Peer::start().await;
    peer.put_flag("new-billing", 100_000);
    let spoken = Spoken {
        #[cfg(feature = "tls")]
        tls: None,
        proxy: Some(Proxy::Closed("Basic bWU6c2VjcmV0")),
    };
    let relay = Relay::to(peer.address(), spoken).await;
    let proxy = format!("http://me:secret@{}", relay.address);
    for name in ["HTTP_PROXY", "http_proxy", "ALL_PROXY"] {
        let process = start(&["connect", "http://flags.invalid"], &[(name, &proxy)]);
        assert!(process.ends_well().await, "{name}");
        let requests = relay.requests();
        let last = requests.last().expect("a request");
        assert!(last.starts_with("CONNECT flags.invalid:80 "), "{last}");
    }
    // The machine itself is not beyond any proxy.
    let before = relay.requests().len();
    let nobody = format!("http://{}", Peer::nowhere().await);
    let process = start(&["connect", &peer.url()], &[("ALL_PROXY", &nobody)]);
    assert!(process.ends_well().await);
    assert_eq!(relay.requests().len(), before);
}

#[cfg(feature = "tls")]
async fn trusts_the_roots_that_the_environment_names() {
    use rcgen::{CertifiedKey, generate_simple_self_signed};
    use rustls::pki_types::PrivateKeyDer;

    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
    let secret = PrivateKeyDer::try_from(signing_key.serialize_der()).expect("a key");
    let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(vec![cert.der().clone()], secret)
        .expect("a certificate with its key");
    let peer = Peer::start().await;
    peer.put_flag("new-billing", 100_000);
    let spoken = Spoken {
        tls: Some(std::sync::Arc::new(config)),
        proxy: None,
    };
    let relay = Relay::to(peer.address(), spoken).await;
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("roots.pem");
    fs::write(&file, cert.pem()).expect("a file");
    let url = format!("https://localhost:{}", relay.address.port());
    let roots = ("SSL_CERT_FILE", file.to_str().expect("text"));
    assert!(start(&["connect", &url], &[roots]).ends_well().await);
}
