//! The TypeScript of `tests/removal`, with the flags and without them: it compiles, and passes the
//! same tests. What makes the one of the other is a test of `tenantry-scan`; the Rust beside it is
//! a crate of the workspace.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("tests/ lies in the root")
        .to_owned()
}

fn require_success(mut command: Command, what: &str) -> String {
    let output = command.output().expect(what);
    let out = String::from_utf8_lossy(&output.stdout).into_owned();
    let err = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{what}:\n{out}\n{err}");
    out
}

#[test]
fn typescript_compiles_and_passes_its_tests_before_and_after() {
    let packages = ["tests/openfeature/node", "ui"].map(|it| root().join(it).join("node_modules"));
    for folder in &packages {
        assert!(
            folder.is_dir(),
            "{} is missing: run scripts/openfeature-clients.sh and npm --prefix ui ci",
            folder.display()
        );
    }
    let built = tempfile::tempdir().expect("a folder");
    let mut compiler = Command::new("node");
    compiler
        .arg(packages[1].join("typescript/bin/tsc"))
        .arg("--project")
        .arg(root().join("tests/removal/typescript"))
        .arg("--outDir")
        .arg(built.path());
    require_success(compiler, "tsc");

    let mut tests = Command::new("node");
    let [ours, interface] = &packages;
    let mut path = OsString::from(ours);
    path.push(":");
    path.push(interface);
    tests
        .env("NODE_PATH", path)
        .arg("--test")
        .arg(built.path().join("cases.test.js"));
    let said = require_success(tests, "the tests");
    // Twelve cases, each before and after.
    assert!(said.contains("# pass 24"), "{said}");
}
