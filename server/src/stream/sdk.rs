//! An SDK's stream: from its hello to the newest revision, again and again.
//!
//! A thin adapter: `ServerSession` decides what to say, the link says it.
//!
//! **Invariants**
//! - What the client gets next is made from the newest publication at the moment when it can be
//!   written: however slow it is, nothing piles up here.

use std::time::Duration;

use tenantry_protocol::{CloseCode, Next, Received, ServerSession};
use tokio::time::{Instant, sleep_until};

use super::link::{Ending, Event, Link};
use super::server_time;
use crate::clock::SharedClock;
use crate::instances::{Departure, Presence};
use crate::publish::{Publisher, Watch};
use crate::usage::Reporter;

/// How long a client may take to say hello.
const HELLO_TIMEOUT: Duration = Duration::from_secs(5);

/// An SDK's stream: what it is told of, and whom it tells.
pub(super) struct Stream {
    session: ServerSession,
    watch: Watch,
    reporter: Reporter,
    /// Absent for what is no program.
    presence: Option<Box<Presence>>,
}

impl Stream {
    /// One that has not said hello.
    pub(super) fn new(watch: Watch, reporter: Reporter, presence: Option<Box<Presence>>) -> Self {
        Self {
            session: ServerSession::default(),
            watch,
            reporter,
            presence,
        }
    }

    /// Serves the stream until it ends, and says why it did.
    pub(super) async fn serve(
        &mut self,
        link: &mut Link,
        publisher: &Publisher,
        clock: &SharedClock,
    ) -> Ending {
        let hello_by = Instant::now() + HELLO_TIMEOUT;
        loop {
            if let Err(ending) = self.catch_up(link, publisher, clock).await {
                return ending;
            }
            let event = tokio::select! {
                event = link.event() => event,
                is_open = self.watch.changed() => {
                    if is_open {
                        continue;
                    }
                    Err(Ending::new(CloseCode::Restart, "the environment is gone"))
                }
                () = sleep_until(hello_by), if self.session.hello().is_none() => {
                    Err(Ending::new(CloseCode::ProtocolError, "no hello in time"))
                }
            };
            let outcome = match event {
                Ok(Event::Text(text)) => self.hear(&text),
                Ok(Event::Heartbeat) => match self.session.heartbeat(server_time(clock)) {
                    Some(text) => link.send("heartbeat", text.into()).await,
                    None => Ok(()),
                },
                Err(ending) => Err(ending),
            };
            if let Err(ending) = outcome {
                return ending;
            }
        }
    }

    /// Hears what was said before our goodbye was heard.
    pub(super) fn hear_late(&mut self, text: &str) {
        // What breaks the rules is passed over: the stream has ended anyway.
        self.hear(text).ok();
    }

    /// Sends what leads from where the client is to the newest revision, if anything does.
    async fn catch_up(
        &mut self,
        link: &mut Link,
        publisher: &Publisher,
        clock: &SharedClock,
    ) -> Result<(), Ending> {
        let mut newest = self.watch.newest();
        loop {
            match self.session.next(newest.publication(), server_time(clock)) {
                Next::Idle => return Ok(()),
                Next::Send(text) => {
                    let kind = kind_of(&text);
                    link.send(kind, (&*text).into()).await?;
                    // Its answer says that the client has it, long before the next sign of life
                    // would.
                    link.hasten_heartbeat();
                    newest = self.watch.newest();
                }
                Next::Reread => {
                    let reread = publisher.reread(self.watch.environment()).await;
                    newest = reread.ok_or_else(|| {
                        Ending::new(CloseCode::Overloaded, "the database cannot be read")
                    })?;
                    self.session.reread(newest.publication());
                }
                Next::Close(code) => return Err(Ending::new(code, "")),
            }
        }
    }

    fn hear(&mut self, text: &str) -> Result<(), Ending> {
        if let Some(presence) = &mut self.presence {
            presence.heard();
        }
        match self.session.on_frame(text) {
            Ok(Received::Hello(hello)) => {
                tracing::debug!(
                    stream.revision = hello.revision,
                    stream.sdk = hello.sdk,
                    "hello"
                );
                if let Some(presence) = &mut self.presence {
                    presence.hello(&hello.sdk);
                }
            }
            Ok(Received::Applied(revision)) => {
                if let Some(presence) = &self.presence {
                    presence.applied(revision);
                }
            }
            Ok(Received::Resync) => {
                tracing::info!("a client asked for a snapshot: it disagreed with what it was sent");
            }
            Ok(Received::Usage(frame)) => {
                let sdk = self.session.hello().map_or("", |hello| &hello.sdk);
                let newest = self.watch.newest();
                self.reporter
                    .usage(&frame, sdk, newest.publication().replica());
            }
            Ok(Received::Outcomes(frame)) => {
                let newest = self.watch.newest();
                self.reporter
                    .outcomes(&frame, newest.publication().replica());
            }
            Ok(Received::Ignored) => {}
            Err(violation) => return Err(Ending::new(violation.code(), violation.to_string())),
        }
        Ok(())
    }

    /// Notes why the stream came to its end.
    pub(super) fn ended(&mut self, ending: &Ending) {
        let departure = match ending.code {
            None if ending.is_goodbye => Departure::Goodbye,
            None => Departure::Ended,
            Some(CloseCode::Revoked) => Departure::Goodbye,
            Some(_) => Departure::Lost,
        };
        if let Some(presence) = self.presence.take() {
            presence.ended(departure);
        }
    }
}

/// The kind of a frame of ours, which names it first.
fn kind_of(text: &str) -> &'static str {
    ["current", "delta", "snapshot"]
        .into_iter()
        .find(|kind| text.get(9..).is_some_and(|rest| rest.starts_with(kind)))
        .unwrap_or("other")
}

#[cfg(test)]
mod tests {
    use tenantry_protocol::{Publication, Replica};

    use super::*;

    #[test]
    fn the_kind_of_a_frame_is_read_from_its_text() {
        let publication = Publication::new(Replica::default());
        assert_eq!(kind_of(&publication.snapshot()), "snapshot");
        assert_eq!(kind_of(r#"{"type":"delta","from":1}"#), "delta");
        assert_eq!(kind_of(""), "other");
    }
}
