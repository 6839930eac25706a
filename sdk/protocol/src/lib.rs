//! The stream between Tenantry's server and its SDKs: frames, sessions and replicas, without I/O.
//!
//! Frames are JSON texts over a WebSocket (`GET /api/v1/stream`, subprotocol `tenantry.v1`). The
//! model is that of a watch: the client says which revision it has, gets one frame that brings it
//! to the newest, and then one delta after another.
//!
//! | | client | server |
//! | --- | --- | --- |
//! | what it keeps per environment | a [`Replica`] | a [`Publication`] |
//! | what it keeps per connection | a [`ClientSession`] | a [`ServerSession`] |
//! | what it says | [`ClientFrame`] | [`ServerFrame`] |
//!
//! What clients count travels the other way, in [`usage`].
//!
//! # How to add a kind of frame
//! Add a struct and a variant in `frame/client.rs` or `frame/server.rs`, an arm in its `parse`, a
//! golden frame in `tests/golden`, and an arm in the session that hears it. Older peers ignore it.
//!
//! # How to add a field to a frame
//! Give it `#[serde(default)]`, so that a frame without it is still read, and a second golden frame
//! beside the old one, which stays.
//!
//! **Invariants**
//! - No sockets, no runtime, no clock, no randomness: whoever calls brings them.
//! - Nothing that arrives makes this crate panic, and nothing malformed is applied.

pub mod close;
pub mod frame;
#[cfg(feature = "report")]
pub mod references;
#[cfg(feature = "report")]
pub mod report;
pub mod usage;

mod chunks;
mod client;
mod item;
mod publication;
mod replica;
mod server;

pub use client::{ClientSession, Incident, SessionError, Step};
pub use close::{CloseCode, Restart};
pub use frame::{ClientFrame, FrameError, ServerFrame};
pub use item::{InvalidItemName, ItemName, NotAnItem};
pub use publication::{
    AdvanceError, Changes, LOGGED_NAMES, LOGGED_REVISIONS, LoggedRevision, MemberRef, Outgoing,
    Publication,
};
pub use replica::{ApplyError, Change, DocumentError, RefusedFlag, Replica};
pub use server::{Next, Received, ServerSession, Violation};

/// The path of the stream, below the server's base address.
pub const PATH: &str = "/api/v1/stream";

/// The WebSocket subprotocol.
pub const SUBPROTOCOL: &str = "tenantry.v1";

/// The version of the document model that this build understands.
pub const SCHEMA: u32 = 1;
