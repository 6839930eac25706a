//! The disk cache: whole or not at all, whatever happens to the file.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tempfile::TempDir;
use tenantry::{Client, Source};

use crate::peer::Peer;
use crate::{TOKEN, at_revision, builder, logs, within};

/// The one cache file in a folder.
fn cache_file(folder: &Path) -> PathBuf {
    let mut files: Vec<PathBuf> = files(folder);
    files.retain(|path| {
        path.extension()
            .is_some_and(|extension| extension == "cache")
    });
    assert_eq!(files.len(), 1, "{files:?}");
    files.remove(0)
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder");
    entries
        .map(|entry| entry.expect("an entry").path())
        .collect()
}

/// A folder with the cache of a client of an address where nobody is any more.
async fn cached() -> (TempDir, String, Vec<u8>) {
    let folder = tempfile::tempdir().expect("a folder");
    let peer = Peer::start().await;
    peer.put_flag("new-billing", 100_000);
    let client = builder(&peer)
        .cache_dir(folder.path())
        .build()
        .await
        .expect("a client");
    client.shutdown().await;
    let url = peer.url();
    peer.stop().await;
    let bytes = fs::read(cache_file(folder.path())).expect("a file");
    (folder, url, bytes)
}

/// What a client has that starts from this folder, without a server. By a paused clock, because a
/// client that finds nothing waits for its whole time-out.
async fn source(url: &str, token: &str, folder: &Path) -> (Source, bool) {
    let client = Client::builder(url, token)
        .cache_dir(folder)
        .build()
        .await
        .expect("a client");
    (
        client.status().source,
        client.is_enabled("new-billing", "acme"),
    )
}

#[tokio::test]
async fn it_is_used_by_its_owner_and_holds_no_secret() {
    let (folder, url, bytes) = cached().await;
    tokio::time::pause();
    assert_eq!(
        source(&url, TOKEN, folder.path()).await,
        (Source::Disk, true)
    );
    assert_eq!(
        source(&url, "tnry_sdk_another", folder.path()).await,
        (Source::None, false)
    );
    assert_eq!(
        source("http://127.0.0.1:1", TOKEN, folder.path()).await,
        (Source::None, false)
    );
    let text = String::from_utf8(bytes).expect("text");
    assert!(
        !text.contains(TOKEN) && text.starts_with("tenantry-cache 1 "),
        "{text}"
    );
    assert!(!cache_file(folder.path()).to_string_lossy().contains(TOKEN));
}

#[tokio::test]
async fn whatever_is_wrong_with_it_it_is_refused_whole_and_kept() {
    logs::collect();
    let (folder, url, good) = cached().await;
    tokio::time::pause();
    let path = cache_file(folder.path());
    let text = String::from_utf8(good.clone()).expect("text");
    let (header, body) = text.split_once('\n').expect("a header");
    let words: Vec<&str> = header.split(' ').collect();
    let with = |index: usize, word: &str| {
        let mut words = words.clone();
        words[index] = word;
        format!("{}\n{body}", words.join(" ")).into_bytes()
    };
    let mut flipped = good.clone();
    let middle = good.len() - 20;
    flipped[middle] ^= 1;
    let broken: Vec<(&str, Vec<u8>)> = vec![
        ("empty", Vec::new()),
        ("torn", good[..good.len() / 2].to_vec()),
        ("torn in the header", good[..10].to_vec()),
        ("without its last byte", good[..good.len() - 1].to_vec()),
        ("with a byte too many", [good.as_slice(), b"\n"].concat()),
        ("with a bit flipped", flipped),
        ("of a newer format", with(1, "2")),
        ("of an older format", with(1, "0")),
        ("of another environment", with(2, "0123456789abcdef")),
        ("with another length", with(3, "7")),
        ("with another checksum", with(4, "0123456789abcdef")),
        ("something else", b"{\"type\":\"snapshot\"}".to_vec()),
        ("no text", vec![0xff; 4_096]),
    ];
    for (what, bytes) in broken {
        fs::write(&path, &bytes).expect("a file");
        let before = logs::lines_with(&path.display().to_string()).len();
        assert_eq!(
            source(&url, TOKEN, folder.path()).await,
            (Source::None, false),
            "{what}"
        );
        let lines = logs::lines_with(&path.display().to_string());
        assert_eq!(lines.len(), before + 1, "{what}: {lines:#?}");
        let kept = path.with_extension("cache.refused");
        assert_eq!(fs::read(&kept).expect("the file"), bytes, "{what}");
        assert!(!path.exists(), "{what}");
    }
    fs::write(&path, &good).expect("a file");
    assert_eq!(
        source(&url, TOKEN, folder.path()).await,
        (Source::Disk, true)
    );
}

#[tokio::test]
async fn a_file_of_any_size_is_not_even_read() {
    logs::collect();
    let (folder, url, _) = cached().await;
    tokio::time::pause();
    let path = cache_file(folder.path());
    let file = fs::File::create(&path).expect("a file");
    // Ten gigabytes that take no room on the disk.
    file.set_len(10 << 30).expect("a sparse file");
    assert_eq!(
        source(&url, TOKEN, folder.path()).await,
        (Source::None, false)
    );
    let lines = logs::lines_with(&path.display().to_string());
    assert_eq!(lines.len(), 1, "{lines:#?}");
    assert!(lines[0].contains("it is larger than"), "{lines:#?}");
    let kept = fs::metadata(path.with_extension("cache.refused"));
    assert_eq!(kept.expect("the file").len(), 10 << 30);
}

#[cfg(unix)]
#[tokio::test]
async fn what_is_no_file_is_not_even_opened() {
    logs::collect();
    let (folder, url, _) = cached().await;
    tokio::time::pause();
    let path = cache_file(folder.path());
    for make in ["mkfifo", "mkdir"] {
        fs::remove_file(&path).ok();
        let made = std::process::Command::new(make).arg(&path).status();
        assert!(made.is_ok_and(|status| status.success()), "{make}");
        let start = tokio::time::Instant::now();
        // Whoever opened the pipe would wait for a writer for ever.
        let found = crate::within(source(&url, TOKEN, folder.path())).await;
        assert_eq!(found, (Source::None, false), "{make}");
        assert!(start.elapsed() < Duration::from_secs(3), "{make}");
        let lines = logs::lines_with(&path.display().to_string());
        let line = lines.last().expect("a line");
        assert!(line.contains("it is no file"), "{make}: {line}");
        let kept = path.with_extension("cache.refused");
        assert!(kept.exists() && !path.exists(), "{make}");
        fs::remove_file(&kept).ok();
    }
}

#[tokio::test]
async fn the_servers_older_word_counts_only_as_an_answer() {
    let (folder, url, _) = cached().await;
    let address = url.trim_start_matches("http://").parse();
    let peer = Peer::start_at(address.expect("an address")).await;
    for threshold in [0, 1, 2] {
        peer.put_flag("new-billing", threshold);
    }
    let older = peer.publication().snapshot();
    peer.put_flag("new-billing", 100_000);
    let client = builder(&peer).cache_dir(folder.path()).build().await;
    let client = client.expect("a client");
    at_revision(&client, 4).await;
    peer.say(&older);
    peer.heartbeat();
    within(peer.until(|seen| seen.heard.iter().any(|text| text.contains("applied")))).await;
    within(client.shutdown()).await;
    peer.stop().await;
    let client = Client::builder(&url, TOKEN)
        .cache_dir(folder.path())
        .build()
        .await;
    let status = client.expect("a client").status();
    assert_eq!((status.source, status.revision), (Source::Disk, 4));
}

#[tokio::test]
async fn a_refused_cache_leaves_it_to_the_bootstrap_file() {
    let (folder, url, _) = cached().await;
    fs::write(cache_file(folder.path()), "torn").expect("a file");
    let bootstrap = folder.path().join("flags.json");
    fs::write(&bootstrap, r#"{"items":[]}"#).expect("a file");
    let client = Client::builder(url, TOKEN)
        .cache_dir(folder.path())
        .bootstrap(bootstrap);
    assert_eq!(
        client.build().await.expect("a client").status().source,
        Source::Bootstrap
    );
}

#[tokio::test]
async fn what_dead_processes_left_behind_is_removed() {
    let (folder, url, _) = cached().await;
    let path = cache_file(folder.path());
    let (old, young) = (
        path.with_extension("cache.1.tmp"),
        path.with_extension("cache.2.tmp"),
    );
    let other = folder.path().join("somebody-elses.tmp");
    for path in [&old, &young, &other] {
        fs::write(path, "half a file").expect("a file");
    }
    let written = fs::metadata(&old).and_then(|it| it.modified());
    let hour_ago = written.expect("a time") - Duration::from_hours(1);
    for path in [&old, &other] {
        let file = fs::File::options().write(true).open(path).expect("a file");
        file.set_modified(hour_ago).expect("a time");
    }
    let address = url
        .trim_start_matches("http://")
        .parse()
        .expect("an address");
    let peer = Peer::start_at(address).await;
    peer.put_flag("new-billing", 0);
    peer.put_flag("new-billing", 0);
    let client = builder(&peer)
        .cache_dir(folder.path())
        .build()
        .await
        .expect("a client");
    at_revision(&client, 2).await;
    within(client.shutdown()).await;
    assert!(!old.exists() && young.exists() && other.exists());
}
