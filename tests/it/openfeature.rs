//! `OpenFeature`'s own SDKs for Node and Python over OFREP, and for Rust with the SDK's provider,
//! unchanged, against a real server.
//!
//! Separate from the tests of the evaluation API because these clients decide what the protocol
//! means, whatever its document says.
//!
//! **Invariants**
//! - The flags go in through the API, and the expected split comes from the core alone.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use open_feature::provider::{FeatureProvider as _, ProviderStatus};
use open_feature::{
    EvaluationContext, EvaluationDetails, EvaluationResult, OpenFeature, StructValue,
};
use serde_json::{Value, json};
use tenantry::openfeature::TenantryProvider;
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

fn fixture() -> Value {
    let text = std::fs::read_to_string(folder().join("fixture.json")).expect("the fixture");
    serde_json::from_str(&text).expect("the fixture is JSON")
}

impl Scene {
    async fn new() -> Self {
        let server = TestServer::on_sqlite().await;
        let fixture = fixture();
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

/// What a question came to, in the words of the fixture.
fn told<T>(
    result: EvaluationResult<EvaluationDetails<T>>,
    default: &Value,
    json: impl FnOnce(T) -> Value,
) -> Value {
    match result {
        Ok(details) => json!({
            "value": json(details.value),
            "reason": details.reason.map(|reason| reason.to_string()),
            "variant": details.variant,
        }),
        // That crate has no argument for a default, and no details of an error but this.
        Err(error) => json!({
            "value": default, "reason": "ERROR", "errorCode": error.code.to_string(),
        }),
    }
}

fn object(structure: StructValue) -> Value {
    use open_feature::Value as Field;
    let field = |field| match field {
        Field::Bool(truth) => json!(truth),
        Field::Int(number) => json!(number),
        Field::Float(number) => json!(number),
        Field::String(text) => json!(text),
        Field::Array(_) | Field::Struct(_) => panic!("the fixture has none"),
    };
    let fields = structure.fields.into_iter();
    fields.map(|(name, value)| (name, field(value))).collect()
}

#[tokio::test]
async fn the_rust_sdk_gets_what_it_expects() {
    let scene = Scene::new().await;
    let flags = tenantry::Client::builder(scene.server.address(), &scene.token)
        .build()
        .await
        .expect("a client");
    tenantry_tests::soon("the client is connected", flags.connected()).await;
    let provider = TenantryProvider::new(flags);
    assert_eq!(provider.status(), ProviderStatus::Ready);
    let mut api = OpenFeature::default();
    api.set_provider(provider).await;
    let client = api.create_client();
    for case in fixture()["cases"].as_array().expect("cases") {
        let (flag, default) = (case["flag"].as_str().expect("a key"), &case["default"]);
        let mut context = EvaluationContext::default();
        for (name, value) in case["context"].as_object().expect("a context") {
            let text = value.as_str().expect("the fixture's fields are texts");
            context = match name.as_str() {
                "targetingKey" => context.with_targeting_key(text),
                _ => context.with_custom_field(name, text),
            };
        }
        let context = Some(&context);
        let found = match case["type"].as_str().expect("a type") {
            "boolean" => told(
                client.get_bool_details(flag, context, None).await,
                default,
                Value::from,
            ),
            "string" => told(
                client.get_string_details(flag, context, None).await,
                default,
                Value::from,
            ),
            "integer" => told(
                client.get_int_details(flag, context, None).await,
                default,
                Value::from,
            ),
            "float" => told(
                client.get_float_details(flag, context, None).await,
                default,
                Value::from,
            ),
            "object" => told(
                client.get_struct_details(flag, context, None).await,
                default,
                object,
            ),
            other => panic!("no type {other}"),
        };
        for field in ["value", "reason", "variant", "errorCode"] {
            if let Some(wanted) = case.get(field) {
                assert_eq!(&found[field], wanted, "{field} of {case}: {found}");
            }
        }
    }
    let split: BTreeMap<String, bool> = serde_json::from_str(&scene.split).expect("the split");
    for (tenant, on) in split {
        let context = EvaluationContext::default().with_targeting_key(&tenant);
        let answer = client.get_bool_value("quarter", Some(&context), None).await;
        assert_eq!(answer, Ok(on), "{tenant}");
    }
}
