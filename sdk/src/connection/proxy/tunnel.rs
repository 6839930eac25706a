//! A tunnel through a proxy: one `CONNECT`, one answer, and from then on the server's own bytes.

use std::io;

use thiserror::Error;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio_tungstenite::tungstenite::http::StatusCode;

use super::{Proxy, host_and_port};
use crate::SDK;
use crate::client::Token;
use crate::connection::address::Address;
use crate::connection::handshake::{HandshakeError, read_head};

/// Why there is no tunnel.
#[derive(Debug, Error)]
pub(in crate::connection) enum TunnelError {
    #[error("the connection to the proxy failed")]
    Io(#[from] io::Error),
    #[error("the proxy answered {0}")]
    Status(StatusCode),
    #[error("it is no proxy that answers")]
    NotAProxy(#[source] Box<HandshakeError>),
    #[error("the proxy spoke before the server did")]
    TooEarly,
}

/// Has the proxy at the other end of `stream` connect it to an address. The name is resolved there.
pub(in crate::connection) async fn open<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut S,
    proxy: &Proxy,
    address: &Address,
) -> Result<(), TunnelError> {
    let target = host_and_port(&address.host, address.port);
    let credentials = proxy.credentials.as_ref().map(Token::reveal);
    let authorization = credentials
        .map(|text| format!("Proxy-Authorization: Basic {text}\r\n"))
        .unwrap_or_default();
    let request = format!(
        "CONNECT {target} HTTP/1.1\r\nHost: {target}\r\nUser-Agent: {SDK}\r\n{authorization}\r\n"
    );
    stream.write_all(request.as_bytes()).await?;
    stream.flush().await?;
    let (response, rest) = read_head(stream).await.map_err(|error| match error {
        HandshakeError::Io(error) => TunnelError::Io(error),
        other => TunnelError::NotAProxy(Box::new(other)),
    })?;
    if !response.status().is_success() {
        return Err(TunnelError::Status(response.status()));
    }
    // The server waits for us to begin, so whoever has more to say is no tunnel.
    if rest.is_empty() {
        Ok(())
    } else {
        Err(TunnelError::TooEarly)
    }
}
