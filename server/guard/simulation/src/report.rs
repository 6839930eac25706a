//! The figures, as Markdown.
//!
//! Separate because what is measured and how it is told change at different times.

use std::fmt::Write as _;

use crate::tally::{Share, Tally, run};
use crate::usual::DETECTORS;
use crate::world::{Harm, Setup};

const TENANTS: [u32; 4] = [50, 150, 400, 2_000];

/// Of the largest worlds, fewer rollouts show the power well enough.
const LARGE: u32 = 2_000;

const HARMS: [(&str, Harm); 4] = [
    ("bad events ×2 for all treated", Harm::Times(2.0)),
    ("bad events ×5", Harm::Times(5.0)),
    (
        "+5 points for all treated",
        Harm::Plus {
            points: 0.05,
            of_treated: 1.0,
        },
    ),
    (
        "+30 points for a fifth of them",
        Harm::Plus {
            points: 0.30,
            of_treated: 0.2,
        },
    ),
];

const HEAD: &str = "\
# What the guard gets wrong, and what it sees

Written by `make simulate`; do not edit. The world and its seeds are in `simulation/src`.

Tenants differ in size (lognormal, sigma 2, 30 requests a minute on average), have their own rate of bad events
(median 0.3 %, sigma 1), fail in bursts (an exponential factor in each minute), have incidents of their own
(×20 for ten minutes, every other day) and one in common (×4 for a quarter of an hour). A rollout has stages of 10,
25 and 50 %, an hour each, after four hours of past, and is looked at each minute. There is one metric, and alpha is
0.01. Every stage is played to its end unless it is rolled back, also where the guard says that it is blind. Intervals
are Wilson's, of 95 %.
";

/// Plays `rollouts` rollouts a cell, a quarter of that for the power in the largest worlds, and
/// tells what came of them. `progress` hears of each cell.
#[must_use]
pub fn report(rollouts: u32, mut progress: impl FnMut(&str)) -> String {
    let mut text = String::from(HEAD);
    let mut play = |setup, rollouts, compare| {
        progress(&format!("{setup:?}"));
        run(setup, rollouts, compare)
    };

    let sizes = [50, 400, 2_000];
    let harmless = sizes.map(|tenants| play(Setup::new(tenants, Harm::None), rollouts, true));
    let visited = sizes.map(|tenants| {
        play(
            Setup::new(tenants, Harm::None).with_visitors(),
            rollouts,
            true,
        )
    });
    let _ = write!(
        text,
        "
## Harmless rollouts that are rolled back

{rollouts} a cell. The guard's share contains the hard stop's, which lies outside the proven bound. With visitors, four
of five tenants are there for one minute of the past, and for one of each stage, in which they fail.

| | 50 tenants | 400 | 2,000 | with visitors: 50 | 400 | 2,000 |
|---|---|---|---|---|---|---|
"
    );
    let worlds: Vec<&Tally> = harmless.iter().chain(&visited).collect();
    for (number, name) in DETECTORS.iter().enumerate() {
        row(&mut text, name, &worlds, |tally| {
            tally.usual()[number].to_string()
        });
    }
    row(&mut text, "**this guard**", &worlds, |tally| {
        format!("**{}**", with_interval(tally.caught()))
    });
    row(&mut text, "its hard stop alone", &worlds, |tally| {
        tally.stopped().to_string()
    });
    text.push_str("\nBeside rollbacks, in the same rollouts:\n\n| | 50 tenants | 400 | 2,000 | with visitors: 50 | 400 | 2,000 |\n|---|---|---|---|---|---|---|\n");
    row(
        &mut text,
        "paused by the breaker of single tenants",
        &worlds,
        |tally| tally.paused().to_string(),
    );
    row(
        &mut text,
        "tenants it switched off, per rollout",
        &worlds,
        |tally| format!("{:.2}", tally.trips()),
    );
    row(
        &mut text,
        "held because of the sample ratio",
        &worlds,
        |tally| tally.held().to_string(),
    );

    let _ = write!(
        text,
        "
## Harm that is caught

{rollouts} rollouts a cell, {} at 2,000 tenants: the share that is rolled back; in the first stage, of 10 %; the median of
minutes, where at least half are. Where the hard stop was quicker than the proof in more than one of a hundred, that is
said too.

| | 50 tenants | 150 | 400 | 2,000 |
|---|---|---|---|---|
",
        rollouts / 4
    );
    for (name, harm) in HARMS {
        let cells = TENANTS.map(|tenants| {
            let rollouts = if tenants == LARGE {
                rollouts / 4
            } else {
                rollouts
            };
            play(Setup::new(tenants, harm), rollouts, false)
        });
        row(&mut text, name, &cells.each_ref(), power);
    }
    let busy = Setup {
        incidents_a_day: 5.0,
        ..Setup::new(400, Harm::Times(2.0))
    };
    let _ = writeln!(
        text,
        "
Trouble that tenants have anyway hides harm: with five incidents a day for each, ×2 at 400 tenants comes to {}.",
        power(&play(busy, rollouts, false))
    );
    text
}

fn row(text: &mut String, name: &str, cells: &[&Tally], cell: impl Fn(&Tally) -> String) {
    let _ = write!(text, "| {name} |");
    for tally in cells {
        let _ = write!(text, " {} |", cell(tally));
    }
    text.push('\n');
}

fn with_interval(share: Share) -> String {
    let (low, high) = share.interval();
    format!("{share} [{low:.2}, {high:.2}]")
}

fn power(tally: &Tally) -> String {
    let mut text = format!("{}; {}", tally.caught(), tally.caught_early());
    if let Some(minutes) = tally.median_minutes() {
        let _ = write!(text, "; {minutes} min");
    }
    let stopped = tally.stopped();
    if stopped.percent() >= 1.0 {
        let _ = write!(text, " (hard stop alone: {stopped})");
    }
    text
}
