//! Why a stream ends: the close codes, and the text that travels with a restart.
//!
//! **Invariants**
//! - A code, once given a meaning, keeps it.
//! - Whatever arrives as a reason, reading it never fails: an unreadable reason says nothing.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Why the server, or the client, closes a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CloseCode {
    /// 1000: the peer is done.
    Normal,
    /// 1002: a frame at the wrong time, or of the wrong shape.
    ProtocolError,
    /// 1003: a binary message, which this protocol has none of.
    Unsupported,
    /// 1007: a message that is no JSON.
    Malformed,
    /// 1009: a message beyond the peer's limit.
    TooBig,
    /// 1012: the server restarts or hands its clients over; the reason is a [`Restart`].
    Restart,
    /// 1013: the server cannot answer now; try again later.
    Overloaded,
    /// 4401: the token was revoked or has expired.
    Revoked,
    /// 4408: the peer reads too slowly, or has been silent for too long.
    TooSlow,
}

impl CloseCode {
    /// All codes of this protocol.
    pub const ALL: [Self; 9] = [
        Self::Normal,
        Self::ProtocolError,
        Self::Unsupported,
        Self::Malformed,
        Self::TooBig,
        Self::Restart,
        Self::Overloaded,
        Self::Revoked,
        Self::TooSlow,
    ];

    /// The number that travels in the close frame.
    #[must_use]
    pub const fn number(self) -> u16 {
        match self {
            Self::Normal => 1000,
            Self::ProtocolError => 1002,
            Self::Unsupported => 1003,
            Self::Malformed => 1007,
            Self::TooBig => 1009,
            Self::Restart => 1012,
            Self::Overloaded => 1013,
            Self::Revoked => 4401,
            Self::TooSlow => 4408,
        }
    }

    /// The code with this number, if the protocol has one.
    #[must_use]
    pub fn from_number(number: u16) -> Option<Self> {
        Self::ALL.into_iter().find(|code| code.number() == number)
    }
}

/// The reason text of a close with [`CloseCode::Restart`]: `{"retry_in_ms":4312}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Restart {
    /// How long this client should wait before it connects again, in milliseconds. The server
    /// spreads its clients with it.
    pub retry_in_ms: u64,
}

impl Restart {
    /// The reason text.
    #[must_use]
    pub fn to_text(self) -> String {
        format!("{{\"retry_in_ms\":{}}}", self.retry_in_ms)
    }

    /// Reads a reason text; `None` if it is not one.
    #[must_use]
    pub fn from_text(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    /// How long to wait.
    #[must_use]
    pub const fn delay(self) -> Duration {
        Duration::from_millis(self.retry_in_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_codes_map_to_each_other() {
        for code in CloseCode::ALL {
            assert_eq!(CloseCode::from_number(code.number()), Some(code));
        }
        assert_eq!(CloseCode::from_number(1001), None);
    }

    #[test]
    fn a_restart_reason_survives_the_way_and_nonsense_says_nothing() {
        let restart = Restart { retry_in_ms: 4312 };
        assert_eq!(restart.to_text(), r#"{"retry_in_ms":4312}"#);
        assert_eq!(Restart::from_text(&restart.to_text()), Some(restart));
        for nonsense in ["", "bye", "{}", r#"{"retry_in_ms":-1}"#] {
            assert_eq!(Restart::from_text(nonsense), None, "{nonsense}");
        }
    }
}
