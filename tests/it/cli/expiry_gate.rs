//! The gate on a real repository: what a change adds, and the commands of `examples/expiry-gate`,
//! word for word.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde_json::{Value, json};
use tenantry_tests::{TestServer, TimeDelta, binary};
use tokio::process::Command;

use super::{Run, finish};

/// A repository on `main` and a clone of it, in which somebody works.
struct Clone {
    folder: tempfile::TempDir,
}

const ASKS: &str = "use tenantry::Client;\n\npub fn total(flags: &Client, tenant: &str) -> u32 {\n    \
                    if flags.is_enabled(\"new-billing\", tenant) { 2 } else { 1 }\n}\n";
const DOES_NOT_ASK: &str =
    "use tenantry::Client;\n\npub fn total(_flags: &Client, _tenant: &str) -> u32 {\n    2\n}\n";

/// How somebody takes the flag out who does not wait for the proof.
const REMOVE: &str = "tenantry remove new-billing --keep on --force --apply";

impl Clone {
    fn new() -> Self {
        let clone = Self {
            folder: tempfile::tempdir().expect("a folder"),
        };
        let origin = clone.folder.path().join("origin");
        std::fs::create_dir(&origin).expect("a folder");
        git(
            &origin,
            &["init", "--quiet", "--bare", "--initial-branch", "main"],
        );
        let folder = clone.folder.path();
        git(folder, &["clone", "--quiet", "origin", "clone"]);
        git(&clone.path(), &["checkout", "--quiet", "-b", "main"]);
        clone.commit(&[("src/invoice.rs", ASKS), ("README.md", "Invoices.\n")]);
        git(&clone.path(), &["push", "--quiet", "origin", "main"]);
        clone
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("clone")
    }

    fn write(&self, path: &str, text: &str) {
        let file = self.path().join(path);
        std::fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
        std::fs::write(file, text).expect("a file");
    }

    fn commit(&self, files: &[(&str, &str)]) {
        for (path, text) in files {
            self.write(path, text);
        }
        git(&self.path(), &["add", "--all"]);
        git(
            &self.path(),
            &["commit", "--quiet", "--allow-empty", "--message", "Work"],
        );
    }

    /// Begins a branch where `main` is at its origin.
    fn branch(&self, name: &str, files: &[(&str, &str)]) {
        git(
            &self.path(),
            &["checkout", "--quiet", "--force", "-B", name, "origin/main"],
        );
        self.commit(files);
    }

    /// Runs a line of a shell in the clone, as a CI does.
    async fn shell(&self, line: &str, variables: &[(&str, &str)]) -> Run {
        let tenantry = binary("tenantry");
        let tools = tenantry
            .parent()
            .expect("a folder")
            .to_str()
            .expect("a plain path");
        let path = std::env::var("PATH").expect("a path");
        let mut command = Command::new("sh");
        command
            .env_clear()
            .env("PATH", format!("{tools}:{path}"))
            .env("HOME", self.folder.path())
            .envs(variables.iter().copied())
            .args(["-e", "-c", line])
            .current_dir(self.path())
            .stdin(Stdio::null())
            .kill_on_drop(true);
        finish(command).await
    }

    /// Runs `tenantry debt` in the clone, by what was exported.
    async fn debt(&self, arguments: &str) -> Run {
        let file = self.folder.path().join("debt.json");
        let line = format!("tenantry debt --from {} {arguments}", file.display());
        self.shell(&line, &[]).await
    }

    /// Exports the server's debt for [`Self::debt`], as of today: its clock may be far ahead.
    async fn export(&self, server: &TestServer) {
        let mut snapshot = server.project().get("/debt/snapshot").await.ok(200);
        snapshot["report"]["generated_at"] = chrono::Utc::now().to_rfc3339().into();
        let file = self.folder.path().join("debt.json");
        std::fs::write(file, snapshot.to_string()).expect("a file");
    }
}

fn git(folder: &Path, arguments: &[&str]) {
    let output = std::process::Command::new("git")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_SYSTEM", "/dev/null")
        .args(["-c", "user.name=Ada", "-c", "user.email=ada@example.com"])
        .arg("-C")
        .arg(folder)
        .args(arguments)
        .output()
        .expect("git runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "git {arguments:?}: {said}");
}

/// A server on which `new-billing` is overdue and `export` is not.
async fn server_in_debt() -> TestServer {
    let server = TestServer::on_sqlite().await;
    for (key, days) in [("new-billing", 1), ("export", 300)] {
        let expires_on = (server.now() + TimeDelta::days(days)).date_naive();
        let new = json!({"key": key, "expires_on": expires_on, "owner": "ada"});
        server.project().post("/flags").json(&new).await.expect(201);
    }
    server.travel(TimeDelta::days(40));
    server
}

#[tokio::test]
async fn a_change_fails_only_for_what_it_adds() {
    let server = server_in_debt().await;
    let clone = Clone::new();
    clone.export(&server).await;
    let since = "--changed-since origin/main";
    let all = clone.debt("").await.expect(1);
    assert!(all.out.contains("src/invoice.rs:4:14"), "{all:#?}");

    clone.branch("unrelated", &[("README.md", "All about invoices.\n")]);
    let shown = clone.debt(since).await.expect(0);
    assert!(
        shown.out.contains("! new-billing"),
        "it is shown: {shown:#?}"
    );

    let moved = format!("// Moved.\n{ASKS}");
    clone.branch(
        "moved",
        &[("src/invoice.rs", ""), ("src/billing.rs", &moved)],
    );
    clone.debt(since).await.expect(0);

    let more = ASKS.replace("total", "rest");
    clone.branch("more", &[("src/rest.rs", &more)]);
    let added = clone.debt(since).await.expect(1);
    assert!(
        added.out.contains("src/rest.rs:4:14 is_enabled, added"),
        "{added:#?}"
    );
    clone
        .debt(&format!("{since} --fail-on unowned"))
        .await
        .expect(0);
    clone
        .debt(&format!("{since} --fail-on never"))
        .await
        .expect(0);

    // A flag in good order may be asked for; one that does not exist may not.
    let other = ASKS.replace("new-billing", "export");
    clone.branch("other", &[("src/other.rs", &other)]);
    clone.debt(since).await.expect(0);
    let typo = ASKS.replace("new-billing", "exprot");
    clone.branch("typo", &[("src/other.rs", &typo)]);
    let unknown = clone.debt(since).await.expect(1);
    assert!(unknown.out.contains("✗ exprot  unknown"), "{unknown:#?}");

    // What is not committed is part of the change, and so is a constant's value.
    clone.branch(
        "constant",
        &[("src/keys.rs", "pub const KEY: &str = \"export\";\n")],
    );
    let by_constant = ASKS
        .replace("\"new-billing\"", "KEY")
        .replace("\n\n", "\nuse crate::keys::KEY;\n\n");
    clone.commit(&[("src/by_constant.rs", &by_constant)]);
    clone.debt(since).await.expect(0);
    clone.debt("--changed-since HEAD").await.expect(0);
    clone.write("src/keys.rs", "pub const KEY: &str = \"new-billing\";\n");
    let by_constant = clone.debt("--changed-since HEAD").await.expect(1);
    assert!(
        by_constant.out.contains("src/by_constant.rs:5:14"),
        "{by_constant:#?}"
    );
}

#[tokio::test]
async fn a_clone_without_the_history_is_told_how_to_get_it() {
    let server = server_in_debt().await;
    let clone = Clone::new();
    clone.export(&server).await;
    let unknown = clone.debt("--changed-since origin/next").await.expect(2);
    assert!(
        unknown.err.contains("no revision origin/next") && unknown.err.contains("fetch-depth: 0"),
        "{unknown:#?}"
    );
    let option = clone.debt("--changed-since=--all").await.expect(2);
    assert!(option.err.contains("no revision --all"), "{option:#?}");

    clone.branch("next", &[("README.md", "More.\n")]);
    git(&clone.path(), &["push", "--quiet", "origin", "next"]);
    let origin = format!("file://{}", clone.folder.path().join("origin").display());
    let shallow = clone.folder.path().join("shallow");
    let shallow = shallow.to_str().expect("a plain path");
    git(
        clone.folder.path(),
        &[
            "clone",
            "--quiet",
            "--depth=1",
            "--branch=next",
            &origin,
            shallow,
        ],
    );
    let file = clone.folder.path().join("debt.json");
    let line = format!(
        "cd {shallow} && tenantry debt --from {} --changed-since origin/main",
        file.display()
    );
    let told = clone.shell(&line, &[]).await.expect(2);
    assert!(
        told.err.contains("shallow") && told.err.contains("fetch-depth: 0"),
        "{told:#?}"
    );
    let outside = format!(
        "cd .. && tenantry debt --from {} --changed-since main",
        file.display()
    );
    let outside = clone.shell(&outside, &[]).await.expect(2);
    assert!(outside.err.contains("no git repository"), "{outside:#?}");
}

#[tokio::test]
async fn a_repository_inside_of_this_one_answers_for_itself() {
    let server = server_in_debt().await;
    let clone = Clone::new();
    clone.export(&server).await;
    let library = clone.folder.path().join("library");
    std::fs::create_dir_all(library.join("src")).expect("a folder");
    std::fs::write(library.join("src/lib.rs"), ASKS).expect("a file");
    git(&library, &["init", "--quiet", "--initial-branch", "main"]);
    git(&library, &["add", "--all"]);
    git(&library, &["commit", "--quiet", "--message", "Work"]);
    clone.branch("library", &[("README.md", "With a library.\n")]);
    let add = ["submodule", "--quiet", "add", "../library", "library"];
    let allow = ["-c", "protocol.file.allow=always"];
    git(&clone.path(), &[&allow[..], &add[..]].concat());
    clone.commit(&[]);
    let shown = clone.debt("--changed-since origin/main").await.expect(0);
    assert!(shown.out.contains("library/src/lib.rs:4:14"), "{shown:#?}");
    // Git was asked, and the clone is as it was.
    let status = clone.shell("git status --porcelain", &[]).await.expect(0);
    assert_eq!(status.out, "");
}

#[tokio::test]
async fn a_clone_that_git_does_not_trust_is_no_reason_to_let_a_change_through() {
    let server = server_in_debt().await;
    let clone = Clone::new();
    clone.export(&server).await;
    // As for another user's clone; git has this variable for its own tests.
    let others = [("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")];
    let file = clone.folder.path().join("debt.json");
    let line = format!("tenantry debt --from {}", file.display());
    let warned = clone.shell(&line, &others).await.expect(1);
    assert!(
        warned.err.contains("the code is not searched") && warned.err.contains("safe.directory"),
        "{warned:#?}"
    );
    let line = format!("{line} --changed-since origin/main");
    let refused = clone.shell(&line, &others).await.expect(2);
    assert!(refused.err.contains("safe.directory"), "{refused:#?}");
}

/// An example's two commands: of a change, and of everything.
struct Commands {
    of_a_change: String,
    of_all: String,
    /// What the CI sets.
    variables: Vec<(&'static str, String)>,
}

fn example(name: &str) -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../examples/expiry-gate")
        .join(name);
    std::fs::read_to_string(file).expect(name)
}

/// The only two of an example's commands that ask the gate, that of a change first.
fn two(commands: impl IntoIterator<Item = String>) -> (String, String) {
    let asks = |command: &String| command.starts_with("tenantry debt");
    let commands: Vec<String> = commands.into_iter().filter(asks).collect();
    let [of_a_change, of_all] = commands.try_into().expect("two commands");
    assert!(of_a_change.contains("--changed-since") && !of_all.contains("--changed-since"));
    (of_a_change, of_all)
}

fn github() -> Commands {
    let workflow: Value = serde_saphyr::from_str(&example("github-actions.yml")).expect("YAML");
    let steps = workflow["jobs"]["expiry"]["steps"]
        .as_array()
        .expect("steps");
    assert_eq!(steps[0]["with"]["fetch-depth"], 0);
    let change = steps
        .iter()
        .find(|step| step["id"] == "change")
        .expect("a step");
    assert_eq!(change["env"]["TARGET"], "${{ github.base_ref }}");
    let commands = steps.iter().filter_map(|step| step["run"].as_str());
    let (of_a_change, of_all) = two(commands.map(str::to_owned));
    let variables = vec![
        ("TARGET", "main".to_owned()),
        ("GITHUB_STEP_SUMMARY", "../summary.md".to_owned()),
    ];
    Commands {
        of_a_change,
        of_all,
        variables,
    }
}

fn gitlab() -> Commands {
    let pipeline: Value = serde_saphyr::from_str(&example("gitlab-ci.yml")).expect("YAML");
    assert_eq!(pipeline[".flag-expiry"]["variables"]["GIT_DEPTH"], "0");
    let jobs = ["flag-expiry-of-a-merge-request", "flag-expiry"];
    let scripts = jobs
        .iter()
        .flat_map(|job| pipeline[job]["script"].as_array().expect(job));
    let commands = scripts.map(|line| line.as_str().expect("a line").to_owned());
    let (of_a_change, of_all) = two(commands);
    let variables = vec![("CI_MERGE_REQUEST_DIFF_BASE_SHA", "origin/main".to_owned())];
    Commands {
        of_a_change,
        of_all,
        variables,
    }
}

fn jenkins() -> Commands {
    let pipeline = example("Jenkinsfile");
    let lines = pipeline.lines().filter_map(|line| {
        let line = line.trim().strip_prefix("sh '")?;
        Some(line.strip_suffix('\'')?.to_owned())
    });
    let (of_a_change, of_all) = two(lines);
    let variables = vec![("CHANGE_TARGET", "main".to_owned())];
    Commands {
        of_a_change,
        of_all,
        variables,
    }
}

/// Lives through a flag's last days with an example's commands.
async fn check(commands: Commands, reports: &[&str]) {
    let server = server_in_debt().await;
    let clone = Clone::new();
    let token = server.project().create_token("ci").await.secret;
    let address = server.address();
    let mut variables = vec![
        ("TENANTRY_URL", address.as_str()),
        ("TENANTRY_TOKEN", &token),
    ];
    variables.extend(
        commands
            .variables
            .iter()
            .map(|(name, value)| (*name, value.as_str())),
    );

    let overdue = clone.shell(&commands.of_all, &variables).await.expect(1);
    assert!(overdue.out.contains("new-billing"), "{overdue:#?}");
    for report in reports {
        let written = std::fs::read_to_string(clone.path().join(report)).expect(report);
        assert!(written.contains("new-billing"), "{report}: {written}");
        std::fs::remove_file(clone.path().join(report)).expect(report);
    }

    let more = ASKS.replace("total", "rest");
    clone.branch("more", &[("src/rest.rs", &more)]);
    let added = clone
        .shell(&commands.of_a_change, &variables)
        .await
        .expect(1);
    assert!(added.out.contains("new-billing"), "{added:#?}");

    let typo = ASKS.replace("new-billing", "new-biling");
    clone.branch("typo", &[("src/typo.rs", &typo)]);
    let unknown = clone
        .shell(&commands.of_a_change, &variables)
        .await
        .expect(1);
    assert!(unknown.out.contains("new-biling"), "{unknown:#?}");

    clone.branch("unrelated", &[("README.md", "All about invoices.\n")]);
    clone
        .shell(&commands.of_a_change, &variables)
        .await
        .expect(0);

    // Taken out of the code, which alone is not enough, and archived.
    clone.branch("without", &[]);
    clone.shell(REMOVE, &variables).await.expect(0);
    let left = std::fs::read_to_string(clone.path().join("src/invoice.rs")).expect("a file");
    assert_eq!(left, DOES_NOT_ASK);
    clone.commit(&[]);
    clone
        .shell(&commands.of_a_change, &variables)
        .await
        .expect(0);
    clone.shell(&commands.of_all, &variables).await.expect(1);
    let archive = server.project().post("/flags/new-billing/archive");
    archive.json(&json!({"reason": "gone"})).await.expect(200);
    clone.shell(&commands.of_all, &variables).await.expect(0);
}

#[tokio::test]
async fn the_example_for_github_actions() {
    check(github(), &["../summary.md", "debt.sarif"]).await;
}

#[tokio::test]
async fn the_example_for_gitlab() {
    check(gitlab(), &["debt.codequality.json", "debt.xml"]).await;
}

#[tokio::test]
async fn the_example_for_jenkins() {
    check(jenkins(), &["debt.xml"]).await;
}
