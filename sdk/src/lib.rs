//! Feature flags for services with many customers, rolled out tenant by tenant: the Rust SDK of Tenantry.

#![cfg_attr(docsrs, feature(doc_cfg))]

// The peer of the tests is used from within and from outside, and names the crate alike.
#[cfg(test)]
extern crate self as tenantry;

mod cache;
mod changes;
mod client;
mod connection;
#[cfg(feature = "test-util")]
mod fixed;
mod publish;
mod status;

pub use changes::{Changed, Changes};
pub use client::{BuildError, Builder, Client, Counters, Evaluation, Flag};
pub use connection::address::InvalidAddress;
#[cfg(feature = "test-util")]
pub use fixed::Fixed;
pub use status::{Source, Status};

pub use tenantry_core::{AttributeValue, Attributes, Context, Explanation, FlagKey, Reason, model};

/// What the client says it is.
const SDK: &str = concat!("tenantry-rust/", env!("CARGO_PKG_VERSION"));
