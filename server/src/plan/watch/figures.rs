//! Outcomes as the guard takes them: by tenant and minute.

use std::collections::{BTreeMap, HashMap};

use tenantry_guard::{ErrorRow, LatencyRow};
use tenantry_protocol::usage::{LATENCY_BUCKETS, latency_bounds};
use tenantry_store::TenantOutcomes;

/// What became of a tenant's work in a minute.
#[derive(Debug, Default)]
pub(super) struct Figures {
    requests: u64,
    failures: u64,
    latency: Vec<u32>,
}

/// The rows of a minute by tenant, whichever answer it had: who is where was fixed when the stage
/// began.
pub(super) fn figures(
    rows: &[TenantOutcomes],
    places: &HashMap<String, u32>,
) -> BTreeMap<u32, Figures> {
    let mut figures: BTreeMap<u32, Figures> = BTreeMap::new();
    for row in rows {
        let Some(place) = places.get(&row.tenant) else {
            continue;
        };
        let sum = figures.entry(*place).or_default();
        sum.requests += row.requests;
        sum.failures += row.failures;
        if !row.latency.is_empty() && sum.latency.is_empty() {
            sum.latency = vec![0; usize::from(LATENCY_BUCKETS)];
        }
        for (bucket, count) in &row.latency {
            if let Some(sum) = sum.latency.get_mut(usize::from(*bucket)) {
                *sum = sum.saturating_add(narrow(*count));
            }
        }
    }
    figures
}

pub(super) fn errors(figures: &BTreeMap<u32, Figures>) -> Vec<ErrorRow> {
    let rows = figures.iter().map(|(tenant, it)| ErrorRow {
        tenant: *tenant,
        requests: narrow(it.requests),
        bad: narrow(it.failures),
    });
    rows.collect()
}

pub(super) fn latency(figures: &BTreeMap<u32, Figures>) -> Vec<LatencyRow<'_>> {
    let timed = figures.iter().filter(|(_, it)| !it.latency.is_empty());
    let rows = timed.map(|(tenant, it)| LatencyRow {
        tenant: *tenant,
        counts: &it.latency,
    });
    rows.collect()
}

fn narrow(count: u64) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// The upper bounds of the buckets of latencies, in seconds; the last has none.
pub(super) fn bounds() -> Vec<f32> {
    let bounds = (0..LATENCY_BUCKETS).filter_map(|bucket| latency_bounds(bucket).1);
    bounds.map(|bound| bound.as_secs_f32()).collect()
}
