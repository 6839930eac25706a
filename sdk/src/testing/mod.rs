//! Tools for the tests of applications: clients with fixed answers, and a server in the test's own
//! process. Behind the features `test-util` and `fake-server`.
//!
//! | a test of … | stands on |
//! | --- | --- |
//! | code that asks flags | [`Client::fixed`](crate::Client::fixed): no server, no file, no runtime |
//! | both sides of one flag | [`Client::with_flag`](crate::Client::with_flag) on such a client |
//! | code that lives through changes and faults | [`FakeServer`]: the real stream over a real socket |
//!
//! **Invariants**
//! - What answers is the evaluator itself, and what streams is the protocol's own session: there is
//!   no second idea of what a flag is.

mod definitions;
#[cfg(feature = "fake-server")]
mod fake_server;
mod fixed;
mod overrides;

#[cfg(feature = "fake-server")]
pub use fake_server::{FakeServer, Fault};
pub use fixed::Fixed;
pub use overrides::Override;

pub(crate) use overrides::Overrides;
