//! The command line, as its users have it: the real binary in a pipe.

mod codegen;
mod debt;
mod eval;
mod expiry_gate;
mod flags;
mod plan;
mod remove;
mod scan;
mod tail;
mod tenants;
mod tokens;
mod usage;

use std::path::Path;
use std::process::Stdio;

use serde_json::Value;
use tenantry_tests::{TestServer, binary};
use tokio::process::Command;

/// What a run printed, and how it ended.
#[derive(Debug)]
struct Run {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Run {
    /// This run, which must have ended so and printed no token.
    fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{self:#?}");
        for text in [&self.out, &self.err] {
            assert!(!text.contains('\u{1b}'), "colours in a pipe: {text:?}");
            assert!(!text.contains("tnry_"), "a token is printed: {text}");
        }
        self
    }

    /// What was printed, as JSON.
    fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error} in {self:#?}"))
    }
}

/// A command with these arguments, not knowing of any server.
fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(binary("tenantry"));
    command
        .env_clear()
        .args(arguments)
        // Not in this repository, which the gate would search for questions to flags.
        .current_dir(std::env::temp_dir())
        .stdin(Stdio::null())
        .kill_on_drop(true);
    command
}

/// A command that knows a server and holds a token.
fn command_at(server: &TestServer, token: &str, arguments: &[&str]) -> Command {
    let mut command = command(arguments);
    command
        .env("TENANTRY_URL", server.address())
        .env("TENANTRY_TOKEN", token);
    command
}

async fn finish(mut command: Command) -> Run {
    let output = tenantry_tests::soon("the command ends", command.output()).await;
    let output = output.expect("the command can be run");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    Run {
        code: output.status.code(),
        out: text(output.stdout),
        err: text(output.stderr),
    }
}

/// Runs a command as the administrator.
async fn run(server: &TestServer, arguments: &[&str]) -> Run {
    finish(command_at(server, tenantry_tests::ADMIN_TOKEN, arguments)).await
}

/// Runs a command as the administrator that is to print a secret: to standard output alone.
async fn run_with_secret(server: &TestServer, arguments: &[&str]) -> Run {
    let run = finish(command_at(server, tenantry_tests::ADMIN_TOKEN, arguments)).await;
    assert_eq!(run.code, Some(0), "{run:#?}");
    assert!(
        run.out.contains("tnry_") && !run.err.contains("tnry_"),
        "{run:#?}"
    );
    run
}

/// Writes a token into a file.
fn token_file(folder: &Path, token: &str) -> String {
    let file = folder.join("token");
    std::fs::write(&file, format!("{token}\n")).expect("a file");
    file.to_str().expect("a plain path").to_owned()
}
