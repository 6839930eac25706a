//! Telling people: a webhook that checks signatures with Standard Webhooks' own library, and another
//! project's mail server.

mod digest;
mod hanging;
mod mailbox;
mod owner;
mod settings;
mod webhook;

use serde_json::{Value, json};
use tenantry_server::Config;
use tenantry_tests::{Caller, until};

use self::mailbox::Mailbox;
use self::webhook::Receiver;

const SETTINGS: &str = "/notifications/settings";

/// Both channels, to these.
fn ways(receiver: &Receiver, mailbox: &Mailbox) -> impl Fn(&mut Config) {
    let (url, mails) = (receiver.url(), mailbox.url());
    move |config| {
        let notify = &mut config.notify;
        notify.notify_webhook_url = Some(url.as_str().into());
        notify.notify_webhook_secret = Some(webhook::SECRET.into());
        notify.smtp_url = Some(mails.as_str().into());
        notify.mail_from = Some("Tenantry <flags@example.com>".parse().expect("a mailbox"));
        config.http.public_origin = Some("https://flags.example.com".parse().expect("an origin"));
    }
}

/// Waits until the newest notification is as a test wants it.
async fn newest(project: &Caller, what: &str, is: impl Fn(&Value) -> bool) -> Value {
    until(what, async || {
        let list = project.get("/notifications").await.ok(200);
        let newest = list["items"][0].clone();
        is(&newest).then_some(newest)
    })
    .await
}

/// Whether a notification is done.
fn is_done(notification: &Value) -> bool {
    notification["id"].is_string() && notification["next_try_at"].is_null()
}

async fn set(project: &Caller, settings: &Value) {
    project.put(SETTINGS).json(settings).await.expect(200);
}

/// A flag of `team-billing`'s.
async fn create_flag(project: &Caller, key: &str, owner: &str) {
    let flag = json!({"key": key, "name": "New billing", "owner": owner});
    project.post("/flags").json(&flag).await.expect(201);
}
