//! The web interface's stream: it names environments once and hears which flags have changed and, if it
//! wants to, what else was done to the project.
//!
//! **Invariants**
//! - It carries keys, revisions and the names of actions only; what changed is fetched with the caller's own rights.
//! - A slow page hears of the newest revision once, with all keys since the last one it heard of.
//!   No keys at all means that anything may have changed.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::future::pending;
use std::time::Duration;

use axum::extract::ws::Utf8Bytes;
use futures_util::future::select_all;
use tenantry_core::Checksum;
use tenantry_core::model::EnvironmentKey;
use tenantry_protocol::frame::{Changed, Heartbeat, Logged};
use tenantry_protocol::{ClientFrame, CloseCode, ServerFrame, Violation};
use tenantry_store::{ProjectScope, Read, Revisions, Store};
use tokio::sync::watch::Receiver;
use tokio::time::timeout;

use super::link::{Ending, Event, Link};
use super::server_time;
use crate::clock::SharedClock;
use crate::publish::{Publisher, Watch};

/// Most environments of one subscription.
const MAX_ENVIRONMENTS: usize = 100;
/// Most entries of the audit log that are looked at to say what was done.
const MAX_ENTRIES: u64 = 1_000;
/// How long a page may take to subscribe.
const SUBSCRIBE_TIMEOUT: Duration = Duration::from_secs(5);

/// One environment that a page listens to.
struct Subscription {
    key: EnvironmentKey,
    watch: Watch,
    /// The revision that the page was told last.
    told: u64,
}

/// The project's audit log, if the page listens to it.
struct Log<'s> {
    project: &'s ProjectScope<Read>,
    store: &'s Store,
    revisions: Receiver<Revisions>,
    /// The number of the entry that the page was told of last.
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
    let (keys, wants_log) = timeout(SUBSCRIBE_TIMEOUT, subscribed(link))
        .await
        .map_err(late)??;
    let mut log = wants_log.then(|| Log::new(project, store));
    let mut subscriptions = Vec::new();
    for key in keys {
        subscriptions.push(subscribe(key, project, store, publisher).await?);
    }
    loop {
        for subscription in &mut subscriptions {
            subscription.tell(link).await?;
        }
        if let Some(log) = &mut log {
            log.tell(link).await?;
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
            () = Log::grown(&mut log) => {}
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

/// Waits for the page's one frame, and reads the environments that it names: at least one; and whether
/// it wants to hear of the audit log.
async fn subscribed(link: &mut Link) -> Result<(BTreeSet<EnvironmentKey>, bool), Ending> {
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
                let keys = keys.map_err(|_| refuse("no such environment"))?;
                return Ok((keys, subscribe.log));
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

impl<'s> Log<'s> {
    /// From the newest entry on that this node knows of.
    fn new(project: &'s ProjectScope<Read>, store: &'s Store) -> Self {
        let mut revisions = store.revisions();
        let newest = revisions
            .borrow_and_update()
            .entries
            .get(&project.id())
            .copied();
        Self {
            project,
            store,
            revisions,
            told: newest.unwrap_or_default(),
        }
    }

    /// Waits until something was done somewhere; for ever where nobody listens.
    async fn grown(log: &mut Option<Self>) {
        let is_open = match log {
            Some(log) => log.revisions.changed().await.is_ok(),
            None => false,
        };
        if !is_open {
            // The store lives as long as streams do, so nobody listens.
            pending::<()>().await;
        }
    }

    /// Tells the page what was done since it was told last, if anything was.
    async fn tell(&mut self, link: &mut Link) -> Result<(), Ending> {
        let newest = {
            let revisions = self.revisions.borrow_and_update();
            revisions.entries.get(&self.project.id()).copied()
        };
        let Some(seq) = newest.filter(|seq| *seq != self.told) else {
            return Ok(());
        };
        let after = self.told;
        self.told = seq;
        // After a restore the log is shorter, and whoever was away for long reads all anew.
        let actions = if after < seq && seq - after <= MAX_ENTRIES {
            let actions = self.store.audit_actions(self.project, after, seq).await;
            actions.unwrap_or_default()
        } else {
            Vec::new()
        };
        let frame = ServerFrame::Logged(Logged { seq, actions });
        link.send("logged", frame.to_text().into()).await
    }
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
