//! What became of the work since a guard began to look, by tenant: running sums, and the worst of them.
//!
//! Separate from what the guard compares, because these are sums of everybody's work, for people.
//!
//! **Invariants**
//! - They decide nothing.
//! - Of the same minutes the sums are the same, taken up one by one or read at once.

use std::cmp::Reverse;
use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use tenantry_store::{OutcomeSum, TenantOutcomes};
use utoipa::ToSchema;

/// Most tenants that are kept for people.
const TENANTS: usize = 50;

/// What became of a tenant's work.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct TenantFigures {
    /// The tenant's key.
    tenant: String,
    /// How much of it there was while it had the flag.
    on_requests: u64,
    /// How much of that failed.
    on_failures: u64,
    /// How much of it there was while it had not.
    off_requests: u64,
    /// How much of that failed.
    off_failures: u64,
}

/// The work of every tenant.
#[derive(Debug, Default)]
pub(super) struct Sums(HashMap<String, TenantFigures>);

impl Sums {
    /// Sums that were read at once.
    pub(super) fn of(sums: Vec<OutcomeSum>) -> Self {
        let mut all = Self::default();
        for sum in sums {
            all.add(&sum.tenant, sum.on, (sum.requests, sum.failures));
        }
        all
    }

    /// Takes up a minute. The others, of whom only the sum is known, are nobody.
    pub(super) fn take_up(&mut self, rows: &[TenantOutcomes]) {
        for row in rows.iter().filter(|row| !row.tenant.is_empty()) {
            self.add(&row.tenant, row.on, (row.requests, row.failures));
        }
    }

    fn add(&mut self, tenant: &str, on: bool, (requests, failures): (u64, u64)) {
        if !self.0.contains_key(tenant) {
            let figures = TenantFigures {
                tenant: tenant.to_owned(),
                ..TenantFigures::default()
            };
            self.0.insert(tenant.to_owned(), figures);
        }
        let Some(figures) = self.0.get_mut(tenant) else {
            return;
        };
        let (all, bad) = if on {
            (&mut figures.on_requests, &mut figures.on_failures)
        } else {
            (&mut figures.off_requests, &mut figures.off_failures)
        };
        *all = all.saturating_add(requests);
        *bad = bad.saturating_add(failures);
    }

    /// The tenants with the most failures beyond what the rate of all would give them.
    pub(super) fn worst(&self) -> Vec<TenantFigures> {
        let (mut requests, mut failures) = (0_u128, 0_u128);
        for it in self.0.values() {
            requests += u128::from(it.on_requests) + u128::from(it.off_requests);
            failures += u128::from(it.on_failures) + u128::from(it.off_failures);
        }
        // In whole numbers: failures times all requests, less requests times all failures.
        let excess = |it: &TenantFigures| {
            let own = (u128::from(it.on_failures) + u128::from(it.off_failures)) * requests;
            let usual = (u128::from(it.on_requests) + u128::from(it.off_requests)) * failures;
            i128::try_from(own).unwrap_or(i128::MAX) - i128::try_from(usual).unwrap_or(i128::MAX)
        };
        let mut order: Vec<_> = self
            .0
            .values()
            .map(|it| (Reverse(excess(it)), it))
            .collect();
        order
            .sort_unstable_by(|one, other| (one.0, &one.1.tenant).cmp(&(other.0, &other.1.tenant)));
        let worst = order.into_iter().take(TENANTS);
        worst.map(|(_, it)| it.clone()).collect()
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    #[test]
    fn the_worst_are_those_beyond_the_usual_however_they_were_summed() {
        let row = |tenant: &str, on, requests, failures| TenantOutcomes {
            flag: "a".to_owned(),
            on,
            tenant: tenant.to_owned(),
            at: DateTime::UNIX_EPOCH,
            requests,
            failures,
            latency: Vec::new(),
        };
        let mut sums = Sums::default();
        sums.take_up(&[row("", true, 1_000, 1_000), row("giant", true, 900, 9)]);
        sums.take_up(&[row("small", false, 40, 0), row("giant", true, 100, 1)]);
        sums.take_up(&[row("small", true, 10, 8), row("fine", false, 100, 0)]);
        let worst = sums.worst();
        let names: Vec<&str> = worst.iter().map(|it| it.tenant.as_str()).collect();
        assert_eq!(names, ["small", "fine", "giant"]);
        let small = &worst[0];
        assert_eq!(
            (
                small.on_requests,
                small.on_failures,
                small.off_requests,
                small.off_failures
            ),
            (10, 8, 40, 0)
        );
        let sum = |tenant: &str, on, requests, failures| OutcomeSum {
            tenant: tenant.to_owned(),
            on,
            requests,
            failures,
        };
        let read = Sums::of(vec![
            sum("fine", false, 100, 0),
            sum("giant", true, 1_000, 10),
            sum("small", false, 40, 0),
            sum("small", true, 10, 8),
        ]);
        assert_eq!(read.worst(), worst);
    }
}
