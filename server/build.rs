//! Decides which web interface this build of the server carries, and names its folder to
//! `src/ui.rs` in `UI_DIST`. It is a build script, so that `cargo build --release` alone makes a
//! whole server.
//!
//! **Invariants**: only a release build with the feature `embed-ui` ever calls npm, so `cargo test`
//! needs no Node. Lack of Node never fails a build: the server then serves a page that says how to
//! build the interface. A build of the interface that starts and fails does fail this one: a
//! release must not lose its interface silently.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// Everything the interface is built from, below `ui/`.
const SOURCES: [&str; 7] = [
    "index.html",
    "package-lock.json",
    "package.json",
    "public",
    "src",
    "tsconfig.json",
    "vite.config.ts",
];

/// The page served in place of the interface.
const PLACEHOLDER: &str = include_str!("src/ui_placeholder.html");

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=src/ui_placeholder.html");
    println!("cargo::rerun-if-env-changed=TENANTRY_UI_DIST");

    let root = PathBuf::from(variable("CARGO_MANIFEST_DIR")).join("..");
    let own = PathBuf::from(variable("OUT_DIR")).join("ui");
    let release =
        variable("PROFILE") == "release" && env::var_os("CARGO_FEATURE_EMBED_UI").is_some();

    let dist = if let Some(given) = env::var_os("TENANTRY_UI_DIST").filter(|it| !it.is_empty()) {
        prebuilt(&root.join(given))
    } else if !release {
        write_placeholder(&own, "This build of the server carries no web interface.");
        own
    } else if has_node() {
        build(&root.join("ui"), &own);
        own
    } else {
        // Tried again once a Node.js may have been put on the path.
        println!("cargo::rerun-if-env-changed=PATH");
        println!(
            "cargo::warning=Node.js was not found: the server will serve a page that says how to \
             build the web interface, instead of the interface"
        );
        write_placeholder(
            &own,
            "This server was built without Node.js, so it carries no web interface.",
        );
        own
    };
    println!("cargo::rustc-env=UI_DIST={}", dist.display());
}

/// An interface that somebody built before; a relative path is relative to the workspace.
fn prebuilt(folder: &Path) -> PathBuf {
    println!("cargo::rerun-if-changed={}", folder.display());
    assert!(
        folder.join("index.html").is_file(),
        "TENANTRY_UI_DIST names {}, which has no index.html: run `npm ci && npm run build` in ui/ \
         and set TENANTRY_UI_DIST=ui/dist",
        folder.display()
    );
    folder
        .canonicalize()
        .expect("a folder whose index.html was just found can be resolved")
}

fn build(ui: &Path, dist: &Path) {
    for source in SOURCES.map(|name| ui.join(name)) {
        // A path that does not exist would run this script at every build.
        if source.exists() {
            println!("cargo::rerun-if-changed={}", source.display());
        }
    }

    let lock = fs::read(ui.join("package-lock.json"))
        .expect("ui/package-lock.json is part of the sources");
    let stamp = ui.join("node_modules/.installed-lock");
    if fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        println!("cargo::rerun-if-changed={}", stamp.display());
    } else {
        npm(ui, &["ci", "--no-audit", "--no-fund"]);
        // Failing to write it costs only another `npm ci` next time.
        let _ = fs::write(&stamp, &lock);
    }

    let out = dist.to_str().expect("cargo's OUT_DIR is valid UTF-8");
    npm(
        ui,
        &["run", "build", "--", "--outDir", out, "--emptyOutDir"],
    );
}

/// Runs npm in `ui/`; what it prints goes to the build script's output, which cargo shows when the
/// script fails.
fn npm(ui: &Path, arguments: &[&str]) {
    let status = Command::new(npm_command())
        .args(arguments)
        .current_dir(ui)
        .status();
    assert!(
        status.is_ok_and(|status| status.success()),
        "`npm {}` failed in ui/ (its output is above). Two ways out: build the interface elsewhere \
         and pass its folder in TENANTRY_UI_DIST, or build the server without it: \
         `cargo build --release -p tenantry-server --no-default-features`",
        arguments.join(" ")
    );
}

fn has_node() -> bool {
    ["node", npm_command()].iter().all(|command| {
        Command::new(command)
            .arg("--version")
            .output()
            .is_ok_and(|output| output.status.success())
    })
}

fn npm_command() -> &'static str {
    if cfg!(windows) { "npm.cmd" } else { "npm" }
}

/// Leaves exactly one file in `folder`, whatever an earlier build put there.
fn write_placeholder(folder: &Path, why: &str) {
    let _ = fs::remove_dir_all(folder);
    fs::create_dir_all(folder).expect("cargo's OUT_DIR can be written");
    fs::write(folder.join("index.html"), PLACEHOLDER.replace("{why}", why))
        .expect("cargo's OUT_DIR can be written");
}

fn variable(name: &str) -> String {
    env::var(name).expect("cargo sets its variables for build scripts")
}
