//! A mail server that takes a connection and says nothing holds nobody up.

use serde_json::json;
use tenantry_tests::TestServer;
use tokio::net::TcpListener;

use super::mailbox::Mailbox;
use super::webhook::Receiver;
use super::{is_done, newest, set, ways};

#[tokio::test]
async fn a_mail_server_that_says_nothing_does_not_keep_the_webhook_waiting() {
    let (receiver, mailbox) = (Receiver::start().await, Mailbox::start().await);
    let silent = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("smtp://{}", silent.local_addr().expect("an address"));
    let both = ways(&receiver, &mailbox);
    let server = TestServer::on_sqlite_with(|config| {
        both(config);
        config.notify.smtp_url = Some(url.as_str().into());
    })
    .await;
    let project = server.project();
    let settings = json!({"owners": {"ada": ["ada@example.com"]}});
    set(&project, &settings).await;
    let ada = json!({"owner": "ada"});
    let post = project.post("/notifications/test").json(&ada);
    post.await.expect(202);
    let connected = silent.accept().await.expect("it is connected to");
    // The mail hangs now; what nobody gets by mail is told all the same.
    let told = project.post("/notifications/test").await.ok(202);
    newest(&project, "the other is told", |it| {
        it["id"] == told["id"] && is_done(it)
    })
    .await;
    drop(connected);
    // The first went to the webhook and hangs; the second went there alone.
    assert_eq!(receiver.told().len(), 2);
}
