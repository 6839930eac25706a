//! What may stand between a client and its server: a TLS front, an HTTP proxy, and both at once.
//!
//! **Invariants**
//! - A relay changes no byte of what it passes on.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// A relay on a port of its own.
pub(crate) struct Relay {
    pub(crate) address: SocketAddr,
    /// The heads of the `CONNECT`s so far.
    pub(crate) requests: Arc<Mutex<Vec<String>>>,
    /// Dropped, it takes the listener and all connections along.
    _tasks: JoinSet<()>,
}

/// How a relay's own side is spoken.
#[derive(Clone)]
pub(crate) struct Spoken {
    #[cfg(feature = "tls")]
    pub(crate) tls: Option<Arc<rustls::ServerConfig>>,
    pub(crate) proxy: Option<Proxy>,
}

/// What an HTTP proxy is like. It connects everybody to the relay's own target, whatever they ask
/// for: names mean what the proxy says.
#[derive(Clone, Copy)]
pub(crate) enum Proxy {
    Open,
    /// It wants this `Proxy-Authorization`.
    Closed(&'static str),
    /// It answers this to everybody.
    Broken(&'static str),
}

impl Relay {
    pub(crate) async fn to(target: SocketAddr, spoken: Spoken) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let requests = Arc::<Mutex<Vec<String>>>::default();
        let mut tasks = JoinSet::new();
        let heads = Arc::clone(&requests);
        tasks.spawn(async move {
            let mut connections = JoinSet::new();
            loop {
                let (stream, _) = listener.accept().await.expect("a connection");
                connections.spawn(pass(stream, target, spoken.clone(), Arc::clone(&heads)));
            }
        });
        Self {
            address,
            requests,
            _tasks: tasks,
        }
    }

    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().expect("no panic").clone()
    }
}

async fn pass(
    stream: TcpStream,
    target: SocketAddr,
    spoken: Spoken,
    heads: Arc<Mutex<Vec<String>>>,
) {
    #[cfg(feature = "tls")]
    if let Some(config) = spoken.tls {
        // A client that does not like the certificate hangs up.
        if let Ok(stream) = tokio_rustls::TlsAcceptor::from(config).accept(stream).await {
            speak(stream, target, spoken.proxy, heads).await;
        }
        return;
    }
    speak(stream, target, spoken.proxy, heads).await;
}

async fn speak<S: AsyncRead + AsyncWrite + Unpin>(
    mut stream: S,
    target: SocketAddr,
    proxy: Option<Proxy>,
    heads: Arc<Mutex<Vec<String>>>,
) {
    if let Some(proxy) = proxy {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            match stream.read_u8().await {
                Ok(byte) => head.push(byte),
                Err(_) => return,
            }
        }
        let head = String::from_utf8(head).expect("text");
        heads.lock().expect("no panic").push(head.clone());
        let answer = match proxy {
            Proxy::Broken(answer) => answer,
            Proxy::Closed(wanted)
                if !head.contains(&format!("\r\nProxy-Authorization: {wanted}\r\n")) =>
            {
                "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"
            }
            Proxy::Open | Proxy::Closed(_) => "HTTP/1.1 200 Connection established\r\n\r\n",
        };
        stream.write_all(answer.as_bytes()).await.ok();
        if !answer.starts_with("HTTP/1.1 200 C") {
            stream.shutdown().await.ok();
            return;
        }
    }
    let mut server = TcpStream::connect(target).await.expect("the target");
    copy_bidirectional(&mut stream, &mut server).await.ok();
}
