//! Compiled flags: a flag's document, ready to be asked.

use std::sync::Arc;

use crate::model::FlagKey;
use crate::tenants::TenantSet;

/// A flag that has been checked and compiled.
#[derive(Debug, Clone)]
pub struct CompiledFlag {
    key: FlagKey,
}

impl CompiledFlag {
    /// The flag's key.
    #[must_use]
    pub fn key(&self) -> &FlagKey {
        &self.key
    }

    /// The same flag with other key lists.
    #[must_use]
    pub fn with_lists(self, allow: Arc<TenantSet>, block: Arc<TenantSet>) -> Self {
        let _ = (allow, block);
        unimplemented!()
    }

    /// The tenants that always get the flag.
    #[must_use]
    pub fn allow(&self) -> &Arc<TenantSet> {
        unimplemented!()
    }

    /// The tenants that never get the flag.
    #[must_use]
    pub fn block(&self) -> &Arc<TenantSet> {
        unimplemented!()
    }

    /// The keys of the flags this one waits for.
    pub fn prerequisites(&self) -> impl Iterator<Item = &str> {
        std::iter::empty()
    }

    /// The keys of the segments its rules ask.
    pub fn segments(&self) -> impl Iterator<Item = &str> {
        std::iter::empty()
    }

    /// Whether the flag gives out variants.
    #[must_use]
    pub fn has_variants(&self) -> bool {
        unimplemented!()
    }
}
