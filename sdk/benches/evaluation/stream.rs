//! A stream of our own: what is measured is the client that applications use, fed as they feed it.
//!
//! It says prepared frames and checks nothing; a server's work is not what is measured here.

use std::net::SocketAddr;

use futures_util::{SinkExt, StreamExt};
use tenantry::{Builder, Client};
use tenantry_protocol::SUBPROTOCOL;
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio::sync::broadcast;
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};

pub(crate) struct Stream {
    /// One thread for both ends of the stream: the other processor is the reader's.
    runtime: Runtime,
    address: SocketAddr,
    frames: broadcast::Sender<Utf8Bytes>,
}

impl Stream {
    /// A stream that begins with this snapshot.
    pub(crate) fn start(snapshot: String) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("a runtime");
        let frames = broadcast::Sender::new(1_024);
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0"));
        let listener = listener.expect("a free port");
        let address = listener.local_addr().expect("an address");
        runtime.spawn(accept(listener, snapshot.into(), frames.clone()));
        Self {
            runtime,
            address,
            frames,
        }
    }

    /// A client that has the snapshot.
    pub(crate) fn client(&self, options: impl FnOnce(Builder) -> Builder) -> Client {
        let builder = Client::builder(format!("http://{}", self.address), "a-token");
        self.runtime.block_on(async {
            let client = options(builder).build().await.expect("a client");
            client.connected().await;
            client
        })
    }

    /// Says a frame to all clients.
    pub(crate) fn say(&self, frame: Utf8Bytes) {
        self.frames.send(frame).expect("a client that listens");
    }
}

async fn accept(listener: TcpListener, snapshot: Utf8Bytes, frames: broadcast::Sender<Utf8Bytes>) {
    while let Ok((stream, _)) = listener.accept().await {
        #[expect(clippy::disallowed_methods, reason = "it ends with the runtime")]
        tokio::spawn(serve(stream, snapshot.clone(), frames.subscribe()));
    }
}

async fn serve(stream: TcpStream, snapshot: Utf8Bytes, mut frames: broadcast::Receiver<Utf8Bytes>) {
    stream.set_nodelay(true).expect("a socket");
    #[expect(clippy::result_large_err, reason = "the library's signature")]
    let accept = |_: &Request, mut response: Response| -> Result<Response, ErrorResponse> {
        let protocol = HeaderValue::from_static(SUBPROTOCOL);
        response
            .headers_mut()
            .insert("sec-websocket-protocol", protocol);
        Ok(response)
    };
    let socket = tokio_tungstenite::accept_hdr_async(stream, accept).await;
    let (mut say, mut hear) = socket.expect("a handshake").split();
    // The hello. What it says makes no difference.
    hear.next().await;
    say.send(Message::Text(snapshot)).await.expect("a client");
    loop {
        tokio::select! {
            frame = frames.recv() => {
                let frame = frame.expect("a client that keeps up");
                if say.send(Message::Text(frame)).await.is_err() {
                    return;
                }
            }
            heard = hear.next() => match heard {
                Some(Ok(_)) => {}
                _ => return,
            },
        }
    }
}
