//! The client's side of the stream: what it says, and what it makes of what it hears.
//!
//! A session outlives its connections: it holds the replica, and each connection begins with a new
//! hello that says what the replica has.
//!
//! **Invariants**
//! - The replica only ever moves to a later revision, but by a snapshot that answers this session's
//!   own hello or resync: then the server has been restored, and it is right.
//! - A frame that does not fit changes nothing; the session asks for a snapshot, once, and ignores
//!   deltas until it comes.
//! - A frame that is malformed ends the connection, and the next hello says a checksum that no state
//!   has, so that its answer is a snapshot and not the same frame again. It still says the revision:
//!   a server that is behind it reads its database before it answers, and does not send it back.

use tenantry_core::Checksum;
use thiserror::Error;

use crate::SCHEMA;
use crate::frame::{
    Applied, ClientFrame, Current, Delta, FrameError, Heartbeat, Hello, ServerFrame, Snapshot,
};
use crate::replica::{ApplyError, Change, Replica};

/// The client's side of the stream.
///
/// ```
/// use tenantry_protocol::{ClientSession, Replica};
///
/// let mut session = ClientSession::new(Replica::default());
/// let hello = session.hello("tenantry-rust/0.1.0");
/// assert!(hello.to_text().starts_with(r#"{"type":"hello","revision":0,"#));
///
/// let step = session.on_frame(r#"{"type":"snapshot","revision":3,"items":[],"members":[],"checksum":"0000000000000000"}"#)?;
/// assert_eq!(step.change.map(|change| change.revision), Some(3));
/// assert!(session.is_live());
/// # Ok::<(), tenantry_protocol::SessionError>(())
/// ```
#[derive(Debug, Clone)]
pub struct ClientSession {
    replica: Replica,
    phase: Phase,
    /// The last connection ended by a frame that could not be used.
    distrusts: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// There is no connection, or its hello is not answered yet.
    Asking,
    /// A resync is not answered yet.
    Resyncing,
    /// The replica is what the server last said.
    Live,
}

/// What to do after a frame.
#[derive(Debug, Default)]
#[must_use]
pub struct Step {
    /// Say this.
    pub reply: Option<ClientFrame>,
    /// Answer from this from now on.
    pub change: Option<Change>,
    /// Count and log this.
    pub incident: Option<Incident>,
}

/// Something that should not happen, and what keeps it harmless is built in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Incident {
    /// A delta from another revision than the replica's, or one that leads to no later one. A
    /// snapshot was asked for.
    OutOfOrder,
    /// A delta whose result is not what it says. A snapshot was asked for.
    DeltaMismatch,
    /// A heartbeat, or a "you are current", that disagrees with the replica. A snapshot was asked
    /// for.
    StateMismatch,
    /// An older snapshot that nobody asked for. It was ignored.
    OlderSnapshot,
}

/// Why a connection must end. The replica is as it was.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SessionError {
    /// The server said something malformed.
    #[error(transparent)]
    Frame(#[from] FrameError),
    /// The server sent items that are none, or a snapshot that does not hold together.
    #[error("an unusable {kind}")]
    Unusable {
        /// The frame's kind.
        kind: &'static str,
        /// What is wrong with it.
        #[source]
        source: ApplyError,
    },
}

impl ClientSession {
    /// A session that starts from what the caller has: from a disk cache, say, or nothing.
    #[must_use]
    pub fn new(replica: Replica) -> Self {
        Self {
            replica,
            phase: Phase::Asking,
            distrusts: false,
        }
    }

    /// Begins a connection; this is the first frame to send. `sdk` is name and version.
    pub fn hello(&mut self, sdk: &str) -> ClientFrame {
        self.phase = Phase::Asking;
        let mut checksum = self.replica.checksum();
        if std::mem::take(&mut self.distrusts) {
            checksum ^= Checksum::of_item(b"a snapshot, please");
        }
        ClientFrame::Hello(Hello {
            revision: self.replica.revision(),
            checksum,
            schema: SCHEMA,
            sdk: sdk.to_owned(),
        })
    }

    /// The state that the session has.
    #[must_use]
    pub fn replica(&self) -> &Replica {
        &self.replica
    }

    /// The state, to fill it from elsewhere while there is no connection.
    pub fn replica_mut(&mut self) -> &mut Replica {
        &mut self.replica
    }

    /// Whether the server has answered this connection's hello and nothing is being asked for: the
    /// replica is what the server last said.
    #[must_use]
    pub fn is_live(&self) -> bool {
        self.phase == Phase::Live
    }

    /// Hears a frame.
    ///
    /// # Errors
    /// [`SessionError`]: end the connection, and connect again after a delay.
    pub fn on_frame(&mut self, text: &str) -> Result<Step, SessionError> {
        let step = self.hear(text);
        self.distrusts |= step.is_err();
        step
    }

    fn hear(&mut self, text: &str) -> Result<Step, SessionError> {
        match ServerFrame::parse(text)? {
            Some(ServerFrame::Current(current)) => Ok(self.on_current(current)),
            Some(ServerFrame::Delta(delta)) => self.on_delta(&delta),
            Some(ServerFrame::Snapshot(snapshot)) => self.on_snapshot(&snapshot),
            Some(ServerFrame::Heartbeat(heartbeat)) => Ok(self.on_heartbeat(heartbeat)),
            Some(ServerFrame::Changed(_) | ServerFrame::Logged(_)) | None => Ok(Step::default()),
        }
    }

    fn on_current(&mut self, current: Current) -> Step {
        if self.phase == Phase::Resyncing {
            return Step::default();
        }
        if self.is_at(current.revision, current.checksum) {
            self.phase = Phase::Live;
            return Step::default();
        }
        self.resync(Incident::StateMismatch)
    }

    fn on_delta(&mut self, delta: &Delta<'_>) -> Result<Step, SessionError> {
        if self.phase == Phase::Resyncing {
            return Ok(Step::default());
        }
        match self.replica.apply(delta) {
            Ok(change) => {
                self.phase = Phase::Live;
                Ok(Step {
                    change: Some(change),
                    ..Step::default()
                })
            }
            Err(ApplyError::NotConsecutive { .. } | ApplyError::Backwards { .. }) => {
                Ok(self.resync(Incident::OutOfOrder))
            }
            Err(ApplyError::Checksum { .. }) => Ok(self.resync(Incident::DeltaMismatch)),
            Err(source) => Err(SessionError::Unusable {
                kind: "delta",
                source,
            }),
        }
    }

    fn on_snapshot(&mut self, snapshot: &Snapshot<'_>) -> Result<Step, SessionError> {
        if self.phase == Phase::Live && snapshot.revision < self.replica.revision() {
            return Ok(Step {
                incident: Some(Incident::OlderSnapshot),
                ..Step::default()
            });
        }
        let change = self
            .replica
            .load(snapshot)
            .map_err(|source| SessionError::Unusable {
                kind: "snapshot",
                source,
            })?;
        self.phase = Phase::Live;
        Ok(Step {
            change: Some(change),
            ..Step::default()
        })
    }

    fn on_heartbeat(&mut self, heartbeat: Heartbeat) -> Step {
        if self.is_live() && !self.is_at(heartbeat.revision, heartbeat.checksum) {
            return self.resync(Incident::StateMismatch);
        }
        let revision = self.replica.revision();
        Step {
            reply: Some(ClientFrame::Applied(Applied { revision })),
            ..Step::default()
        }
    }

    fn is_at(&self, revision: u64, checksum: Checksum) -> bool {
        self.replica.revision() == revision && self.replica.checksum() == checksum
    }

    fn resync(&mut self, incident: Incident) -> Step {
        self.phase = Phase::Resyncing;
        Step {
            reply: Some(ClientFrame::Resync),
            change: None,
            incident: Some(incident),
        }
    }
}
