//! The connection: the one task of a client, which keeps its replica where the server's is.
//!
//! It loads what the disk or a bootstrap file has, connects, says hello, hears frames, answers
//! heartbeats, and connects again, for as long as the client lives. All decisions about frames are
//! the session's (`tenantry_protocol::ClientSession`); here is only what touches the world.
//!
//! **Invariants**
//! - Only this task publishes rulesets, and it drops the old ones, so that no reader has to.
//! - Whatever happens to the connection, the last published ruleset stays.
//! - Every wait has an end: connecting and writing have time limits, reading ends after 45 seconds
//!   of silence, and all of it ends when the client stops.

mod activity;
pub(crate) mod address;
pub(crate) mod dial;
mod failure;
mod handshake;
mod instance;
pub(crate) mod proxy;
pub(crate) mod route;
mod schedule;
#[cfg(feature = "tls")]
pub(crate) mod tls;
#[cfg(not(feature = "tls"))]
#[path = "no_tls.rs"]
pub(crate) mod tls;

use std::sync::Arc;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use tenantry_protocol::{ClientFrame, ClientSession, CloseCode, Replica, Step};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::watch;
use tokio::time::{Instant, sleep, sleep_until, timeout};
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};

use self::dial::Dial;
use self::failure::Failure;
use self::instance::Instance;
use self::route::{Route, Socket};
pub(crate) use self::schedule::Jitter;
use self::schedule::{Ended, Schedule};
use crate::SDK;
use crate::cache::Start;
use crate::client::Token;
use crate::publish::Publisher;
use crate::status::Source;
use crate::usage::Ledger;

/// How long an attempt to connect may take, up to the end of the handshake.
const CONNECT_LIMIT: Duration = Duration::from_secs(10);
/// How long a frame of ours may take to leave. They are tiny.
const WRITE_LIMIT: Duration = Duration::from_secs(10);
/// The least time between two reports, of which there are more only where one could not tell
/// everything. In it a server takes in as many frames as it reads at once.
const REPORT_PAUSE: Duration = Duration::from_secs(10);
/// How long the last report may take to leave, when the client stops.
const LAST_REPORT_LIMIT: Duration = Duration::from_secs(1);
/// How long the server may take to answer our close.
const CLOSE_LIMIT: Duration = Duration::from_secs(1);
/// The server says something every 15 seconds; after this long without a byte it is gone.
const SILENCE_LIMIT: Duration = Duration::from_secs(45);
/// Frames up to this size are heard at once, larger ones on a thread of their own: compiling a
/// large snapshot takes longer than a task may keep its thread.
const INLINE_BYTES: usize = 256 << 10;

/// All that the task of a client has.
pub(crate) struct Connection<D> {
    dial: D,
    route: Route,
    token: Token,
    instance: Instance,
    publisher: Publisher,
    /// Takes what the stream brings, for the disk.
    replicas: watch::Sender<Replica>,
    /// True, or closed, when the client stops.
    stop: watch::Receiver<bool>,
    session: ClientSession,
    schedule: Schedule,
    /// Whether the last attempt failed: only the first failure in a row is worth a warning.
    failing: bool,
}

/// How a connection ended.
enum End {
    /// Connect again.
    Again(Ended),
    /// The client stops.
    Stopped,
}

impl<D: Dial> Connection<D> {
    pub(crate) fn new(
        dial: D,
        route: Route,
        token: Token,
        publisher: Publisher,
        replicas: watch::Sender<Replica>,
        stop: watch::Receiver<bool>,
    ) -> Self {
        Self {
            dial,
            route,
            token,
            instance: Instance::random(),
            publisher,
            replicas,
            stop,
            session: ClientSession::new(Replica::default()),
            schedule: Schedule::new(Jitter::random()),
            failing: false,
        }
    }

    /// Runs until the client stops.
    pub(crate) async fn run(mut self, start: Start) {
        self.load(start).await;
        while let (End::Again(ended), lived) = self.connect_once().await {
            let delay = self.schedule.delay(ended, lived);
            tracing::debug!(
                delay_ms = delay.as_millis(),
                "connecting again after a delay"
            );
            tokio::select! {
                () = sleep(delay) => {}
                () = stopped(&mut self.stop) => break,
            }
        }
        // Whatever was not told by now is told to nobody.
        let shared = self.publisher.shared();
        shared.ledger.finish(shared.ruleset.desk());
    }

    /// Fills the replica from the disk cache or the bootstrap file, if one has something.
    async fn load(&mut self, start: Start) {
        let mut session = self.session.clone();
        let loading = tokio::task::spawn_blocking(move || {
            let loaded = start.load(session.replica_mut());
            (session, loaded)
        });
        // It only fails when the runtime is being shut down, and then nobody asks any more.
        if let Ok((session, Some(loaded))) = loading.await {
            self.session = session;
            self.publisher
                .publish(&loaded.change, loaded.source, loaded.age);
        }
    }

    /// One connection, from the attempt to its end; and how long it was up.
    async fn connect_once(&mut self) -> (End, Duration) {
        let mut stop = self.stop.clone();
        let opened = tokio::select! {
            opened = timeout(CONNECT_LIMIT, self.open()) => opened,
            () = stopped(&mut stop) => return (End::Stopped, Duration::ZERO),
        };
        let mut socket = match opened.unwrap_or(Err(Failure::ConnectTimeout)) {
            Ok(socket) => socket,
            Err(failure) => return (End::Again(self.judge(&failure)), Duration::ZERO),
        };
        let since = Instant::now();
        let ended = self.converse(&mut socket, &mut stop).await;
        let lived = since.elapsed();
        if ended.is_ok() && self.session.is_live() {
            let reporting = timeout(LAST_REPORT_LIMIT, self.report_last(&mut socket));
            reporting.await.ok();
        }
        self.publisher.disconnected();
        let (end, goodbye) = match &ended {
            Ok(()) => (End::Stopped, Some(CloseCode::Normal)),
            Err(failure) => (End::Again(self.judge(failure)), failure.goodbye()),
        };
        if let Some(code) = goodbye {
            close(&mut socket, code).await;
        }
        (end, lived)
    }

    async fn open(&mut self) -> Result<Socket<D::Stream>, Failure> {
        let opening = self.route.open(&self.dial, &self.token, &self.instance);
        Ok(opening.await?)
    }

    /// Says hello and hears frames. Returns when the client stops, or with what ended it.
    async fn converse(
        &mut self,
        socket: &mut Socket<D::Stream>,
        stop: &mut watch::Receiver<bool>,
    ) -> Result<(), Failure> {
        let hello = self.session.hello(SDK);
        send(socket, &hello).await?;
        let shared = Arc::clone(self.publisher.shared());
        let mut report_at = Instant::now();
        loop {
            let silent_at = last_read(socket) + SILENCE_LIMIT;
            let message = tokio::select! {
                message = socket.next() => message.ok_or(Failure::Broken)??,
                () = sleep_until(silent_at) => {
                    // Bytes may have come since that do not make a message yet.
                    if last_read(socket) + SILENCE_LIMIT <= Instant::now() {
                        return Err(Failure::Silence);
                    }
                    continue;
                }
                () = has_news(&shared.ledger, report_at), if self.session.is_live() => {
                    self.report(socket).await?;
                    report_at = Instant::now() + REPORT_PAUSE;
                    continue;
                }
                () = stopped(stop) => return Ok(()),
            };
            match message {
                Message::Text(text) => {
                    let heard = self.hear(text).await?;
                    if let Some(reply) = self.take(heard) {
                        send(socket, &reply).await?;
                    }
                }
                Message::Close(frame) => return Err(Failure::closed(frame)),
                // Pings are answered by the WebSocket itself; binary messages are not ours.
                _ => {}
            }
        }
    }

    /// Tells the server what was counted.
    async fn report(&mut self, socket: &mut Socket<D::Stream>) -> Result<(), Failure> {
        let ledger = &self.publisher.shared().ledger;
        let frames = ledger.take();
        for (told, text) in frames.iter().enumerate() {
            if let Err(failure) = send_text(socket, text.clone()).await {
                ledger.take_back(&frames[told..]);
                return Err(failure);
            }
        }
        Ok(())
    }

    /// Tells the server the rest, when the client stops.
    async fn report_last(&mut self, socket: &mut Socket<D::Stream>) -> Result<(), Failure> {
        let shared = self.publisher.shared();
        shared.ledger.finish(shared.ruleset.desk());
        self.report(socket).await
    }

    async fn hear(&mut self, text: Utf8Bytes) -> Result<Step, Failure> {
        if text.len() <= INLINE_BYTES {
            return Ok(self.session.on_frame(&text)?);
        }
        let mut session = self.session.clone();
        let hearing = tokio::task::spawn_blocking(move || {
            let step = session.on_frame(&text);
            (session, step)
        });
        let (session, step) = hearing.await.map_err(|_| Failure::Broken)?;
        self.session = session;
        Ok(step?)
    }

    /// Publishes what a frame brought; returns what to say.
    fn take(&mut self, step: Step) -> Option<ClientFrame> {
        if let Some(incident) = step.incident {
            self.publisher.note(incident);
        }
        let was_connected = self.publisher.is_connected();
        if let Some(change) = step.change {
            self.replicas.send_replace(self.session.replica().clone());
            self.publisher
                .publish(&change, Source::Stream, Duration::ZERO);
        }
        if self.session.is_live() {
            if !was_connected {
                tracing::info!(
                    address = %self.route,
                    revision = self.session.replica().revision(),
                    "the stream is up"
                );
            }
            self.failing = false;
            self.publisher.heard(self.session.replica().revision());
        }
        step.reply
    }

    /// What an end means for the next attempt; says it in the log.
    fn judge(&mut self, failure: &Failure) -> Ended {
        if matches!(failure, Failure::Session(_)) {
            self.publisher.count_incident();
        }
        let error: &dyn std::error::Error = failure;
        let ended = failure.ended();
        let (address, first) = (&self.route, !std::mem::replace(&mut self.failing, true));
        match (ended, first) {
            (Ended::Refused, true) => tracing::error!(
                %address,
                error,
                "the server refuses the token; asking again every 2.5 to 5 minutes"
            ),
            (_, true) => tracing::warn!(%address, error, "not connected; answers stay as they are"),
            (_, false) => tracing::debug!(%address, error, "still not connected"),
        }
        ended
    }
}

/// Waits until there is something to tell, and it may be told.
async fn has_news(ledger: &Ledger, not_before: Instant) {
    sleep_until(not_before).await;
    ledger.has_news().await;
}

/// When the last byte came.
fn last_read<S: AsyncRead + AsyncWrite + Unpin>(socket: &Socket<S>) -> Instant {
    socket.get_ref().get_ref().get_ref().last_read()
}

async fn send<S>(socket: &mut Socket<S>, frame: &ClientFrame) -> Result<(), Failure>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    send_text(socket, frame.to_text()).await
}

async fn send_text<S>(socket: &mut Socket<S>, text: String) -> Result<(), Failure>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let sending = socket.send(Message::text(text));
    Ok(timeout(WRITE_LIMIT, sending)
        .await
        .map_err(|_| Failure::Silence)??)
}

/// Says goodbye, and waits a moment for the answer. The socket closes either way.
async fn close<S: AsyncRead + AsyncWrite + Unpin>(socket: &mut Socket<S>, code: CloseCode) {
    let frame = CloseFrame {
        code: code.number().into(),
        reason: Utf8Bytes::default(),
    };
    let closing = async {
        socket.close(Some(frame)).await.ok();
        while let Some(Ok(_)) = socket.next().await {}
    };
    timeout(CLOSE_LIMIT, closing).await.ok();
}

/// Ends when the client stops, or is gone.
pub(crate) async fn stopped(stop: &mut watch::Receiver<bool>) {
    stop.wait_for(|stop| *stop).await.ok();
}

#[cfg(test)]
mod tests;
