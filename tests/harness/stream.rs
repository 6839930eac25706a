//! A raw client of the stream: frames as JSON values, with none of the SDK's wits.
//!
//! Separate from the SDK because a server must also be right towards clients that are wrong.
//!
//! **Invariants**
//! - Frames are returned in the order they came, none is answered and only signs of life are
//!   skipped, where the method says so.

use futures_util::{SinkExt as _, StreamExt as _};
use reqwest::StatusCode;
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpSocket, TcpStream};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::http::{HeaderName, HeaderValue, Request};
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{Error, Message};

use crate::wait::soon;

/// The checksum of nothing.
pub const ZERO: &str = "0000000000000000";

/// The receive buffer of a client that reads slowly.
const NARROW_BYTES: u32 = 4_096;

/// A connection to the stream.
#[derive(Debug)]
pub struct RawStream {
    socket: WebSocketStream<TcpStream>,
    /// The subprotocol that the server chose.
    pub subprotocol: Option<String>,
}

/// The server answered the handshake with something else than 101.
#[derive(Debug)]
pub struct Refused {
    /// The status.
    pub status: StatusCode,
    /// The body.
    pub text: String,
}

/// What comes out of a stream.
#[derive(Debug, Clone, PartialEq)]
pub enum Heard {
    /// A frame, byte for byte: checksums are computed from that.
    Frame(String),
    /// The end: code and reason. 1006 stands for an end without a close frame.
    Closed(u16, String),
}

impl RawStream {
    /// Connects to a server's address (`http://…`) with a token.
    ///
    /// # Errors
    /// [`Refused`] if the server does not switch protocols.
    pub async fn connect(address: &str, token: &str) -> Result<Self, Refused> {
        let credential = format!("Bearer {token}");
        Self::handshake(address, "", &[("authorization", &credential)]).await
    }

    /// Connects with a token, and with next to no room for what has not been read yet.
    ///
    /// # Errors
    /// [`Refused`] if the server does not switch protocols.
    pub async fn connect_narrow(address: &str, token: &str) -> Result<Self, Refused> {
        let credential = format!("Bearer {token}");
        let socket = TcpSocket::new_v4().expect("a socket");
        socket
            .set_recv_buffer_size(NARROW_BYTES)
            .expect("a small buffer");
        Self::handshake_over(socket, address, "", &[("authorization", &credential)]).await
    }

    /// Connects with these headers and this query (with its `?`).
    ///
    /// # Errors
    /// [`Refused`] if the server does not switch protocols.
    pub async fn handshake(
        address: &str,
        query: &str,
        headers: &[(&str, &str)],
    ) -> Result<Self, Refused> {
        let socket = TcpSocket::new_v4().expect("a socket");
        Self::handshake_over(socket, address, query, headers).await
    }

    async fn handshake_over(
        socket: TcpSocket,
        address: &str,
        query: &str,
        headers: &[(&str, &str)],
    ) -> Result<Self, Refused> {
        let url = format!(
            "ws{}/api/v1/stream{query}",
            address.strip_prefix("http").expect("http")
        );
        let mut request: Request<()> = url.into_client_request().expect("an address");
        let all = request.headers_mut();
        all.insert(
            "sec-websocket-protocol",
            HeaderValue::from_static("tenantry.v1"),
        );
        for (name, value) in headers {
            let name: HeaderName = name.parse().expect("a header's name");
            all.insert(name, value.parse().expect("a header's value"));
        }
        let host = address
            .trim_start_matches("http://")
            .parse()
            .expect("an IP address and a port");
        let socket = soon("the connection", socket.connect(host))
            .await
            .expect("somebody listens");
        match soon(
            "the handshake",
            tokio_tungstenite::client_async(request, socket),
        )
        .await
        {
            Ok((socket, response)) => {
                let subprotocol = response.headers().get("sec-websocket-protocol");
                let subprotocol = subprotocol.map(|it| it.to_str().expect("plain").to_owned());
                Ok(Self {
                    socket,
                    subprotocol,
                })
            }
            Err(Error::Http(response)) => {
                let status = StatusCode::from_u16(response.status().as_u16()).expect("a status");
                let text = response.body().as_deref().map(String::from_utf8_lossy);
                Err(Refused {
                    status,
                    text: text.unwrap_or_default().into_owned(),
                })
            }
            Err(error) => panic!("no answer to the handshake: {error}"),
        }
    }

    /// Sends a frame.
    pub async fn send(&mut self, frame: &Value) {
        self.send_text(&frame.to_string()).await;
    }

    /// Sends a text, whatever it is.
    pub async fn send_text(&mut self, text: &str) {
        self.send_message(Message::text(text)).await;
    }

    /// Sends a text, unless the connection is gone.
    ///
    /// # Errors
    /// What the client says if it is.
    pub async fn try_send_text(&mut self, text: &str) -> Result<(), Error> {
        self.try_send(Message::text(text)).await
    }

    /// Sends a message, unless the connection is gone.
    ///
    /// # Errors
    /// What the client says if it is.
    pub async fn try_send(&mut self, message: Message) -> Result<(), Error> {
        soon("a message is taken", self.socket.send(message)).await
    }

    /// Sends a message, whatever it is.
    pub async fn send_message(&mut self, message: Message) {
        soon("a message is taken", self.socket.send(message))
            .await
            .expect("the stream is open");
    }

    /// Says what this client has: a revision and its checksum.
    pub async fn hello(&mut self, revision: u64, checksum: &str) {
        let sdk = "raw/1";
        self.send(&json!({
            "type": "hello", "revision": revision, "checksum": checksum, "schema": 1, "sdk": sdk,
        }))
        .await;
    }

    /// Sends bytes outside of any frame, as a client does that knows no WebSocket.
    pub async fn send_bytes(&mut self, bytes: &[u8]) {
        soon("bytes are taken", self.socket.get_mut().write_all(bytes))
            .await
            .expect("the stream is open");
    }

    /// What comes next, signs of life included.
    pub async fn next(&mut self) -> Heard {
        loop {
            let message = soon("something comes", self.socket.next()).await;
            match message {
                Some(Ok(Message::Text(text))) => return Heard::Frame(text.as_str().to_owned()),
                Some(Ok(Message::Close(Some(close)))) => {
                    return Heard::Closed(close.code.into(), close.reason.to_string());
                }
                Some(Ok(Message::Close(None)) | Err(_)) | None => {
                    return Heard::Closed(CloseCode::Abnormal.into(), String::new());
                }
                Some(Ok(_)) => {}
            }
        }
    }

    /// The next frame that is no sign of life.
    pub async fn frame(&mut self) -> Value {
        serde_json::from_str(&self.frame_text().await).expect("a frame is JSON")
    }

    /// The next frame that is no sign of life, byte for byte.
    pub async fn frame_text(&mut self) -> String {
        loop {
            match self.next().await {
                Heard::Frame(text) if text.starts_with(r#"{"type":"heartbeat""#) => {}
                Heard::Frame(text) => return text,
                Heard::Closed(code, reason) => panic!("closed with {code} {reason:?}"),
            }
        }
    }

    /// The next frame that is no sign of life, which must be of this kind.
    pub async fn frame_of(&mut self, kind: &str) -> Value {
        let frame = self.frame().await;
        assert_eq!(frame["type"], kind, "{frame:#}");
        frame
    }

    /// The close code and its reason; frames before it are skipped.
    pub async fn close(&mut self) -> (u16, String) {
        loop {
            if let Heard::Closed(code, reason) = self.next().await {
                return (code, reason);
            }
        }
    }
}
