//! A plan for people: where it stands, what comes next and when.
//!
//! Pure, and separate from the document so that everything printed is tested without a server.

use chrono::{DateTime, TimeDelta, Utc};
use owo_colors::OwoColorize as _;
use tenantry_core::model::{EnvironmentKey, FlagKey};

use super::document::{Audience, CohortSize, Decision, PlanDocument, Stage, Status, Wait};
use crate::render::{Share, Table, Tone, count, moment, plain, span};

/// Most decisions that are shown.
const DECISIONS: usize = 5;
/// Most tenants that are named.
const TENANTS: usize = 5;

impl PlanDocument {
    /// All of it.
    pub(super) fn render(
        &self,
        flag: &FlagKey,
        environment: &EnvironmentKey,
        now: DateTime<Utc>,
        width: Option<u16>,
    ) -> String {
        let mut parts = vec![self.summary(flag, environment, now), self.stages()];
        if self.plan.guard.is_some() {
            parts.push(match &self.guard {
                Some(guard) => guard.render(),
                None => "guard: it has not looked yet".to_owned(),
            });
        }
        parts.extend(self.worst());
        if !self.blocked.is_empty() {
            parts.push(format!(
                "switched off by the guard for {}; they stay on the block list until somebody takes them off",
                some(&self.blocked)
            ));
        }
        if !self.held.is_empty() {
            parts.push(format!(
                "kept out by a freeze: {}; they are let in when it is over",
                some(&self.held)
            ));
        }
        if self.admissions > 0 {
            let admitted = count(self.admissions, "tenant", "tenants");
            parts.push(format!(
                "{admitted} of the roster admitted: tenantry plan admissions {flag}"
            ));
        }
        if !self.decisions.is_empty() {
            let mut table = Table::new(["WHEN", "WHAT", "BY"]);
            for decision in self.decisions.iter().take(DECISIONS) {
                table.row([
                    (Tone::Faint, moment(decision.at).as_str()),
                    (Tone::Normal, &self.what(decision)),
                    (Tone::Normal, &by(decision)),
                ]);
            }
            table.wrap_last(width);
            parts.push(table.render());
        }
        parts.join("\n\n")
    }

    /// Where it stands and what comes next, in a few lines.
    pub(super) fn summary(
        &self,
        flag: &FlagKey,
        environment: &EnvironmentKey,
        now: DateTime<Utc>,
    ) -> String {
        let mut lines = vec![format!(
            "{} in {environment}: {}",
            flag.bold(),
            self.standing()
        )];
        if let Some(trouble) = &self.trouble {
            lines.push(format!(
                "{} since {}: {}",
                "it cannot be carried out".red().bold(),
                moment(trouble.since),
                plain(&trouble.detail)
            ));
        }
        lines.extend(self.next(flag, now));
        lines.join("\n")
    }

    /// What it does, and in which stage.
    pub(super) fn standing(&self) -> String {
        let stages = &self.plan.stages;
        let all = count(stages.len(), "stage", "stages");
        let status = match self.status {
            Status::Running | Status::Finished => self.status.as_str().green().to_string(),
            Status::Paused | Status::RolledBack => self.status.as_str().yellow().to_string(),
            Status::Draft => self.status.as_str().to_owned(),
        };
        let mut text = match self.stage.and_then(|at| Some((at, stages.get(at)?))) {
            Some((at, stage)) => format!(
                "{status}, stage {} of {} ({})",
                at + 1,
                stages.len(),
                plain(&stage.name)
            ),
            None if self.status == Status::Running => {
                format!("{status}, before the first of {all}")
            }
            None => format!("{status}, {all}"),
        };
        if let Some(pause) = self.pause {
            text.push_str(": ");
            text.push_str(pause.as_str());
        }
        text
    }

    /// What comes next, when, and what it waits for.
    fn next(&self, flag: &FlagKey, now: DateTime<Utc>) -> Vec<String> {
        match self.status {
            Status::Draft => return vec![format!("to start it: tenantry plan start {flag}")],
            Status::RolledBack => {
                return vec![format!("to start it anew: tenantry plan start {flag}")];
            }
            Status::Paused => {
                return vec![format!(
                    "to go on: tenantry plan resume {flag}; to take everything back: tenantry plan roll-back {flag}"
                )];
            }
            Status::Finished => return Vec::new(),
            Status::Running => {}
        }
        let coming = self.stage.map_or(0, |stage| stage + 1);
        let what = match self.plan.stages.get(coming) {
            Some(stage) => format!("stage {} ({})", coming + 1, plain(&stage.name)),
            None => "the end".to_owned(),
        };
        if self.waits.is_empty() {
            return vec![format!("next: {what}, at once")];
        }
        let times = self.waits.iter().map(|wait| wait.earliest(now));
        let earliest = times.clone().flatten().max();
        let is_certain = times.clone().all(|it| it.is_some());
        let when = match earliest {
            Some(at) => {
                let seconds = u64::try_from((at - now).num_seconds()).unwrap_or(0);
                let least = if is_certain { "" } else { " at the earliest" };
                format!(" in {}{least} ({})", span(seconds), moment(at))
            }
            None => String::new(),
        };
        let mut lines = vec![format!("next: {what}{when}; it waits for")];
        lines.extend(
            self.waits
                .iter()
                .map(|it| format!("  {}", it.words(&self.approving(flag), self.baking()))),
        );
        if self.approved {
            lines.push("  (somebody has approved of it)".to_owned());
        }
        lines
    }

    /// How long the present stage has lasted, of how long it must, in words.
    pub(super) fn baking(&self) -> Option<String> {
        let stage = self.plan.stages.get(self.stage?)?;
        let whole = span(stage.bake_minutes * 60);
        Some(format!("{} of {whole}", span(self.baked_seconds)))
    }

    /// The table of the stages.
    fn stages(&self) -> String {
        let mut table = Table::new(["", "STAGE", "ADMITS", "BAKES", "THEN", "STATE"]);
        for (number, stage) in self.plan.stages.iter().enumerate() {
            let (tone, state) = self.state_of(number);
            let then = match stage.advance.as_str() {
                "automatic" => "by itself",
                "approval" => "on approval",
                other => other,
            };
            table.row([
                (Tone::Faint, (number + 1).to_string().as_str()),
                (Tone::Strong, &stage.name),
                (Tone::Normal, &stage.admits()),
                (Tone::Normal, &span(stage.bake_minutes * 60)),
                (Tone::Normal, then),
                (tone, &state),
            ]);
        }
        table.render()
    }

    fn state_of(&self, number: usize) -> (Tone, String) {
        let is_next = number == self.stage.map_or(0, |at| at + 1);
        match self.stage {
            Some(at) if number < at => (Tone::Good, "done".to_owned()),
            Some(at) if number == at && self.status == Status::Finished => {
                (Tone::Good, "done".to_owned())
            }
            Some(at) if number == at => {
                let baked = self
                    .baking()
                    .map_or_else(String::new, |it| format!(", {it}"));
                (Tone::Strong, format!("now{baked}"))
            }
            _ if is_next && self.status == Status::Running => (Tone::Normal, "next".to_owned()),
            _ => (Tone::Faint, "-".to_owned()),
        }
    }

    /// The tenants with the most failures, if there were any.
    fn worst(&self) -> Option<String> {
        let failing = self.tenants.iter();
        let failing = failing.filter(|it| it.on_failures + it.off_failures > 0);
        let mut table = Table::new(["MOST FAILURES", "WITH THE FLAG", "WITHOUT"]);
        let mut is_any = false;
        for tenant in failing.take(TENANTS) {
            is_any = true;
            let of = |failures: u64, requests: u64| match requests {
                0 => "-".to_owned(),
                _ => format!("{failures} of {requests}"),
            };
            table.row([
                (Tone::Strong, tenant.tenant.as_str()),
                (Tone::Normal, &of(tenant.on_failures, tenant.on_requests)),
                (Tone::Normal, &of(tenant.off_failures, tenant.off_requests)),
            ]);
        }
        is_any.then(|| table.render())
    }

    /// What a decision did, in words.
    pub(super) fn what(&self, decision: &Decision) -> String {
        let to = || match decision
            .to
            .and_then(|at| Some((at, self.plan.stages.get(at)?)))
        {
            Some((at, stage)) => format!("stage {} ({})", at + 1, plain(&stage.name)),
            None => "before the first stage".to_owned(),
        };
        let what = match decision.kind.as_str() {
            "start" => "started".to_owned(),
            "advance" => format!("entered {}", to()),
            "approve" => "approved of the next stage".to_owned(),
            "pause" => "paused".to_owned(),
            "resume" => "resumed".to_owned(),
            "step_back" => format!("stepped back to {}", to()),
            "roll_back" => "rolled back".to_owned(),
            "finish" => "finished".to_owned(),
            "block" => {
                let tenant = decision.tenant.as_deref().unwrap_or("a tenant");
                format!("switched off for {}", plain(tenant))
            }
            "hold" => format!("a freeze keeps out {}", some(&decision.tenants)),
            "release" => format!("no freeze keeps out {} any more", some(&decision.tenants)),
            other => plain(other).into_owned(),
        };
        match decision.pause {
            Some(pause) => format!("{what}: {}", pause.as_str()),
            None => what,
        }
    }
}

/// The first of some tenants, and how many more there are.
fn some(tenants: &[String]) -> String {
    let named = tenants.iter().take(TENANTS).map(|it| plain(it));
    let named: Vec<_> = named.collect();
    let more = tenants.len() - named.len();
    let more = if more > 0 {
        format!(" and {more} more")
    } else {
        String::new()
    };
    format!("{}{more}", named.join(", "))
}

/// Who decided, and why.
pub(super) fn by(decision: &Decision) -> String {
    let actor = plain(&decision.actor);
    match &decision.reason {
        Some(reason) => format!("{actor}: {}", plain(reason)),
        None => actor.into_owned(),
    }
}

impl Wait {
    /// When it is over, where that is known.
    fn earliest(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        match self {
            Self::Start { at } => Some(*at),
            Self::Frozen { until, .. } => Some(*until),
            Self::Baking { seconds } => {
                let seconds = i64::try_from(*seconds).ok()?;
                now.checked_add_signed(TimeDelta::try_seconds(seconds)?)
            }
            _ => None,
        }
    }

    /// What is waited for, and what to do about it: `approving` is the command that approves.
    pub(super) fn words(&self, approving: &str, baking: Option<String>) -> String {
        match self {
            Self::Start { at } => format!("its beginning, {}", moment(*at)),
            Self::Baking { .. } => match baking {
                Some(baking) => format!("the stage's time: {baking} are over"),
                None => "the stage's time".to_owned(),
            },
            Self::Approval => format!("somebody's approval: {approving}"),
            Self::Frozen {
                until,
                tenant,
                freeze,
            } => {
                let whom = tenant.as_ref().map(|it| format!(" of {}", plain(it)));
                let why = match freeze.as_str() {
                    "" => String::new(),
                    freeze => format!(" ({})", plain(freeze)),
                };
                let whom = whom.unwrap_or_default();
                format!("the end of a freeze{whom}{why}, {}", moment(*until))
            }
            Self::Watching => "the guard, which has not seen enough yet".to_owned(),
            Self::Blind => format!(
                "the guard, which is blind: too few tenants of the stage told of outcomes before the plan began. Make the stage larger, or {approving} --override"
            ),
            Self::Hold => "figures that the guard can trust".to_owned(),
            Self::Suspicion => "the guard's suspicion to go, or to become proof".to_owned(),
            Self::Other => "something that this command does not know".to_owned(),
        }
    }

    /// Whether both wait for the same kind of thing, however much of it is left.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        matches!((self, other), (Self::Baking { .. }, Self::Baking { .. })) || self == other
    }
}

impl Stage {
    /// Whom it admits, in a few words.
    fn admits(&self) -> String {
        match &self.audience {
            Audience::Segments(keys) => match keys.as_slice() {
                [key] => format!("segment {key}"),
                keys => format!("segments {}", keys.join(", ")),
            },
            Audience::Threshold(share) => format!("{} of tenants", Share::of_threshold(*share)),
            Audience::Cohort(cohort) => {
                let size = match cohort.size {
                    CohortSize::Tenants(1) => "1 tenant".to_owned(),
                    CohortSize::Tenants(number) => format!("{number} tenants"),
                    CohortSize::ShareOfTenants(share) => {
                        format!("{} of the roster", Share::of_threshold(share))
                    }
                    CohortSize::ShareOfRequests(share) => {
                        format!("tenants with {} of requests", Share::of_threshold(share))
                    }
                };
                let small = if cohort.small_first {
                    ", small first"
                } else {
                    ""
                };
                let never = match cohort.never.as_slice() {
                    [] => String::new(),
                    keys => format!(", never {}", keys.join(", ")),
                };
                format!("{size} drawn{small}{never}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use anstream::adapter::strip_str;
    use insta::assert_snapshot;
    use serde::Deserialize as _;
    use serde_json::{Value, json};

    use super::*;

    fn document(change: &Value) -> PlanDocument {
        let mut document = json!({
            "plan": {
                "stages": [
                    {"name": "internal", "audience": {"segments": ["internal"]}, "bake_minutes": 60, "advance": "automatic"},
                    {"name": "small ones", "audience": {"cohort": {"size": {"share_of_requests": 2_500}, "never": ["banks"], "small_first": true}}, "bake_minutes": 1_440, "advance": "approval"},
                    {"name": "everybody", "audience": {"threshold": 100_000}, "bake_minutes": 30, "advance": "automatic"},
                ],
            },
            "status": "draft", "stage": null, "pause": null, "baked_seconds": 0, "approved": false,
            "waits": [], "trouble": null, "blocked": [], "admissions": 0, "decisions": [], "guard": null,
            "tenants": [], "created_at": "2026-11-22T12:00:00Z", "updated_at": "2026-11-22T12:00:00Z",
        });
        for (field, value) in change.as_object().expect("fields") {
            document[field] = value.clone();
        }
        PlanDocument::deserialize(document).expect("a plan")
    }

    fn check(change: &Value) -> String {
        let flag = FlagKey::new("new-billing").expect("a key");
        let environment = EnvironmentKey::new("production").expect("a key");
        let now = "2026-11-23T09:00:00Z".parse().expect("a time");
        strip_str(&document(change).render(&flag, &environment, now, None)).to_string()
    }

    #[test]
    fn a_draft_says_how_it_is_started() {
        assert_snapshot!(check(&json!({})), @r"
        new-billing in production: not started, 3 stages
        to start it: tenantry plan start new-billing

           STAGE       ADMITS                                                         BAKES   THEN         STATE
        1  internal    segment internal                                               1 h     by itself    -
        2  small ones  tenants with 2.5% of requests drawn, small first, never banks  1 d     on approval  -
        3  everybody   100% of tenants                                                30 min  by itself    -
        ");
    }

    #[test]
    fn a_stage_says_what_comes_next_and_when() {
        let running = json!({
            "status": "running", "stage": 1, "baked_seconds": 3_700, "admissions": 12,
            "waits": [{"reason": "baking", "seconds": 82_700}, {"reason": "approval"}],
            "blocked": ["acme"],
            "trouble": {"since": "2026-11-23T08:00:00Z", "detail": "the database is\naway"},
            "decisions": [
                {"number": 4, "at": "2026-11-23T08:30:00Z", "kind": "release", "from": 1, "to": 1, "tenants": ["hooli"], "actor": "tenantry-server", "reason": null},
                {"number": 3, "at": "2026-11-23T08:10:00Z", "kind": "hold", "from": 1, "to": 1, "tenants": ["hooli", "initech"], "actor": "tenantry-server", "reason": null},
                {"number": 2, "at": "2026-11-23T07:58:20Z", "kind": "advance", "from": 0, "to": 1, "actor": "tenantry-server", "reason": null},
                {"number": 1, "at": "2026-11-23T06:00:00Z", "kind": "start", "from": null, "to": null, "actor": "ada", "reason": "at last"},
            ],
            "tenants": [
                {"tenant": "acme", "on_requests": 62, "on_failures": 31, "off_requests": 0, "off_failures": 0},
                {"tenant": "globex", "on_requests": 0, "on_failures": 0, "off_requests": 90, "off_failures": 0},
            ],
        });
        assert_snapshot!(check(&running), @r"
        new-billing in production: running, stage 2 of 3 (small ones)
        it cannot be carried out since 2026-11-23 08:00 UTC: the database is\naway
        next: stage 3 (everybody) in 22 h 58 min at the earliest (2026-11-24 07:58 UTC); it waits for
          the stage's time: 1 h 1 min of 1 d are over
          somebody's approval: tenantry plan approve new-billing --stage 'small ones'

           STAGE       ADMITS                                                         BAKES   THEN         STATE
        1  internal    segment internal                                               1 h     by itself    done
        2  small ones  tenants with 2.5% of requests drawn, small first, never banks  1 d     on approval  now, 1 h 1 min of 1 d
        3  everybody   100% of tenants                                                30 min  by itself    next

        MOST FAILURES  WITH THE FLAG  WITHOUT
        acme           31 of 62       -

        switched off by the guard for acme; they stay on the block list until somebody takes them off

        12 tenants of the roster admitted: tenantry plan admissions new-billing

        WHEN                  WHAT                                BY
        2026-11-23 08:30 UTC  no freeze keeps out hooli any more  tenantry-server
        2026-11-23 08:10 UTC  a freeze keeps out hooli, initech   tenantry-server
        2026-11-23 07:58 UTC  entered stage 2 (small ones)        tenantry-server
        2026-11-23 06:00 UTC  started                             ada: at last
        ");
    }

    #[test]
    fn a_pause_says_why_and_how_to_go_on() {
        let paused =
            json!({"status": "paused", "stage": 0, "pause": "edited", "baked_seconds": 60});
        assert_snapshot!(check(&paused), @r"
        new-billing in production: paused, stage 1 of 3 (internal): somebody has changed the flag's targeting
        to go on: tenantry plan resume new-billing; to take everything back: tenantry plan roll-back new-billing

           STAGE       ADMITS                                                         BAKES   THEN         STATE
        1  internal    segment internal                                               1 h     by itself    now, 1 min of 1 h
        2  small ones  tenants with 2.5% of requests drawn, small first, never banks  1 d     on approval  -
        3  everybody   100% of tenants                                                30 min  by itself    -
        ");
    }

    #[test]
    fn what_cannot_be_timed_has_no_time() {
        let waits = json!({"status": "running", "stage": 2, "waits": [{"reason": "blind"}, {"reason": "frozen",
            "until": "2026-11-24T06:00:00Z", "tenant": "acme", "freeze": "their year end"}, {"reason": "of tomorrow"}]});
        assert_snapshot!(check(&waits), @r"
        new-billing in production: running, stage 3 of 3 (everybody)
        next: the end in 21 h at the earliest (2026-11-24 06:00 UTC); it waits for
          the guard, which is blind: too few tenants of the stage told of outcomes before the plan began. Make the stage larger, or tenantry plan approve new-billing --stage everybody --override
          the end of a freeze of acme (their year end), 2026-11-24 06:00 UTC
          something that this command does not know

           STAGE       ADMITS                                                         BAKES   THEN         STATE
        1  internal    segment internal                                               1 h     by itself    done
        2  small ones  tenants with 2.5% of requests drawn, small first, never banks  1 d     on approval  done
        3  everybody   100% of tenants                                                30 min  by itself    now, 0 min of 30 min
        ");
    }
}
