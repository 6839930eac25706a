//! Clients with fixed answers, for the tests of applications. Behind the feature `test-util`.
//!
//! **Invariants**
//! - No server, no file, no task and no runtime; what answers is the evaluator itself.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;
use tenantry_core::model::{FlagDefinition, Rollout, Targeting, Variant};
use tenantry_core::{FlagKey, Problems, Ruleset, compile};

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
    flags: BTreeMap<FlagKey, FlagDefinition>,
}

impl Fixed {
    /// The flag is on, or off, for every tenant that [`with_tenant`](Self::with_tenant) does not
    /// mention.
    ///
    /// # Panics
    /// If `flag` is no flag key.
    pub fn with(mut self, flag: &str, on: bool) -> Self {
        self.targeting(flag).rollout.threshold = if on { 100_000 } else { 0 };
        self
    }

    /// The flag is on, or off, for this tenant.
    ///
    /// # Panics
    /// If `flag` is no flag key.
    pub fn with_tenant(mut self, flag: &str, tenant: &str, on: bool) -> Self {
        let targeting = self.targeting(flag);
        targeting.allow.retain(|other| other != tenant);
        targeting.block.retain(|other| other != tenant);
        let list = if on {
            &mut targeting.allow
        } else {
            &mut targeting.block
        };
        list.push(tenant.to_owned());
        self
    }

    /// The flag is on for every tenant, with a variant that carries this value.
    ///
    /// # Panics
    /// If `flag` is no flag key.
    pub fn with_value(mut self, flag: &str, payload: impl Into<Value>) -> Self {
        let targeting = self.targeting(flag);
        targeting.rollout = Rollout {
            threshold: 100_000,
            salt: None,
        };
        targeting.variants = vec![Variant {
            name: "fixed".into(),
            weight: 1,
            payload: payload.into(),
        }];
        self
    }

    /// The flag as it might be on the server, with rules, rollouts and all.
    ///
    /// # Errors
    /// All the definition's problems.
    pub fn with_definition(mut self, definition: FlagDefinition) -> Result<Self, Problems> {
        compile(&definition)?;
        self.flags.insert(definition.key.clone(), definition);
        Ok(self)
    }

    /// The client.
    ///
    /// # Panics
    /// If a value is larger than the server allows, or a tenant's key is empty or too long.
    #[must_use]
    pub fn build(self) -> Client {
        let mut edit = Ruleset::default().edit();
        for definition in self.flags.values() {
            match compile(definition) {
                Ok(flag) => edit.upsert(Arc::new(flag)),
                Err(problems) => panic!("the flag {}: {problems}", definition.key),
            }
        }
        Client::without_task(Publisher::fixed(edit.build()))
    }

    /// The targeting of a flag, switched on; made if the flag is new.
    fn targeting(&mut self, flag: &str) -> &mut Targeting {
        let key = match FlagKey::new(flag) {
            Ok(key) => key,
            Err(error) => panic!("{flag:?}: {error}"),
        };
        let definition = self
            .flags
            .entry(key)
            .or_insert_with_key(|key| FlagDefinition {
                key: key.clone(),
                salt: key.to_string(),
                targeting: Targeting {
                    on: true,
                    ..Targeting::default()
                },
            });
        &mut definition.targeting
    }
}
