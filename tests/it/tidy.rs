//! The architecture, held: which crate may lean on which, and what every source file keeps to.
//!
//! Separate from the other tests because it reads the repository instead of running it.
//!
//! **Invariants**
//! - Arrows between crates point one way; a new one is a decision, made in this table.
//! - Only the store knows SQL; only the server knows axum, and of the SDK the feature that is named
//!   after it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Each crate and the crates of this workspace it may use outside its tests.
const ARROWS: &[(&str, &[&str])] = &[
    ("tenantry-core", &[]),
    ("tenantry-protocol", &["tenantry-core"]),
    ("tenantry", &["tenantry-core", "tenantry-protocol"]),
    (
        "tenantry-cli",
        &["tenantry-core", "tenantry-protocol", "tenantry-scan"],
    ),
    ("tenantry-scan", &["tenantry-core", "tenantry-protocol"]),
    ("tenantry-store", &["tenantry-core"]),
    ("tenantry-guard", &[]),
    ("tenantry-plan", &["tenantry-core"]),
    ("tenantry-guard-simulation", &["tenantry-guard"]),
    (
        "tenantry-server",
        &[
            "tenantry-core",
            "tenantry-guard",
            "tenantry-plan",
            "tenantry-protocol",
            "tenantry-store",
        ],
    ),
];

/// Libraries that belong to some rooms only.
const ROOMS: &[(&str, &[&str])] = &[
    ("sqlx", &["tenantry-store", "tenantry-tests"]),
    ("sea-query", &["tenantry-store"]),
    (
        // The SDK's is optional: its feature `axum`.
        "axum",
        &[
            "tenantry",
            "tenantry-server",
            "tenantry-tests",
            "example-axum-service",
        ],
    ),
    (
        "tokio",
        &[
            "tenantry",
            "tenantry-cli",
            "tenantry-store",
            "tenantry-server",
            "tenantry-tests",
            "example-quickstart",
            "example-axum-service",
        ],
    ),
    (
        "reqwest",
        &["tenantry-cli", "tenantry-server", "tenantry-tests"],
    ),
];

/// The longest a source file may be, in lines.
const LONGEST_FILE: usize = 500;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("tests/ lies in the root")
        .to_owned()
}

/// The normal dependencies of every crate of the workspace, by name.
fn dependencies() -> BTreeMap<String, BTreeSet<String>> {
    let output = Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--no-deps",
            "--format-version",
            "1",
            "--offline",
        ])
        .current_dir(root())
        .output()
        .expect("cargo runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let metadata: serde_json::Value =
        serde_json::from_slice(&output.stdout).expect("cargo prints JSON");
    let text = |value: &serde_json::Value| value.as_str().expect("a name").to_owned();
    metadata["packages"]
        .as_array()
        .expect("packages")
        .iter()
        .map(|package| {
            let normal = package["dependencies"]
                .as_array()
                .expect("dependencies")
                .iter()
                .filter(|dependency| dependency["kind"].is_null())
                .map(|dependency| text(&dependency["name"]))
                .collect();
            (text(&package["name"]), normal)
        })
        .collect()
}

/// Every Rust file that git knows, with its text.
fn sources() -> Vec<(PathBuf, String)> {
    let output = Command::new("git")
        .args([
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
            "*.rs",
        ])
        .current_dir(root())
        .output()
        .expect("git runs");
    assert!(output.status.success(), "the tests run in a git checkout");
    String::from_utf8(output.stdout)
        .expect("paths are UTF-8")
        .split_terminator('\0')
        .map(|path| (PathBuf::from(path), root().join(path)))
        .filter(|(_, file)| file.exists())
        .map(|(path, file)| {
            (
                path,
                std::fs::read_to_string(file).expect("a source file is UTF-8"),
            )
        })
        .collect()
}

#[test]
fn arrows_between_crates_point_one_way() {
    let dependencies = dependencies();
    for (name, allowed) in ARROWS {
        let found = dependencies
            .get(*name)
            .unwrap_or_else(|| panic!("no crate {name}"));
        for target in found.iter().filter(|target| target.starts_with("tenantry")) {
            assert!(
                allowed.contains(&target.as_str()),
                "{name} must not depend on {target}; if it should, say why in ARCHITECTURE.md and add the arrow here"
            );
        }
    }
}

#[test]
fn libraries_stay_in_their_rooms() {
    for (name, found) in dependencies() {
        for (library, rooms) in ROOMS {
            assert!(
                !found.contains(*library) || rooms.contains(&name.as_str()),
                "{name} must not depend on {library}, which belongs to {rooms:?}"
            );
        }
    }
}

#[test]
fn every_source_file_says_what_it_is() {
    let silent: Vec<_> = sources()
        .into_iter()
        .filter(|(_, text)| !text.starts_with("//!"))
        .map(|(path, _)| path)
        .collect();
    assert!(
        silent.is_empty(),
        "these files do not begin with `//!`: {silent:#?}"
    );
}

#[test]
fn no_source_file_is_too_long_to_read() {
    let long: Vec<_> = sources()
        .into_iter()
        .map(|(path, text)| (path, text.lines().count()))
        .filter(|(_, lines)| *lines > LONGEST_FILE)
        .collect();
    assert!(
        long.is_empty(),
        "over {LONGEST_FILE} lines; two files would be clearer: {long:#?}"
    );
}

#[test]
fn migrations_have_the_same_numbers_on_both_databases() {
    let numbers = |folder: &str| -> BTreeSet<String> {
        std::fs::read_dir(root().join("migrations").join(folder))
            .expect("the folder of migrations")
            .map(|entry| {
                entry
                    .expect("an entry")
                    .file_name()
                    .to_string_lossy()
                    .into_owned()
            })
            .collect()
    };
    assert_eq!(numbers("sqlite"), numbers("postgres"));
    assert!(!numbers("sqlite").is_empty());
}
