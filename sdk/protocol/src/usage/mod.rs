//! Usage and outcomes: what clients count, how it adds up, and how it travels.
//!
//! Separate from the sessions because nothing here changes what a client knows: it is told once a
//! window and heard, or lost.
//!
//! | part | what it is |
//! | --- | --- |
//! | [`Measure`] | what is counted: [`Calls`] or [`Outcomes`] |
//! | [`Tally`] | counts by flag, answer and tenant, with a bound on how many tenants are named |
//! | [`WindowFrame`] | how a window travels |
//! | [`latency_bucket`] | the buckets of latencies |
//!
//! **Invariants**
//! - Nothing is invented: what is told of tenants, named and unnamed, and what was lost add up to
//!   what was counted.

mod frame;
mod latency;
mod measure;
mod split;
mod tally;

pub use frame::{FlagWindow, Row, WindowFrame};
pub use latency::{LATENCY_BUCKETS, latency_bounds, latency_bucket};
pub use measure::{Calls, MAX_COUNT, Measure, Outcomes};
pub use split::{MAX_FRAME_BYTES, MAX_FRAMES, Span};
pub use tally::{Answer, Tally};
