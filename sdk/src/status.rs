//! Status: where a client's answers come from, and how fresh they are.
//!
//! **Invariants**
//! - Status is told, never acted on: an old answer is better than none.
//! - Ages are measured with the monotonic clock; a step of the host's clock changes none.

use std::time::Duration;

use tokio::time::Instant;

/// Where a client's answers come from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Source {
    /// Nowhere yet: every answer is a default of the code.
    #[default]
    None,
    /// The bootstrap file.
    Bootstrap,
    /// The disk cache.
    Disk,
    /// The server. It may be away by now; see [`Status::connected`].
    Stream,
    /// The test, by [`Client::fixed`](crate::Client).
    Fixed,
}

/// Where a client's answers come from, and how fresh they are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Status {
    /// Where the answers come from.
    pub source: Source,
    /// The environment's revision that they belong to; 0 without data.
    pub revision: u64,
    /// Whether the stream is up and the answers are what the server said last. It stays true, but
    /// [`age`](Self::age) goes on rising, for the moment between finding that the answers differ from
    /// the server's state and getting that anew; such moments are
    /// [counted](crate::Counters::incidents).
    pub connected: bool,
    /// When the answers were last known to be the newest; absent without data.
    confirmed: Option<Confirmed>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Confirmed {
    at: Instant,
    /// How old the data were at that moment: a file's age when it was read.
    age: Duration,
}

impl Status {
    /// How long ago the answers were known to be the newest: since the server's last sign of life
    /// or, for a file, since it was written. At most some 18 seconds while the stream is up, which is
    /// how long its signs of life may be apart; `None` without data.
    #[must_use]
    pub fn age(&self) -> Option<Duration> {
        self.confirmed
            .map(|confirmed| confirmed.at.elapsed() + confirmed.age)
    }

    /// Notes that the answers are the newest, or were `age` ago.
    pub(crate) fn confirm(&mut self, age: Duration) {
        self.confirmed = Some(Confirmed {
            at: Instant::now(),
            age,
        });
    }
}
