//! The peer: a WebSocket server of a few lines around the protocol's own `Publication` and
//! `ServerSession`, which says and does what a test orders.
//!
//! The tests inside the crate use it as well, over streams in memory.

#![expect(dead_code, reason = "the tests within and without use different parts")]

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use tenantry_protocol::{
    Changes, LoggedRevision, MemberRef, Next, Publication, Replica, SUBPROTOCOL, ServerSession,
};
use tokio::io::{AsyncRead, AsyncWrite, DuplexStream};
use tokio::net::TcpListener;
use tokio::sync::{broadcast, mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, interval_at};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};
use tokio_tungstenite::tungstenite::http::{HeaderMap, HeaderValue, StatusCode};
use tokio_tungstenite::tungstenite::protocol::CloseFrame;

use tenantry::model::ItemId;
use tenantry_core::Checksum;

/// A server on a port of its own.
pub(crate) struct Peer {
    address: SocketAddr,
    shared: Arc<Shared>,
    /// Dropped, it takes the listener and all connections along.
    tasks: JoinSet<()>,
}

impl Default for Shared {
    fn default() -> Self {
        Self {
            publication: watch::Sender::new(Arc::new(Publication::new(Replica::default()))),
            orders: broadcast::Sender::new(64),
            refusal: Mutex::new(None),
            seen: watch::Sender::default(),
        }
    }
}

struct Shared {
    publication: watch::Sender<Arc<Publication>>,
    orders: broadcast::Sender<Order>,
    /// Answered instead of an upgrade, if there is one.
    refusal: Mutex<Option<StatusCode>>,
    seen: watch::Sender<Seen>,
}

/// What a test orders; all open connections follow.
#[derive(Debug, Clone)]
enum Order {
    /// Say this, whatever it is.
    Say(Message),
    /// Say goodbye.
    Close(u16, String),
    /// Drop the connection without a word.
    Break,
    /// Say nothing any more, not even heartbeats.
    Mute,
    /// Say what the session says of the client's state.
    Heartbeat,
}

/// What the peer has seen so far.
#[derive(Debug, Clone, Default)]
pub(crate) struct Seen {
    pub(crate) handshakes: Vec<Handshake>,
    /// Frames from clients.
    pub(crate) heard: Vec<String>,
    /// Frames to clients that the session made.
    pub(crate) said: Vec<String>,
    /// Codes of closes from clients; 0 for a connection that ended without.
    pub(crate) closes: Vec<u16>,
}

#[derive(Debug, Clone)]
pub(crate) struct Handshake {
    pub(crate) target: String,
    pub(crate) headers: HeaderMap,
    pub(crate) at: Instant,
}

impl Peer {
    /// A peer with an empty environment.
    pub(crate) async fn start() -> Self {
        Self::start_at("127.0.0.1:0".parse().expect("an address")).await
    }

    /// A peer at an address that was another one's before.
    pub(crate) async fn start_at(address: SocketAddr) -> Self {
        let listener = TcpListener::bind(address).await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let shared = Arc::<Shared>::default();
        let mut tasks = JoinSet::new();
        tasks.spawn(accept(listener, Arc::clone(&shared)));
        Self {
            address,
            shared,
            tasks,
        }
    }

    /// A peer in memory: whoever sends it one end of a stream is connected.
    pub(crate) fn in_memory() -> (Self, mpsc::Sender<DuplexStream>) {
        let (sender, mut streams) = mpsc::channel(16);
        let shared = Arc::<Shared>::default();
        let mut tasks = JoinSet::new();
        let accepting = Arc::clone(&shared);
        tasks.spawn(async move {
            let mut connections = JoinSet::new();
            while let Some(stream) = streams.recv().await {
                connections.spawn(serve(stream, Arc::clone(&accepting)));
            }
        });
        let address = "127.0.0.1:1".parse().expect("an address");
        (
            Self {
                address,
                shared,
                tasks,
            },
            sender,
        )
    }

    /// An address that nobody listens at.
    pub(crate) async fn nowhere() -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        listener.local_addr().expect("an address")
    }

    /// Ends the peer, and all connections with it; its address, for the next one.
    pub(crate) async fn stop(mut self) -> SocketAddr {
        self.tasks.shutdown().await;
        self.address
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn publication(&self) -> Arc<Publication> {
        Arc::clone(&self.shared.publication.borrow())
    }

    /// Publishes another state, of whatever revision, as after a restore from a backup.
    pub(crate) fn publish(&self, publication: Publication) {
        self.shared.publication.send_replace(Arc::new(publication));
    }

    /// Writes, or without bytes removes, an item. A new revision.
    pub(crate) fn put(&self, id: &str, bytes: Option<&str>) {
        self.publish(after_put(&self.publication(), id, bytes));
    }

    /// A flag that is on for `threshold` thousandths of a percent. A new revision.
    pub(crate) fn put_flag(&self, key: &str, threshold: u32) {
        self.put(&format!("flag/{key}"), Some(&flag(key, threshold)));
    }

    /// Adds a tenant to a list. A new revision.
    pub(crate) fn add(&self, owner: &str, list: &str, tenant: &str) {
        let owner: ItemId = owner.parse().expect("an id");
        let checksum = self.publication().checksum() ^ Checksum::of_member(&owner, list, tenant);
        let member = MemberRef {
            owner,
            list: list.into(),
            tenant: tenant.into(),
        };
        let before = self.publication();
        self.publish(advance(
            &before,
            checksum,
            Vec::new(),
            Vec::new(),
            vec![member],
        ));
    }

    pub(crate) fn say(&self, text: &str) {
        self.order(Order::Say(Message::text(text)));
    }

    pub(crate) fn say_message(&self, message: Message) {
        self.order(Order::Say(message));
    }

    pub(crate) fn close(&self, code: u16, reason: &str) {
        self.order(Order::Close(code, reason.into()));
    }

    pub(crate) fn break_connections(&self) {
        self.order(Order::Break);
    }

    pub(crate) fn mute(&self) {
        self.order(Order::Mute);
    }

    pub(crate) fn heartbeat(&self) {
        self.order(Order::Heartbeat);
    }

    fn order(&self, order: Order) {
        self.shared
            .orders
            .send(order)
            .expect("a connection that follows");
    }

    /// Refuses every handshake from now on, or none any more.
    pub(crate) fn refuse(&self, status: Option<StatusCode>) {
        *self.shared.refusal.lock().expect("no panic") = status;
    }

    pub(crate) fn seen(&self) -> Seen {
        self.shared.seen.borrow().clone()
    }

    /// Waits until the peer has seen something. Bound it.
    pub(crate) async fn until(&self, reached: impl FnMut(&Seen) -> bool) -> Seen {
        let mut seen = self.shared.seen.subscribe();
        let seen = seen.wait_for(reached).await;
        seen.expect("the peer is there").clone()
    }
}

/// The state after an item is written or, without bytes, removed.
pub(crate) fn after_put(before: &Publication, id: &str, bytes: Option<&str>) -> Publication {
    let id: ItemId = id.parse().expect("an id");
    let mut checksum = before.checksum();
    if let Some(old) = before.replica().item(&(&id).into()) {
        checksum ^= Checksum::of_item(old.get().as_bytes());
    }
    for list in ["allow", "block", "members"] {
        // An item takes its lists along.
        let tenants = before.replica().list(&(&id).into(), list);
        for tenant in tenants
            .iter()
            .flat_map(|tenants| tenants.iter())
            .filter(|_| bytes.is_none())
        {
            checksum ^= Checksum::of_member(&id, list, tenant);
        }
    }
    if let Some(bytes) = bytes {
        checksum ^= Checksum::of_item(bytes.as_bytes());
    }
    let items = vec![(id.clone(), bytes.map(str::to_owned))];
    advance(before, checksum, vec![id], items, Vec::new())
}

fn advance(
    before: &Publication,
    checksum: Checksum,
    touched: Vec<ItemId>,
    items: Vec<(ItemId, Option<String>)>,
    members: Vec<MemberRef>,
) -> Publication {
    let logged = LoggedRevision {
        revision: before.revision() + 1,
        checksum,
        items: touched,
        removed: Vec::new(),
        members: members.clone(),
    };
    let members = members.into_iter().map(|member| (member, true)).collect();
    let changes = Changes {
        revisions: vec![logged],
        items,
        members,
    };
    before.advance(changes).expect("the next state").0
}

/// A flag's bytes.
pub(crate) fn flag(key: &str, threshold: u32) -> String {
    format!(
        r#"{{"flag":{{"key":"{key}","salt":"s","targeting":{{"on":true,"rollout":{{"threshold":{threshold}}}}}}}}}"#
    )
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    let mut connections = JoinSet::new();
    loop {
        let (stream, _) = listener.accept().await.expect("a connection");
        connections.spawn(serve(stream, Arc::clone(&shared)));
    }
}

async fn serve<S: AsyncRead + AsyncWrite + Unpin>(stream: S, shared: Arc<Shared>) {
    // Before the handshake ends, so that an order that follows it finds its connection.
    let orders = shared.orders.subscribe();
    #[expect(clippy::result_large_err, reason = "the shape of the callback")]
    let check = |request: &Request, mut response: Response| -> Result<Response, ErrorResponse> {
        shared.seen.send_modify(|seen| {
            seen.handshakes.push(Handshake {
                target: request.uri().to_string(),
                headers: request.headers().clone(),
                at: Instant::now(),
            });
        });
        if let Some(status) = *shared.refusal.lock().expect("no panic") {
            let mut refusal = ErrorResponse::new(None);
            *refusal.status_mut() = status;
            return Err(refusal);
        }
        let subprotocol = HeaderValue::from_static(SUBPROTOCOL);
        response
            .headers_mut()
            .insert("Sec-WebSocket-Protocol", subprotocol);
        Ok(response)
    };
    if let Ok(mut socket) = tokio_tungstenite::accept_hdr_async(stream, check).await {
        let code = converse(&mut socket, &shared, orders).await;
        shared.seen.send_modify(|seen| seen.closes.push(code));
    }
}

/// One connection; the code it was closed with.
async fn converse<S: AsyncRead + AsyncWrite + Unpin>(
    socket: &mut WebSocketStream<S>,
    shared: &Shared,
    mut orders: broadcast::Receiver<Order>,
) -> u16 {
    let mut session = ServerSession::default();
    let mut publications = shared.publication.subscribe();
    let period = Duration::from_secs(15);
    let mut heartbeats = interval_at(Instant::now() + period, period);
    let mut muted = false;
    loop {
        let publication = Arc::clone(&publications.borrow_and_update());
        match session.next(&publication, 0) {
            Next::Send(text) => {
                shared
                    .seen
                    .send_modify(|seen| seen.said.push(text.to_string()));
                if socket.send(Message::text(&*text)).await.is_err() {
                    return 0;
                }
                continue;
            }
            Next::Reread => {
                session.reread(&publication);
                continue;
            }
            Next::Close(code) => close(socket, code.number(), "").await,
            Next::Idle => {}
        }
        let heartbeat = tokio::select! {
            message = socket.next() => match message {
                Some(Ok(Message::Text(text))) => {
                    if let Err(violation) = session.on_frame(&text) {
                        panic!("the client said {text}: {violation}");
                    }
                    shared.seen.send_modify(|seen| seen.heard.push(text.to_string()));
                    false
                }
                Some(Ok(Message::Close(frame))) => {
                    return frame.map_or(0, |frame| frame.code.into());
                }
                Some(Ok(_)) => false,
                Some(Err(_)) | None => return 0,
            },
            _ = publications.changed() => false,
            _ = heartbeats.tick() => !muted,
            order = orders.recv() => match order.expect("orders are followed in time") {
                Order::Say(message) => {
                    socket.send(message).await.ok();
                    false
                }
                Order::Close(code, reason) => {
                    close(socket, code, &reason).await;
                    false
                }
                Order::Break => return 0,
                Order::Mute => {
                    muted = true;
                    false
                }
                Order::Heartbeat => true,
            },
        };
        if heartbeat && let Some(text) = session.heartbeat(0) {
            socket.send(Message::text(text)).await.ok();
        }
    }
}

async fn close<S>(socket: &mut WebSocketStream<S>, code: u16, reason: &str)
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let frame = CloseFrame {
        code: code.into(),
        reason: reason.into(),
    };
    socket.close(Some(frame)).await.ok();
}
