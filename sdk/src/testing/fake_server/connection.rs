//! One connection of the fake server: a socket around the protocol's own session.
//!
//! **Invariants**
//! - A client is counted as connected from its hello until its connection ends, however it ends.

use std::sync::Arc;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use tenantry_core::Checksum;
use tenantry_protocol::{Next, Received, SUBPROTOCOL, ServerFrame, ServerSession};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;
use tokio::task::JoinSet;
use tokio::time::{Instant, interval_at};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};
use tokio_tungstenite::tungstenite::http::{HeaderValue, StatusCode};
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};

use super::state::State;

/// How often the server gives a sign of life, as the real one does.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// What all connections do once.
#[derive(Debug, Clone, Copy)]
pub(super) enum Order {
    /// End without a word.
    Break,
    /// End with this code.
    Close(u16),
    /// Say what is no frame.
    SayNonsense,
    /// Say another checksum than that of the client's state.
    SayWrongChecksum,
}

/// A client's entry among those who are connected. Dropped, it is gone.
struct Presence<'a> {
    state: &'a State,
    number: u64,
}

impl Drop for Presence<'_> {
    fn drop(&mut self) {
        self.state.see(|seen| {
            seen.applied.remove(&self.number);
        });
    }
}

/// Serves connections until it is dropped.
pub(super) async fn accept(listener: TcpListener, state: Arc<State>) {
    let mut connections = JoinSet::new();
    let mut number = 0;
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                // An error is a client that was gone before it was here.
                let Ok((stream, _)) = accepted else { continue };
                number += 1;
                let state = Arc::clone(&state);
                connections.spawn(async move { serve(stream, &state, number).await });
            }
            // Collected, so that they do not pile up.
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn serve(stream: TcpStream, state: &State, number: u64) {
    // Before the handshake ends, so that an order that follows it finds its connection.
    let orders = state.orders();
    state.see(|seen| seen.attempts += 1);
    let faults = state.faults();
    if faults.unreachable || stream.set_nodelay(true).is_err() {
        return;
    }
    #[expect(clippy::result_large_err, reason = "the shape of the callback")]
    let check = |_: &Request, mut response: Response| -> Result<Response, ErrorResponse> {
        if let Some(status) = faults.refusal {
            let mut refusal = ErrorResponse::new(None);
            *refusal.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::FORBIDDEN);
            return Err(refusal);
        }
        let subprotocol = HeaderValue::from_static(SUBPROTOCOL);
        let headers = response.headers_mut();
        headers.insert("Sec-WebSocket-Protocol", subprotocol);
        Ok(response)
    };
    if let Ok(mut socket) = tokio_tungstenite::accept_hdr_async(stream, check).await {
        converse(&mut socket, state, orders, number).await;
    }
}

/// Talks to a client until one of both ends it.
async fn converse(
    socket: &mut WebSocketStream<TcpStream>,
    state: &State,
    mut orders: broadcast::Receiver<Order>,
    number: u64,
) {
    let mut session = ServerSession::default();
    let mut publications = state.publications();
    let mut heartbeats = interval_at(Instant::now() + HEARTBEAT, HEARTBEAT);
    let mut present = None;
    loop {
        let publication = Arc::clone(&publications.borrow_and_update());
        // The SDK looks at the server's time and never acts on it.
        match session.next(&publication, 0) {
            Next::Send(text) => {
                // The heartbeat asks the client to say when it answers from this.
                let heartbeat = session.heartbeat(0).unwrap_or_default();
                for text in [&*text, &heartbeat] {
                    if say(socket, state, text).await.is_none() {
                        return;
                    }
                }
                continue;
            }
            Next::Reread => {
                session.reread(&publication);
                continue;
            }
            Next::Close(code) => return close(socket, code.number()).await,
            Next::Idle => {}
        }
        let said = tokio::select! {
            message = socket.next() => match message {
                Some(Ok(Message::Text(text))) => match session.on_frame(&text) {
                    Ok(received) => {
                        match received {
                            Received::Hello(_) => {
                                state.see(|seen| {
                                    seen.applied.insert(number, 0);
                                });
                                present = Some(Presence { state, number });
                            }
                            Received::Applied(revision) if present.is_some() => {
                                state.see(|seen| {
                                    seen.applied.insert(number, revision);
                                });
                            }
                            _ => {}
                        }
                        None
                    }
                    Err(violation) => return close(socket, violation.code().number()).await,
                },
                Some(Ok(Message::Close(_)) | Err(_)) | None => return,
                Some(Ok(_)) => None,
            },
            _ = publications.changed() => None,
            _ = heartbeats.tick() => session.heartbeat(0),
            order = orders.recv() => match order {
                Ok(Order::Break) | Err(RecvError::Closed) => return,
                Ok(Order::Close(code)) => return close(socket, code).await,
                Ok(Order::SayNonsense) => Some("{ this is no frame".to_owned()),
                Ok(Order::SayWrongChecksum) => session.heartbeat(0).map(|text| falsified(&text)),
                // Orders that came faster than they could be followed are lost.
                Err(RecvError::Lagged(_)) => None,
            },
        };
        if let Some(text) = said
            && say(socket, state, &text).await.is_none()
        {
            return;
        }
    }
}

/// Sends a frame, as late as the test wants it; `None` if there is nobody to send it to.
async fn say(socket: &mut WebSocketStream<TcpStream>, state: &State, text: &str) -> Option<()> {
    state.linger().await;
    socket.send(Message::text(text)).await.ok()
}

/// Says goodbye.
async fn close(socket: &mut WebSocketStream<TcpStream>, code: u16) {
    let frame = CloseFrame {
        code: code.into(),
        reason: Utf8Bytes::default(),
    };
    socket.close(Some(frame)).await.ok();
    // The client's answer; without it the goodbye may be lost with the socket.
    while let Some(Ok(_)) = socket.next().await {}
}

/// A heartbeat with another checksum.
fn falsified(heartbeat: &str) -> String {
    match ServerFrame::parse(heartbeat) {
        Ok(Some(ServerFrame::Heartbeat(mut heartbeat))) => {
            heartbeat.checksum ^= Checksum::of_item(b"not what was sent");
            ServerFrame::Heartbeat(heartbeat).to_text()
        }
        _ => heartbeat.to_owned(),
    }
}
