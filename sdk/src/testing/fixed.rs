//! Clients with fixed answers, for the tests of applications.
//!
//! **Invariants**
//! - No server, no file, no task and no runtime; what answers is the evaluator itself.

use std::sync::Arc;

use serde_json::Value;
use tenantry_core::model::FlagDefinition;
use tenantry_core::{Problems, Ruleset};

use super::definitions::{Definitions, compiled, key};
use super::overrides::Overrides;
use crate::client::Client;
use crate::publish::Publisher;

/// Makes a [`Client`] with fixed answers. Begun by [`Client::fixed`].
///
/// ```
/// use tenantry::Client;
///
/// let flags = Client::fixed()
///     .with("new-billing", true)
///     .with_tenant("dark-mode", "acme", true)
///     .with_value("page-size", 50)
///     .build();
/// assert!(flags.is_enabled("new-billing", "anybody"));
/// assert!(flags.is_enabled("dark-mode", "acme"));
/// assert!(!flags.is_enabled("dark-mode", "globex"));
/// assert_eq!(flags.value("page-size", "acme", 20), 50);
/// assert!(!flags.is_enabled("not-mentioned", "acme"));
/// ```
#[derive(Debug, Default)]
#[must_use = "nothing happens before `build`"]
pub struct Fixed {
    flags: Definitions,
}

impl Fixed {
    /// The flag is on, or off, for every tenant that [`with_tenant`](Self::with_tenant) does not
    /// mention.
    ///
    /// # Panics
    /// If `flag` is no flag key.
    pub fn with(mut self, flag: &str, on: bool) -> Self {
        self.flags.set(&key(flag), on);
        self
    }

    /// The flag is on, or off, for this tenant.
    ///
    /// # Panics
    /// If `flag` is no flag key.
    pub fn with_tenant(mut self, flag: &str, tenant: &str, on: bool) -> Self {
        self.flags.set_tenant(&key(flag), tenant, on);
        self
    }

    /// The flag is on for every tenant, with a variant that carries this value.
    ///
    /// # Panics
    /// If `flag` is no flag key.
    pub fn with_value(mut self, flag: &str, payload: impl Into<Value>) -> Self {
        self.flags.set_value(&key(flag), payload.into());
        self
    }

    /// The flag as it might be on the server, with rules, rollouts and all.
    ///
    /// # Errors
    /// All the definition's problems.
    pub fn with_definition(mut self, definition: FlagDefinition) -> Result<Self, Problems> {
        self.flags.set_definition(definition)?;
        Ok(self)
    }

    /// The client.
    ///
    /// # Panics
    /// If a value is larger than the server allows, or a tenant's key is empty or too long.
    #[must_use]
    pub fn build(self) -> Client {
        let mut edit = Ruleset::default().edit();
        for definition in self.flags.iter() {
            edit.upsert(Arc::new(compiled(definition)));
        }
        let overrides = Overrides::of(self.flags);
        Client::without_task(Publisher::fixed(edit.build(), overrides))
    }
}
