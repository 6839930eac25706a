//! The HTTP API, one file per operation, as in the server.
//!
//! **Invariants**
//! - Every test runs on both databases, each in an empty one of its own.
//! - A test speaks HTTP and nothing else: what it proves holds for any client.

mod alerts;
mod audit;
mod cohorts;
mod conditional;
mod debt;
mod demotion;
mod environments;
mod evaluate;
mod examples;
mod flags;
mod http;
mod idempotency;
mod ofrep;
mod operations;
mod past;
mod plan;
mod plan_admissions;
mod plan_edits;
mod plan_freezes;
mod plan_list;
mod plan_retraction;
mod plan_seen;
mod projects;
mod references;
pub(crate) mod removal;
mod security;
mod segment_preview;
mod segments;
mod session;
mod targeting;
mod tenants;
mod tokens;
mod usage;
