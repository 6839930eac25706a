//! Which flags a change reaches: itself, through segments and through prerequisites.

use std::collections::HashSet;

use tenantry_core::{CompiledFlag, FlagKey};

use super::Change;

impl Change {
    /// The flags whose answers may have changed: those that did themselves, those that ask a
    /// segment that did, and those that wait for one of either. Sorted.
    ///
    /// A walk over all flags.
    #[must_use]
    pub fn affected_flags(&self) -> Vec<FlagKey> {
        let segments: HashSet<&str> = self.segments.iter().map(AsRef::as_ref).collect();
        let mut affected: HashSet<&str> = self.flags.iter().map(AsRef::as_ref).collect();
        if !segments.is_empty() {
            let asking = |flag: &&CompiledFlag| flag.segments().any(|key| segments.contains(key));
            affected.extend(
                self.ruleset
                    .flags()
                    .filter(asking)
                    .map(|flag| flag.key().as_str()),
            );
        }
        // Chains of prerequisites are short: this runs once more than the longest is long.
        loop {
            let waiting: Vec<&str> = self
                .ruleset
                .flags()
                .filter(|flag| !affected.contains(flag.key().as_str()))
                .filter(|flag| flag.prerequisites().any(|key| affected.contains(key)))
                .map(|flag| flag.key().as_str())
                .collect();
            if waiting.is_empty() {
                break;
            }
            affected.extend(waiting);
        }
        let known = self.ruleset.flags().map(CompiledFlag::key);
        let reached = known.filter(|key| affected.contains(key.as_str()));
        // Those that are gone are in no ruleset.
        let mut keys: Vec<FlagKey> = self.flags.iter().chain(reached).cloned().collect();
        keys.sort_unstable();
        keys.dedup();
        keys
    }
}
