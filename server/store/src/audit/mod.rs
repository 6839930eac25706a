//! The audit log: append-only, one hash chain per project.
//!
//! **Invariants**
//! - Entries are numbered 1, 2, 3, … per project without gaps, in the order of their commits.
//! - `hash(n) = SHA-256(hash(n - 1) ‖ canonical(n))`, beginning with 32 zero bytes. The project's row
//!   keeps the newest number and hash, so that cutting entries off the end shows as well.

mod append;
mod list;
mod range;
mod verify;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tenantry_core::model::{EnvironmentKey, ItemId};

pub(crate) use append::{ALL as APPEND, GENESIS, Unchained};
pub(crate) use list::ALL as READ;
pub use list::AuditFilter;
pub(crate) use range::ALL as RANGE;
pub(crate) use verify::ALL as VERIFY;
pub use verify::{Break, Broken, Verification};

use crate::ids::TokenId;

/// The name of the documents that say which revisions an entry made.
const REVISION: &str = "revision";

/// One entry: one commit.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditEntry {
    /// Its number: 1 for the project's first.
    pub seq: u64,
    /// When it was committed.
    pub at: DateTime<Utc>,
    /// Who did it.
    pub actor: String,
    /// With which token; `None` for the server itself.
    pub token: Option<TokenId>,
    /// What was done; see [`crate::Action`].
    pub action: String,
    /// To what, as `flag/new-billing`.
    pub target: String,
    /// The flag, if only one was changed.
    pub flag: Option<String>,
    /// The environment, if only one was changed.
    pub environment: Option<String>,
    /// The revisions that it made, by environment.
    pub revisions: BTreeMap<String, u64>,
    /// Why.
    pub reason: Option<String>,
    /// Which request asked for it.
    pub request_id: Option<String>,
    /// What was and what is.
    pub documents: Vec<AuditDocument>,
    /// The entry's hash, in lowercase hexadecimal.
    pub hash: String,
}

/// What was and what is, of one thing that a commit changed. Null stands for nothing.
///
/// For a key list (`allow`, `block`, `members`) these are not the whole list but the tenants that were
/// taken off (`before`) and added (`after`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AuditDocument {
    /// What it is: `flag`, `targeting`, `allow`, `block`, `plan`, `segment`, `members`, `tenant`,
    /// `tenants` (the counts of an import), `token`, `environment`, `project` or `revision`.
    pub name: String,
    /// What it belongs to, as `flag/new-billing`, if it belongs to an item.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<String>,
    /// The environment it belongs to, if it belongs to one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub environment: Option<String>,
    /// What was.
    pub before: Value,
    /// What is.
    pub after: Value,
}

impl AuditDocument {
    /// What was and what is, of a thing that belongs to no item and no environment.
    pub(crate) fn new(name: &str, before: Value, after: Value) -> Self {
        Self {
            name: name.to_owned(),
            item: None,
            environment: None,
            before,
            after,
        }
    }

    /// The revision that an environment got.
    pub(crate) fn revision(environment: &EnvironmentKey, revision: u64) -> Self {
        Self::new(REVISION, Value::Null, revision.into()).within(environment)
    }

    /// The environment and its revision, if that is what the document is about.
    pub(crate) fn as_revision(&self) -> Option<(String, u64)> {
        let revision = self.after.as_u64().filter(|_| self.name == REVISION)?;
        Some((self.environment.clone()?, revision))
    }

    /// Says which item it belongs to.
    pub(crate) fn of(self, item: &ItemId) -> Self {
        Self {
            item: Some(item.to_string()),
            ..self
        }
    }

    /// Says which environment it belongs to.
    pub(crate) fn within(self, environment: &EnvironmentKey) -> Self {
        Self {
            environment: Some(environment.to_string()),
            ..self
        }
    }
}
