//! A follower: a raw connection with the protocol's own session behind it.
//!
//! Separate from the SDK so that a test sees every frame, and still ends with a checked state.
//!
//! **Invariants**
//! - Every frame is applied before it is returned; one that does not fit fails the test.

use serde_json::Value;
use tenantry_protocol::{ClientSession, Replica};

use crate::stream::{RawStream, Refused};

/// A connection and what it has been told.
#[derive(Debug)]
pub struct Follower {
    stream: RawStream,
    session: ClientSession,
}

impl Follower {
    /// Connects with a token, and with a state from before if there is one.
    ///
    /// # Errors
    /// [`Refused`] if the server does not switch protocols.
    pub async fn connect(address: &str, token: &str, before: Replica) -> Result<Self, Refused> {
        Ok(Self::over(RawStream::connect(address, token).await?, before).await)
    }

    /// Says hello over a connection that is open.
    pub async fn over(stream: RawStream, before: Replica) -> Self {
        let mut follower = Self {
            stream,
            session: ClientSession::new(before),
        };
        let hello = follower.session.hello("follower/1").to_text();
        follower.stream.send_text(&hello).await;
        follower
    }

    /// Applies the next frame that is no sign of life, and returns it.
    pub async fn frame(&mut self) -> Value {
        let text = self.stream.frame_text().await;
        let step = self
            .session
            .on_frame(&text)
            .expect("a frame that can be applied");
        assert_eq!(step.incident, None, "{text}");
        serde_json::from_str(&text).expect("a frame is JSON")
    }

    /// Follows to a revision, and returns the number of frames that it took.
    pub async fn follow_to(&mut self, revision: u64) -> usize {
        let mut frames = 0;
        while !self.session.is_live() || self.replica().revision() < revision {
            self.frame().await;
            frames += 1;
        }
        frames
    }

    /// What the server has told.
    #[must_use]
    pub fn replica(&self) -> &Replica {
        self.session.replica()
    }

    /// Hangs up, and keeps what was told.
    #[must_use]
    pub fn into_replica(self) -> Replica {
        self.session.replica().clone()
    }

    /// The connection.
    pub fn stream(&mut self) -> &mut RawStream {
        &mut self.stream
    }
}
