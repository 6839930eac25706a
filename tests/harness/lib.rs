//! What the tests stand on: real databases, real servers, and clients of every kind.
//!
//! **Invariants**
//! - Nothing here stands in for a part of Tenantry. What is tested is what is shipped.

#![expect(
    clippy::missing_panics_doc,
    reason = "a harness panics: that is how a test fails"
)]

pub mod compare;
pub mod openapi;

mod built;
mod caller;
mod clock;
mod database;
mod follower;
mod gate;
mod postgres;
mod process;
mod server;
mod setup;
mod stream;
mod wait;
mod world;

pub use built::{binary, library};
pub use caller::{Answer, Caller, Request, paths};
pub use chrono::TimeDelta;
pub use clock::StandingClock;
pub use database::{DatabaseKind, TestDatabase};
pub use follower::Follower;
pub use gate::Gate;
pub use postgres::Cluster;
pub use process::{ADMIN_TOKEN, ServerProcess};
pub use server::{TestServer, install_cryptography, on_each_database, on_each_database_with};
pub use setup::{IssuedToken, targeting_of};
pub use stream::{Heard, RawStream, Refused, ZERO};
pub use wait::{DEADLINE, soon, until, until_true};
pub use world::{World, WorldFlag};
