//! Does this stage of a rollout harm tenants? The statistics of guarded rollouts, pure.
//!
//! A rollout that advances by itself must step back by itself, and must not cry wolf: after three
//! false alarms nobody leaves it switched on. This crate looks at what tenants report, minute by
//! minute, and says after each what to do: roll back, pause, hold, wait or advance.
//!
//! # What it does
//!
//! The rollout's salted hash has put each tenant into one of two arms: **treated** tenants have the
//! feature, **control** tenants could have had it as well. The guard watches which tenants **go
//! bad**, that is, do worse than they themselves ever usually did. If the feature is harmless, both
//! arms go bad alike, whatever the cause: a broken database hits treated and control alike, and a
//! tenant that is always in trouble is in either arm by chance. If treated tenants go bad so much
//! more often that chance can't explain it, that is harm.
//!
//! - **Tenants are counted, not requests.** The requests of one tenant are not independent: one
//!   broken integration makes a million failures. Tests that count requests roll back two of three
//!   harmless rollouts. Here each tenant counts once a stage, at each of three window lengths (1, 10
//!   and 60 minutes), when it goes bad for the first time.
//! - **You may look at any moment.** Ordinary tests are only valid at one moment that was fixed
//!   beforehand. This one is valid at all of them together.
//! - **It says when it is blind.** With three treated tenants not even a total failure proves
//!   anything. The verdict says so, and such a stage doesn't advance by itself.
//!
//! Beside the test stand two circuit breakers, for what nobody would wait for: the [`HardStop`],
//! when many treated tenants are bad in one minute and few others, and the breaker of single tenants
//! ([`Trip`]), which switches the feature off for a tenant that fails far beyond its own past.
//!
//! # What is guaranteed
//!
//! For each metric and window length there is a number `E`, the **evidence**. It begins at 1 in each
//! stage and grows where harm explains better who went bad than chance does. Without harm it is a
//! non-negative martingale: a gambler's fortune in a fair game. So it ever reaches `c` with a
//! probability of `1/c` at most (Ville's inequality), however often one looks. With `m` metrics, `S`
//! stages and 3 lengths, the limit is
//!
//! ```text
//! c = m * S * 3 / alpha
//! ```
//!
//! and the chance that a harmless rollout is *ever* rolled back because of `E` is at most `alpha`. Only
//! the random assignment is assumed. Sizes that differ a thousandfold, bursts, tenants that are
//! always bad and incidents that hit everybody are all allowed. The test is the anytime-valid
//! log-rank test (ter Schure, Pérez-Ortiz, Ly and Grünwald 2024, arXiv 2011.06931); the formula is
//! at [`Evidence`].
//!
//! # What is not
//!
//! - **The breakers** lie outside the bound. The simulation measures how often they are wrong.
//! - **Power.** Harm that makes no tenant worse than its own bad days is not seen, nor harm to few
//!   of few tenants. From about 150 tenants on the guard is strong; below it sees large harm only.
//!   `SIMULATION.md`, next to this crate's manifest, has the figures.
//! - **Chosen tenants.** Where somebody picked the tenants ([`Assignment::Targeted`]) nothing can be
//!   proven; only the breakers act.
//! - **Tenants that influence each other.** If the feature harms control tenants as well, by a
//!   shared database for example, they look alike, and there is nothing to see.
//!
//! # What the caller owes
//!
//! The guarantee is lost if any of these is broken, so they are worth checking:
//!
//! - the salt is random, and nobody chose it by what it does to whom;
//! - the cohort holds all eligible tenants of both arms, known before the stage starts;
//! - the past is taken alike for both arms, and from before the rollout (see [`ErrorHistory`]);
//! - what counts as bad doesn't depend on the arm;
//! - a stage that starts later because of its predecessor's evidence, and each new try with the same
//!   salt, counts as a stage in [`Settings::stages`].
//!
//! ```
//! use tenantry_guard::{
//!     Action, Arm, Cohort, Design, ErrorHistory, ErrorRow, Guard, Metric, MetricKind, Rows,
//!     Settings, WindowLength,
//! };
//!
//! // 100 tenants of 40 requests a minute, one of which fails now and then.
//! let minute = |number: u32, broken: fn(u32) -> bool| -> Vec<ErrorRow> {
//!     (0..100)
//!         .map(|tenant| ErrorRow {
//!             tenant,
//!             requests: 40,
//!             bad: if broken(tenant) { 9 } else { u32::from((number + tenant) % 10 == 0) },
//!         })
//!         .collect()
//! };
//! let mut history = ErrorHistory::new(100, 240);
//! for number in 0..240 {
//!     history.minute(&minute(number, |_| false))?;
//! }
//!
//! // A tenth of them are treated.
//! let arm = |tenant| if tenant < 10 { Arm::Treated } else { Arm::Control };
//! let mut guard = Guard::new(Design {
//!     settings: Settings::new(3, 10_000),
//!     cohort: Cohort::new((0..100).map(arm).collect()),
//!     metrics: vec![Metric {
//!         name: "errors".into(),
//!         kind: MetricKind::Errors(history.finish()),
//!     }],
//! })?;
//! let verdict = guard.step(0, &[Rows::Errors(&minute(0, |_| false))])?;
//! assert_eq!(verdict.action, Action::Wait);
//! assert!(verdict.armed);
//!
//! // The feature breaks them all.
//! let verdict = guard.step(1, &[Rows::Errors(&minute(1, |tenant| tenant < 10))])?;
//! assert_eq!(verdict.action, Action::RollBack);
//! assert_eq!(verdict.harm[0].length, WindowLength::Minute);
//! assert_eq!(verdict.harm[0].treated, (0..10).collect::<Vec<_>>());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # How to add a metric
//!
//! Anything that says yes or no of a tenant and a window fits: send it as [`Rows::Custom`]. A new
//! [`MetricKind`] is worth it only where the guard should add up windows by itself. Its predicate
//! must not know the arm; then it can be wrong, but never unsafe.
//!
//! **Invariants**
//! - No I/O, no clock, no randomness: a minute is a number that the caller passes in.
//! - The same minutes give the same verdicts, through any number of interruptions.

mod baseline;
mod breaker;
mod cohort;
mod evidence;
mod guard;
mod hold;
mod rows;
mod track;
mod verdict;
mod window;

pub use baseline::{CustomBaseline, ErrorBaseline, ErrorHistory, LatencyBaseline, LatencyHistory};
pub use breaker::{HardStop, Trip};
pub use cohort::{
    Arm, Assignment, Cohort, Design, DesignError, Metric, MetricKind, OnSilence, Settings,
};
pub use evidence::{ByArm, EFFECTS, Evidence};
pub use guard::{Guard, Progress, ResumeError, StepError};
pub use hold::Hold;
pub use rows::{CustomRow, ErrorRow, LatencyRow, OutOfRange, Rows};
pub use track::Departure;
pub use verdict::{Action, Description, Harm, Totals, Verdict, Wait, Watch};
pub use window::WindowLength;
