//! One socket with its deadlines: what both kinds of streams have in common.
//!
//! Separate from what is said over it, so that silence, slowness, floods, revocation and shutdown
//! are answered in one place.
//!
//! **Invariants**
//! - At most one frame waits to be written, and no longer than [`SEND_TIMEOUT`].
//! - Silence of [`SILENCE`] ends the stream, and so do a revoked credential and the shutdown, even
//!   while a frame waits to be written.

use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket};
use rand::RngExt as _;
use tenantry_protocol::{CloseCode, Restart};
use tokio::time::{Instant, sleep_until, timeout};
use tokio_util::sync::CancellationToken;

use crate::telemetry::metrics as names;

/// Mean time between two heartbeats.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// How far a heartbeat may be from its mean, so that many streams do not beat together.
const HEARTBEAT_SPREAD: f64 = 0.2;
/// How soon after news the peer is asked what it has.
const ACKNOWLEDGED_WITHIN: Duration = Duration::from_secs(1);
/// How long the peer may say nothing.
pub(super) const SILENCE: Duration = Duration::from_secs(45);
/// How long one frame may take to be written.
const SEND_TIMEOUT: Duration = Duration::from_secs(30);
/// How long the goodbye may take.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(2);
/// Frames that the peer may send at once, and per second.
const MAX_FRAMES_AT_ONCE: f64 = 50.0;
const MAX_FRAMES_PER_SECOND: f64 = 5.0;

/// Why a stream ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ending {
    /// What the close frame says; `None` if the peer is gone already.
    pub(super) code: Option<CloseCode>,
    pub(super) reason: String,
    /// Whether the peer has said that it goes.
    pub(super) is_goodbye: bool,
}

impl Ending {
    /// An end that this side decides.
    pub(super) fn new(code: CloseCode, reason: impl Into<String>) -> Self {
        Self {
            code: Some(code),
            reason: reason.into(),
            is_goodbye: false,
        }
    }

    fn gone() -> Self {
        Self {
            code: None,
            reason: "the peer is gone".to_owned(),
            is_goodbye: false,
        }
    }

    fn goodbye() -> Self {
        Self {
            is_goodbye: true,
            ..Self::gone()
        }
    }
}

/// What happens on a link.
#[derive(Debug)]
pub(super) enum Event {
    /// The peer said this.
    Text(Utf8Bytes),
    /// It is time for a sign of life.
    Heartbeat,
}

/// What ends a stream from outside.
#[derive(Debug, Clone)]
pub(super) struct Ends {
    /// Cancelled when the credential is no longer valid.
    pub(super) revoked: CancellationToken,
    /// Cancelled when the server stops.
    pub(super) stopping: CancellationToken,
}

/// A socket with its deadlines.
pub(super) struct Link {
    socket: WebSocket,
    ends: Ends,
    heartbeat_at: Instant,
    heard_at: Instant,
    /// Frames that the peer may still send at once, as of `heard_at`.
    allowance: f64,
}

impl Link {
    pub(super) fn new(socket: WebSocket, ends: Ends) -> Self {
        let now = Instant::now();
        Self {
            socket,
            ends,
            heartbeat_at: now + heartbeat_interval(),
            heard_at: now,
            allowance: MAX_FRAMES_AT_ONCE,
        }
    }

    /// Waits for the next event.
    ///
    /// # Cancel safety
    /// May be dropped and called again; no frame is lost.
    pub(super) async fn event(&mut self) -> Result<Event, Ending> {
        loop {
            tokio::select! {
                biased;
                () = self.ends.revoked.cancelled() => return Err(revoked()),
                () = self.ends.stopping.cancelled() => return Err(restart()),
                // Before the deadlines: what has arrived while a frame was written is no silence.
                message = self.socket.recv() => {
                    if let Some(text) = self.hear(message)? {
                        return Ok(Event::Text(text));
                    }
                }
                () = sleep_until(self.heartbeat_at) => {
                    self.heartbeat_at = Instant::now() + heartbeat_interval();
                    return Ok(Event::Heartbeat);
                }
                () = sleep_until(self.heard_at + SILENCE) => {
                    return Err(Ending::new(CloseCode::TooSlow, "silent for too long"));
                }
            }
        }
    }

    /// Has the next sign of life come soon, whose answer says what the peer has. Streams do not beat
    /// together, and one that gets news all the time does not beat more often than that.
    pub(super) fn hasten_heartbeat(&mut self) {
        let spread = rand::rng().random_range(0.5..=1.0);
        let soon = Instant::now() + ACKNOWLEDGED_WITHIN.mul_f64(spread);
        self.heartbeat_at = self.heartbeat_at.min(soon);
    }

    /// Writes a frame, however large, unless something ends the stream first.
    pub(super) async fn send(&mut self, kind: &'static str, text: Utf8Bytes) -> Result<(), Ending> {
        let size = text.len();
        tokio::select! {
            biased;
            () = self.ends.revoked.cancelled() => Err(revoked()),
            () = self.ends.stopping.cancelled() => Err(restart()),
            sent = timeout(SEND_TIMEOUT, self.socket.send(Message::Text(text))) => match sent {
                Ok(Ok(())) => {
                    metrics::counter!(names::FRAMES_SENT, "type" => kind).increment(1);
                    metrics::counter!(names::BYTES_SENT).increment(size as u64);
                    Ok(())
                }
                Ok(Err(_)) => Err(Ending::gone()),
                Err(_) => Err(Ending::new(CloseCode::TooSlow, "the peer reads too slowly")),
            },
        }
    }

    /// Says goodbye, as far as the peer still listens. After a restart the clients are to come
    /// back over the time `spread`; what they say before they have heard of it goes to `late`.
    pub(super) async fn close(
        mut self,
        ending: Ending,
        spread: Duration,
        mut late: impl FnMut(&str),
    ) {
        let label = ending
            .code
            .map_or("gone".to_owned(), |code| code.number().to_string());
        metrics::counter!(names::STREAMS_CLOSED, "code" => label).increment(1);
        tracing::debug!(stream.code = ?ending.code, stream.reason = ending.reason, "stream ended");
        let Some(code) = ending.code else { return };
        // Whoever has broken a rule, or is no longer let in, has nothing more to say.
        let is_heard = code == CloseCode::Restart;
        let reason = match code {
            CloseCode::Restart => retry_within(spread),
            _ => ending.reason,
        };
        let frame = CloseFrame {
            code: code.number(),
            reason: reason.into(),
        };
        let goodbye = async {
            if self.socket.send(Message::Close(Some(frame))).await.is_ok() {
                // The peer answers with its own goodbye; until then it may still be talking, and
                // be rid of what it told.
                while let Some(Ok(message)) = self.socket.recv().await {
                    if is_heard && let Ok(Some(text)) = self.hear(Some(Ok(message))) {
                        late(&text);
                    }
                }
            }
        };
        // A peer that does not answer is left alone.
        timeout(CLOSE_TIMEOUT, goodbye).await.ok();
    }

    /// What a message means: a text, or nothing that anybody waits for.
    fn hear(
        &mut self,
        message: Option<Result<Message, axum::Error>>,
    ) -> Result<Option<Utf8Bytes>, Ending> {
        let message = match message {
            None => return Err(Ending::gone()),
            Some(Err(error)) => return Err(broken(&error)),
            Some(Ok(message)) => message,
        };
        let now = Instant::now();
        let refill = (now - self.heard_at).as_secs_f64() * MAX_FRAMES_PER_SECOND;
        self.allowance = (self.allowance + refill).min(MAX_FRAMES_AT_ONCE) - 1.0;
        self.heard_at = now;
        if self.allowance < 0.0 {
            return Err(Ending::new(CloseCode::Overloaded, "too many frames"));
        }
        match message {
            Message::Text(text) => Ok(Some(text)),
            Message::Binary(_) => Err(Ending::new(CloseCode::Unsupported, "frames are texts")),
            Message::Ping(_) | Message::Pong(_) => Ok(None),
            Message::Close(_) => Err(Ending::goodbye()),
        }
    }
}

/// The end of a stream whose bytes cannot be read.
fn broken(error: &axum::Error) -> Ending {
    // The WebSocket implementation's errors are not public here; its messages are all there is.
    let text = error.to_string();
    let lower = text.to_ascii_lowercase();
    if lower.contains("too long") || lower.contains("too large") || lower.contains("space limit") {
        Ending::new(CloseCode::TooBig, "a frame beyond the limit")
    } else if lower.contains("utf-8") {
        Ending::new(CloseCode::Malformed, "a frame that is not UTF-8")
    } else if lower.contains("protocol") && !lower.contains("without closing handshake") {
        Ending::new(CloseCode::ProtocolError, "not the WebSocket protocol")
    } else {
        Ending::gone()
    }
}

fn revoked() -> Ending {
    Ending::new(CloseCode::Revoked, "the credential is no longer valid")
}

fn restart() -> Ending {
    Ending::new(CloseCode::Restart, "")
}

/// What a restart tells a client: each is given another moment to come back.
fn retry_within(spread: Duration) -> String {
    let spread = u64::try_from(spread.as_millis()).unwrap_or(u64::MAX);
    Restart {
        retry_in_ms: rand::rng().random_range(0..=spread),
    }
    .to_text()
}

fn heartbeat_interval() -> Duration {
    HEARTBEAT.mul_f64(rand::rng().random_range(1.0 - HEARTBEAT_SPREAD..=1.0 + HEARTBEAT_SPREAD))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heartbeats_and_restarts_are_spread() {
        for _ in 0..1_000 {
            let interval = heartbeat_interval();
            assert!((Duration::from_secs(12)..=Duration::from_secs(18)).contains(&interval));
            let reason = retry_within(Duration::from_secs(3));
            let restart = Restart::from_text(&reason).expect("a restart's reason");
            assert!(restart.retry_in_ms <= 3_000);
        }
    }
}
