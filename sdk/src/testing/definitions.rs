//! Definitions: the flags of a test, as it says them.
//!
//! Separate because a client with fixed answers and a fake server are told them in the same words.
//!
//! **Invariants**
//! - A flag that is mentioned is switched on; who gets it is up to its rollout and its lists.

use std::collections::BTreeMap;

use serde_json::Value;
use tenantry_core::model::{FlagDefinition, Rollout, Targeting, Variant};
use tenantry_core::{CompiledFlag, FlagKey, Problems, compile};

/// The threshold of everybody.
const ALL: u32 = 100_000;

/// The flags of a test, by key.
#[derive(Debug, Clone, Default)]
pub(crate) struct Definitions(BTreeMap<FlagKey, FlagDefinition>);

impl Definitions {
    /// The flag is on, or off, for every tenant that its lists do not mention.
    pub(crate) fn set(&mut self, key: &FlagKey, on: bool) {
        self.targeting(key).rollout.threshold = if on { ALL } else { 0 };
    }

    /// The flag is on, or off, for this tenant.
    pub(crate) fn set_tenant(&mut self, key: &FlagKey, tenant: &str, on: bool) {
        let targeting = self.targeting(key);
        targeting.allow.retain(|other| other != tenant);
        targeting.block.retain(|other| other != tenant);
        let list = if on {
            &mut targeting.allow
        } else {
            &mut targeting.block
        };
        list.push(tenant.to_owned());
    }

    /// The flag is on for every tenant, with a variant that carries this value.
    pub(crate) fn set_value(&mut self, key: &FlagKey, payload: Value) {
        let targeting = self.targeting(key);
        targeting.rollout = Rollout {
            threshold: ALL,
            salt: None,
        };
        targeting.variants = vec![Variant {
            name: "fixed".into(),
            weight: 1,
            payload,
        }];
    }

    /// The flag is this.
    pub(crate) fn set_definition(&mut self, definition: FlagDefinition) -> Result<(), Problems> {
        compile(&definition)?;
        self.0.insert(definition.key.clone(), definition);
        Ok(())
    }

    /// There is no such flag.
    #[cfg(feature = "fake-server")]
    pub(crate) fn remove(&mut self, key: &FlagKey) {
        self.0.remove(key);
    }

    pub(crate) fn get(&self, key: &FlagKey) -> Option<&FlagDefinition> {
        self.0.get(key)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &FlagDefinition> {
        self.0.values()
    }

    /// The targeting of a flag; made if the flag is new.
    fn targeting(&mut self, key: &FlagKey) -> &mut Targeting {
        let definition = self.0.entry(key.clone()).or_insert_with_key(new_definition);
        &mut definition.targeting
    }
}

/// A flag that is switched on and given to nobody.
fn new_definition(key: &FlagKey) -> FlagDefinition {
    FlagDefinition {
        key: key.clone(),
        salt: key.to_string(),
        targeting: Targeting {
            on: true,
            ..Targeting::default()
        },
    }
}

/// The same flag, on or off for every tenant; its variants stay.
pub(crate) fn overridden(
    key: &FlagKey,
    definition: Option<&FlagDefinition>,
    on: bool,
) -> FlagDefinition {
    let mut plain = new_definition(key);
    plain.targeting.rollout.threshold = if on { ALL } else { 0 };
    if let Some(FlagDefinition {
        salt, targeting, ..
    }) = definition
    {
        plain.salt.clone_from(salt);
        plain.targeting.variants.clone_from(&targeting.variants);
        plain
            .targeting
            .variant_salt
            .clone_from(&targeting.variant_salt);
    }
    plain
}

/// The key that a test wrote.
///
/// # Panics
/// If it is none.
pub(crate) fn key(flag: &str) -> FlagKey {
    match FlagKey::new(flag) {
        Ok(key) => key,
        Err(error) => panic!("{flag:?}: {error}"),
    }
}

/// The flag, compiled.
///
/// # Panics
/// If it does not compile.
pub(crate) fn compiled(definition: &FlagDefinition) -> CompiledFlag {
    match compile(definition) {
        Ok(flag) => flag,
        Err(problems) => panic!("the flag {}: {problems}", definition.key),
    }
}
