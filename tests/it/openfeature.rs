//! `OpenFeature`'s own SDKs for Node and Python, unchanged, against a real server.
//!
//! Separate from the tests of the evaluation API because these clients decide what the protocol
//! means, whatever its document says.
//!
//! **Invariants**
//! - The flags go in through the API, and the expected split comes from the core alone.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde_json::{Value, json};
use tenantry_tests::{TestServer, targeting_of};
use tokio::process::Command;

/// How many tenants are asked for the percentage.
const TENANTS: usize = 200;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("openfeature")
}

/// A server with the fixture's flags, and what its clients are told about it.
struct Scene {
    server: TestServer,
    token: String,
    split: String,
}

impl Scene {
    async fn new() -> Self {
        let server = TestServer::on_sqlite().await;
        let text = std::fs::read_to_string(folder().join("fixture.json")).expect("the fixture");
        let fixture: Value = serde_json::from_str(&text).expect("the fixture is JSON");
        let project = server.project();
        let mut split = BTreeMap::new();
        for flag in fixture["flags"].as_array().expect("flags") {
            let mut new = json!({"key": flag["key"]});
            if let Some(salt) = flag["salt"].as_str() {
                new["salt"] = json!(salt);
                let threshold = flag["targeting"]["rollout"]["threshold"].as_u64();
                split = expected_split(salt, threshold.expect("a rollout"));
            }
            project.post("/flags").json(&new).await.expect(201);
            let key = flag["key"].as_str().expect("a key");
            project
                .put(targeting_of(key))
                .if_match("*")
                .json(&flag["targeting"])
                .await
                .expect(200);
        }
        let token = project.create_token("sdk").await.secret;
        server.published().await;
        let split = serde_json::to_string(&split).expect("JSON");
        Self {
            server,
            token,
            split,
        }
    }

    /// Runs a client's own test runner to its end.
    async fn run(&self, program: &Path, arguments: &[&str], folder: &Path) {
        let output = Command::new(program)
            .args(arguments)
            .current_dir(folder)
            .env("TENANTRY_URL", self.server.address())
            .env("TENANTRY_TOKEN", &self.token)
            .env("TENANTRY_SPLIT", &self.split)
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .output()
            .await
            .unwrap_or_else(|error| panic!("{} cannot be run: {error}", program.display()));
        let (out, err) = (
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr),
        );
        assert!(output.status.success(), "{}:\n{out}\n{err}", output.status);
    }
}

/// Who gets a flag with this salt and threshold, by the core alone.
fn expected_split(salt: &str, threshold: u64) -> BTreeMap<String, bool> {
    let on = |tenant: &str| u64::from(tenantry_core::bucket(salt, tenant).number()) < threshold;
    (0..TENANTS)
        .map(|number| format!("tenant-{number}"))
        .map(|it| (it.clone(), on(&it)))
        .collect()
}

/// Fails unless `scripts/openfeature-clients.sh` has been run.
fn expect_installed(path: &Path) {
    assert!(
        path.exists(),
        "OpenFeature's clients are not installed ({} is missing); run: scripts/openfeature-clients.sh",
        path.display()
    );
}

#[tokio::test]
async fn the_node_sdk_gets_what_it_expects() {
    let folder = folder().join("node");
    expect_installed(&folder.join("node_modules/@openfeature"));
    Scene::new()
        .await
        .run(Path::new("node"), &["--test"], &folder)
        .await;
}

#[tokio::test]
async fn the_python_sdk_gets_what_it_expects() {
    let folder = folder().join("python");
    let python = folder.join(".venv/bin/python");
    expect_installed(&python);
    Scene::new()
        .await
        .run(&python, &["-m", "unittest"], &folder)
        .await;
}
