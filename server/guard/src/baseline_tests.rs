//! Tests of [`super`]: what is usual for a tenant.

use super::*;

/// A past of one tenant, by minutes of `(requests, bad)`.
fn usual(minutes: &[(u32, u32)]) -> ErrorBaseline {
    let mut history = ErrorHistory::new(1, 10_080);
    for &(requests, bad) in minutes {
        history
            .minute(&[ErrorRow {
                tenant: 0,
                requests,
                bad,
            }])
            .expect("tenant 0 exists");
    }
    history.finish()
}

#[track_caller]
fn check_limit(minutes: &[(u32, u32)], length: WindowLength, expected: f64) {
    let found = f64::from(usual(minutes).limits[length as usize][0]);
    assert!(
        found >= expected && found < expected * (1.0 + 1e-6),
        "found {found}, expected {expected}"
    );
}

#[test]
fn the_99th_percentile_is_of_the_nearest_rank() {
    // Rates of 0 to 19 %, and one that is worse: with 100 windows the 99th is the second largest.
    let mut minutes: Vec<(u32, u32)> = (0..99).map(|minute| (100, minute % 20)).collect();
    minutes.push((100, 90));
    check_limit(&minutes, WindowLength::Minute, 1.25 * 0.19);
    // With 99 windows it is the largest.
    check_limit(&minutes[1..], WindowLength::Minute, 1.25 * 0.90);
    // Of seven days the 100 worst windows are passed over.
    let long: Vec<(u32, u32)> = (0..10_080)
        .map(|minute| (1_000, if minute < 100 { 500 } else { minute % 50 }))
        .collect();
    check_limit(&long, WindowLength::Minute, 1.25 * 0.049);
}

#[test]
fn few_windows_are_judged_by_their_largest_rate() {
    let mut minutes = vec![(100, 1); 28];
    minutes.push((100, 40));
    check_limit(&minutes, WindowLength::Minute, 1.25 * 0.40);
}

#[test]
fn windows_of_few_requests_are_passed_over() {
    let minutes = [(19, 19), (1_000, 20)];
    // Nor is what is left above the rate as a whole: (39 + 200 * 39 / 1019) / (1019 + 200).
    check_limit(&minutes, WindowLength::Minute, 1.25 * 39.0 / 1_019.0);
}

#[test]
fn longer_windows_have_limits_of_their_own() {
    let mut minutes = vec![(100, 0); 9];
    minutes.push((100, 50));
    check_limit(&minutes, WindowLength::Minute, 1.25 * 0.50);
    check_limit(&minutes, WindowLength::TenMinutes, 1.25 * 0.05);
    // No hour has closed: the rate as a whole remains.
    check_limit(&minutes, WindowLength::Hour, 1.25 * 0.05);
}

#[test]
fn a_tenant_of_few_requests_is_drawn_to_the_rate_of_all() {
    let mut history = ErrorHistory::new(3, 60);
    let row = |tenant, requests, bad| ErrorRow {
        tenant,
        requests,
        bad,
    };
    history
        .minute(&[row(0, 9_990, 100), row(1, 10, 0)])
        .expect("they exist");
    let baseline = history.finish();
    // The pool has 100 of 10,000; tenant 1 gets 200 requests at 1 %.
    let rate = f64::from(baseline.rates[1]);
    assert!((rate - 2.0 / 210.0).abs() < 1e-8, "{rate}");
    assert_eq!(baseline.active, [true, true, false]);
}

#[test]
fn a_tenant_settles_with_half_an_hour_of_traffic() {
    let visit = |minutes| {
        let mut past = vec![(0, 0); 100];
        past[..minutes].fill((1, 0));
        usual(&past).settled[0]
    };
    assert!(!visit(29));
    assert!(visit(30));
}

#[test]
fn bursts_show_as_dispersion() {
    assert!(
        usual(&[(100, 2); 50]).dispersions[0] <= 0.0,
        "at least Poisson"
    );
    // Half of the minutes have none, half have 20: variance 100 at a mean of 10, and so
    // (100 - 10) / 10^2.
    let minutes: Vec<(u32, u32)> = (0..200).map(|minute| (100, 20 * (minute % 2))).collect();
    let found = usual(&minutes).dispersions[0];
    assert!((found - 0.9).abs() < 1e-6, "{found}");
}

#[test]
fn a_bad_window_has_three_bad_events_above_its_limit() {
    let baseline = usual(&[(100, 4); 100]);
    let bad = |counts: [u64; 2]| baseline.is_bad(WindowLength::Minute, 0, &counts);
    assert!(!bad([2, 2]), "two of two");
    assert!(bad([3, 3]), "three of three");
    assert!(!bad([100, 5]), "5 % is the limit");
    assert!(bad([100, 6]));
}

#[test]
fn latency_is_judged_by_its_95th_percentile() {
    let mut history = LatencyHistory::new(vec![10.0, 20.0, 50.0, 100.0], 2, 100);
    for minute in 0..100 {
        // One of twenty is slow, in one minute two.
        let slow = if minute == 7 { 2 } else { 1 };
        let counts = [20 - slow, 0, slow, 0, 0];
        history
            .minute(&[
                LatencyRow {
                    tenant: 0,
                    counts: &counts,
                },
                LatencyRow {
                    tenant: 1,
                    counts: &[19],
                },
            ])
            .expect("they exist");
    }
    let baseline = history.finish();
    assert_eq!(
        baseline.limits[WindowLength::Minute as usize],
        [12.5, f32::MAX],
        "the second tenant never had 20 requests"
    );
    let bad = |counts: [u64; 5]| baseline.is_bad(WindowLength::Minute, 0, &counts);
    assert!(!bad([19, 0, 0, 0, 1]), "one of twenty may be slow");
    assert!(bad([18, 2, 0, 0, 0]));
    assert!(bad([0, 0, 0, 0, 20]), "beyond the last bound");
    assert!(!bad([0, 19, 0, 0, 0]), "too few requests");
}

#[test]
fn unknown_tenants_are_refused_whole() {
    let mut history = ErrorHistory::new(1, 60);
    let row = |tenant| ErrorRow {
        tenant,
        requests: 1_000,
        bad: 1_000,
    };
    assert_eq!(
        history.minute(&[row(0), row(1)]),
        Err(OutOfRange {
            tenant: 1,
            tenants: 1
        })
    );
    assert_eq!(history.finish().active, [false]);
}
