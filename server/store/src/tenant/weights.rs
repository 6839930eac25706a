//! Weights that are learned from usage.
//!
//! Separate from what people say about tenants: it says how much they ask, of those that are on the
//! roster, and nothing else about them.
//!
//! **Invariants**
//! - By itself nothing overwrites a weight that somebody has given, and nothing changes for a
//!   difference that nobody would notice: else every tenant would be another one every hour.
//! - It touches neither names nor attributes, so no segment has other members by it.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::import::BATCH;
use super::{MAX_WEIGHT, Tenant};
use crate::audit::AuditDocument;
use crate::db::micros;
use crate::error::StoreError;
use crate::tx::Tx;
use crate::usage::TenantRequests;

/// Which weights are learned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LearnWeights {
    /// All of them, those too that somebody has given.
    All,
    /// Those that nobody has given, where they have moved by a tenth or more.
    Noticeable,
}

impl LearnWeights {
    fn wants(self, tenant: &Tenant, weight: u64) -> bool {
        match self {
            Self::All => tenant.weight_given || tenant.weight != weight,
            Self::Noticeable => {
                let moved = tenant.weight.abs_diff(weight);
                !tenant.weight_given && moved > 0 && moved.saturating_mul(10) >= tenant.weight
            }
        }
    }
}

impl Tx {
    /// Makes what tenants asked their weights, of those on the roster; others keep theirs. Yields how
    /// many were changed that the transaction has not changed before.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn learn_weights(
        &mut self,
        requests: &TenantRequests,
        which: LearnWeights,
        now: DateTime<Utc>,
    ) -> Result<u64, StoreError> {
        let mut keys: Vec<&str> = requests.tenants.keys().map(AsRef::as_ref).collect();
        keys.sort_unstable();
        let (mut count, mut changed) = (0_u64, 0);
        for batch in keys.chunks(BATCH) {
            let known = self.known(batch).await?;
            let mut saved = Vec::new();
            for (key, tenant) in known {
                let asked = requests.tenants.get(&*key).copied().unwrap_or(0);
                let weight = asked.min(MAX_WEIGHT);
                if !which.wants(&tenant, weight) {
                    continue;
                }
                count += 1;
                changed += u64::from(tenant.version != self.roster_version());
                saved.push(Tenant {
                    weight,
                    weight_given: false,
                    updated_at: micros(now),
                    version: self.roster_version(),
                    ..tenant
                });
            }
            self.save_tenants(&saved).await?;
        }
        if count > 0 {
            self.move_roster().await?;
            let counts = json!({ "changed": count });
            self.record(AuditDocument::new("weights", Value::Null, counts));
        }
        Ok(changed)
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};
    use serde_json::Map;
    use tenantry_core::model::TenantKey;

    use super::*;

    #[test]
    fn only_what_nobody_gave_is_learned_by_itself_and_only_if_it_matters() {
        let tenant = |weight: u64, weight_given: bool| Tenant {
            key: TenantKey::new("acme").expect("a key"),
            name: "Acme".to_owned(),
            attributes: Map::new(),
            weight,
            weight_given,
            created_at: DateTime::<Utc>::UNIX_EPOCH,
            updated_at: DateTime::<Utc>::UNIX_EPOCH,
            version: 1,
        };
        let by_itself = |tenant: &Tenant, asked| LearnWeights::Noticeable.wants(tenant, asked);
        let on_request = |tenant: &Tenant, asked| LearnWeights::All.wants(tenant, asked);
        assert!(by_itself(&tenant(1, false), 2));
        assert!(!by_itself(&tenant(1, false), 1));
        assert!(!by_itself(&tenant(1_000, false), 1_099));
        assert!(by_itself(&tenant(1_000, false), 900));
        // A tenth is not rounded down: small weights would be others every hour.
        assert!(!by_itself(&tenant(19, false), 20));
        assert!(by_itself(&tenant(19, false), 21));
        assert!(!by_itself(&tenant(11, false), 10));
        assert!(by_itself(&tenant(10, false), 9));
        assert!(!by_itself(&tenant(0, false), 0));
        assert!(by_itself(&tenant(0, false), 1));
        assert!(by_itself(&tenant(MAX_WEIGHT, false), 0));
        assert!(!by_itself(&tenant(1_000, true), 5));
        assert!(on_request(&tenant(1_000, true), 5));
        assert!(
            on_request(&tenant(5, true), 5),
            "it is nobody's word any more"
        );
        assert!(!on_request(&tenant(5, false), 5));
    }
}
