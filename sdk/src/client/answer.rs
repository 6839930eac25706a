//! Answers: what a reader makes of an evaluation, and what it counts.
//!
//! Separate from [`Client`](super::Client) because handles do the same.

use std::sync::atomic::Ordering;

use serde::de::DeserializeOwned;
use tenantry_core::Reason;

use super::Evaluation;
use crate::publish::Shared;

impl Shared {
    /// Passes an answer on, and counts it if nobody was asked about.
    #[inline]
    pub(super) fn checked(&self, tenant: &str, on: bool) -> bool {
        if tenant.is_empty() {
            self.count_empty_tenant();
        }
        on
    }

    #[cold]
    fn count_empty_tenant(&self) {
        if self.counters.empty_tenants.fetch_add(1, Ordering::Relaxed) == 0 {
            tracing::warn!("a flag was asked for an empty tenant key, which is always off");
        }
    }

    #[cold]
    pub(super) fn default_of(&self, flag: &str) -> bool {
        self.defaults.get(flag).copied().unwrap_or_default()
    }

    pub(super) fn value<T: DeserializeOwned>(
        &self,
        flag: &str,
        tenant: &str,
        evaluation: &tenantry_core::Evaluation<'_>,
        default: T,
    ) -> T {
        if !evaluation.reason.leaves_default() {
            self.checked(tenant, evaluation.on);
        }
        match evaluation.variant {
            None => default,
            Some(variant) => T::deserialize(&variant.payload).unwrap_or_else(|error| {
                self.count_wrong_type(flag, &error);
                default
            }),
        }
    }

    #[cold]
    fn count_wrong_type(&self, flag: &str, error: &serde_json::Error) {
        if self.counters.wrong_types.fetch_add(1, Ordering::Relaxed) == 0 {
            tracing::warn!(flag.key = flag, %error, "a payload is of another type than asked for");
        }
    }

    pub(super) fn evaluation(
        &self,
        evaluation: tenantry_core::Evaluation<'_>,
        tenant: &str,
        default: impl FnOnce() -> bool,
    ) -> Evaluation {
        if evaluation.reason.leaves_default() {
            let ready = self.ready.load(Ordering::Acquire);
            let reason = if ready {
                evaluation.reason
            } else {
                Reason::NotReady
            };
            return Evaluation {
                on: default(),
                reason,
                variant: None,
                rule: None,
            };
        }
        Evaluation {
            on: self.checked(tenant, evaluation.on),
            reason: evaluation.reason,
            variant: evaluation.variant.cloned(),
            rule: evaluation.rule,
        }
    }
}
