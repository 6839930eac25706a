//! Dialling: how bytes get to the server.
//!
//! A trait, because tests of what takes minutes bring streams in memory: paused time and real
//! sockets do not go together.

use std::io;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;

/// Opens streams of bytes to a server.
pub(crate) trait Dial: Send + Sync + 'static {
    /// What it opens.
    type Stream: AsyncRead + AsyncWrite + Unpin + Send + 'static;

    /// Opens one.
    fn dial(&self, host: &str, port: u16) -> impl Future<Output = io::Result<Self::Stream>> + Send;
}

/// The network.
#[derive(Debug)]
pub(crate) struct Tcp;

impl Dial for Tcp {
    type Stream = TcpStream;

    async fn dial(&self, host: &str, port: u16) -> io::Result<TcpStream> {
        let stream = TcpStream::connect((host, port)).await?;
        // Our frames are small and must not wait for company.
        stream.set_nodelay(true)?;
        Ok(stream)
    }
}
