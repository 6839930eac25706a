//! Buckets: where a tenant stands in a rollout.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A tenant's place in a rollout, 0 to 99,999: the rollout admits it if the place lies below the
/// threshold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct Bucket(u32);

impl Bucket {
    /// The number of buckets: 100,000, a thousandth of a percent each.
    pub const COUNT: u32 = 100_000;

    /// The bucket's number, 0 to 99,999.
    #[must_use]
    pub const fn number(self) -> u32 {
        self.0
    }
}

impl fmt::Display for Bucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The bucket of `tenant` under `salt`.
#[must_use]
pub fn bucket(salt: &str, tenant: &str) -> Bucket {
    let _ = (salt, tenant);
    unimplemented!()
}
