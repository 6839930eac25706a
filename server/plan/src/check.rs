//! What is wrong with a plan: everything at once, each with its path and the way out.

use std::collections::BTreeSet;

use tenantry_core::model::{Problems, SegmentKey, TenantKey};

use crate::document::{Audience, Cohort, CohortSize, GuardPolicy, Plan, Query};
use crate::freeze::Freeze;

const MAX_STAGES: usize = 100;
const MAX_FREEZES: usize = 100;
const MAX_FROZEN_TENANTS: usize = 1_000;
const MAX_SEGMENTS: usize = 16;
const MAX_NAME_BYTES: usize = 128;
const MAX_METRICS: usize = 16;
const MAX_QUERY_BYTES: usize = 4_096;
const MAX_BAKE_MINUTES: u32 = 129_600;
const EVERYBODY: u32 = 100_000;

impl Plan {
    /// Checks all that can be wrong with the plan by itself. Whether its segments exist only the
    /// database knows.
    pub fn check(&self, problems: &mut Problems) {
        if self.stages.is_empty() || self.stages.len() > MAX_STAGES {
            problems.push("stages", format!("must be 1 to {MAX_STAGES} stages"));
        }
        let (mut names, mut share) = (BTreeSet::new(), 0);
        for (index, stage) in self.stages.iter().enumerate() {
            let at = |field: &str| format!("stages[{index}].{field}");
            let length = stage.name.len();
            if length == 0 || length > MAX_NAME_BYTES {
                problems.push(at("name"), format!("must have 1 to {MAX_NAME_BYTES} bytes"));
            } else if !names.insert(&stage.name) {
                problems.push(at("name"), "an earlier stage has this name: choose another");
            }
            if stage.bake_minutes > MAX_BAKE_MINUTES {
                let message = format!("must be 0 to {MAX_BAKE_MINUTES} minutes, which are 90 days");
                problems.push(at("bake_minutes"), message);
            }
            match &stage.audience {
                Audience::Segments(keys) => {
                    let path = at("audience.segments");
                    if keys.is_empty() {
                        problems.push(&*path, "must name at least one segment");
                    }
                    check_segments(keys, &path, problems);
                }
                Audience::Threshold(threshold) => {
                    let path = at("audience.threshold");
                    let is_share = check_share(*threshold, &path, problems);
                    if is_share && *threshold <= share {
                        let message =
                            format!("an earlier stage admits {share} already: admit more");
                        problems.push(path, message);
                    } else if is_share {
                        share = *threshold;
                    }
                }
                Audience::Cohort(cohort) => {
                    check_cohort(cohort, &at("audience.cohort"), problems);
                }
            }
        }
        if self.freezes.len() > MAX_FREEZES {
            problems.push("freezes", format!("must be {MAX_FREEZES} at most"));
        }
        for (index, freeze) in self.freezes.iter().enumerate() {
            check_freeze(freeze, &format!("freezes[{index}]"), problems);
        }
        if let Some(guard) = &self.guard {
            check_guard(guard, problems);
        }
    }
}

/// What of a changed plan comes too late, as its stages have been entered up to `stage`: whom those
/// admit can't change any more.
pub fn changed_too_late(before: &Plan, after: &Plan, stage: Option<u32>, problems: &mut Problems) {
    let entered = stage.map_or(0, |stage| stage as usize + 1);
    for (index, old) in before.stages.iter().take(entered).enumerate() {
        let new = after.stages.get(index);
        if new.is_none_or(|new| new.audience != old.audience || new.name != old.name) {
            let message = "is entered already, so it keeps its name and its audience: \
                           step back first, or roll back";
            problems.push(format!("stages[{index}]"), message);
        }
    }
}

fn check_share(share: u32, path: &str, problems: &mut Problems) -> bool {
    let is_good = (1..=EVERYBODY).contains(&share);
    if !is_good {
        let message = format!("must be 1 to {EVERYBODY} thousandths of a percent");
        problems.push(path, message);
    }
    is_good
}

fn check_segments(keys: &[String], path: &str, problems: &mut Problems) {
    if keys.len() > MAX_SEGMENTS {
        problems.push(path, format!("must be {MAX_SEGMENTS} segments at most"));
    }
    for (index, key) in keys.iter().enumerate() {
        if let Err(error) = SegmentKey::new(key.as_str()) {
            problems.push(format!("{path}[{index}]"), error.to_string());
        }
    }
}

fn check_cohort(cohort: &Cohort, path: &str, problems: &mut Problems) {
    match cohort.size {
        CohortSize::Tenants(0) => {
            problems.push(format!("{path}.size.tenants"), "must be 1 at least");
        }
        CohortSize::Tenants(_) => {}
        CohortSize::ShareOfTenants(share) => {
            check_share(share, &format!("{path}.size.share_of_tenants"), problems);
        }
        CohortSize::ShareOfRequests(share) => {
            check_share(share, &format!("{path}.size.share_of_requests"), problems);
        }
    }
    check_segments(&cohort.never, &format!("{path}.never"), problems);
    if let Some(share) = cohort.max_share_of_requests {
        check_share(share, &format!("{path}.max_share_of_requests"), problems);
    }
}

fn check_freeze(freeze: &Freeze, path: &str, problems: &mut Problems) {
    match (&freeze.once, &freeze.weekly) {
        (Some(once), None) => {
            if once.from >= once.to {
                problems.push(format!("{path}.once.to"), "must be later than from");
            }
        }
        (None, Some(weekly)) => {
            if weekly.from == weekly.to {
                problems.push(
                    format!("{path}.weekly.to"),
                    "must be another time than from",
                );
            }
        }
        (Some(_), Some(_)) | (None, None) => {
            problems.push(path, "must have either once or weekly");
        }
    }
    if freeze.tenants.len() > MAX_FROZEN_TENANTS {
        let message = format!("must be {MAX_FROZEN_TENANTS} tenants at most");
        problems.push(format!("{path}.tenants"), message);
    }
    for (index, key) in freeze.tenants.iter().enumerate() {
        if let Err(error) = TenantKey::new(key.as_str()) {
            problems.push(format!("{path}.tenants[{index}]"), error.to_string());
        }
    }
}

fn check_guard(guard: &GuardPolicy, problems: &mut Problems) {
    if !(0.000_1..=0.2).contains(&guard.alpha) {
        problems.push("guard.alpha", "must be 0.0001 to 0.2");
    }
    if guard.metrics.is_empty() || guard.metrics.len() > MAX_METRICS {
        let message = format!("must be 1 to {MAX_METRICS}: errors, latency, or queries");
        problems.push("guard.metrics", message);
    }
    let mut names = BTreeSet::new();
    for (index, metric) in guard.metrics.iter().enumerate() {
        if !names.insert(metric.name()) {
            let message = format!("{} is there already: name each once", metric.name());
            problems.push(format!("guard.metrics[{index}]"), message);
        }
        if let Some(query) = metric.query() {
            check_query(query, &format!("guard.metrics[{index}].query"), problems);
        }
    }
}

fn check_query(query: &Query, path: &str, problems: &mut Problems) {
    for (field, text, most) in [
        ("name", &query.name, MAX_NAME_BYTES),
        ("query", &query.query, MAX_QUERY_BYTES),
        ("tenant_label", &query.tenant_label, MAX_NAME_BYTES),
    ] {
        if text.is_empty() || text.len() > most {
            let message = format!("must have 1 to {most} bytes");
            problems.push(format!("{path}.{field}"), message);
        }
    }
    if query.above.is_none() && query.below.is_none() {
        let message = "must say which samples are bad: those above this, or below `below`";
        problems.push(format!("{path}.above"), message);
    }
}
