//! What holds whatever happens, in whatever order, on whatever clock.

use proptest::prelude::*;
use tenantry_plan::{
    Base, Command, DecisionKind, Event, GuardPolicy, Metric, OnHarm, OnSilence, Plan, Progress,
    Settled, Stance, Status,
};

use crate::{at, plan};

/// The flag is on: whoever resumes finds it so.
const ON: Base = Base {
    on: true,
    threshold: 0,
};

#[derive(Debug, Clone)]
enum Happening {
    Event(Event),
    Tick(Stance),
}

fn happening() -> impl Strategy<Value = Happening> {
    let commands = prop::sample::select(vec![
        Command::Start,
        Command::Pause,
        Command::Resume,
        Command::Approve { anyway: false },
        Command::Approve { anyway: true },
        Command::StepBack,
        Command::RollBack,
        Command::Finish,
    ]);
    let stances = prop::sample::select(vec![
        Stance::Off,
        Stance::Clear,
        Stance::Watching,
        Stance::Blind,
        Stance::Hold,
        Stance::Suspicion,
    ]);
    prop_oneof![
        2 => commands.prop_map(|it| Happening::Event(Event::Command(it))),
        1 => Just(Happening::Event(Event::Command(Command::Start))),
        1 => Just(Happening::Event(Event::Harm)),
        1 => Just(Happening::Event(Event::Edited)),
        1 => Just(Happening::Event(Event::Unfit)),
        1 => Just(Happening::Event(Event::TooManyTrips)),
        1 => "[a-c]".prop_map(|it| Happening::Event(Event::Trip(it))),
        1 => "[a-c]".prop_map(|it| Happening::Event(Event::Freeze(Settled {
            held: vec![it],
            passed: Vec::new(),
        }))),
        1 => "[a-c]".prop_map(|it| Happening::Event(Event::Thaw(vec![it]))),
        12 => stances.prop_map(Happening::Tick),
    ]
}

fn any_plan() -> impl Strategy<Value = Plan> {
    let shares = prop::collection::btree_set(1_u32..=100_000, 1..6);
    let on_harm = prop::sample::select(vec![OnHarm::StepBack, OnHarm::RollBack, OnHarm::Pause]);
    (shares, on_harm).prop_map(|(shares, on_harm)| Plan {
        guard: Some(GuardPolicy {
            metrics: vec![Metric::Errors],
            alpha: 0.01,
            on_harm,
            on_silence: OnSilence::Hold,
        }),
        ..plan(&shares.into_iter().collect::<Vec<_>>())
    })
}

/// Seconds on the clock between two happenings: mostly forward, at times far ahead or back.
fn steps() -> impl Strategy<Value = i64> {
    prop_oneof![8 => 0_i64..900, 1 => -1_000_000_i64..0, 1 => 0_i64..1_000_000]
}

proptest! {
    #[test]
    fn decisions_are_numbered_and_a_tick_moves_by_one_stage(
        plan in any_plan(),
        happenings in prop::collection::vec((happening(), steps()), 1..120),
    ) {
        let mut progress = Progress::draft();
        let (mut now, mut decisions) = (0, 0);
        for (happening, step) in happenings {
            now += step;
            let before = progress.clone();
            let decision = match &happening {
                Happening::Event(event) => {
                    let Ok(stepped) = before.handle(&plan, event, ON, at(now)) else {
                        continue;
                    };
                    progress = stepped.progress;
                    stepped.decision
                }
                Happening::Tick(stance) => {
                    let waits = before.waits(&plan, *stance, at(now));
                    let stepped = before.tick(&plan, *stance, at(now));
                    progress = stepped.progress;
                    if before.status != Status::Running {
                        prop_assert!(stepped.decision.is_none(), "only what runs goes on");
                        prop_assert_eq!(progress.stage, before.stage);
                    }
                    if waits.is_empty() && before.status == Status::Running {
                        prop_assert!(stepped.decision.is_some(), "nothing is waited for");
                    }
                    let next = before.stage.map_or(0, |stage| stage + 1);
                    prop_assert!(progress.stage == before.stage || progress.stage == Some(next));
                    stepped.decision
                }
            };
            match decision {
                None => {
                    prop_assert_eq!(progress.decision, before.decision);
                    prop_assert_eq!(progress.stage, before.stage, "no move without a decision");
                    prop_assert_eq!(progress.stay, before.stay);
                    prop_assert!(progress.baked_seconds >= before.baked_seconds);
                    prop_assert!(progress.baked_seconds <= before.baked_seconds + 3_600);
                }
                Some(decision) => {
                    decisions += 1;
                    prop_assert_eq!(decision.number, decisions, "no gap, no repetition");
                    prop_assert_eq!((decision.from, decision.to), (before.stage, progress.stage));
                    if decision.from != decision.to {
                        prop_assert!(progress.stay > before.stay, "another stage, another stay");
                        prop_assert_eq!(progress.baked_seconds, 0);
                    }
                    let lower = decision.to < decision.from;
                    let takes_back =
                        matches!(decision.kind, DecisionKind::StepBack | DecisionKind::RollBack);
                    prop_assert!(!lower || takes_back, "{decision:?}");
                }
            }
            prop_assert!(progress.stage.is_none_or(|stage| plan.stage(stage).is_some()));
            prop_assert_eq!(progress.pause.is_some(), progress.status == Status::Paused);
        }
    }

    #[test]
    fn what_was_stored_goes_on_as_if_nothing_had_been(
        plan in any_plan(),
        happenings in prop::collection::vec((happening(), steps()), 1..60),
    ) {
        let (mut one, mut other) = (Progress::draft(), Progress::draft());
        let mut now = 0;
        for (happening, step) in happenings {
            now += step;
            let json = serde_json::to_string(&other).expect("JSON");
            other = serde_json::from_str(&json).expect("what was written");
            let go = |progress: &Progress| match &happening {
                Happening::Event(event) => progress
                    .handle(&plan, event, ON, at(now))
                    .map_or_else(|_| progress.clone(), |it| it.progress),
                Happening::Tick(stance) => {
                    progress.tick(&plan, *stance, at(now)).progress
                }
            };
            (one, other) = (go(&one), go(&other));
            prop_assert_eq!(&one, &other);
        }
    }
}
