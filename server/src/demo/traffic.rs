//! The demo's traffic: what programs would tell, if there were any.
//!
//! It goes the way that an SDK's frames go, so what is shown of it is what would be shown of them.
//!
//! **Invariants**
//! - Answers are those of the published flags, asked as an SDK asks them.

use std::collections::BTreeMap;

use rand::{Rng, RngExt as _};
use tenantry_core::Ruleset;
use tenantry_protocol::usage::{Calls, FlagWindow, Outcomes, Row, WindowFrame};

use super::flags::{MOVING, is_asked};
use super::tenants::DemoTenant;

/// The tenant for which the new code path does not work.
const SICK: &str = "initech";
/// How often requests fail, and how often those of the sick tenant fail with the flag.
const USUAL: f64 = 0.003;
const FAILING: f64 = 0.4;
/// How long requests take: buckets of latencies, and the share of requests in each.
const LATENCY: [(u8, f64); 3] = [(28, 0.7), (31, 0.25), (37, 0.05)];
/// A flag that somebody forgot in the code.
pub(super) const FORGOTTEN: &str = "old-checkout";
const MINUTE: f64 = 60_000.0;

/// What programs tell of a window that ended `age` milliseconds ago and was `length` long.
pub(super) fn told(
    tenants: &[DemoTenant],
    ruleset: &Ruleset,
    (age, length): (u64, u64),
    random: &mut impl Rng,
) -> (WindowFrame<Calls>, WindowFrame<Outcomes>) {
    #[expect(clippy::cast_precision_loss, reason = "some thousand milliseconds")]
    let minutes = length as f64 / MINUTE;
    let mut calls: BTreeMap<&str, FlagWindow<Calls>> = BTreeMap::new();
    let mut outcomes = window(MOVING);
    for (place, tenant) in (0_u32..).zip(tenants) {
        #[expect(clippy::cast_precision_loss, reason = "some thousand requests")]
        let requests = about(tenant.requests as f64 * minutes, random);
        if requests == 0 {
            continue;
        }
        for flag in ruleset.flags() {
            let key = flag.key().as_str();
            if !is_asked(key) {
                continue;
            }
            let window = calls.entry(key).or_insert_with(|| window(key));
            let on = ruleset.is_enabled(key, &tenant.key) == Some(true);
            let rows = if on { &mut window.on } else { &mut window.off };
            rows.push(Row {
                key: place,
                measure: Calls(requests),
            });
        }
        let on = ruleset.is_enabled(MOVING, &tenant.key) == Some(true);
        let rate = if on && tenant.key == SICK {
            FAILING
        } else {
            USUAL
        };
        let rows = if on {
            &mut outcomes.on
        } else {
            &mut outcomes.off
        };
        rows.push(Row {
            key: place,
            measure: work(requests, rate, random),
        });
    }
    let keys: Vec<String> = tenants.iter().map(|tenant| tenant.key.clone()).collect();
    let forgotten = Row {
        key: FORGOTTEN.to_owned(),
        measure: Calls(3),
    };
    let calls = WindowFrame {
        age,
        length,
        tenants: keys.clone(),
        flags: calls.into_values().collect(),
        unknown: vec![forgotten],
        lost: 0,
    };
    let outcomes = WindowFrame {
        age,
        length,
        tenants: keys,
        flags: vec![outcomes],
        unknown: Vec::new(),
        lost: 0,
    };
    (calls, outcomes)
}

fn window<M: tenantry_protocol::usage::Measure>(flag: &str) -> FlagWindow<M> {
    FlagWindow {
        flag: flag.to_owned(),
        on: Vec::new(),
        off: Vec::new(),
        on_rest: None,
        off_rest: None,
    }
}

/// What became of so many requests, of which this share fails.
fn work(requests: u64, rate: f64, random: &mut impl Rng) -> Outcomes {
    #[expect(clippy::cast_precision_loss, reason = "some thousand requests")]
    let whole = requests as f64;
    let mut latency: Vec<(u8, u64)> = Vec::new();
    for (bucket, share) in LATENCY {
        let count = about(whole * share, random);
        if count > 0 {
            latency.push((bucket, count));
        }
    }
    Outcomes {
        requests,
        failures: about(whole * rate, random).min(requests),
        latency,
    }
}

/// A whole number whose mean this is.
fn about(mean: f64, random: &mut impl Rng) -> u64 {
    let rounded = (mean * random.random_range(0.8..1.2) + random.random_range(0.0..1.0)).floor();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "from 0 to some thousand"
    )]
    let whole = rounded as u64;
    whole
}
