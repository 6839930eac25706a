//! Rollouts carried out in stages: the plan, how far it is, and what happens next. Pure.
//!
//! A [`Plan`] is a document: stages, each with an audience and a time to bake, freezes, and what to
//! do on harm. How far it is, a [`Progress`] says. [`Progress::handle`] takes what somebody wants and
//! [`Progress::tick`] what time it is; both answer with the progress after it and, if something
//! happened, with a [`Decision`] that has a number. What a decision means for the flag,
//! [`shape`](shape()), [`take_back`], [`block`], [`unblock`] and [`hand_over`] work out from the targeting there is.
//!
//! | event | draft | running | paused | finished | rolled back |
//! | --- | --- | --- | --- | --- | --- |
//! | start | running | – | – | – | running, from the beginning |
//! | pause | – | paused | – | – | – |
//! | resume | – | – | running | – | – |
//! | approve | – | running | – | – | – |
//! | step back | – | paused, one stage lower | the same | – | – |
//! | roll back | – | rolled back | rolled back | – | – |
//! | finish | – | finished | finished | – | – |
//! | tick | – | perhaps one stage on | – | – | – |
//!
//! A freeze that names nobody keeps the next stage from being entered. One that names tenants has those
//! of them blocked who have not the flag, from the first stage on, and a running plan unblocks them
//! when it is over.
//!
//! # How to add a wait
//!
//! Add a variant to [`Wait`] and have `Progress::waits` say when it holds. A tick does nothing while
//! anything is waited for, and the API shows all of it, so nothing else is needed.
//!
//! **Invariants**
//! - No I/O, no clock, no randomness: `now` is passed in, and so is the roster.
//! - A stage is entered by a decision alone, and each decision has the number after the last one's.
//!   A clock that steps back takes nothing back; one that leaps ahead moves a plan by one stage at
//!   most, and is believed for an hour at most.

mod check;
mod cohort;
mod document;
mod freeze;
mod machine;
mod progress;
mod shape;
mod template;

pub use check::changed_too_late;
pub use cohort::{Candidate, Size, fill, size_class};
pub use document::{
    Advance, Audience, Cohort, CohortSize, GuardPolicy, Metric, OnHarm, OnSilence, Plan, Query,
    Stage,
};
pub use freeze::{Freeze, InvalidMoment, Moment, Once, Weekly};
pub use machine::{Command, Event, Refused, Stance, Stepped};
pub use progress::{Base, Decision, DecisionKind, Pause, Progress, Settled, Status, Wait};
pub use shape::{Shape, block, hand_over, shape, switched_on, take_back, unblock};
pub use template::{Template, templates};
