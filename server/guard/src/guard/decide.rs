//! From a stage's state to its verdict.
//!
//! Separate because nothing here takes up rows: it only reads what they have led to.
//!
//! **Invariants**
//! - What led to a rollback is kept, so that no later step takes it back.

use super::Guard;
use crate::breaker::{Trip, too_many_trips};
use crate::cohort::{Arm, Assignment, MetricKind, OnSilence};
use crate::evidence::ByArm;
use crate::hold::{Hold, LONGEST_SILENCE, improbable_ratio};
use crate::track::Track;
use crate::verdict::{Action, Description, Harm, Verdict, Wait, Watch};
use crate::window::WindowLength;

impl Guard {
    /// What is to be said after `minute`, in which `trips` happened.
    pub(super) fn verdict(&mut self, minute: u32, trips: Vec<Trip>) -> Verdict {
        let settings = self.design.settings;
        let ln_limit = self.design.limit().ln();
        let watches = self.watches(ln_limit);
        let armed = !self.tracks.is_empty()
            && self.tracks.iter().all(|tracks| {
                tracks
                    .iter()
                    .any(|track| track.ln_total_failure >= ln_limit)
            });
        let harm = self.harm(ln_limit);
        let holds = self.holds();

        let mut waits = Vec::new();
        if !armed && settings.assignment == Assignment::Randomised {
            waits.push(Wait::Blind);
        }
        if self.progress.minutes < settings.bake_minutes {
            waits.push(Wait::Baking {
                minutes: settings.bake_minutes - self.progress.minutes,
            });
        }
        let suspicious = ln_limit - std::f64::consts::LN_10;
        if (self.tracks.iter().flatten()).any(|track| track.ln >= suspicious) {
            waits.push(Wait::Suspicion);
        }

        if settings.on_silence == OnSilence::RollBack {
            self.progress.silenced |= holds
                .iter()
                .any(|hold| matches!(hold, Hold::Silence { arm: None, .. }));
        }
        let hard_stop = self.progress.hard_stop;
        let action = if !harm.is_empty() || hard_stop.is_some() || self.progress.silenced {
            Action::RollBack
        } else if too_many_trips(self.progress.trips.len(), self.treated) {
            Action::Pause
        } else if !holds.is_empty() {
            Action::Hold
        } else if !waits.is_empty() {
            Action::Wait
        } else {
            Action::Advance
        };
        Verdict {
            minute,
            action,
            harm,
            hard_stop,
            trips,
            holds,
            waits,
            armed,
            log10_limit: log10(ln_limit),
            watches,
            descriptions: self.descriptions(),
        }
    }

    fn watches(&self, ln_limit: f64) -> Vec<Watch> {
        self.all_tracks()
            .map(|(metric, length, track)| Watch {
                metric,
                length,
                at_risk: track.at_risk(),
                bad: track.bad,
                log10_evidence: log10(track.ln),
                log10_if_all_fail: log10(track.ln_total_failure),
                log10_at_best: log10(track.ln_best),
                armed: track.ln_total_failure >= ln_limit,
            })
            .collect()
    }

    fn harm(&self, ln_limit: f64) -> Vec<Harm> {
        self.all_tracks()
            .filter(|(_, _, track)| track.ln_highest >= ln_limit)
            .map(|(metric, length, track)| {
                let cohort = &self.design.cohort;
                let (treated, control) = self.progress.metrics[metric].departures[length as usize]
                    .iter()
                    .flat_map(|departure| &departure.tenants)
                    .partition(|tenant| cohort.arm(**tenant) == Arm::Treated);
                Harm {
                    metric,
                    length,
                    log10_evidence: log10(track.ln_highest),
                    treated,
                    control,
                }
            })
            .collect()
    }

    fn all_tracks(&self) -> impl Iterator<Item = (usize, WindowLength, &Track)> {
        self.tracks.iter().enumerate().flat_map(|(metric, tracks)| {
            WindowLength::ALL
                .into_iter()
                .zip(tracks)
                .map(move |(length, track)| (metric, length, track))
        })
    }

    fn holds(&self) -> Vec<Hold> {
        let mut holds: Vec<Hold> = self
            .progress
            .metrics
            .iter()
            .zip(&self.members)
            .enumerate()
            .filter_map(|(metric, (stored, members))| {
                // An arm without tenants has nobody to be silent.
                let silent = |arm: fn(ByArm) -> u32| {
                    (arm(*members) > 0).then_some(arm(stored.silence) > LONGEST_SILENCE)
                };
                let arm = match (silent(|arms| arms.treated), silent(|arms| arms.control)) {
                    (Some(true), Some(true) | None) | (None, Some(true)) => None,
                    (Some(true), Some(false)) => Some(Arm::Treated),
                    (Some(false), Some(true)) => Some(Arm::Control),
                    (None | Some(false), None | Some(false)) => return None,
                };
                Some(Hold::Silence { metric, arm })
            })
            .collect();
        if self.design.settings.assignment == Assignment::Randomised {
            let seen = self.design.cohort.count(&self.progress.seen);
            let share = f64::from(self.design.settings.threshold) / 100_000.0;
            if let Some(chance) = improbable_ratio(seen, share) {
                holds.push(Hold::SampleRatio { seen, chance });
            }
        }
        holds
    }

    fn descriptions(&self) -> Vec<Description> {
        self.design
            .metrics
            .iter()
            .zip(&self.progress.metrics)
            .enumerate()
            .filter(|(_, (metric, _))| matches!(metric.kind, MetricKind::Errors(_)))
            .map(|(metric, (_, stored))| Description::new(metric, stored.treated, stored.control))
            .collect()
    }
}

fn log10(ln: f64) -> f64 {
    ln / std::f64::consts::LN_10
}
