//! Tokens as the API lists them, and as it hands them out.
//!
//! **Invariants**
//! - A secret is in [`IssuedToken`] alone, which has no `Debug`.

use chrono::{DateTime, Utc};
use serde::Deserialize;

/// A token, without its secret.
#[derive(Debug, Deserialize)]
pub(crate) struct TokenInfo {
    pub(crate) id: String,
    #[serde(rename = "type")]
    pub(crate) of_type: String,
    #[serde(default)]
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) environment: Option<String>,
    #[serde(default)]
    pub(crate) expires_at: Option<DateTime<Utc>>,
    #[serde(default)]
    pub(crate) revoked_at: Option<DateTime<Utc>>,
    #[serde(default)]
    pub(crate) last_used_at: Option<DateTime<Utc>>,
}

/// A token that was just made or rotated.
#[derive(Deserialize)]
pub(crate) struct IssuedToken {
    pub(crate) id: String,
    pub(crate) secret: String,
}
