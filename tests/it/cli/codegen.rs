//! `tenantry codegen`: the flags of a server as code, which is compiled and run here.
//!
//! Separate programs are compiled by rustc and tsc themselves: that a deleted flag does not compile
//! any more is what the command is for.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use serde_json::{Value, json};
use tempfile::TempDir;
use tenantry_tests::{TestServer, TimeDelta, library, targeting_of};
use tokio::process::Command;

use super::{command_at, finish, run};

/// A server with flags of every kind that matters to code.
async fn server() -> TestServer {
    let server = TestServer::on_sqlite().await;
    let project = server.project();
    let on = |payload: Value| {
        json!({"on": true, "rollout": {"threshold": 100_000},
            "variants": [{"name": "v", "weight": 1, "payload": payload}]})
    };
    let new = json!({"key": "new-billing", "name": "New billing", "owner": "ada"});
    project.post("/flags").json(&new).await.expect(201);
    let allowed = json!({"on": true, "allow": ["acme"]});
    project.set_targeting("new-billing", &allowed).await;
    for (key, payload) in [
        ("page-size", json!(50)),
        ("colour", json!("#00f")),
        ("limits", json!({"seats": 7})),
    ] {
        project.create_targeted(key, &on(payload)).await;
    }
    // In another environment the same flag carries a fraction, so it is no integer.
    project.create_targeted("ratio", &on(json!(1))).await;
    let elsewhere = targeting_of("ratio").replace("production", "staging");
    let fraction = on(json!(0.5));
    project
        .put(elsewhere)
        .if_match("*")
        .json(&fraction)
        .await
        .expect(200);
    project.create_flag("gone").await;
    project
        .post("/flags/gone/archive")
        .json(&json!({}))
        .await
        .expect(200);
    server
}

/// A folder, and the code in a file of this name there.
struct Generated {
    folder: TempDir,
    file: String,
}

impl Generated {
    async fn new(server: &TestServer, language: &str, name: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join(name);
        let generated = Self {
            file: file.to_str().expect("a plain path").to_owned(),
            folder,
        };
        generated.again(server, language).await;
        generated
    }

    async fn again(&self, server: &TestServer, language: &str) {
        run(server, &["codegen", language, "--out", &self.file])
            .await
            .expect(0);
    }

    fn text(&self) -> String {
        fs::read_to_string(&self.file).expect("the file was written")
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }
}

fn said(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    text(&output.stdout) + &text(&output.stderr)
}

/// Compiles a program around the generated code; the binary, or what the compiler says.
async fn compile(generated: &Generated, main: &str) -> Result<PathBuf, String> {
    let source = generated.path().join("main.rs");
    let include = format!("mod flags {{ include!({:?}); }}\n{main}", generated.file);
    fs::write(&source, include).expect("a file");
    let (tenantry, tokio) = (library("tenantry"), library("tokio"));
    let binary = generated.path().join("program");
    let compiled = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()))
        .args(["--edition", "2024", "--deny", "warnings", "-o"])
        .arg(&binary)
        .arg("-L")
        .arg(format!(
            "dependency={}",
            tenantry.parent().expect("a folder").display()
        ))
        .args(["--extern", &format!("tenantry={}", tenantry.display())])
        .args(["--extern", &format!("tokio={}", tokio.display())])
        .arg(&source)
        .output()
        .await
        .expect("rustc can be run");
    if compiled.status.success() {
        Ok(binary)
    } else {
        Err(said(&compiled))
    }
}

const PROGRAM: &str = r#"
#[tokio::main(flavor = "current_thread")]
async fn main() {
    let url = std::env::var("TENANTRY_URL").expect("an address");
    let token = std::env::var("TENANTRY_TOKEN").expect("a token");
    let client = tenantry::Client::builder(url, token).build().await.expect("a client");
    client.connected().await;
    let flags = flags::Flags::new(&client);
    for tenant in ["acme", "globex"] {
        let billing = flags.new_billing().is_enabled(tenant);
        assert_eq!(client.is_enabled(flags::keys::NEW_BILLING, tenant), billing);
        let rows: i64 = flags.page_size_value(tenant, 20);
        let ratio: f64 = flags.ratio_value(tenant, 0.0);
        let colour: String = flags.colour_value(tenant, String::new());
        let limits = flags.limits().is_enabled(tenant);
        println!("{tenant} {billing} {rows} {ratio} {colour} {limits}");
    }
}
"#;

#[tokio::test]
async fn the_rust_code_compiles_and_answers_and_a_deleted_flag_does_not_compile() {
    let server = server().await;
    let generated = Generated::new(&server, "rust", "flags.rs").await;
    let binary = compile(&generated, PROGRAM).await.expect("it compiles");
    let token = server.project().create_token("sdk").await;
    server.published().await;
    let output = Command::new(binary)
        .env("TENANTRY_URL", server.address())
        .env("TENANTRY_TOKEN", token.secret)
        .output();
    let output = tenantry_tests::soon("the program ends", output).await;
    let output = output.expect("the program can be run");
    assert_eq!(
        said(&output),
        "acme true 50 1 #00f true\nglobex false 50 1 #00f true\n"
    );

    let archived = server
        .project()
        .post("/flags/new-billing/archive")
        .json(&json!({}));
    archived.await.expect(200);
    generated.again(&server, "rust").await;
    let errors = compile(&generated, PROGRAM)
        .await
        .expect_err("the flag is gone");
    assert!(
        errors.contains("no method named `new_billing` found"),
        "{errors}"
    );
    assert!(
        errors.contains("cannot find value `NEW_BILLING`"),
        "{errors}"
    );
}

#[tokio::test]
async fn asking_for_an_overdue_flag_is_deprecated() {
    let server = TestServer::on_sqlite().await;
    let expires_on = (server.now() + TimeDelta::days(5)).date_naive();
    let new = json!({"key": "old-search", "expires_on": expires_on});
    server.project().post("/flags").json(&new).await.expect(201);
    let generated = Generated::new(&server, "rust", "flags.rs").await;
    let main = "fn main() { println!(\"{}\", flags::keys::OLD_SEARCH); }";
    compile(&generated, main).await.expect("nothing is overdue");
    server.travel(TimeDelta::days(30));
    generated.again(&server, "rust").await;
    let errors = compile(&generated, main)
        .await
        .expect_err("a warning, which is denied");
    let note = format!("the flag old-search expired on {expires_on} and is overdue: delete it");
    assert!(
        errors.contains("use of deprecated constant") && errors.contains(&note),
        "{errors}"
    );
}

#[tokio::test]
async fn continuous_integration_is_told_when_the_file_is_out_of_date() {
    let server = server().await;
    for (language, name) in [("rust", "flags.rs"), ("typescript", "flags.ts")] {
        let generated = Generated::new(&server, language, name).await;
        let check = ["codegen", language, "--out", &generated.file, "--check"];
        run(&server, &check).await.expect(0);
        let text = generated.text();
        assert!(
            text.contains("\"new-billing\"") && !text.contains("\"gone\""),
            "{text}"
        );
        let printed = run(&server, &["codegen", language]).await.expect(0);
        assert_eq!(printed.out, text, "the same bytes, wherever they go");

        server
            .project()
            .create_flag(&format!("later-{language}"))
            .await;
        let stale = run(&server, &check).await.expect(1);
        assert!(
            stale.out.is_empty() && stale.err.contains(name),
            "{stale:#?}"
        );
        assert_eq!(generated.text(), text, "checking writes nothing");
        generated.again(&server, language).await;
        run(&server, &check).await.expect(0);
        fs::remove_file(&generated.file).expect("it is there");
        run(&server, &check).await.expect(1);
    }
    run(&server, &["codegen", "rust", "--check"])
        .await
        .expect(2);
    run(
        &server,
        &["codegen", "rust", "--out", "/no/such/folder/f.rs"],
    )
    .await
    .expect(2);
}

#[tokio::test]
async fn a_token_of_continuous_integration_reads_all_but_payloads() {
    let server = server().await;
    let token = server.project().create_token("ci").await;
    let codegen = |rest: &'static [&'static str]| {
        let arguments = [&["codegen", "rust"], rest].concat();
        finish(command_at(&server, &token.secret, &arguments))
    };
    let without = codegen(&["--no-payloads"]).await.expect(0);
    assert!(without.out.contains("pub fn page_size(") && !without.out.contains("_value("));
    codegen(&[]).await.expect(3);
}

const QUESTIONS: &str = r##"
import { OFREPProvider } from "@openfeature/ofrep-provider";
import { OpenFeature } from "@openfeature/server-sdk";
import { Flags, type FlagKey, keys } from "./flags.js";

const headers: [string, string][] = [["Authorization", `Bearer ${process.env.TENANTRY_TOKEN}`]];
const provider = new OFREPProvider({ baseUrl: process.env.TENANTRY_URL ?? "", headers });
await OpenFeature.setProviderAndWait(provider);
const flags = new Flags(OpenFeature.getClient());
const key: FlagKey = keys.newBilling;
const rows: number = await flags.pageSize("acme", 20);
const colour: string = await flags.colour("acme", "#000", { plan: "enterprise" });
const billing: boolean[] = [await flags.newBilling("acme"), await flags.newBilling("globex")];
console.log(JSON.stringify([key, keys.limits, rows, colour, billing]));
"##;

/// Type-checks and compiles the program beside the generated code, as strictly as there is.
async fn tsc(generated: &Generated) -> Output {
    let node = Path::new(env!("CARGO_MANIFEST_DIR")).join("openfeature/node");
    let modules = node.join("node_modules");
    assert!(
        modules.join("typescript").exists(),
        "TypeScript is not installed; run: scripts/openfeature-clients.sh"
    );
    let link = generated.path().join("node_modules");
    if !link.exists() {
        std::os::unix::fs::symlink(&modules, link).expect("a link");
    }
    fs::write(generated.path().join("program.ts"), QUESTIONS).expect("a file");
    fs::write(
        generated.path().join("package.json"),
        r#"{"type": "module"}"#,
    )
    .expect("a file");
    Command::new("node")
        .arg(modules.join("typescript/bin/tsc"))
        .args([
            "--strict",
            "--noUnusedLocals",
            "--erasableSyntaxOnly",
            "--verbatimModuleSyntax",
        ])
        .args([
            "--module",
            "nodenext",
            "--target",
            "es2022",
            "--skipLibCheck",
            "--types",
            "node",
        ])
        .arg("program.ts")
        .current_dir(generated.path())
        .output()
        .await
        .expect("node can be run")
}

#[tokio::test]
async fn the_typescript_code_compiles_and_asks_and_a_deleted_flag_does_not_compile() {
    let server = server().await;
    let generated = Generated::new(&server, "typescript", "flags.ts").await;
    let compiled = tsc(&generated).await;
    assert!(compiled.status.success(), "{}", said(&compiled));
    let token = server.project().create_token("sdk").await;
    server.published().await;
    let output = Command::new("node")
        .arg("program.js")
        .current_dir(generated.path())
        .env("TENANTRY_URL", server.address())
        .env("TENANTRY_TOKEN", token.secret)
        .output();
    let output = tenantry_tests::soon("the program ends", output).await;
    let output = output.expect("node can be run");
    assert_eq!(
        said(&output),
        "[\"new-billing\",\"limits\",50,\"#00f\",[true,false]]\n"
    );

    let archived = server
        .project()
        .post("/flags/new-billing/archive")
        .json(&json!({}));
    archived.await.expect(200);
    generated.again(&server, "typescript").await;
    let errors = said(&tsc(&generated).await);
    assert!(
        errors.contains("Property 'newBilling' does not exist on type"),
        "{errors}"
    );
}
