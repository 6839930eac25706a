//! What a stage decides, and what it refuses to decide.

use tenantry_guard::{
    Action, Arm, Assignment, ByArm, CustomBaseline, CustomRow, Design, DesignError, ErrorHistory,
    Guard, Hold, Metric, MetricKind, OnSilence, OutOfRange, Rows, StepError, Wait, WindowLength,
};

use crate::world::{design, errors, minute, row, step};

fn guard(design: Design) -> Guard {
    Guard::new(design).expect("the design is valid")
}

#[test]
fn a_healthy_stage_advances_when_its_time_is_over() {
    let mut guard = guard(design(100, 10));
    for number in 0..29 {
        let verdict = minute(&mut guard, &[]);
        assert_eq!(verdict.action, Action::Wait, "minute {number}");
        assert_eq!(
            verdict.waits,
            [Wait::Baking {
                minutes: 29 - number
            }]
        );
    }
    let verdict = minute(&mut guard, &[]);
    assert_eq!(verdict.action, Action::Advance);
    assert!(verdict.armed && verdict.waits.is_empty() && verdict.holds.is_empty());
    assert!((verdict.log10_limit - 900_f64.log10()).abs() < 1e-12);
}

#[test]
fn harm_rolls_back_and_names_who_went_bad() {
    let mut guard = guard(design(100, 10));
    minute(&mut guard, &[50, 3]);
    let verdict = minute(&mut guard, &[0, 1, 2, 4]);
    assert_eq!(verdict.action, Action::RollBack);
    assert_eq!(verdict.hard_stop, None, "four are too few for it");
    assert_eq!(verdict.harm.len(), 1);
    let harm = &verdict.harm[0];
    assert_eq!((harm.metric, harm.length), (0, WindowLength::Minute));
    assert_eq!(harm.treated, [3, 0, 1, 2, 4]);
    assert_eq!(harm.control, [50]);
    assert!(harm.log10_evidence >= verdict.log10_limit);

    // What is said stays said, even if the evidence falls again.
    let everybody: Vec<u32> = (10..100).collect();
    let verdict = minute(&mut guard, &everybody);
    assert!(verdict.watches[0].log10_evidence < verdict.log10_limit);
    assert_eq!(verdict.action, Action::RollBack);
}

#[test]
fn an_incident_for_everybody_is_no_harm() {
    let mut guard = guard(design(100, 10));
    let everybody: Vec<u32> = (0..100).collect();
    for _ in 0..5 {
        let verdict = minute(&mut guard, &everybody);
        assert!(verdict.harm.is_empty() && verdict.hard_stop.is_none());
        assert!(verdict.watches[0].log10_evidence.abs() < 1e-9);
    }
}

#[test]
fn suspicion_waits() {
    let mut guard = guard(design(100, 10));
    for _ in 0..40 {
        minute(&mut guard, &[]);
    }
    let verdict = minute(&mut guard, &[0, 1, 2]);
    let evidence = verdict.watches[0].log10_evidence;
    assert!(evidence > verdict.log10_limit - 1.0 && evidence < verdict.log10_limit);
    assert_eq!(verdict.action, Action::Wait);
    assert_eq!(verdict.waits, [Wait::Suspicion]);
}

#[test]
fn a_small_stage_is_blind_and_says_so() {
    let mut guard = guard(design(20, 2));
    let mut verdict = minute(&mut guard, &[]);
    for _ in 0..60 {
        verdict = minute(&mut guard, &[]);
    }
    assert!(!verdict.armed);
    assert_eq!(verdict.waits, [Wait::Blind]);
    assert_eq!(verdict.action, Action::Wait);
    let watch = verdict.watches[0];
    assert!(watch.log10_if_all_fail <= watch.log10_at_best);
    assert!(watch.log10_at_best < verdict.log10_limit);
}

#[test]
fn many_tenants_bad_at_once_stop_a_blind_stage() {
    let mut guard = guard(design(12, 6));
    let verdict = minute(&mut guard, &[0, 1, 2, 3, 4]);
    assert!(verdict.harm.is_empty(), "too few tenants to prove anything");
    let stop = verdict.hard_stop.expect("five of six are bad");
    assert_eq!(
        stop.bad,
        ByArm {
            treated: 5,
            control: 0
        }
    );
    assert_eq!(verdict.action, Action::RollBack);
    assert_eq!(minute(&mut guard, &[]).hard_stop, Some(stop), "it is kept");
}

#[test]
fn tenants_who_drop_in_stop_nothing() {
    let mut design = design(12, 6);
    let mut history = ErrorHistory::new(12, 60);
    let rows: Vec<_> = (0..12).map(|tenant| row(tenant, false)).collect();
    for _ in 0..29 {
        history.minute(&rows).expect("the tenants exist");
    }
    design.metrics = vec![errors(history.finish())];
    let verdict = minute(&mut guard(design), &[0, 1, 2, 3, 4]);
    assert_eq!(verdict.watches[0].bad.treated, 5);
    assert_eq!(verdict.hard_stop, None);
}

#[test]
fn a_tenant_far_beyond_its_past_is_switched_off() {
    let mut guard = guard(design(100, 10));
    assert!(minute(&mut guard, &[4, 70]).trips.is_empty());
    let verdict = minute(&mut guard, &[4, 70]);
    assert_eq!(verdict.trips.len(), 1, "control has nothing to lose");
    assert_eq!(verdict.trips[0].tenant, 4);
    assert_eq!(verdict.action, Action::Wait, "the others go on");
    assert!(minute(&mut guard, &[4]).trips.is_empty(), "once is enough");
    assert_eq!(
        verdict.watches[0].at_risk.treated + verdict.watches[0].bad.treated,
        10,
        "it stays in its arm"
    );
}

#[test]
fn many_switched_off_tenants_pause_the_stage() {
    let mut guard = guard(design(100, 10));
    // One after the other, each with company in control, so that nothing else decides.
    let mut actions = Vec::new();
    for tenant in 0..4 {
        let company: Vec<u32> = [tenant]
            .into_iter()
            .chain(20 + 9 * tenant..29 + 9 * tenant)
            .collect();
        minute(&mut guard, &company);
        actions.push(minute(&mut guard, &company).action);
    }
    assert_eq!(
        actions,
        [Action::Wait, Action::Wait, Action::Wait, Action::Pause]
    );
}

#[test]
fn a_silent_feed_holds() {
    let mut guard = guard(design(100, 10));
    for _ in 0..3 {
        assert!(step(&mut guard, &[]).holds.is_empty());
    }
    let verdict = step(&mut guard, &[]);
    assert_eq!(verdict.action, Action::Hold);
    assert_eq!(
        verdict.holds,
        [Hold::Silence {
            metric: 0,
            arm: None
        }]
    );
    assert!(
        minute(&mut guard, &[]).holds.is_empty(),
        "it ends by itself"
    );
}

#[test]
fn a_silent_arm_holds() {
    let mut guard = guard(design(100, 10));
    minute(&mut guard, &[]);
    let control: Vec<_> = (10..100).map(|tenant| row(tenant, false)).collect();
    for _ in 0..3 {
        step(&mut guard, &control);
    }
    assert_eq!(
        step(&mut guard, &control).holds,
        [Hold::Silence {
            metric: 0,
            arm: Some(Arm::Treated)
        }]
    );
}

#[test]
fn silence_rolls_back_where_the_plan_says_so() {
    let mut design = design(100, 10);
    design.settings.on_silence = OnSilence::RollBack;
    let mut guard = guard(design);
    for _ in 0..3 {
        assert_eq!(step(&mut guard, &[]).action, Action::Wait);
    }
    assert_eq!(step(&mut guard, &[]).action, Action::RollBack);
    assert_eq!(minute(&mut guard, &[]).action, Action::RollBack);
}

#[test]
fn a_stage_for_all_has_no_control_to_be_silent() {
    let mut guard = guard(design(10, 10));
    for _ in 0..10 {
        assert!(minute(&mut guard, &[]).holds.is_empty());
    }
}

#[test]
fn a_share_that_is_not_the_plan_s_holds() {
    let mut design = design(400, 100);
    design.settings.threshold = 10_000;
    let verdict = minute(&mut guard(design), &[]);
    assert_eq!(verdict.action, Action::Hold);
    assert!(matches!(
        verdict.holds[..],
        [Hold::SampleRatio { chance, .. }] if chance < 1e-4
    ));
}

#[test]
fn chosen_tenants_have_breakers_only() {
    let mut design = design(100, 10);
    design.settings.assignment = Assignment::Targeted;
    let mut guard = guard(design);
    minute(&mut guard, &[0, 1, 2, 3]);
    let verdict = minute(&mut guard, &[0, 1, 2, 3]);
    assert!(verdict.watches.is_empty() && verdict.harm.is_empty());
    assert_eq!(verdict.trips.len(), 4);
    assert_eq!(verdict.action, Action::Pause);
}

#[test]
fn the_caller_s_own_metric_counts_like_any_other() {
    let mut design = design(100, 10);
    design.metrics = vec![Metric {
        name: "checkout".into(),
        kind: MetricKind::Custom(CustomBaseline::new(vec![true; 100])),
    }];
    let mut guard = guard(design);
    let word = |tenant, length| CustomRow {
        tenant,
        length,
        bad: tenant < 4,
    };
    let rows: Vec<_> = (0..100)
        .map(|tenant| word(tenant, WindowLength::Minute))
        .collect();
    let early = [word(0, WindowLength::TenMinutes)];
    assert_eq!(
        guard.step(0, &[Rows::Custom(&early)]),
        Err(StepError::StillOpen)
    );
    let verdict = guard.step(0, &[Rows::Custom(&rows)]).expect("they fit");
    assert_eq!(verdict.action, Action::RollBack);
    assert_eq!(verdict.harm[0].treated, [0, 1, 2, 3]);
}

/// Whoever has no past waits for the next stage, in any metric and for every breaker.
#[test]
fn newcomers_decide_nothing() {
    let mut design = design(100, 10);
    let known: Vec<bool> = (0..100).map(|tenant| tenant >= 10).collect();
    let mut history = ErrorHistory::new(100, 60);
    let rows: Vec<_> = (10..100).map(|tenant| row(tenant, false)).collect();
    for _ in 0..60 {
        history.minute(&rows).expect("the tenants exist");
    }
    design.metrics = vec![
        errors(history.finish()),
        Metric {
            name: "checkout".into(),
            kind: MetricKind::Custom(CustomBaseline::new(known)),
        },
    ];
    let mut guard = guard(design);
    let rows: Vec<_> = (0..100).map(|tenant| row(tenant, tenant < 10)).collect();
    let words: Vec<_> = (0..100)
        .map(|tenant| CustomRow {
            tenant,
            length: WindowLength::Minute,
            bad: tenant < 10,
        })
        .collect();
    for number in 0..3 {
        let verdict = guard
            .step(number, &[Rows::Errors(&rows), Rows::Custom(&words)])
            .expect("they fit");
        assert!(verdict.harm.is_empty() && verdict.hard_stop.is_none());
        assert!(verdict.trips.is_empty());
        assert!(verdict.watches.iter().all(|watch| watch.bad.total() == 0));
    }
}

#[test]
fn a_step_is_taken_whole_or_not_at_all() {
    let mut guard = guard(design(10, 5));
    let before = guard.clone();
    let rows = [row(0, true), row(10, true)];
    let refused = [
        guard.step(1, &[Rows::Errors(&[])]),
        guard.step(0, &[]),
        guard.step(0, &[Rows::Latency(&[])]),
        guard.step(0, &[Rows::Errors(&rows)]),
    ];
    assert_eq!(
        refused,
        [
            Err(StepError::Order {
                expected: 0,
                found: 1
            }),
            Err(StepError::Metrics),
            Err(StepError::Metrics),
            Err(StepError::Tenant(OutOfRange {
                tenant: 10,
                tenants: 10
            })),
        ]
    );
    assert_eq!(guard, before);
}

#[test]
fn a_senseless_design_is_refused() {
    let check = |change: fn(&mut Design), expected| {
        let mut design = design(10, 5);
        change(&mut design);
        assert_eq!(Guard::new(design).err(), Some(expected));
    };
    check(|design| design.settings.alpha = 0.0, DesignError::Alpha);
    check(
        |design| design.settings.alpha = f64::NAN,
        DesignError::Alpha,
    );
    check(|design| design.settings.stages = 0, DesignError::Stages);
    check(
        |design| design.settings.threshold = 100_001,
        DesignError::Threshold,
    );
    check(|design| design.metrics.clear(), DesignError::Metrics);
    check(
        |design| design.cohort = design.cohort.clone().with_strata(vec![0]),
        DesignError::Tenants,
    );
    check(
        |design| design.cohort = crate::world::design(9, 4).cohort,
        DesignError::Tenants,
    );
}
