//! One rollout in a simulated world: three stages, an hour each.
//!
//! Separate because it stands where the server's controller stands. Like somebody who overrides
//! every warning, it advances after an hour whatever the guard says, unless that is to roll back:
//! so the figures hold for stages that are blind as well.
//!
//! **Invariants**
//! - The past is taken once, before the first stage, and serves all.

use tenantry_guard::{
    Arm, Cohort, Design, ErrorBaseline, ErrorHistory, Guard, Metric, MetricKind, Rows, Settings,
};

use crate::usual::{Detectors, Usual};
use crate::world::{PAST, STAGE, STAGES, Setup, World};

/// A rollback.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caught {
    /// How many minutes of the rollout had passed.
    pub minutes: u32,
    /// Whether it was in the first stage.
    pub first_stage: bool,
    /// Whether evidence proved harm; else it was the hard stop alone.
    pub proven: bool,
}

/// What came of a rollout.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Played {
    /// The guard's rollback, if there was one.
    pub caught: Option<Caught>,
    /// Whether the breaker of single tenants would have paused a stage before that.
    pub paused: bool,
    /// How many tenants it would have switched off before that, counted anew in each stage.
    pub trips: u32,
    /// Whether a stage was ever held because of its sample ratio.
    pub held: bool,
    /// Which of the usual detectors would have rolled back.
    pub usual: Usual,
}

/// Plays a rollout. With `compare` it goes on to its end, and the usual detectors look at it too.
///
/// # Panics
///
/// If the guard refuses the world's rows, which would be a bug.
#[must_use]
pub fn play(setup: Setup, seed: u64, compare: bool) -> Played {
    let mut world = World::new(setup, seed);
    let mut rows = Vec::new();
    let tenants = setup.tenants;
    let mut history = ErrorHistory::new(tenants as usize, PAST);
    for _ in 0..PAST {
        world.minute(0, &mut rows);
        history
            .minute(&rows)
            .expect("the world's tenants are those of the history");
    }
    let baseline = history.finish();
    let mut played = Played::default();
    for (number, threshold) in (0..).zip(STAGES) {
        let mut guard = stage(&world, tenants, threshold, baseline.clone());
        let mut detectors = compare.then(|| Detectors::new(tenants));
        let mut paused = false;
        for minute in 0..STAGE {
            world.minute(threshold, &mut rows);
            if let Some(detectors) = &mut detectors {
                detectors.minute(
                    &rows,
                    |tenant| world.is_treated(tenant, threshold),
                    &baseline,
                );
            }
            if played.caught.is_some() {
                continue;
            }
            let verdict = guard
                .step(minute, &[Rows::Errors(&rows)])
                .expect("the rows are the cohort's");
            played.held |= verdict
                .holds
                .iter()
                .any(|hold| matches!(hold, tenantry_guard::Hold::SampleRatio { .. }));
            paused |= verdict.action == tenantry_guard::Action::Pause;
            if !verdict.harm.is_empty() || verdict.hard_stop.is_some() {
                played.caught = Some(Caught {
                    minutes: number * STAGE + minute + 1,
                    first_stage: number == 0,
                    proven: !verdict.harm.is_empty(),
                });
                if !compare {
                    break;
                }
            }
        }
        played.paused |= paused;
        played.trips +=
            u32::try_from(guard.progress().trips().len()).expect("a trip a tenant at most");
        if let Some(detectors) = &detectors {
            played.usual.join(detectors.fired());
        }
        if played.caught.is_some() && !compare {
            break;
        }
    }
    played
}

fn stage(world: &World, tenants: u32, threshold: u32, baseline: ErrorBaseline) -> Guard {
    let arm = |tenant| {
        if world.is_treated(tenant, threshold) {
            Arm::Treated
        } else {
            Arm::Control
        }
    };
    let stages = u32::try_from(STAGES.len()).expect("three");
    Guard::new(Design {
        settings: Settings::new(stages, threshold),
        cohort: Cohort::new((0..tenants).map(arm).collect()),
        metrics: vec![Metric {
            name: "errors".into(),
            kind: MetricKind::Errors(baseline),
        }],
    })
    .expect("the design is valid")
}
