//! A small part of the simulation, the same at each run. `make simulate` plays all of it.

use tenantry_guard_simulation::{DETECTORS, Harm, Setup, play, run};

#[test]
fn harmless_rollouts_are_left_alone_and_the_usual_detectors_cry_wolf() {
    let tally = run(Setup::new(50, Harm::None), 60, true);
    assert_eq!(tally.caught().of, 0);
    let [z_test, .., fixed, _] = tally.usual();
    assert!(z_test.percent() > 40.0, "{z_test:?}");
    assert!(fixed.percent() > 80.0, "{fixed:?}");
}

/// The world can tell a wrong risk set from a right one.
#[test]
fn visitors_fool_only_who_counts_them_when_they_come() {
    let tally = run(Setup::new(50, Harm::None).with_visitors(), 60, true);
    assert_eq!(tally.caught().of, 0);
    let wrong = tally.usual()[DETECTORS.len() - 1];
    assert!(wrong.percent() > 5.0, "{wrong:?}");
}

#[test]
fn harm_is_caught() {
    let tally = run(Setup::new(150, Harm::Times(5.0)), 20, false);
    assert!(tally.caught().percent() >= 95.0, "{:?}", tally.caught());
    let minutes = tally.median_minutes().expect("most are caught");
    assert!(minutes <= 90, "{minutes}");
}

#[test]
fn a_seed_is_a_rollout() {
    let setup = Setup::new(50, Harm::Times(5.0));
    let tally = run(setup, 8, false);
    assert_eq!(tally, run(setup, 8, false));
    let caught = (1..=8)
        .filter(|seed| play(setup, *seed, false).caught.is_some())
        .count();
    assert_eq!(tally.caught().of as usize, caught, "on one thread or many");
}
