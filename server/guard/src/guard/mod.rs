//! A stage under guard: minutes go in, verdicts come out.
//!
//! Separate because it only leads each row to the parts that judge it.
//!
//! **Invariants**
//! - A step is taken whole or not at all, and each minute once, in order.
//! - What is stored ([`Progress`]) is whole numbers alone. Evidence is worked out from them again,
//!   in the same order, so a stage that was interrupted goes on as if it had not been.

mod decide;
mod progress;

use crate::breaker::{HardStop, Trip};
use crate::cohort::{Arm, Assignment, Design, DesignError, MetricKind};
use crate::evidence::ByArm;
use crate::rows::{OutOfRange, Rows, check};
use crate::track::{Departure, Track};
use crate::verdict::Verdict;
use crate::window::WindowLength;

pub use self::progress::{Progress, ResumeError};

const LENGTHS: usize = WindowLength::ALL.len();

/// Why a minute was not taken up; nothing has changed then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StepError {
    /// It is not the next minute.
    #[error("the next minute is {expected}, not {found}")]
    Order {
        /// The minute that is due.
        expected: u32,
        /// The minute that was given.
        found: u32,
    },
    /// There must be rows for each metric of the design, of its kind and in its order.
    #[error("the rows do not match the metrics of the design")]
    Metrics,
    /// A row names an unknown tenant.
    #[error(transparent)]
    Tenant(#[from] OutOfRange),
    /// A window was judged that doesn't close with this minute.
    #[error("a row judges a window that is still open")]
    StillOpen,
}

/// A stage under guard.
#[derive(Debug, Clone, PartialEq)]
pub struct Guard {
    design: Design,
    progress: Progress,
    /// By metric and length; empty if tenants were chosen and not drawn.
    tracks: Vec<[Track; LENGTHS]>,
    /// By metric: tenants with traffic before the stage.
    members: Vec<ByArm>,
    /// Treated tenants with traffic before the stage in any metric.
    treated: u32,
}

/// What one metric's rows of a minute amount to.
#[derive(Debug, Default)]
struct Minute {
    /// By length: tenants who are bad in the window that closes; with repetitions for `Custom`.
    bad: [Vec<u32>; LENGTHS],
    improbable: Vec<u32>,
    /// Tenants with traffic.
    present: ByArm,
    /// Those of them with a past long enough for the hard stop.
    settled: ByArm,
}

impl Guard {
    /// Starts a stage.
    ///
    /// # Errors
    ///
    /// If the design is not valid.
    pub fn new(design: Design) -> Result<Self, DesignError> {
        design.check()?;
        let progress = Progress::new(&design);
        Ok(Self::start(design, progress))
    }

    /// Goes on with a stage from what was stored of it.
    ///
    /// # Errors
    ///
    /// If the design is not valid or the progress does not fit it.
    pub fn resume(design: Design, progress: Progress) -> Result<Self, ResumeError> {
        design.check()?;
        let mut guard = Self::start(design, progress);
        if guard.restore() {
            Ok(guard)
        } else {
            Err(ResumeError::Mismatch)
        }
    }

    fn start(design: Design, progress: Progress) -> Self {
        let cohort = &design.cohort;
        let mut anywhere = vec![false; cohort.len()];
        let mut members = Vec::new();
        for metric in &design.metrics {
            let active = metric.kind.active();
            members.push(cohort.count(active));
            for (anywhere, active) in anywhere.iter_mut().zip(active) {
                *anywhere |= *active;
            }
        }
        let treated = cohort.count(&anywhere).treated;
        let tracks = match design.settings.assignment {
            Assignment::Randomised => design
                .metrics
                .iter()
                .map(|metric| [(); LENGTHS].map(|()| Track::new(cohort, metric.kind.active())))
                .collect(),
            Assignment::Targeted => Vec::new(),
        };
        Self {
            design,
            progress,
            tracks,
            members,
            treated,
        }
    }

    /// Works out again what isn't stored; `false` if the progress doesn't fit.
    fn restore(&mut self) -> bool {
        let Self {
            design,
            progress,
            tracks,
            ..
        } = self;
        let cohort = &design.cohort;
        if progress.metrics.len() != design.metrics.len() || progress.seen.len() != cohort.len() {
            return false;
        }
        for (metric, stored) in design.metrics.iter().zip(&mut progress.metrics) {
            let fits = match (&mut stored.windows, metric.kind.width()) {
                (Some(windows), Some(width)) => windows.restore(cohort.len(), width),
                (None, None) => true,
                _ => false,
            };
            if !fits {
                return false;
            }
        }
        for (tracks, stored) in tracks.iter_mut().zip(&progress.metrics) {
            for (track, departures) in tracks.iter_mut().zip(&stored.departures) {
                for Departure { tenants, .. } in departures {
                    let ascending = tenants.is_sorted_by(|one, next| one < next);
                    if !ascending || !tenants.iter().all(|tenant| track.is_at_risk(*tenant)) {
                        return false;
                    }
                    track.depart(cohort, tenants);
                }
            }
        }
        true
    }

    /// What was fixed before the stage.
    #[must_use]
    pub const fn design(&self) -> &Design {
        &self.design
    }

    /// What to store after each step.
    #[must_use]
    pub const fn progress(&self) -> &Progress {
        &self.progress
    }

    /// Takes up a minute, counted from 0 at the stage's start: the rows of each metric, in the
    /// design's order.
    ///
    /// Rows that come in later are lost to the guard, so call this when most have arrived. Lost rows
    /// cost power, never the guarantee. A minute without any row counts as silence.
    ///
    /// # Errors
    ///
    /// If it is not the next minute, or rows do not match the design. Nothing has changed then.
    pub fn step(&mut self, minute: u32, rows: &[Rows<'_>]) -> Result<Verdict, StepError> {
        self.check(minute, rows)?;
        let mut trips = Vec::new();
        for (metric, rows) in rows.iter().enumerate() {
            let seen = self.take_up(metric, minute, rows);
            self.judge(metric, minute, seen, &mut trips);
        }
        self.progress.minutes = minute + 1;
        self.progress.trips.extend_from_slice(&trips);
        Ok(self.verdict(minute, trips))
    }

    fn check(&self, minute: u32, rows: &[Rows<'_>]) -> Result<(), StepError> {
        if minute != self.progress.minutes {
            return Err(StepError::Order {
                expected: self.progress.minutes,
                found: minute,
            });
        }
        if rows.len() != self.design.metrics.len() {
            return Err(StepError::Metrics);
        }
        let tenants = self.design.cohort.len();
        for (metric, rows) in self.design.metrics.iter().zip(rows) {
            match (&metric.kind, rows) {
                (MetricKind::Errors(_), Rows::Errors(rows)) => {
                    check(tenants, rows.iter().map(|row| row.tenant))?;
                }
                (MetricKind::Latency(_), Rows::Latency(rows)) => {
                    check(tenants, rows.iter().map(|row| row.tenant))?;
                }
                (MetricKind::Custom(_), Rows::Custom(rows)) => {
                    check(tenants, rows.iter().map(|row| row.tenant))?;
                    if rows.iter().any(|row| !row.length.closes_with(minute)) {
                        return Err(StepError::StillOpen);
                    }
                }
                _ => return Err(StepError::Metrics),
            }
        }
        Ok(())
    }

    /// Adds a metric's rows to its windows and judges those that close.
    fn take_up(&mut self, metric: usize, minute: u32, rows: &Rows<'_>) -> Minute {
        let kind = &self.design.metrics[metric].kind;
        let stored = &mut self.progress.metrics[metric];
        let cohort = &self.design.cohort;
        let seen = &mut self.progress.seen;
        let active = kind.active();
        let settled = kind.settled();
        let mut found = Minute::default();
        if let Some(windows) = &mut stored.windows {
            match rows {
                Rows::Errors(rows) => {
                    for row in *rows {
                        windows.add(row.tenant, row.counts());
                    }
                }
                Rows::Latency(rows) => {
                    for row in *rows {
                        windows.add(row.tenant, row.counts());
                    }
                }
                Rows::Custom(_) => {}
            }
            windows.close(minute, |length, tenant, counts| {
                if !active[tenant as usize] || counts.iter().all(|count| *count == 0) {
                    return;
                }
                let arm = cohort.arm(tenant);
                let bad = match kind {
                    MetricKind::Errors(baseline) => baseline.is_bad(length, tenant, counts),
                    MetricKind::Latency(baseline) => baseline.is_bad(length, tenant, counts),
                    MetricKind::Custom(_) => false,
                };
                if bad {
                    found.bad[length as usize].push(tenant);
                }
                if length == WindowLength::Minute {
                    found.present.add(arm);
                    if settled[tenant as usize] {
                        found.settled.add(arm);
                    }
                    seen[tenant as usize] = true;
                    if let MetricKind::Errors(baseline) = kind {
                        match arm {
                            Arm::Treated => {
                                stored.treated.add(counts);
                                if baseline.is_improbable(tenant, counts) {
                                    found.improbable.push(tenant);
                                }
                            }
                            Arm::Control => stored.control.add(counts),
                        }
                    }
                }
            });
        } else if let Rows::Custom(rows) = rows {
            let mut present: Vec<u32> = Vec::new();
            for row in rows.iter().filter(|row| active[row.tenant as usize]) {
                if row.length == WindowLength::Minute {
                    present.push(row.tenant);
                }
                if row.bad {
                    found.bad[row.length as usize].push(row.tenant);
                }
            }
            present.sort_unstable();
            present.dedup();
            for tenant in present {
                found.present.add(cohort.arm(tenant));
                found.settled.add(cohort.arm(tenant));
                seen[tenant as usize] = true;
            }
        }
        for bad in &mut found.bad {
            bad.sort_unstable();
            bad.dedup();
        }
        found
    }

    /// Feeds what a minute amounts to to the parts that decide.
    fn judge(&mut self, metric: usize, minute: u32, found: Minute, trips: &mut Vec<Trip>) {
        let cohort = &self.design.cohort;
        let stored = &mut self.progress.metrics[metric];
        for (silence, present) in [
            (&mut stored.silence.treated, found.present.treated),
            (&mut stored.silence.control, found.present.control),
        ] {
            *silence = if present == 0 { *silence + 1 } else { 0 };
        }

        let settled = self.design.metrics[metric].kind.settled();
        let mut bad = ByArm::default();
        for tenant in &found.bad[WindowLength::Minute as usize] {
            if settled[*tenant as usize] {
                bad.add(cohort.arm(*tenant));
            }
        }
        if self.progress.hard_stop.is_none() && HardStop::is_due(bad, found.settled) {
            self.progress.hard_stop = Some(HardStop {
                metric,
                minute,
                bad,
                active: found.settled,
            });
        }

        for tenant in stored.suspects.minute(&found.improbable) {
            let known = self.progress.trips.iter().chain(&*trips);
            if known.into_iter().all(|trip| trip.tenant != tenant) {
                trips.push(Trip {
                    tenant,
                    metric,
                    minute,
                });
            }
        }

        let Some(tracks) = self.tracks.get_mut(metric) else {
            return;
        };
        for (length, mut bad) in WindowLength::ALL.into_iter().zip(found.bad) {
            let track = &mut tracks[length as usize];
            bad.retain(|tenant| track.is_at_risk(*tenant));
            if !bad.is_empty() {
                track.depart(cohort, &bad);
                stored.departures[length as usize].push(Departure {
                    window: length.number(minute),
                    tenants: bad,
                });
            }
        }
    }
}
