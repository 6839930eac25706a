//! Failures: why a connection ended, and what that means for the next one.

use tenantry_protocol::{CloseCode, FrameError, Restart, SessionError};
use thiserror::Error;
use tokio_tungstenite::tungstenite::http::StatusCode;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::{self, Utf8Bytes};

use super::CONNECT_LIMIT;
use super::handshake::HandshakeError;
use super::proxy::tunnel::TunnelError;
use super::schedule::Ended;

/// Why a connection ended, for the log.
#[derive(Debug, Error)]
pub(super) enum Failure {
    #[error(transparent)]
    Handshake(#[from] HandshakeError),
    #[error("no answer within {} s", CONNECT_LIMIT.as_secs())]
    ConnectTimeout,
    #[error("the server is silent")]
    Silence,
    #[error("the connection failed")]
    Socket(#[from] tungstenite::Error),
    #[error("the server sent something unusable")]
    Session(#[from] SessionError),
    #[error("the server closed the stream ({code}): {reason}")]
    Closed { code: u16, reason: Utf8Bytes },
    #[error("the connection broke")]
    Broken,
}

impl Failure {
    pub(super) fn closed(frame: Option<CloseFrame>) -> Self {
        match frame {
            Some(CloseFrame { code, reason }) => Self::Closed {
                code: code.into(),
                reason,
            },
            None => Self::Broken,
        }
    }

    /// The code to say goodbye with, if there is somebody to say it to.
    pub(super) fn goodbye(&self) -> Option<CloseCode> {
        match self {
            Self::Session(SessionError::Frame(FrameError::NotAFrame(_))) => {
                Some(CloseCode::Malformed)
            }
            Self::Session(_) => Some(CloseCode::ProtocolError),
            Self::Closed { .. } => Some(CloseCode::Normal),
            _ => None,
        }
    }

    /// What it means for the next attempt.
    pub(super) fn ended(&self) -> Ended {
        match self {
            Self::Handshake(HandshakeError::Status { status, .. })
                if matches!(*status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) =>
            {
                Ended::Refused
            }
            Self::Handshake(
                HandshakeError::Status { status, .. }
                | HandshakeError::Tunnel(TunnelError::Status(status)),
            ) if is_rejection(*status) => Ended::Rejected,
            Self::Handshake(HandshakeError::Status {
                retry_after: Some(delay),
                ..
            }) => Ended::Asked(*delay),
            Self::Closed { code, reason } => match CloseCode::from_number(*code) {
                Some(CloseCode::Revoked) => Ended::Refused,
                Some(CloseCode::Restart) => Restart::from_text(reason)
                    .map_or(Ended::Lost, |restart| Ended::Asked(restart.delay())),
                _ => Ended::Lost,
            },
            _ => Ended::Lost,
        }
    }
}

/// Whether an answer says that there is no stream here, rather than none at the moment.
fn is_rejection(status: StatusCode) -> bool {
    let is_passing = matches!(
        status,
        StatusCode::BAD_REQUEST | StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS
    );
    status.is_client_error() && !is_passing
}
