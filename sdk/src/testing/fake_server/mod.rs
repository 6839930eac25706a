//! The fake server: a WebSocket server in the test's own process, which streams the flags that the
//! test sets and breaks the stream when the test says so. Behind the feature `fake-server`.
//!
//! Only its flags are fake: frames, deltas and checksums are made by the protocol's own
//! `Publication` and `ServerSession`, as the real server makes them.
//!
//! **Invariants**
//! - Each change is a revision, and what a connection is sent leads to the newest, as on the server.
//! - Dropped, it takes its port, its connections and its tasks along.

mod connection;
mod state;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tenantry_core::Problems;
use tenantry_core::model::FlagDefinition;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use self::connection::{Order, accept};
use self::state::State;
use super::definitions::{Definitions, key};
use crate::client::{Builder, Client};

/// A token of the right form. The server takes any.
const TOKEN: &str = "tnry_sdk_FakeServer0FakeServer0FakeServe00000";

/// A server on a port of this machine, for tests of code that lives through changes and faults.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
/// use tenantry::testing::{FakeServer, Fault};
///
/// let server = FakeServer::start().await;
/// server.set("new-billing", true);
/// let flags = server.client().await;
/// assert!(flags.is_enabled("new-billing", "acme"));
///
/// server.set_tenant("new-billing", "acme", false);
/// server.applied().await;
/// assert!(!flags.is_enabled("new-billing", "acme"));
///
/// // The server goes away, and the answers stay.
/// server.fail(Fault::Unreachable);
/// server.connected(0).await;
/// assert!(flags.is_enabled("new-billing", "globex"));
/// # });
/// ```
///
/// Nothing here takes a time: waiting is for a condition, and a test bounds it as it likes.
#[derive(Debug)]
pub struct FakeServer {
    address: SocketAddr,
    state: Arc<State>,
    /// Dropped, it takes the listener and all connections along.
    _tasks: JoinSet<()>,
}

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// All connections break without a word, and new ones before their handshake, until
    /// [`recover`](FakeServer::recover): a server or a network that is away.
    Unreachable,
    /// New connections are refused with this HTTP status, 400 to 599, until
    /// [`recover`](FakeServer::recover); open ones stay. A client takes 401 and 403 as the token's
    /// end and asks again after minutes only.
    Refuse(u16),
    /// Each frame leaves this much later, or at [`recover`](FakeServer::recover).
    Slow(Duration),
    /// All connections break without a word, once. Clients come back.
    Drop,
    /// All connections are closed with this code, once: 1012 as for a restart, 4401 as for a
    /// revoked token.
    Close(u16),
    /// All clients are sent a frame that is none, once. They break the connection and come back.
    MalformedFrame,
    /// All clients are told another checksum than that of their state, once. They ask for a
    /// snapshot and go on.
    WrongChecksum,
}

impl FakeServer {
    /// A server without flags, on a free port of this machine. It runs on the tokio runtime that
    /// this is called on, until it is dropped.
    ///
    /// # Panics
    /// If this machine has no port to give, or the runtime no I/O.
    pub async fn start() -> Self {
        let bound = TcpListener::bind(("127.0.0.1", 0)).await;
        let listener = bound.expect("this machine has a free port");
        let address = listener.local_addr().expect("a listener has an address");
        let state = Arc::<State>::default();
        let mut tasks = JoinSet::new();
        tasks.spawn(accept(listener, Arc::clone(&state)));
        Self {
            address,
            state,
            _tasks: tasks,
        }
    }

    /// The server's address, for [`Client::builder`].
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// A builder for a client of this server, which is given time enough to connect on a loaded
    /// machine.
    pub fn builder(&self) -> Builder {
        Client::builder(self.url(), TOKEN).timeout(Duration::from_mins(1))
    }

    /// A client that has this server's flags.
    ///
    /// # Panics
    /// If the client is still without data after a minute, as with a [`Fault`] in its way.
    pub async fn client(&self) -> Client {
        let client = self.builder().build().await;
        let client = client.expect("the address and the token are of use");
        assert!(client.status().connected, "the client is not connected");
        client
    }

    /// The flag is on, or off, for every tenant that [`set_tenant`](Self::set_tenant) does not
    /// mention.
    ///
    /// # Panics
    /// If `flag` is no flag key.
    pub fn set(&self, flag: &str, on: bool) {
        self.state
            .change(&key(flag), |flags, key| flags.set(key, on));
    }

    /// The flag is on, or off, for this tenant, 1 to 256 bytes.
    ///
    /// # Panics
    /// If `flag` is no flag key, or `tenant` no tenant's.
    pub fn set_tenant(&self, flag: &str, tenant: &str, on: bool) {
        self.state
            .change(&key(flag), |flags, key| flags.set_tenant(key, tenant, on));
    }

    /// The flag is on for every tenant, with a variant that carries this value.
    ///
    /// # Panics
    /// If `flag` is no flag key, or the value larger than the real server allows.
    pub fn set_value(&self, flag: &str, payload: impl Into<Value>) {
        self.state.change(&key(flag), |flags, key| {
            flags.set_value(key, payload.into());
        });
    }

    /// The flag as it might be on the real server, with rules, rollouts and all.
    ///
    /// # Errors
    /// All the definition's problems.
    pub fn set_definition(&self, definition: FlagDefinition) -> Result<(), Problems> {
        let key = definition.key.clone();
        self.state
            .change(&key, |flags, _| flags.set_definition(definition))
    }

    /// Takes the flag out, as archiving it does.
    ///
    /// # Panics
    /// If `flag` is no flag key.
    pub fn remove(&self, flag: &str) {
        self.state.change(&key(flag), Definitions::remove);
    }

    /// The revision of the flags: 0 at first, and 1 more with every change.
    #[must_use]
    pub fn revision(&self) -> u64 {
        self.state.publication().revision()
    }

    /// Lets something go wrong, from now on or once; see [`Fault`].
    pub fn fail(&self, fault: Fault) {
        self.state.fail(fault);
        match fault {
            Fault::Unreachable | Fault::Drop => self.state.order(Order::Break),
            Fault::Close(code) => self.state.order(Order::Close(code)),
            Fault::MalformedFrame => self.state.order(Order::SayNonsense),
            Fault::WrongChecksum => self.state.order(Order::SayWrongChecksum),
            Fault::Refuse(_) | Fault::Slow(_) => {}
        }
    }

    /// Ends all faults that last. Clients come back when their delay is over: at most a second
    /// after the first failure, at most 30 after many, minutes after 401 and 403.
    pub fn recover(&self) {
        self.state.recover();
    }

    /// Waits until there is a client, and every client there is answers from the newest
    /// [`revision`](Self::revision).
    ///
    /// # Cancel safety
    /// Dropping it has no effect.
    pub async fn applied(&self) {
        let newest = self.revision();
        self.state
            .wait_for(|seen| {
                let mut clients = seen.applied.values();
                !seen.applied.is_empty() && clients.all(|revision| *revision >= newest)
            })
            .await;
    }

    /// Waits until so many clients are connected.
    ///
    /// # Cancel safety
    /// Dropping it has no effect.
    pub async fn connected(&self, clients: usize) {
        self.state
            .wait_for(|seen| seen.applied.len() == clients)
            .await;
    }

    /// Waits until clients have tried to connect so many times, with success or without, since the
    /// server was started.
    ///
    /// # Cancel safety
    /// Dropping it has no effect.
    pub async fn attempted(&self, times: u64) {
        self.state.wait_for(|seen| seen.attempts >= times).await;
    }
}
