//! The stream's socket: text frames in and out, and why it ended.
//!
//! Separate from the session in `tenantry-protocol`, which knows what frames mean and no socket.
//!
//! **Invariants**
//! - The token travels in the handshake's header.
//! - [`Stream::next`] ends within [`SILENCE`], with a frame or with a reason.

use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use reqwest::StatusCode;
use reqwest::header::{AUTHORIZATION, SEC_WEBSOCKET_PROTOCOL, USER_AGENT};
use tenantry_protocol::{CloseCode, PATH, Restart, SUBPROTOCOL, SessionError};
use thiserror::Error;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, WebSocketConfig};
use tokio_tungstenite::tungstenite::{self, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};
use url::Url;

use super::{Client, Refusal};
use crate::failure::Failure;

/// After this long without a frame the other side is gone: it promises a heartbeat every 15 s.
const SILENCE: Duration = Duration::from_secs(45);

/// How long the connection and the handshake may take.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// The largest frame that is read, in bytes: a snapshot of some hundred thousand flags.
const FRAME_LIMIT: usize = 256 << 20;

/// An open stream.
pub(crate) struct Stream {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

/// Why a stream ended.
#[derive(Debug, Error)]
pub(crate) enum Interruption {
    #[error("the server closed the stream{}", reason(.0.as_ref()))]
    Closed(Option<CloseFrame>),
    #[error("the server has been silent for {} s", SILENCE.as_secs())]
    Silent,
    #[error("the connection broke: {0}")]
    Lost(#[from] tungstenite::Error),
    #[error("the server sent {0}")]
    Unusable(#[from] SessionError),
}

impl Interruption {
    /// Whether trying again with the same token is of no use.
    pub(crate) fn is_final(&self) -> bool {
        self.code() == Some(CloseCode::Revoked)
    }

    /// How long the server asks this client to wait before it comes back.
    pub(crate) fn requested_delay(&self) -> Option<Duration> {
        match self {
            Self::Closed(Some(frame)) if self.code() == Some(CloseCode::Restart) => {
                Restart::from_text(&frame.reason).map(Restart::delay)
            }
            _ => None,
        }
    }

    fn code(&self) -> Option<CloseCode> {
        match self {
            Self::Closed(frame) => CloseCode::from_number(frame.as_ref()?.code.into()),
            Self::Silent | Self::Lost(_) | Self::Unusable(_) => None,
        }
    }
}

fn reason(frame: Option<&CloseFrame>) -> String {
    match frame.map(|frame| {
        (
            u16::from(frame.code),
            CloseCode::from_number(frame.code.into()),
        )
    }) {
        None | Some((_, Some(CloseCode::Normal))) => String::new(),
        Some((_, Some(CloseCode::Restart))) => ": it restarts".to_owned(),
        Some((_, Some(CloseCode::Overloaded))) => ": it is overloaded".to_owned(),
        Some((_, Some(CloseCode::Revoked))) => ": the token was revoked or has expired".to_owned(),
        Some((number, _)) => format!(" with code {number}"),
    }
}

impl Stream {
    /// Opens the stream of the client's project and environment.
    pub(crate) async fn open(client: &Client<'_>) -> Result<Self, Failure> {
        let failure = |source| Failure::NoStream {
            url: client.global.url.clone(),
            source: Box::new(source),
        };
        let mut request = address(client)
            .as_str()
            .into_client_request()
            .map_err(failure)?;
        let headers = request.headers_mut();
        headers.insert(AUTHORIZATION, client.token.header());
        headers.insert(
            SEC_WEBSOCKET_PROTOCOL,
            HeaderValue::from_static(SUBPROTOCOL),
        );
        headers.insert(USER_AGENT, HeaderValue::from_static(super::USER_AGENT));

        let limits = WebSocketConfig::default()
            .max_message_size(Some(FRAME_LIMIT))
            .max_frame_size(Some(FRAME_LIMIT));
        let connecting = tokio_tungstenite::connect_async_with_config(request, Some(limits), true);
        let connected = match tokio::time::timeout(HANDSHAKE, connecting).await {
            Ok(connected) => connected,
            Err(elapsed) => Err(tungstenite::Error::Io(elapsed.into())),
        };
        match connected {
            Ok((socket, _response)) => Ok(Self { socket }),
            Err(tungstenite::Error::Http(response))
                if response.status() != StatusCode::SWITCHING_PROTOCOLS =>
            {
                let body = response.body().as_deref().unwrap_or_default();
                Err(Failure::Refused(Box::new(Refusal::read(
                    response.status(),
                    "stream",
                    body,
                ))))
            }
            Err(source) => Err(failure(source)),
        }
    }

    /// Sends a frame.
    pub(crate) async fn send(&mut self, frame: String) -> Result<(), Interruption> {
        Ok(self.socket.send(Message::text(frame)).await?)
    }

    /// The next frame's text.
    ///
    /// # Cancel safety
    /// A frame is either returned or still to come.
    pub(crate) async fn next(&mut self) -> Result<String, Interruption> {
        loop {
            match tokio::time::timeout(SILENCE, self.socket.next()).await {
                Err(_elapsed) => return Err(Interruption::Silent),
                Ok(None) => return Err(Interruption::Closed(None)),
                Ok(Some(Err(error))) => return Err(error.into()),
                Ok(Some(Ok(Message::Text(text)))) => return Ok(text.as_str().to_owned()),
                Ok(Some(Ok(Message::Close(frame)))) => return Err(Interruption::Closed(frame)),
                // Pings are answered by the socket itself; the protocol has no binary frames.
                Ok(Some(Ok(_))) => {}
            }
        }
    }
}

/// The stream's address: the server's, with the scheme `ws` or `wss`.
fn address(client: &Client<'_>) -> Url {
    let path: Vec<&str> = PATH.trim_start_matches('/').split('/').collect();
    let mut url = client.address(&path);
    let scheme = if url.scheme() == "https" { "wss" } else { "ws" };
    url.set_scheme(scheme)
        .expect("http and https can be replaced by ws and wss");
    url.query_pairs_mut()
        .append_pair("project", client.global.project.as_str())
        .append_pair("environment", client.global.environment.as_str());
    url
}

#[cfg(test)]
mod tests {
    use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode as Code;

    use super::*;

    fn closed(code: u16, reason: &str) -> Interruption {
        Interruption::Closed(Some(CloseFrame {
            code: Code::from(code),
            reason: reason.to_owned().into(),
        }))
    }

    #[test]
    fn a_restart_says_when_to_come_back() {
        let interruption = closed(1012, r#"{"retry_in_ms":4312}"#);
        assert_eq!(
            interruption.requested_delay(),
            Some(Duration::from_millis(4312))
        );
        assert_eq!(
            interruption.to_string(),
            "the server closed the stream: it restarts"
        );
        assert_eq!(
            closed(1013, r#"{"retry_in_ms":4312}"#).requested_delay(),
            None
        );
    }

    #[test]
    fn only_a_revoked_token_ends_it_for_good() {
        assert!(closed(4401, "").is_final());
        for interruption in [
            closed(1012, ""),
            closed(1000, ""),
            Interruption::Closed(None),
            Interruption::Silent,
        ] {
            assert!(!interruption.is_final(), "{interruption}");
        }
    }
}
