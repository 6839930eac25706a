//! The machine's rules, one by one.

use tenantry_plan::{
    Advance, Base, Command, DecisionKind, Event, Freeze, GuardPolicy, Metric, OnHarm, OnSilence,
    Once, Pause, Plan, Progress, Refused, Settled, Stance, Status, Wait, changed_too_late,
};

use crate::{at, plan};

const BASE: Base = Base {
    on: false,
    threshold: 0,
};

fn told(plan: &Plan, progress: &Progress, command: Command, now: i64) -> Progress {
    let stepped = progress.handle(plan, &Event::Command(command), flag(progress), at(now));
    stepped.expect("it is possible").progress
}

/// What the plan has made of the flag.
fn flag(progress: &Progress) -> Base {
    Base {
        on: progress.stage.is_some(),
        ..BASE
    }
}

fn running(plan: &Plan) -> Progress {
    told(plan, &Progress::draft(), Command::Start, 0)
}

/// In the first stage since second 0.
fn entered(plan: &Plan) -> Progress {
    running(plan).tick(plan, Stance::Off, at(0)).progress
}

fn guarded(on_harm: OnHarm) -> Plan {
    Plan {
        guard: Some(GuardPolicy {
            metrics: vec![Metric::Errors],
            alpha: 0.01,
            on_harm,
            on_silence: OnSilence::Hold,
        }),
        ..plan(&[10_000, 50_000])
    }
}

#[test]
fn what_can_be_asked_of_a_plan_depends_on_what_it_does() {
    use Command::{Approve, Finish, Pause, Resume, RollBack, Start, StepBack};
    let plan = plan(&[10_000, 50_000]);
    let draft = Progress::draft();
    let fresh = running(&plan);
    let entered = entered(&plan);
    let paused = told(&plan, &entered, Pause, 1);
    let finished = told(&plan, &entered, Finish, 1);
    let rolled_back = told(&plan, &entered, RollBack, 1);
    let approve = Approve { anyway: false };
    let commands = [Start, Pause, Resume, approve, StepBack, RollBack, Finish];
    let over = Some(Refused::Finished);
    let back = Some(Refused::RolledBack);
    let new = Some(Refused::NotStarted);
    let none = Some(Refused::NobodyAdmitted);
    let goes = Some(Refused::Running);
    let held = Some(Refused::Paused);
    let open = Some(Refused::NotPaused);
    for (progress, wanted) in [
        (draft, [None, new, new, new, new, new, new]),
        (fresh, [goes, None, open, none, none, None, None]),
        (entered, [goes, None, open, None, None, None, None]),
        (paused, [held, held, None, held, None, None, None]),
        (finished, [over, over, over, over, over, over, over]),
        (rolled_back, [None, back, back, back, back, back, back]),
    ] {
        for (command, wanted) in commands.into_iter().zip(wanted) {
            let event = Event::Command(command);
            let found = progress.handle(&plan, &event, flag(&progress), at(2));
            assert_eq!(
                found.err(),
                wanted,
                "{command:?} while {:?}",
                progress.status
            );
        }
    }
}

#[test]
fn a_plan_goes_from_stage_to_stage_to_its_end() {
    let plan = plan(&[10_000, 50_000]);
    let mut progress = running(&plan);
    let mut found = Vec::new();
    for second in (0..=2_000).step_by(5) {
        let stepped = progress.tick(&plan, Stance::Off, at(second));
        if let Some(decision) = stepped.decision {
            found.push((second, decision.kind, decision.to, decision.number));
        }
        progress = stepped.progress;
    }
    assert_eq!(
        found,
        [
            (0, DecisionKind::Advance, Some(0), 2),
            (600, DecisionKind::Advance, Some(1), 3),
            (1_200, DecisionKind::Finish, Some(1), 4),
        ]
    );
    assert_eq!(progress.status, Status::Finished);
}

#[test]
fn a_stage_waits_for_all_that_it_must() {
    let mut plan = plan(&[10_000, 50_000]);
    plan.start_at = Some(at(100));
    let progress = running(&plan);
    assert_eq!(
        progress.waits(&plan, Stance::Off, at(99)),
        [Wait::Start { at: at(100) }]
    );
    let progress = progress.tick(&plan, Stance::Off, at(100)).progress;
    assert_eq!(progress.stage, Some(0));

    plan.stages[0].advance = Advance::Approval;
    plan.freezes = vec![freeze(&[], 150, 9_000), freeze(&["acme"], 150, 9_999)];
    let frozen = Wait::Frozen {
        until: at(9_000),
        tenant: None,
        freeze: "year's end".into(),
    };
    let progress = progress.tick(&plan, Stance::Blind, at(160)).progress;
    assert_eq!(
        progress.waits(&plan, Stance::Blind, at(160)),
        [
            Wait::Baking { seconds: 540 },
            Wait::Approval,
            Wait::Blind,
            frozen.clone()
        ]
    );
    let approved = told(&plan, &progress, Command::Approve { anyway: false }, 160);
    assert_eq!(
        approved.waits(&plan, Stance::Blind, at(160)),
        [Wait::Baking { seconds: 540 }, Wait::Blind, frozen.clone()]
    );
    let anyway = told(&plan, &progress, Command::Approve { anyway: true }, 160);
    assert_eq!(
        anyway.waits(&plan, Stance::Blind, at(160)),
        [frozen],
        "nobody overrides a freeze"
    );
    plan.freezes.remove(0);
    let next = anyway.tick(&plan, Stance::Off, at(160)).progress;
    assert_eq!(
        (next.stage, next.approved, next.overridden),
        (Some(1), false, false)
    );
}

/// A freeze between these seconds.
fn freeze(tenants: &[&str], from: i64, to: i64) -> Freeze {
    Freeze {
        reason: "year's end".into(),
        tenants: tenants.iter().map(ToString::to_string).collect(),
        once: Some(Once {
            from: at(from),
            to: at(to),
        }),
        weekly: None,
    }
}

#[test]
fn whom_a_freeze_names_is_held_while_it_lasts() {
    let mut plan = plan(&[100_000]);
    plan.freezes = vec![
        freeze(&["acme", "globex"], 10, 1_000),
        freeze(&["acme"], 900, 2_000),
        freeze(&[], 1_900, 3_000),
    ];
    let progress = entered(&plan);
    assert!(progress.unsettled(&plan, at(9)).is_empty());
    assert_eq!(progress.unsettled(&plan, at(10)), ["acme", "globex"]);
    let settled = Settled {
        held: vec!["acme".into()],
        passed: vec!["globex".into()],
    };
    let frozen = progress.handle(&plan, &Event::Freeze(settled), BASE, at(10));
    let frozen = frozen.expect("possible");
    let decision = frozen.decision.expect("a decision");
    assert_eq!(
        (decision.kind, decision.tenants),
        (DecisionKind::Hold, vec!["acme".to_owned()])
    );
    let frozen = frozen.progress;
    assert!(frozen.unsettled(&plan, at(10)).is_empty());
    // The stage has baked, and the plan does not end while somebody has not got the flag.
    let frozen = frozen.tick(&plan, Stance::Off, at(1_001)).progress;
    assert_eq!(frozen.status, Status::Running);
    assert!(frozen.passed.is_empty(), "its freeze is over");
    let waits = |until, freeze: &str| {
        [Wait::Frozen {
            until,
            tenant: Some("acme".into()),
            freeze: freeze.into(),
        }]
    };
    let found = frozen.waits(&plan, Stance::Off, at(1_001));
    assert_eq!(found, waits(at(2_000), "year's end"));
    // Nobody is admitted in a freeze of everybody, nor while somebody has paused the plan.
    let found = frozen.waits(&plan, Stance::Off, at(2_000));
    assert_eq!(found, waits(at(3_000), "year's end"));
    assert!(frozen.thawed(&plan, at(2_000)).is_empty());
    let paused = told(&plan, &frozen, Command::Pause, 3_000);
    assert!(paused.thawed(&plan, at(3_000)).is_empty());
    assert_eq!(
        frozen.waits(&plan, Stance::Off, at(3_000)),
        waits(at(3_000), "")
    );
    let thawed = frozen.thawed(&plan, at(3_000));
    assert_eq!(thawed, ["acme"]);
    let thawed = frozen.handle(&plan, &Event::Thaw(thawed), BASE, at(3_000));
    let thawed = thawed.expect("possible").progress;
    let ended = thawed.tick(&plan, Stance::Off, at(3_000)).progress;
    assert_eq!(ended.status, Status::Finished);
}

#[test]
fn whom_somebody_lets_in_is_held_no_more() {
    let mut plan = plan(&[100_000]);
    plan.freezes = vec![freeze(&["acme", "globex"], 0, 9_000)];
    let mut progress = entered(&plan);
    progress.held = vec!["acme".into(), "globex".into()];
    progress.forget_unheld(&["globex".to_owned()]);
    assert_eq!(progress.held, ["globex"]);
    assert!(progress.unsettled(&plan, at(10)).is_empty(), "not again");
    let finished = told(&plan, &progress, Command::Finish, 11);
    assert!(finished.held.is_empty(), "people's own from now on");
}

#[test]
fn whom_a_step_back_takes_the_flag_from_its_freeze_concerns_again() {
    let mut plan = plan(&[10_000, 100_000]);
    plan.freezes = vec![freeze(&["acme"], 700, 9_000)];
    let second = entered(&plan).tick(&plan, Stance::Off, at(600)).progress;
    let had_it = Event::Freeze(Settled {
        held: Vec::new(),
        passed: vec!["acme".into()],
    });
    let passed = second.handle(&plan, &had_it, BASE, at(700));
    let passed = passed.expect("possible").progress;
    assert!(passed.unsettled(&plan, at(710)).is_empty());
    let back = told(&plan, &passed, Command::StepBack, 720);
    assert_eq!(back.unsettled(&plan, at(730)), ["acme"]);
}

#[test]
fn harm_does_what_the_plan_says() {
    for (on_harm, stage, status, pause) in [
        (OnHarm::StepBack, Some(0), Status::Paused, Some(Pause::Harm)),
        (OnHarm::RollBack, None, Status::RolledBack, None),
        (OnHarm::Pause, Some(1), Status::Paused, Some(Pause::Harm)),
    ] {
        let plan = guarded(on_harm);
        let first = entered(&plan);
        let second = first.tick(&plan, Stance::Clear, at(600));
        let progress = second.progress;
        assert_eq!(progress.stage, Some(1));
        let harmed = progress
            .handle(&plan, &Event::Harm, BASE, at(700))
            .expect("possible");
        let after = harmed.progress;
        assert_eq!(
            (after.stage, after.status, after.pause),
            (stage, status, pause)
        );
        assert!(!after.is_watched());
        let decision = harmed.decision.expect("a decision");
        assert_eq!(
            (decision.from, decision.to, decision.pause),
            (Some(1), stage, pause)
        );
    }
}

#[test]
fn what_comes_back_is_another_stay_and_counts_as_another_try() {
    let plan = guarded(OnHarm::StepBack);
    let first = entered(&plan);
    let harmed = first
        .handle(&plan, &Event::Harm, BASE, at(60))
        .expect("possible")
        .progress;
    assert_eq!((harmed.stage, harmed.repeats), (None, 0));
    let resumed = told(&plan, &harmed, Command::Resume, 100);
    assert_eq!(resumed.repeats, 0, "nobody has the flag");
    let again = resumed.tick(&plan, Stance::Off, at(100)).progress;
    assert_eq!((again.stage, again.repeats), (Some(0), 1));
    assert!(again.stay > first.stay);
    // A pause that somebody asked for ends nothing.
    let paused = told(&plan, &again, Command::Pause, 130);
    assert!(paused.is_watched());
    let resumed = told(&plan, &paused, Command::Resume, 500);
    assert_eq!((resumed.stay, resumed.repeats), (again.stay, 1));
    assert_eq!(resumed.baked_seconds, 30, "a pause does not bake");
}

#[test]
fn a_clock_that_jumps_neither_fires_twice_nor_takes_back() {
    let plan = plan(&[10_000, 20_000, 30_000]);
    let progress = entered(&plan);
    // A year ahead: an hour is believed, and one stage entered.
    let year = 365 * 86_400;
    let ahead = progress.tick(&plan, Stance::Off, at(year)).progress;
    assert_eq!(ahead.stage, Some(1));
    let same = ahead.tick(&plan, Stance::Off, at(year));
    assert_eq!((same.progress.stage, same.decision), (Some(1), None));
    // And back: nothing is taken back, and from there on time counts again.
    let back = ahead.tick(&plan, Stance::Off, at(10));
    assert_eq!((back.progress.stage, back.decision), (Some(1), None));
    let later = back.progress.tick(&plan, Stance::Off, at(609)).progress;
    assert_eq!((later.stage, later.baked_seconds), (Some(1), 599));
    assert_eq!(
        later.tick(&plan, Stance::Off, at(610)).progress.stage,
        Some(2)
    );
}

#[test]
fn what_is_entered_does_not_change() {
    let before = plan(&[10_000, 50_000]);
    let found = |after: &Plan, stage| {
        let mut problems = tenantry_core::Problems::default();
        changed_too_late(&before, after, stage, &mut problems);
        let paths = problems.0.into_iter().map(|it| it.path);
        paths.collect::<Vec<_>>().join(" ")
    };
    let mut longer = before.clone();
    longer.stages[0].bake_minutes = 99;
    assert_eq!(found(&longer, Some(1)), "");
    assert_eq!(found(&plan(&[10_000, 60_000]), Some(0)), "");
    assert_eq!(found(&plan(&[10_000, 60_000]), Some(1)), "stages[1]");
    assert_eq!(found(&plan(&[20_000]), Some(1)), "stages[0] stages[1]");
    assert_eq!(found(&plan(&[20_000]), None), "");
}

#[test]
fn who_resumes_takes_up_what_somebody_has_set() {
    let plan = plan(&[10_000, 50_000]);
    let edited = entered(&plan).handle(&plan, &Event::Edited, BASE, at(1));
    let edited = edited.expect("possible").progress;
    assert_eq!(
        (edited.status, edited.pause),
        (Status::Paused, Some(Pause::Edited))
    );
    let resume = Event::Command(Command::Resume);
    let off = edited.handle(
        &plan,
        &resume,
        Base {
            on: false,
            threshold: 10_000,
        },
        at(2),
    );
    assert_eq!(off.err(), Some(Refused::SwitchedOff));
    let resumed = |threshold| {
        let flag = Base {
            on: true,
            threshold,
        };
        let stepped = edited
            .handle(&plan, &resume, flag, at(2))
            .expect("possible");
        stepped.progress.base.threshold
    };
    assert_eq!(resumed(10_000), 0, "as the plan left it");
    assert_eq!(resumed(30_000), 30_000, "somebody raised it");
}

#[test]
fn an_edit_pauses_and_harm_is_answered_all_the_same() {
    let plan = guarded(OnHarm::StepBack);
    let second = entered(&plan).tick(&plan, Stance::Clear, at(600)).progress;
    for event in [Event::Edited, Event::Unfit] {
        let paused = second.handle(&plan, &event, BASE, at(601));
        let paused = paused.expect("possible").progress;
        assert!(paused.is_watched(), "{event:?}");
        assert_eq!(paused.stay, second.stay, "the same comparison");
        let harmed = paused.handle(&plan, &Event::Harm, BASE, at(660));
        let harmed = harmed.expect("possible").progress;
        assert_eq!((harmed.stage, harmed.pause), (Some(0), Some(Pause::Harm)));
        assert!(!harmed.answers_harm(), "once");
    }
}

#[test]
fn each_stay_that_is_not_the_first_of_its_stage_is_counted() {
    let plan = plan(&[10_000, 50_000]);
    let second = entered(&plan).tick(&plan, Stance::Off, at(600)).progress;
    assert_eq!((second.stage, second.repeats), (Some(1), 0));
    let back = told(&plan, &second, Command::StepBack, 700);
    let resumed = told(&plan, &back, Command::Resume, 800);
    assert_eq!((resumed.stage, resumed.repeats), (Some(0), 1));
    let again = (0..=3).fold(resumed, |it, step| {
        it.tick(&plan, Stance::Off, at(800 + step * 200)).progress
    });
    assert_eq!((again.stage, again.repeats), (Some(1), 2));
    let gone = told(&plan, &again, Command::RollBack, 1_500);
    let anew = told(&plan, &gone, Command::Start, 1_600);
    let anew = anew.tick(&plan, Stance::Off, at(1_600)).progress;
    assert_eq!((anew.stage, anew.repeats), (Some(0), 3));
    // Another plan draws by the same buckets.
    let other = told(&plan, &anew, Command::Finish, 1_700).anew();
    let other = told(&plan, &other, Command::Start, 1_800);
    let other = other.tick(&plan, Stance::Off, at(1_800)).progress;
    assert_eq!((other.stage, other.repeats), (Some(0), 4));
}

#[test]
fn a_stage_that_a_suspicion_delayed_counts_as_one_more() {
    let plan = plan(&[10_000, 50_000]);
    let first = entered(&plan);
    let baking = first.tick(&plan, Stance::Suspicion, at(300)).progress;
    let on_time = baking.tick(&plan, Stance::Off, at(600)).progress;
    assert_eq!((on_time.stage, on_time.repeats), (Some(1), 0));
    let delayed = first.tick(&plan, Stance::Suspicion, at(600));
    assert_eq!(delayed.decision, None);
    let late = delayed.progress.tick(&plan, Stance::Off, at(660)).progress;
    assert_eq!((late.stage, late.repeats), (Some(1), 1));
    assert!(!late.suspected, "it is counted once");
}

#[test]
fn an_approval_is_of_the_next_stage_as_it_was() {
    let mut before = plan(&[10_000, 50_000, 90_000]);
    before.stages[0].advance = Advance::Approval;
    let approved = told(
        &before,
        &entered(&before),
        Command::Approve { anyway: true },
        1,
    );
    let mut later = before.clone();
    later.stages[2].bake_minutes = 99;
    let kept = approved.after_change(&before, &later);
    assert!(kept.approved && kept.overridden);
    let mut next = before.clone();
    next.stages[1].audience = tenantry_plan::Audience::Threshold(80_000);
    let changed = approved.after_change(&before, &next);
    assert!(!changed.approved && !changed.overridden);
}

#[test]
fn before_the_first_stage_who_resumes_has_it_begin_from_what_the_flag_is() {
    let plan = plan(&[10_000]);
    let start = |base| {
        let start = Event::Command(Command::Start);
        let started = Progress::draft().handle(&plan, &start, base, at(0));
        let edited = started.expect("possible").progress;
        let edited = edited.handle(&plan, &Event::Edited, base, at(1));
        edited.expect("possible").progress
    };
    let resume = Event::Command(Command::Resume);
    let off = Base {
        on: false,
        threshold: 100_000,
    };
    let on = Base {
        on: true,
        threshold: 3_000,
    };
    let resumed = start(off).handle(&plan, &resume, off, at(2));
    let resumed = resumed.expect("it found the flag off").progress;
    assert_eq!(
        (resumed.base.threshold, resumed.off_threshold),
        (0, 100_000)
    );
    let resumed = start(off).handle(&plan, &resume, on, at(2));
    assert_eq!(resumed.expect("possible").progress.base, on);
    let killed = start(on).handle(&plan, &resume, off, at(2));
    assert_eq!(killed.err(), Some(Refused::SwitchedOff));
}

#[test]
fn whom_somebody_unblocked_is_forgotten() {
    let plan = plan(&[10_000]);
    let trip = |progress: &Progress, tenant: &str| {
        let event = Event::Trip(tenant.to_owned());
        let stepped = progress.handle(&plan, &event, BASE, at(1));
        stepped.expect("possible").progress
    };
    let mut progress = trip(&trip(&entered(&plan), "a"), "b");
    progress.forget_unblocked(&["b".to_owned(), "c".to_owned()]);
    assert_eq!(progress.blocked, ["b"]);
}
