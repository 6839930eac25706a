//! The web interface's stream: it names environments once and hears which flags have changed.
//!
//! **Invariants**
//! - It carries keys and revisions only; what changed is fetched with the caller's own rights.
//! - A slow page hears of the newest revision once, with all keys since the last one it heard of.
//!   No keys at all means that anything may have changed.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::time::Duration;

use axum::extract::ws::Utf8Bytes;
use futures_util::future::select_all;
use tenantry_core::Checksum;
use tenantry_core::model::EnvironmentKey;
use tenantry_protocol::frame::{Changed, Heartbeat};
use tenantry_protocol::{ClientFrame, CloseCode, ServerFrame, Violation};
use tenantry_store::{ProjectScope, Read, Store};
use tokio::time::timeout;

use super::link::{Ending, Event, Link};
use super::server_time;
use crate::clock::SharedClock;
use crate::publish::{Publisher, Watch};

/// Most environments of one subscription.
const MAX_ENVIRONMENTS: usize = 100;
/// How long a page may take to subscribe.
const SUBSCRIBE_TIMEOUT: Duration = Duration::from_secs(5);

/// One environment that a page listens to.
struct Subscription {
    key: EnvironmentKey,
    watch: Watch,
    /// The revision that the page was told last.
    told: u64,
}

/// Serves a stream until it ends, and says why it did.
pub(super) async fn serve(
    link: &mut Link,
    project: &ProjectScope<Read>,
    store: &Store,
    publisher: &Publisher,
    clock: &SharedClock,
) -> Ending {
    match listen(link, project, store, publisher, clock).await {
        Err(ending) => ending,
    }
}

async fn listen(
    link: &mut Link,
    project: &ProjectScope<Read>,
    store: &Store,
    publisher: &Publisher,
    clock: &SharedClock,
) -> Result<Infallible, Ending> {
    let late = |_| Ending::new(CloseCode::ProtocolError, "no subscription in time");
    let keys = timeout(SUBSCRIBE_TIMEOUT, subscribed(link))
        .await
        .map_err(late)??;
    let mut subscriptions = Vec::new();
    for key in keys {
        subscriptions.push(subscribe(key, project, store, publisher).await?);
    }
    loop {
        for subscription in &mut subscriptions {
            subscription.tell(link).await?;
        }
        let told = subscriptions
            .iter()
            .map(|it| it.told)
            .max()
            .unwrap_or_default();
        let changes = subscriptions
            .iter_mut()
            .map(|it| Box::pin(it.watch.changed()));
        tokio::select! {
            event = link.event() => match event? {
                Event::Heartbeat => link.send("heartbeat", heartbeat(told, clock)).await?,
                Event::Text(text) => hear(&text)?,
            },
            (is_open, ..) = select_all(changes) => if !is_open {
                return Err(Ending::new(CloseCode::Restart, ""));
            },
        }
    }
}

/// Hears what a page says after its subscription: it answers heartbeats, no more.
fn hear(text: &str) -> Result<(), Ending> {
    match parse(text)? {
        Some(ClientFrame::Hello(_) | ClientFrame::Subscribe(_)) => Err(Ending::new(
            CloseCode::ProtocolError,
            "one subscription is all there is",
        )),
        _ => Ok(()),
    }
}

fn parse(text: &str) -> Result<Option<ClientFrame>, Ending> {
    ClientFrame::parse(text).map_err(|error| {
        let violation = Violation::Frame(error);
        Ending::new(violation.code(), violation.to_string())
    })
}

/// The sign of life. A page that watches several environments learns no more from it than that.
fn heartbeat(revision: u64, clock: &SharedClock) -> Utf8Bytes {
    let (checksum, server_time) = (Checksum::ZERO, server_time(clock));
    ServerFrame::Heartbeat(Heartbeat {
        revision,
        checksum,
        server_time,
    })
    .to_text()
    .into()
}

/// Waits for the page's one frame, and reads the environments that it names: at least one.
async fn subscribed(link: &mut Link) -> Result<BTreeSet<EnvironmentKey>, Ending> {
    let refuse = |reason: &str| Ending::new(CloseCode::ProtocolError, reason);
    loop {
        let Event::Text(text) = link.event().await? else {
            continue;
        };
        match parse(&text)? {
            Some(ClientFrame::Subscribe(subscribe)) => {
                let names = &subscribe.environments;
                if names.is_empty() || names.len() > MAX_ENVIRONMENTS {
                    return Err(refuse("subscribe to 1 to 100 environments"));
                }
                let keys: Result<_, _> = names.iter().map(|name| name.parse()).collect();
                return keys.map_err(|_| refuse("no such environment"));
            }
            Some(_) => return Err(refuse("the first frame must be a subscription")),
            None => {}
        }
    }
}

async fn subscribe(
    key: EnvironmentKey,
    project: &ProjectScope<Read>,
    store: &Store,
    publisher: &Publisher,
) -> Result<Subscription, Ending> {
    let scope = store.environment_scope(project, &key).await;
    let scope = scope.map_err(|_| Ending::new(CloseCode::Overloaded, "the database is away"))?;
    let Some(scope) = scope else {
        return Err(Ending::new(CloseCode::ProtocolError, "no such environment"));
    };
    let Some(mut watch) = publisher.watch(scope.id()).await else {
        return Err(Ending::new(CloseCode::Overloaded, "not published yet"));
    };
    let told = watch.newest().revision();
    Ok(Subscription { key, watch, told })
}

impl Subscription {
    /// Tells the page what has changed since it was told last, if anything has.
    async fn tell(&mut self, link: &mut Link) -> Result<(), Ending> {
        let newest = self.watch.newest();
        if newest.revision() == self.told {
            return Ok(());
        }
        let keys = newest.changed_since(self.told).unwrap_or_default();
        let frame = ServerFrame::Changed(Changed {
            environment: self.key.as_str().into(),
            revision: newest.revision(),
            keys: keys.into_iter().map(String::from).collect(),
        });
        self.told = newest.revision();
        link.send("changed", frame.to_text().into()).await
    }
}
