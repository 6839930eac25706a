//! Flags as the API lists them: a flag's facts and, for each environment, a summary.
//!
//! Separate from the core's `FlagDefinition`, which is what is streamed to SDKs: these are the
//! facts for people.
//!
//! **Invariants**
//! - Fields this build does not know are ignored, and fields a server may lack have defaults.

use chrono::NaiveDate;
use serde::Deserialize;

/// A page of a list.
#[derive(Debug, Deserialize)]
pub(crate) struct Page<T> {
    /// The page's entries.
    pub(crate) items: Vec<T>,
    /// Where the next page begins; absent on the last.
    #[serde(default)]
    pub(crate) next_cursor: Option<String>,
}

/// A flag.
#[derive(Debug, Deserialize)]
pub(crate) struct Flag {
    pub(crate) key: String,
    #[serde(default)]
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) description: String,
    pub(crate) kind: String,
    #[serde(default)]
    pub(crate) owner: Option<String>,
    #[serde(default)]
    pub(crate) tags: Vec<String>,
    /// The last day on which it is not expired, in UTC.
    #[serde(default)]
    pub(crate) expires_on: Option<NaiveDate>,
    /// How often that day was put off.
    #[serde(default)]
    pub(crate) extensions: u32,
    /// When it was archived, RFC 3339.
    #[serde(default)]
    pub(crate) archived_at: Option<String>,
    #[serde(default)]
    pub(crate) environments: Vec<EnvironmentState>,
}

/// A flag's targeting in one environment, in numbers.
#[derive(Debug, Deserialize)]
pub(crate) struct EnvironmentState {
    pub(crate) environment: String,
    pub(crate) on: bool,
    /// Thousandths of a percent, 0 to 100 000.
    #[serde(default)]
    pub(crate) threshold: u32,
    #[serde(default)]
    pub(crate) rules: usize,
    #[serde(default)]
    pub(crate) allow: usize,
    #[serde(default)]
    pub(crate) block: usize,
    #[serde(default)]
    pub(crate) variants: usize,
}

impl Flag {
    /// The state in the environment with this key.
    pub(crate) fn in_environment(&self, key: &str) -> Option<&EnvironmentState> {
        self.environments
            .iter()
            .find(|state| state.environment == key)
    }
}
