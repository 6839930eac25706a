//! The server's side of the stream, per connection.
//!
//! **Invariants**
//! - A connection has no queue: the session knows where its client is, and makes the one frame that
//!   leads from there to the newest when there is room to send it.
//! - Nothing is sent before the client's hello, and what is sent first answers it.
//! - What the client says never makes the server go back: an acknowledgement only rises, and only
//!   up to what was sent.

use std::sync::Arc;

use tenantry_core::Checksum;
use thiserror::Error;

use crate::close::CloseCode;
use crate::frame::{ClientFrame, Current, FrameError, Heartbeat, Hello, ServerFrame};
use crate::publication::{Outgoing, Publication};
use crate::usage::{Calls, Outcomes, WindowFrame};

/// The server's side of one connection.
///
/// ```
/// use tenantry_protocol::{Next, Publication, Replica, ServerSession};
///
/// let publication = Publication::new(Replica::default());
/// let mut session = ServerSession::default();
/// assert_eq!(session.next(&publication, 0), Next::Idle);
/// session.on_frame(r#"{"type":"hello","revision":0,"checksum":"0000000000000000","schema":1}"#)?;
/// assert!(matches!(session.next(&publication, 1_700_000_000_000), Next::Send(_)));
/// assert_eq!(session.next(&publication, 1_700_000_000_000), Next::Idle);
/// # Ok::<(), tenantry_protocol::Violation>(())
/// ```
#[derive(Debug, Default)]
pub struct ServerSession {
    /// What the client said it is; absent before its hello.
    hello: Option<Hello>,
    /// What the client waits for.
    wanted: Wanted,
    /// The state that the client was brought to last.
    sent: Option<(u64, Checksum)>,
    acknowledged: u64,
}

/// What a client waits for.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    /// The next revision.
    #[default]
    News,
    /// An answer to its hello.
    Answer,
    /// The snapshot, whatever it has.
    Snapshot,
}

/// What a client said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Received {
    /// What it has. Ask [`next`](ServerSession::next) for the answer.
    Hello(Hello),
    /// The revision that it answers from.
    Applied(u64),
    /// It needs a snapshot. Ask [`next`](ServerSession::next) for it.
    Resync,
    /// How often it asked which flags.
    Usage(WindowFrame<Calls>),
    /// What became of the work behind flags.
    Outcomes(WindowFrame<Outcomes>),
    /// Something that this build does not know.
    Ignored,
}

/// What to do now.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub enum Next {
    /// Nothing: the client has, or has been sent, the newest.
    Idle,
    /// Send this text, and ask again when it is written.
    Send(Arc<str>),
    /// The client has seen a later revision than the publication: read the database again, call
    /// [`reread`](ServerSession::reread) and ask again with what it gave. If it cannot be read,
    /// close with [`CloseCode::Overloaded`].
    Reread,
    /// Close the connection: the publication has gone back behind what this client was sent.
    Close(CloseCode),
}

/// A client that does not keep to the protocol. Close with [`code`](Self::code).
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Violation {
    /// It said something malformed.
    #[error(transparent)]
    Frame(#[from] FrameError),
    /// It said hello twice.
    #[error("a second hello")]
    SecondHello,
    /// It said something before its hello.
    #[error("no hello")]
    NoHello,
    /// It subscribed, which is for the web interface.
    #[error("a subscription on an SDK's stream")]
    Subscription,
}

impl Violation {
    /// The close code that answers it.
    #[must_use]
    pub fn code(&self) -> CloseCode {
        match self {
            Self::Frame(FrameError::NotAFrame(_)) => CloseCode::Malformed,
            Self::Frame(FrameError::Malformed { .. })
            | Self::SecondHello
            | Self::NoHello
            | Self::Subscription => CloseCode::ProtocolError,
        }
    }
}

impl ServerSession {
    /// Hears a frame.
    ///
    /// # Errors
    /// [`Violation`]: close the connection.
    pub fn on_frame(&mut self, text: &str) -> Result<Received, Violation> {
        let frame = ClientFrame::parse(text)?;
        match (frame, &self.hello) {
            (Some(ClientFrame::Hello(_)), Some(_)) => Err(Violation::SecondHello),
            (Some(ClientFrame::Hello(hello)), None) => {
                self.wanted = Wanted::Answer;
                self.hello = Some(hello.clone());
                Ok(Received::Hello(hello))
            }
            (Some(ClientFrame::Subscribe(_)), _) => Err(Violation::Subscription),
            (Some(_), None) => Err(Violation::NoHello),
            (Some(ClientFrame::Resync), Some(_)) => {
                self.wanted = Wanted::Snapshot;
                Ok(Received::Resync)
            }
            (Some(ClientFrame::Applied(applied)), Some(_)) => {
                let sent = self.sent.map_or(0, |(revision, _)| revision);
                self.acknowledged = self.acknowledged.max(applied.revision.min(sent));
                Ok(Received::Applied(self.acknowledged))
            }
            (Some(ClientFrame::Usage(usage)), Some(_)) => Ok(Received::Usage(usage)),
            (Some(ClientFrame::Outcomes(outcomes)), Some(_)) => Ok(Received::Outcomes(outcomes)),
            (None, _) => Ok(Received::Ignored),
        }
    }

    /// What to do, given the newest publication. `server_time` is in milliseconds since
    /// 1970-01-01T00:00Z. A frame that this returns counts as sent.
    pub fn next(&mut self, publication: &Publication, server_time: u64) -> Next {
        let newest = (publication.revision(), publication.checksum());
        let outgoing = match (self.wanted, &self.hello, self.sent) {
            (Wanted::Snapshot, ..) => Outgoing::Snapshot(publication.snapshot()),
            (Wanted::Answer, Some(hello), _) => {
                publication.frame_for(hello.revision, hello.checksum)
            }
            (_, _, Some(sent)) if sent == newest => return Next::Idle,
            (_, _, Some((revision, checksum))) => publication.frame_for(revision, checksum),
            (_, _, None) => return Next::Idle,
        };
        let text = match outgoing {
            Outgoing::Delta(text) | Outgoing::Snapshot(text) => text,
            Outgoing::Current => {
                let (revision, checksum) = newest;
                let current = Current {
                    revision,
                    checksum,
                    server_time,
                };
                ServerFrame::Current(current).to_text().into()
            }
            Outgoing::Ahead if self.wanted == Wanted::Answer => return Next::Reread,
            // Its next hello will say so, and be answered by a snapshot.
            Outgoing::Ahead => return Next::Close(CloseCode::Restart),
        };
        self.wanted = Wanted::News;
        self.sent = Some(newest);
        Next::Send(text)
    }

    /// Notes that the database was read again after [`Next::Reread`]: a client that is ahead of
    /// even that gets the snapshot.
    pub fn reread(&mut self, publication: &Publication) {
        let ahead = self
            .hello
            .as_ref()
            .is_some_and(|hello| hello.revision > publication.revision());
        if self.wanted == Wanted::Answer && ahead {
            self.wanted = Wanted::Snapshot;
        }
    }

    /// The sign of life to send now; `None` until the hello is answered. `server_time` is in
    /// milliseconds since 1970-01-01T00:00Z.
    #[must_use]
    pub fn heartbeat(&self, server_time: u64) -> Option<String> {
        let (revision, checksum) = self.sent?;
        let heartbeat = Heartbeat {
            revision,
            checksum,
            server_time,
        };
        Some(ServerFrame::Heartbeat(heartbeat).to_text())
    }

    /// What the client said it is; `None` before its hello.
    #[must_use]
    pub fn hello(&self) -> Option<&Hello> {
        self.hello.as_ref()
    }

    /// The revision that the client was brought to last.
    #[must_use]
    pub fn sent_revision(&self) -> Option<u64> {
        self.sent.map(|(revision, _)| revision)
    }

    /// The newest revision that the client has acknowledged; 0 if none.
    #[must_use]
    pub fn acknowledged_revision(&self) -> u64 {
        self.acknowledged
    }
}
