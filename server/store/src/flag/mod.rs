//! Flags: what is known about them beside their targeting.
//!
//! **Invariants**
//! - A flag's key and salt never change, and an archived flag keeps its key.
//! - A temporary flag has an expiry. `expires_on` moves earlier by an update and later only by an
//!   extension, which is counted.

mod archive;
mod check;
mod insert;
mod list;
mod row;
mod update;

use std::str::FromStr;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use tenantry_core::model::{EnvironmentKey, FlagKey};

pub use insert::NewFlag;
pub use list::{ExpiryRange, FlagFilter, FlagSort, FlagState};
pub(crate) use row::ALL as FLAGS;
pub use update::FlagPatch;

use crate::access::{Mode, ProjectScope};
use crate::error::StoreError;
use crate::ids::FlagId;
use crate::store::Store;

/// How long a flag is meant to live.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FlagKind {
    /// Carries a rollout and goes when it is done.
    #[default]
    Release,
    /// Compares variants and goes when that is settled.
    Experiment,
    /// A switch for operators; may stay.
    Ops,
    /// Says who may use something; may stay.
    Permission,
}

impl FlagKind {
    /// Every kind.
    pub const ALL: &[Self] = &[Self::Release, Self::Experiment, Self::Ops, Self::Permission];

    /// The name used in SQL and JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Release => "release",
            Self::Experiment => "experiment",
            Self::Ops => "ops",
            Self::Permission => "permission",
        }
    }

    /// Whether flags of this kind must have an expiry.
    #[must_use]
    pub fn is_temporary(self) -> bool {
        matches!(self, Self::Release | Self::Experiment)
    }
}

/// A text that names no kind of flag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a flag's kind must be release, experiment, ops or permission")]
pub struct InvalidFlagKind;

impl FromStr for FlagKind {
    type Err = InvalidFlagKind;
    fn from_str(text: &str) -> Result<Self, InvalidFlagKind> {
        let known = Self::ALL.iter().copied().find(|kind| kind.as_str() == text);
        known.ok_or(InvalidFlagKind)
    }
}

/// A flag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flag {
    /// Its id.
    pub id: FlagId,
    /// Its key.
    pub key: FlagKey,
    /// What people call it.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// How long it is meant to live.
    pub kind: FlagKind,
    /// Who answers for it.
    pub owner: String,
    /// Its tags, sorted, without repetition.
    pub tags: Vec<String>,
    /// What its buckets are salted with.
    pub salt: String,
    /// The last day that it should be in use.
    pub expires_on: Option<NaiveDate>,
    /// How often its expiry was put off.
    pub extensions: u32,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// Who created it.
    pub created_by: String,
    /// When its own facts were last changed. Targeting has its own time.
    pub updated_at: DateTime<Utc>,
    /// When it was archived, if it is.
    pub archived_at: Option<DateTime<Utc>>,
    /// What `If-Match` compares: grows with every change of the flag's own facts.
    pub version: u64,
    /// Its targeting in each environment, in the order these were created.
    pub environments: Vec<FlagEnvironment>,
}

/// A flag's targeting in one environment, in numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlagEnvironment {
    /// The environment.
    pub environment: EnvironmentKey,
    /// The switch.
    pub on: bool,
    /// The rollout's threshold in thousandths of a percent.
    pub threshold: u32,
    /// How many rules there are.
    pub rules: u32,
    /// How many tenants are allowed.
    pub allow: u32,
    /// How many tenants are blocked.
    pub block: u32,
    /// How many variants there are.
    pub variants: u32,
    /// When the targeting was last changed.
    pub updated_at: DateTime<Utc>,
    /// What `If-Match` on the targeting compares.
    pub version: u64,
}

impl Store {
    /// Reads one flag, archived or not; `None` if the project has none with this key.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn flag<M: Mode>(
        &self,
        scope: &ProjectScope<M>,
        key: &FlagKey,
    ) -> Result<Option<Flag>, StoreError> {
        row::read(&mut self.read(scope).await?, scope.id(), key).await
    }
}
