//! The opening of a WebSocket: one HTTP request, one answer.
//!
//! Written out here, though the WebSocket crate has it: that one puts the whole request, and with
//! it the token, into the log of an application that logs at the finest level.
//!
//! **Invariants**
//! - The token is written to the socket and nowhere else.
//! - At most [`LONGEST_ANSWER`] bytes of an answer are kept.

use std::io;
use std::time::Duration;

use thiserror::Error;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::client::{Response, generate_key};
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::handshake::machine::TryParse;
use tokio_tungstenite::tungstenite::http::{HeaderMap, StatusCode};
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};

use tenantry_protocol::SUBPROTOCOL;

use super::address::Address;
use super::instance::Instance;
use super::proxy::tunnel::TunnelError;
use crate::SDK;
use crate::client::Token;

/// The longest head of an answer, in bytes.
const LONGEST_ANSWER: usize = 16 << 10;
/// The longest frame, in bytes: the snapshot of an environment with very many or very long lists.
const LONGEST_FRAME: usize = 512 << 20;
/// What is read at once, in bytes. Allocated for each connection.
const READ_BUFFER: usize = 16 << 10;

/// Why a WebSocket did not open.
#[derive(Debug, Error)]
pub(super) enum HandshakeError {
    #[error("the connection failed")]
    Io(#[from] io::Error),
    #[error("the connection cannot be encrypted")]
    Tls(#[source] io::Error),
    #[error("there is no way through the proxy")]
    Tunnel(#[from] TunnelError),
    #[error("the server answered {status}")]
    Status {
        status: StatusCode,
        /// How long the server asks to wait.
        retry_after: Option<Duration>,
    },
    #[error("the server does not speak this protocol: {0}")]
    NotOurs(&'static str),
}

/// Opens a WebSocket over a stream that is connected, and encrypted if it is to be.
pub(super) async fn open<S: AsyncRead + AsyncWrite + Unpin>(
    mut stream: S,
    address: &Address,
    token: &Token,
    instance: &Instance,
) -> Result<WebSocketStream<S>, HandshakeError> {
    let key = generate_key();
    stream
        .write_all(request(address, token, instance, &key).as_bytes())
        .await?;
    stream.flush().await?;
    let (response, rest) = read_head(&mut stream).await?;
    check(&response, &key)?;
    let config = WebSocketConfig::default()
        .read_buffer_size(READ_BUFFER)
        .max_message_size(Some(LONGEST_FRAME))
        .max_frame_size(Some(LONGEST_FRAME));
    Ok(WebSocketStream::from_partially_read(stream, rest, Role::Client, Some(config)).await)
}

fn request(address: &Address, token: &Token, instance: &Instance, key: &str) -> String {
    format!(
        "GET {target} HTTP/1.1\r\n\
         Host: {authority}\r\n\
         Connection: Upgrade\r\n\
         Upgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\n\
         Sec-WebSocket-Key: {key}\r\n\
         Sec-WebSocket-Protocol: {SUBPROTOCOL}\r\n\
         Authorization: Bearer {token}\r\n\
         User-Agent: {SDK}\r\n\
         Tenantry-Instance: {instance}\r\n\
         \r\n",
        target = address.target,
        authority = address.authority,
        token = token.reveal(),
    )
}

/// Reads the head of an answer, and the bytes after it that have come along.
pub(super) async fn read_head(
    stream: &mut (impl AsyncRead + Unpin),
) -> Result<(Response, Vec<u8>), HandshakeError> {
    let mut read = Vec::with_capacity(1 << 10);
    loop {
        if stream.read_buf(&mut read).await? == 0 {
            return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
        }
        match Response::try_parse(&read) {
            Ok(Some((length, response))) => return Ok((response, read.split_off(length))),
            Ok(None) if read.len() < LONGEST_ANSWER => {}
            Ok(None) => return Err(HandshakeError::NotOurs("its answer is too long")),
            Err(_) => return Err(HandshakeError::NotOurs("its answer is no HTTP")),
        }
    }
}

fn check(response: &Response, key: &str) -> Result<(), HandshakeError> {
    let headers = response.headers();
    if response.status() != StatusCode::SWITCHING_PROTOCOLS {
        let seconds = header(headers, "Retry-After").and_then(|text| text.parse().ok());
        return Err(HandshakeError::Status {
            status: response.status(),
            retry_after: seconds.map(Duration::from_secs),
        });
    }
    let upgrade = header(headers, "Upgrade").unwrap_or_default();
    if !upgrade.eq_ignore_ascii_case("websocket") {
        return Err(HandshakeError::NotOurs("it upgrades to something else"));
    }
    if header(headers, "Sec-WebSocket-Accept") != Some(&derive_accept_key(key.as_bytes())) {
        return Err(HandshakeError::NotOurs("it accepts another request"));
    }
    if header(headers, "Sec-WebSocket-Protocol") != Some(SUBPROTOCOL) {
        return Err(HandshakeError::NotOurs("it speaks another subprotocol"));
    }
    Ok(())
}

fn header<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Answers a request with what `answer` makes of its key.
    async fn check(answer: impl FnOnce(&str) -> String) -> Result<(), String> {
        let (mut server, client) = tokio::io::duplex(1 << 20);
        let address = Address::parse("ws://a:80", None, None).expect("an address");
        let token = Token::new("secret").expect("a token");
        let instance = Instance::random();
        let opening = open(client, &address, &token, &instance);
        let answering = async {
            let mut request = Vec::new();
            while !request.ends_with(b"\r\n\r\n") {
                server.read_buf(&mut request).await.expect("a request");
            }
            let request = String::from_utf8(request).expect("text");
            assert!(request.starts_with("GET /api/v1/stream HTTP/1.1\r\nHost: a:80\r\n"));
            assert!(request.contains("\r\nAuthorization: Bearer secret\r\n"));
            let key = request.split("Sec-WebSocket-Key: ").nth(1).expect("a key");
            let key = key.split("\r\n").next().expect("a line");
            let answer = answer(&derive_accept_key(key.as_bytes()));
            server.write_all(answer.as_bytes()).await.expect("a client");
            drop(server);
        };
        let (opened, ()) = tokio::join!(opening, answering);
        opened.map(drop).map_err(|error| error.to_string())
    }

    fn switching(headers: &[&str]) -> String {
        format!(
            "HTTP/1.1 101 Switching Protocols\r\n{}\r\n\r\n",
            headers.join("\r\n")
        )
    }

    #[tokio::test]
    async fn an_answer_that_accepts_this_very_request_opens_the_stream() {
        let accepted = check(|accept| {
            switching(&[
                "upgrade: WebSocket",
                "connection: upgrade",
                &format!("sec-websocket-accept: {accept}"),
                "sec-websocket-protocol: tenantry.v1",
            ])
        });
        assert_eq!(accepted.await, Ok(()));
    }

    #[tokio::test]
    async fn any_other_answer_does_not() {
        let ours = "Sec-WebSocket-Protocol: tenantry.v1";
        for (headers, problem) in [
            (vec!["Upgrade: h2c", ours], "it upgrades to something else"),
            (
                vec!["Upgrade: websocket", ours],
                "it accepts another request",
            ),
            (
                vec!["Upgrade: websocket", "Sec-WebSocket-Accept: ACCEPT"],
                "it speaks another subprotocol",
            ),
        ] {
            let refused = check(|accept| switching(&headers).replace("ACCEPT", accept)).await;
            let expected = format!("the server does not speak this protocol: {problem}");
            assert_eq!(refused, Err(expected));
        }
        let refused = check(|_| "HTTP/1.1 401 Unauthorized\r\n\r\n".to_owned()).await;
        assert_eq!(
            refused,
            Err("the server answered 401 Unauthorized".to_owned())
        );
        let refused = check(|_| "SSH-2.0-OpenSSH_9.6\r\n".to_owned()).await;
        let expected = "the server does not speak this protocol: its answer is no HTTP";
        assert_eq!(refused, Err(expected.to_owned()));
        let refused = check(|_| format!("HTTP/1.1 101 {}", "x".repeat(1 << 18))).await;
        let expected = "the server does not speak this protocol: its answer is too long";
        assert_eq!(refused, Err(expected.to_owned()));
        assert_eq!(
            check(|_| "HTTP".to_owned()).await,
            Err("the connection failed".to_owned())
        );
    }

    #[test]
    fn a_server_may_say_when_to_come_back() {
        let response = Response::try_parse(b"HTTP/1.1 503 \r\nRetry-After: 7\r\n\r\n");
        let (_, response) = response.expect("HTTP").expect("a whole head");
        match super::check(&response, "") {
            Err(HandshakeError::Status {
                status,
                retry_after,
            }) => {
                assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
                assert_eq!(retry_after, Some(Duration::from_secs(7)));
            }
            other => panic!("{other:?}"),
        }
    }
}
