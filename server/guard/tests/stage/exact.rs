//! The guarantee, by enumeration: over all assignments that the salt could have drawn, the evidence
//! is 1 on average at every moment, for anything that can happen to tenants.

use proptest::prelude::*;
use tenantry_guard::{ErrorRow, Guard, WindowLength};

use crate::world::{design, minute, row, step, usual, with_arms};

/// Every way to treat some of the tenants, `treated` of them.
fn assignments(tenants: u32, treated: u32) -> Vec<u32> {
    (0..1_u32 << tenants)
        .filter(|labels| labels.count_ones() == treated)
        .collect()
}

/// What happens to all tenants in a minute, whoever is treated.
type Minutes = Vec<Vec<ErrorRow>>;

/// The evidence after each minute and at each length, averaged over all assignments.
fn mean_evidence(
    tenants: u32,
    treated: u32,
    seen: u32,
    strata: &[u16],
    world: &Minutes,
) -> Vec<f64> {
    let all = assignments(tenants, treated);
    let past = usual(tenants, seen);
    let mut sums = vec![0.0; world.len() * WindowLength::ALL.len()];
    for labels in &all {
        let treated = (0..tenants).map(|tenant| labels >> tenant & 1 == 1);
        let mut design = with_arms(treated, past.clone());
        design.cohort = design.cohort.with_strata(strata.to_vec());
        let mut guard = Guard::new(design).expect("the design is valid");
        for (rows, sums) in world.iter().zip(sums.chunks_mut(WindowLength::ALL.len())) {
            let verdict = step(&mut guard, rows);
            for (watch, sum) in verdict.watches.iter().zip(sums) {
                *sum += 10_f64.powf(watch.log10_evidence);
            }
        }
    }
    let count = u32::try_from(all.len()).expect("few assignments");
    sums.into_iter().map(|sum| sum / f64::from(count)).collect()
}

#[track_caller]
fn check(tenants: u32, treated: u32, seen: u32, strata: &[u16], world: &Minutes) {
    for (at, mean) in mean_evidence(tenants, treated, seen, strata, world)
        .into_iter()
        .enumerate()
    {
        assert!((mean - 1.0).abs() < 1e-9, "at {at}: {mean}");
    }
}

/// Chronic trouble, an incident for all, silence, and tenants that are there for one minute only.
fn eventful() -> Minutes {
    (0..125)
        .map(|minute| {
            (0..7)
                .filter(|tenant| match tenant {
                    0 => minute < 30,
                    1 => minute == 47,
                    6 => minute == 3,
                    _ => minute % 4 != 3,
                })
                .map(|tenant| {
                    let is_bad = match tenant {
                        1 | 2 | 6 => true,
                        3 => (40..49).contains(&minute),
                        4 => minute > 90,
                        _ => false,
                    };
                    row(tenant, is_bad || minute == 61)
                })
                .collect()
        })
        .collect()
}

#[test]
fn evidence_is_1_on_average_without_harm() {
    check(7, 3, 7, &[], &eventful());
    check(7, 1, 7, &[], &eventful());
}

#[test]
fn tenants_without_a_past_change_nothing() {
    check(7, 3, 5, &[], &eventful());
}

#[test]
fn strata_keep_the_guarantee() {
    check(7, 3, 7, &[0, 1, 1, 0, 2, 1, 0], &eventful());
}

/// So that the checks above can be trusted: with harm, the mean over assignments is not 1.
#[test]
fn harm_shows_in_the_average() {
    let all = assignments(7, 3);
    let past = usual(7, 7);
    let mut sum = 0.0;
    for labels in &all {
        let treated = (0..7).map(|tenant| labels >> tenant & 1 == 1);
        let mut guard = Guard::new(with_arms(treated, past.clone())).expect("the design is valid");
        let bad: Vec<u32> = (0..7).filter(|tenant| labels >> tenant & 1 == 1).collect();
        sum += 10_f64.powf(minute(&mut guard, &bad).watches[0].log10_evidence);
    }
    let count = u32::try_from(all.len()).expect("few assignments");
    assert!(sum / f64::from(count) > 10.0, "{sum}");
}

#[test]
fn a_tenant_counts_once_a_stage_and_length() {
    let mut guard = Guard::new(design(20, 5)).expect("the design is valid");
    let first = minute(&mut guard, &[0]).watches[0];
    assert_eq!(first.bad.treated, 1);
    for number in 1..120 {
        let verdict = minute(&mut guard, &[0]);
        assert_eq!(verdict.watches[0], first, "minute {number}");
        for watch in verdict.watches {
            assert_eq!(
                watch.bad.treated,
                u32::from(watch.length.minutes() <= number + 1)
            );
        }
    }
}

fn arbitrary_world() -> impl Strategy<Value = Vec<Vec<(u32, u32, u32)>>> {
    let row = (0..6_u32, 0..60_u32, 0..60_u32);
    prop::collection::vec(prop::collection::vec(row, 0..10), 1..70)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn evidence_is_1_on_average_in_any_world(world in arbitrary_world()) {
        let world: Minutes = world
            .into_iter()
            .map(|rows| rows.into_iter().map(errors_row).collect())
            .collect();
        for (at, mean) in mean_evidence(6, 2, 6, &[], &world).into_iter().enumerate() {
            prop_assert!((mean - 1.0).abs() < 1e-9, "at {at}: {mean}");
        }
    }

    /// The same requests in another order, or cut into more rows, are the same.
    #[test]
    fn the_order_of_rows_is_irrelevant(world in arbitrary_world()) {
        let mut guard = Guard::new(design(6, 2)).expect("the design is valid");
        let mut other = guard.clone();
        for rows in world {
            let rows: Vec<_> = rows.into_iter().map(errors_row).collect();
            let mut cut: Vec<_> = rows
                .iter()
                .flat_map(|row| {
                    let part = ErrorRow { requests: row.requests / 2, bad: row.bad / 2, ..*row };
                    let rest = ErrorRow {
                        requests: row.requests - part.requests,
                        bad: row.bad - part.bad,
                        ..*row
                    };
                    [part, rest]
                })
                .collect();
            cut.reverse();
            prop_assert_eq!(step(&mut guard, &rows), step(&mut other, &cut));
            prop_assert_eq!(guard.progress(), other.progress());
        }
    }
}

fn errors_row((tenant, requests, bad): (u32, u32, u32)) -> ErrorRow {
    ErrorRow {
        tenant,
        requests,
        bad: bad.min(requests),
    }
}
