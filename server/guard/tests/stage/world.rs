//! A small world for the tests of stages: tenants of 40 requests a minute that fail when told to.
//!
//! Separate because every test here needs one.

use tenantry_guard::{
    Arm, Cohort, Design, ErrorBaseline, ErrorHistory, ErrorRow, Guard, Metric, MetricKind, Rows,
    Settings, Verdict,
};

/// One row of 40 requests, a tenth of which fail, or all but that.
pub(crate) fn row(tenant: u32, is_bad: bool) -> ErrorRow {
    ErrorRow {
        tenant,
        requests: 40,
        bad: if is_bad { 36 } else { 4 },
    }
}

/// Four hours without trouble for the tenants below `seen`; the others have no past.
pub(crate) fn usual(tenants: u32, seen: u32) -> ErrorBaseline {
    let mut history = ErrorHistory::new(tenants as usize, 240);
    let rows: Vec<_> = (0..seen).map(|tenant| row(tenant, false)).collect();
    for _ in 0..240 {
        history.minute(&rows).expect("the tenants exist");
    }
    history.finish()
}

/// A design with one metric of errors, in which the first `treated` tenants have the feature.
pub(crate) fn design(tenants: u32, treated: u32) -> Design {
    with_arms(
        (0..tenants).map(|tenant| tenant < treated),
        usual(tenants, tenants),
    )
}

pub(crate) fn with_arms(treated: impl IntoIterator<Item = bool>, past: ErrorBaseline) -> Design {
    let arms: Vec<Arm> = treated
        .into_iter()
        .map(|treated| if treated { Arm::Treated } else { Arm::Control })
        .collect();
    let tenants = u32::try_from(arms.len()).expect("few tenants");
    let treated = arms.iter().filter(|arm| **arm == Arm::Treated).count();
    let treated = u32::try_from(treated).expect("few tenants");
    Design {
        settings: Settings::new(3, treated * 100_000 / tenants),
        cohort: Cohort::new(arms),
        metrics: vec![errors(past)],
    }
}

pub(crate) fn errors(baseline: ErrorBaseline) -> Metric {
    Metric {
        name: "errors".into(),
        kind: MetricKind::Errors(baseline),
    }
}

/// The next minute, in which all tenants report and these are bad.
pub(crate) fn minute(guard: &mut Guard, bad: &[u32]) -> Verdict {
    let tenants = u32::try_from(guard.design().cohort.len()).expect("few tenants");
    let rows: Vec<_> = (0..tenants)
        .map(|tenant| row(tenant, bad.contains(&tenant)))
        .collect();
    step(guard, &rows)
}

/// The next minute, with these rows.
pub(crate) fn step(guard: &mut Guard, rows: &[ErrorRow]) -> Verdict {
    let number = guard.progress().minutes();
    guard
        .step(number, &[Rows::Errors(rows)])
        .expect("the rows fit the design")
}
