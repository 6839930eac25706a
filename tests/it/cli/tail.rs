//! `tenantry tail`

use std::process::Stdio;
use std::time::Duration;

use serde_json::json;
use tenantry_tests::{ADMIN_TOKEN, TestServer, soon, until};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::time::timeout;

use super::command_at;

#[tokio::test]
async fn a_change_is_printed_as_it_happens() {
    let server = TestServer::on_sqlite().await;
    let project = server.project();
    project.create_flag("new-billing").await;
    let mut command = command_at(&server, ADMIN_TOKEN, &["tail"]);
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("tail runs");
    let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
    // Nothing says when it has begun to listen, so changes are made until one is seen.
    let line = until("a change is printed", async || {
        project
            .set_targeting("new-billing", &json!({"on": true}))
            .await;
        project
            .set_targeting("new-billing", &json!({"on": false}))
            .await;
        loop {
            let line = timeout(Duration::from_millis(100), lines.next_line())
                .await
                .ok()?;
            let line = line.expect("a readable line").expect("tail goes on");
            if line.contains("new-billing") {
                return Some(line);
            }
        }
    })
    .await;
    assert!(!line.contains('\u{1b}'), "colours in a pipe: {line:?}");
    project
        .set_targeting(
            "new-billing",
            &json!({"on": true, "rollout": {"threshold": 12_500}}),
        )
        .await;
    soon("the share is printed", async {
        loop {
            let line = lines
                .next_line()
                .await
                .expect("readable")
                .expect("tail goes on");
            if line.contains("12.5") {
                break;
            }
        }
    })
    .await;
    child.kill().await.expect("tail can be ended");
}
