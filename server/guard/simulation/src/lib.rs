//! How often the guard is wrong, and what harm it sees, in a simulated world of tenants.
//!
//! The bound on false rollbacks is proven and needs no simulation. The breakers' false alarms, the
//! power, and how the usual detectors fare are not, so they are measured here. `make simulate` plays
//! some 40,000 rollouts and writes `SIMULATION.md`; the tests play a small part of it.
//!
//! # How to add a row
//!
//! A kind of harm is a variant of [`Harm`] and a line in `report.rs`; a detector to compare with is
//! a struct in `usual.rs` and a field of its `Detectors`.
//!
//! **Invariants**
//! - The same seed gives the same rollouts, on any number of threads.
//! - Whatever happens to a harmless world does not depend on who is treated.

mod report;
mod rollout;
mod tally;
mod usual;
mod world;

pub use report::report;
pub use rollout::{Caught, Played, play};
pub use tally::{Share, Tally, run};
pub use usual::{DETECTORS, Usual};
pub use world::{Harm, Setup};
