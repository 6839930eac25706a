//! What cargo has built: the workspace's binaries, and libraries to compile programs against.
//!
//! **Invariants**
//! - All is that of the sources as they are, unless the test is told otherwise: cargo is asked once
//!   in each test process.
//! - Cargo is asked as from a shell. The variables that it sets for a test are such that some build
//!   scripts run again when they come or go, and half of the dependencies would be compiled anew.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use serde_json::Value;

/// What cargo said of its work, artifact by artifact.
struct Built {
    folder: PathBuf,
    artifacts: Vec<Value>,
}

/// A binary of this workspace: from the folder that `TENANTRY_TEST_BINARIES` names, or built like
/// the test that asks for it.
#[must_use]
pub fn binary(name: &str) -> PathBuf {
    match std::env::var_os("TENANTRY_TEST_BINARIES") {
        Some(folder) => PathBuf::from(folder).join(name),
        None => built().folder.join(name),
    }
}

/// A library that the workspace's binaries are made of, in the form that rustc takes.
#[must_use]
pub fn library(name: &str) -> PathBuf {
    let of_it = built()
        .artifacts
        .iter()
        .filter(|artifact| artifact["target"]["name"] == name);
    let mut files = of_it
        .flat_map(|artifact| artifact["filenames"].as_array().into_iter().flatten())
        .filter_map(|file| file.as_str().map(Path::new));
    let library = files.find(|file| file.extension().is_some_and(|kind| kind == "rlib"));
    library
        .unwrap_or_else(|| panic!("there is no library {name}"))
        .to_owned()
}

fn built() -> &'static Built {
    static BUILT: OnceLock<Built> = OnceLock::new();
    BUILT.get_or_init(build)
}

/// Has cargo build the binaries in the target folder and the profile of this very test.
fn build() -> Built {
    let test = std::env::current_exe().expect("a test is a file");
    let folder = test.ancestors().nth(2);
    let folder = folder.expect("target/<profile>/deps/<test>").to_owned();
    let target = folder.parent().expect("target/<profile>");
    let mut cargo = Command::new(env!("CARGO"));
    cargo
        // All packages at once: with fewer, dependencies would have fewer features, and be
        // compiled once more.
        .args(["build", "--quiet", "--locked", "--workspace", "--bins"])
        .args(["--message-format", "json-render-diagnostics"])
        .arg("--target-dir")
        .arg(target)
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")));
    if folder.ends_with("release") {
        cargo.arg("--release");
    }
    for (name, _) in std::env::vars_os() {
        let variable = name.to_string_lossy();
        if variable.starts_with("CARGO_PKG_") || variable.starts_with("CARGO_MANIFEST_") {
            cargo.env_remove(&name);
        }
    }
    let output = cargo.output().expect("cargo can be run");
    let problems = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "the binaries cannot be built:\n{problems}"
    );
    let messages = String::from_utf8(output.stdout).expect("cargo prints UTF-8");
    let artifacts = messages
        .lines()
        .map(|line| serde_json::from_str(line).expect("cargo prints JSON"))
        .collect();
    Built { folder, artifacts }
}
