//! Usage and outcomes: what is asked and what becomes of it, counted here and told to the server.
//!
//! | part | what it is |
//! | --- | --- |
//! | `window`, `table`, `sketch` | who asked what how often |
//! | `desk` | which window is open, and the page of it that a thread counts on |
//! | `outcomes` | what became of the work between two reports |
//! | `ledger` | what is counted and not told yet |
//! | `meter` | the clock of it: counts are read every minute |
//!
//! **Invariants**
//! - Counting a question takes no lock and allocates nothing, but the first time that a tenant is
//!   asked for.
//! - Everything is bounded: what is counted in a window, and for how long it is kept while the
//!   server is away. What is beyond is summed, then dropped and counted as lost.

mod desk;
mod ledger;
mod meter;
mod outcomes;
mod sketch;
mod sync;
mod table;
mod window;

pub(crate) use self::desk::{Desk, Sheet};
pub(crate) use self::ledger::Ledger;
pub(crate) use self::meter::Meter;
pub use self::outcomes::Outcome;

#[cfg(test)]
mod tests;
