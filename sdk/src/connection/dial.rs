//! Dialling: how bytes get to the server.
//!
//! A trait, because tests of what takes minutes bring streams in memory: paused time and real
//! sockets do not go together.

use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::sleep;

/// How long a host's address may take to answer before the next is tried beside it (RFC 8305).
const HEAD_START: Duration = Duration::from_millis(250);

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
        let addresses = lookup_host((host, port)).await?;
        let stream = first_of(addresses, TcpStream::connect).await?;
        // Our frames are small and must not wait for company.
        stream.set_nodelay(true)?;
        Ok(stream)
    }
}

/// Connects to the first of a host's addresses that answers. One that swallows everything must not
/// keep the others from being tried.
async fn first_of<C, S>(
    addresses: impl Iterator<Item = SocketAddr>,
    connect: impl Fn(SocketAddr) -> C,
) -> io::Result<S>
where
    C: Future<Output = io::Result<S>>,
{
    let mut waiting: VecDeque<SocketAddr> = addresses.collect();
    let mut attempts = FuturesUnordered::new();
    let mut last = io::Error::new(io::ErrorKind::NotFound, "the host has no address");
    loop {
        attempts.extend(waiting.pop_front().map(&connect));
        tokio::select! {
            ended = attempts.next() => match ended {
                Some(Ok(stream)) => return Ok(stream),
                Some(Err(error)) => last = error,
                None => return Err(last),
            },
            () = sleep(HEAD_START), if !waiting.is_empty() => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::future::{pending, ready};

    use futures_util::future::Either;
    use tokio::time::Instant;

    use super::*;

    /// What an address does.
    #[derive(Debug, Clone, Copy)]
    enum Does {
        Answer,
        Refuse,
        Nothing,
    }

    /// Which address is connected to, after how many milliseconds, and how many were tried.
    async fn check(host: &[Does]) -> (Result<u16, io::ErrorKind>, u128, usize) {
        let (start, tried) = (Instant::now(), Cell::new(0));
        let addresses = (0_u16..).map(|port| SocketAddr::from(([127, 0, 0, 1], port)));
        let connected = first_of(addresses.take(host.len()), |address| {
            tried.set(tried.get() + 1);
            match host[usize::from(address.port())] {
                Does::Answer => Either::Left(ready(Ok(address.port()))),
                Does::Refuse => Either::Left(ready(Err(io::ErrorKind::ConnectionRefused.into()))),
                Does::Nothing => Either::Right(pending()),
            }
        });
        let connected = connected.await.map_err(|error| error.kind());
        (connected, start.elapsed().as_millis(), tried.get())
    }

    #[tokio::test(start_paused = true)]
    async fn an_address_that_does_not_answer_does_not_keep_the_others_from_it() {
        use Does::{Answer, Nothing, Refuse};

        assert_eq!(check(&[Answer, Answer]).await, (Ok(0), 0, 1));
        assert_eq!(check(&[Refuse, Answer]).await, (Ok(1), 0, 2));
        assert_eq!(check(&[Nothing, Answer]).await, (Ok(1), 250, 2));
        assert_eq!(
            check(&[Nothing, Nothing, Refuse, Answer]).await,
            (Ok(3), 500, 4)
        );
        let refused = Err(io::ErrorKind::ConnectionRefused);
        assert_eq!(check(&[Refuse, Refuse]).await, (refused, 0, 2));
        assert_eq!(check(&[]).await, (Err(io::ErrorKind::NotFound), 0, 0));
    }
}
