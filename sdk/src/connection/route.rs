//! The route to the server: a socket, perhaps through a proxy, perhaps encrypted, and at its end a
//! WebSocket.
//!
//! Separate from the connection, which lives on what comes out of it.
//!
//! **Invariants**
//! - The proxy sees where an encrypted stream leads, and nothing else of it.

use std::fmt;

use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

use super::activity::Watched;
use super::address::Address;
use super::dial::Dial;
use super::handshake::{self, HandshakeError};
use super::instance::Instance;
use super::proxy::{Proxy, tunnel};
use super::tls::Tls;
use crate::client::Token;

/// An open stream: WebSocket over TLS to the server, over TLS to the proxy, over a socket; both TLS
/// only where they are wanted.
pub(super) type Socket<S> = WebSocketStream<MaybeTlsStream<MaybeTlsStream<Watched<S>>>>;

/// The route to the server.
#[derive(Debug)]
pub(crate) struct Route {
    pub(crate) address: Address,
    pub(crate) proxy: Option<Proxy>,
    pub(crate) tls: Tls,
}

impl Route {
    /// Opens a stream.
    pub(super) async fn open<D: Dial>(
        &mut self,
        dial: &D,
        token: &Token,
        instance: &Instance,
    ) -> Result<Socket<D::Stream>, HandshakeError> {
        let Self {
            address,
            proxy,
            tls,
        } = self;
        let stream = if let Some(proxy) = proxy {
            let stream = Watched::new(dial.dial(&proxy.host, proxy.port).await?);
            let wrapped = tls.wrap(proxy.tls, &proxy.host, stream).await;
            let mut stream = wrapped.map_err(HandshakeError::Tls)?;
            tunnel::open(&mut stream, proxy, address).await?;
            stream
        } else {
            let stream = dial.dial(&address.host, address.port).await?;
            MaybeTlsStream::Plain(Watched::new(stream))
        };
        let wrapped = tls.wrap(address.tls, &address.host, stream).await;
        let stream = wrapped.map_err(HandshakeError::Tls)?;
        handshake::open(stream, address, token, instance).await
    }
}

impl fmt::Display for Route {
    /// For the log: where it leads, and by which way. Nothing secret is in it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.proxy {
            None => write!(f, "{}", self.address),
            Some(proxy) => write!(f, "{} through {proxy}", self.address),
        }
    }
}
