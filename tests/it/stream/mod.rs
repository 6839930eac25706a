//! The stream, with a raw client: what the server does for clients of every kind.

mod endings;
mod handshake;
mod interface;
mod nodes;
mod state;
mod violations;
