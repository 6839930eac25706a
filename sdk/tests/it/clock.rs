//! The host's clock: nothing hangs on it but the age that a file is said to have.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tenantry::{Client, Source};

use crate::peer::Peer;
use crate::{TOKEN, builder};

/// The Rust files below a folder.
fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// Ways to ask what time it is, other than the monotonic clock's.
const WALL_CLOCKS: [&str; 6] = [
    "SystemTime",
    "UNIX_EPOCH",
    "Utc::now",
    "Local::now",
    ".modified()",
    ".created()",
];

#[test]
fn only_the_age_of_a_file_comes_from_the_hosts_clock() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    for folder in ["src", "core/src", "protocol/src"] {
        sources(&root.join(folder), &mut files);
    }
    assert!(files.len() > 50, "{files:?}");
    let mut readers: Vec<_> = files
        .iter()
        .filter(|file| {
            let text = fs::read_to_string(file).expect("text");
            WALL_CLOCKS.iter().any(|clock| text.contains(clock))
        })
        .map(|file| file.strip_prefix(root).expect("below the root").to_owned())
        .collect();
    readers.sort();
    assert_eq!(readers, [PathBuf::from("src/cache/mod.rs")]);
}

#[tokio::test]
async fn a_host_that_is_a_day_ahead_or_behind_answers_the_same() {
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
    let mut entries = fs::read_dir(folder.path()).expect("a folder");
    let file = entries.next().expect("a file").expect("an entry").path();
    let written = fs::metadata(&file).and_then(|it| it.modified());
    let written = written.expect("a time");
    let day = Duration::from_hours(24);
    // As a host sees the file whose clock has been set forward by a day, or back.
    for (modified, least_age) in [(written - day, day), (written + day, Duration::ZERO)] {
        let handle = fs::File::options().write(true).open(&file).expect("a file");
        handle.set_modified(modified).expect("a time");
        let client = Client::builder(&url, TOKEN)
            .cache_dir(folder.path())
            .build()
            .await;
        let client = client.expect("a client");
        assert_eq!(client.status().source, Source::Disk);
        assert!(client.is_enabled("new-billing", "acme"));
        let age = client.status().age().expect("data");
        assert!(age >= least_age, "{age:?}");
        if least_age.is_zero() {
            assert!(
                age < day,
                "a file from the future is as good as new: {age:?}"
            );
        }
    }
}
