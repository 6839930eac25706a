//! What flags and lists occupy, and how long it takes to compile them.

use std::sync::Arc;
use std::time::Instant;

use allocation_counter::measure as count;
use tenantry_core::model::{Rollout, Targeting};
use tenantry_core::{FlagDefinition, FlagKey, Ruleset, TenantSet, compile};

use crate::floor;
use crate::report::{Report, Row};
use crate::world::{FLAGS, LONG, SHORT, tenant};

pub(crate) fn measure(report: &mut Report) {
    report.section("Memory and compilation", || {
        let long: Vec<String> = (0..LONG).map(tenant).collect();
        let floor = kept(|| floor::Tenants::new(&long));
        let product = kept(|| long.iter().collect::<TenantSet>());
        let flags = definitions(SHORT);
        let short = kept(|| ruleset(&flags));
        let flags = definitions(1_000);
        let start = Instant::now();
        let ruleset = ruleset(&flags);
        let compiling = start.elapsed().as_secs_f64() * 1e3;
        assert_eq!(ruleset.len(), FLAGS);
        vec![
            Row::told(
                "bytes of a tenant among 10,000, floor",
                floor / per(LONG),
                "",
            ),
            Row::told("bytes of a tenant among 10,000", product / per(LONG), ""),
            Row::ratio("bytes of a tenant ÷ floor", product / floor, 1.25),
            Row::limited(
                "bytes of a flag with 10 tenants",
                short / per(FLAGS),
                "",
                800.0,
            ),
            Row::told(
                "compiling 1,000 flags with 1,000 tenants each",
                compiling,
                "ms",
            ),
        ]
    });
}

/// The bytes on the heap that what is made keeps.
pub(crate) fn kept<T>(make: impl FnOnce() -> T) -> f64 {
    let mut kept = None;
    let info = count(|| kept = Some(make()));
    #[expect(clippy::cast_precision_loss, reason = "less than 2^52")]
    let bytes = info.bytes_current as f64;
    bytes
}

pub(crate) fn per(count: usize) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a small number")]
    let count = count as f64;
    count
}

fn definitions(tenants: usize) -> Vec<FlagDefinition> {
    let definition = |number: usize| {
        let key = format!("checkout-redesign-{number:04}");
        FlagDefinition {
            key: FlagKey::new(key.as_str()).expect("a key"),
            salt: key,
            targeting: Targeting {
                on: true,
                allow: (number..number + tenants).map(tenant).collect(),
                rollout: Rollout {
                    threshold: 25_000,
                    salt: None,
                },
                ..Targeting::default()
            },
        }
    };
    (0..FLAGS).map(definition).collect()
}

fn ruleset(flags: &[FlagDefinition]) -> Ruleset {
    let mut edit = Ruleset::default().edit();
    for flag in flags {
        edit.upsert(Arc::new(compile(flag).expect("a good flag")));
    }
    edit.build()
}
