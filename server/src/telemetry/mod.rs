//! Telemetry: what the server says about itself, in logs and metrics.
//!
//! Separate so that the parts only name events and measurements; form and destination are decided
//! here.
//!
//! **Invariants**
//! - No secret, no request body and no tenant key is ever logged or becomes a label.
//! - A label's values are bounded by the program or by an administrator, never by a caller.

pub(crate) mod log;
pub(crate) mod metrics;
