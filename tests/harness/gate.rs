//! A gate on the way to a server, which a test can cut or turn into a black hole.
//!
//! Separate from the SDK's own relays, which speak TLS and HTTP: a gate knows bytes only.
//!
//! **Invariants**
//! - While it is open it changes no byte.
//! - A black hole keeps every connection, accepts new ones, and passes nothing on in either
//!   direction: no end and no error, only silence.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream, tcp::OwnedReadHalf, tcp::OwnedWriteHalf};
use tokio::sync::watch;
use tokio::task::JoinSet;

/// What a gate does with what comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Open,
    Cut,
    BlackHole,
}

/// A gate on a port of its own.
#[derive(Debug)]
pub struct Gate {
    address: String,
    way: watch::Sender<Way>,
    /// Dropped, it takes the listener and all connections along.
    _tasks: JoinSet<()>,
}

impl Gate {
    /// An open gate to a server's address (`http://…`).
    pub async fn to(server: &str) -> Self {
        let server: SocketAddr = server
            .trim_start_matches("http://")
            .parse()
            .expect("an IP address and a port");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let way = watch::Sender::new(Way::Open);
        let mut tasks = JoinSet::new();
        let ways = way.subscribe();
        tasks.spawn(async move {
            let mut connections = JoinSet::new();
            loop {
                let (client, _) = listener.accept().await.expect("a connection");
                connections.spawn(connect(client, server, ways.clone()));
            }
        });
        Self {
            address: format!("http://{address}"),
            way,
            _tasks: tasks,
        }
    }

    /// The gate's address, such as `http://127.0.0.1:40000`.
    #[must_use]
    pub fn address(&self) -> String {
        self.address.clone()
    }

    /// Lets everything pass; what a black hole has held back comes out.
    pub fn open(&self) {
        self.way.send_replace(Way::Open);
    }

    /// Ends all connections, and every new one at once.
    pub fn cut(&self) {
        self.way.send_replace(Way::Cut);
    }

    /// Swallows everything from now on, without a word to either side.
    pub fn black_hole(&self) {
        self.way.send_replace(Way::BlackHole);
    }
}

async fn connect(client: TcpStream, server: SocketAddr, mut way: watch::Receiver<Way>) {
    match way.wait_for(|way| *way != Way::BlackHole).await {
        Ok(way) if *way == Way::Open => {}
        _ => return,
    }
    let Ok(server) = TcpStream::connect(server).await else {
        return;
    };
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    tokio::select! {
        () = pump(from_client, to_server, way.clone()) => {}
        () = pump(from_server, to_client, way) => {}
    }
}

/// Passes bytes on while the gate is open; ends when it is cut or a side has ended.
async fn pump(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, mut way: watch::Receiver<Way>) {
    let mut buffer = vec![0; 16 << 10];
    loop {
        let now = *way.borrow_and_update();
        tokio::select! {
            changed = way.changed() => if changed.is_err() { return },
            () = std::future::ready(()), if now == Way::Cut => return,
            read = from.read(&mut buffer), if now == Way::Open => match read {
                Ok(count) if count > 0 => {
                    if to.write_all(&buffer[..count]).await.is_err() {
                        return;
                    }
                }
                _ => return,
            },
        }
    }
}
