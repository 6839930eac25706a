//! What is noted of a decision: its history, whom it admits or takes back, and that people are to be
//! told.
//!
//! Separate from carrying it out because none of this decides anything.
//!
//! **Invariants**
//! - It is written in the transaction that carries the decision out.

use serde_json::{Value, json};
use tenantry_core::model::FlagKey;
use tenantry_plan::{Decision, DecisionKind, Plan, Progress};
use tenantry_store::{Action, Admitting, EnvironmentScope, Tx, Write};

use super::PlanError;
use super::carry::Who;
use super::opened::Opened;
use super::world::Entry;
use crate::notify::{Event, PlanEvent, PlanHappening};

/// Notes a decision, whom it admits or takes back, and that people are to be told, in the transaction
/// that carries it out. Every decision comes by here, whoever made it.
pub(super) async fn note(
    tx: &mut Tx,
    scope: &EnvironmentScope<Write>,
    flag: &FlagKey,
    opened: &Opened,
    decision: &Decision,
    entry: Option<&Entry>,
    who: &Who,
) -> Result<(), PlanError> {
    let now = decision.at;
    let text = serde_json::to_string(decision)?;
    let numbered = (decision.number, text);
    tx.note_decision(scope, flag, numbered, who.reason.clone())
        .await?;
    let why = (decision.number, who.reason.as_deref());
    if decision.to < decision.from {
        tx.retract(scope, flag, decision.to, why, now).await?;
    }
    if decision.kind == DecisionKind::Block
        && let Some(tenant) = &decision.tenant
    {
        tx.retract_one(scope, flag, tenant, why, now).await?;
    }
    if let (Some(entry), Some(stage)) = (entry, decision.to) {
        let name = opened.plan.stage(stage).map(|stage| stage.name.as_str());
        let admitting = Admitting {
            stage,
            stage_name: name.unwrap_or_default(),
            decision: decision.number,
        };
        let tenants = (&*entry.drawn, &*entry.turned_on);
        tx.admit(scope, flag, admitting, tenants, now).await?;
    }
    if let Some(what) = told(decision.kind).filter(|_| !who.is_person()) {
        let event = Event::Plan(happened(what, scope, flag, opened, decision, who));
        tx.notify(&event.to_store(), now).await?;
    }
    Ok(())
}

/// What people are told of a decision that nobody of them made; `None` if nothing.
fn told(kind: DecisionKind) -> Option<PlanHappening> {
    match kind {
        DecisionKind::Block => Some(PlanHappening::TenantBlocked),
        DecisionKind::StepBack => Some(PlanHappening::SteppedBack),
        DecisionKind::RollBack => Some(PlanHappening::RolledBack),
        DecisionKind::Pause => Some(PlanHappening::Paused),
        DecisionKind::Finish => Some(PlanHappening::Finished),
        DecisionKind::Start
        | DecisionKind::Advance
        | DecisionKind::Approve
        | DecisionKind::Resume
        | DecisionKind::Hold
        | DecisionKind::Release => None,
    }
}

fn happened(
    what: PlanHappening,
    scope: &EnvironmentScope<Write>,
    flag: &FlagKey,
    opened: &Opened,
    decision: &Decision,
    who: &Who,
) -> PlanEvent {
    let name = |stage: Option<u32>| {
        let stage = stage.and_then(|stage| opened.plan.stage(stage));
        stage.map(|stage| stage.name.clone())
    };
    PlanEvent {
        what,
        environment: scope.key().clone(),
        flag: flag.clone(),
        at: decision.at,
        plan_created_at: opened.stored.created_at,
        number: decision.number,
        tenant: decision.tenant.clone(),
        from: name(decision.from),
        to: name(decision.to),
        pause: decision.pause,
        reason: who.reason.clone(),
    }
}

/// What the audit log keeps of a plan.
pub(super) fn noted(plan: &Plan, progress: &Progress) -> Value {
    let stage = progress.stage.and_then(|stage| plan.stage(stage));
    json!({
        "status": progress.status,
        "stage": stage.map(|stage| stage.name.as_str()),
        "pause": progress.pause,
        "blocked": progress.blocked,
        "held": progress.held,
        "decision": progress.decision,
    })
}

/// What the audit log calls a decision.
pub(super) fn action(kind: DecisionKind) -> Action {
    match kind {
        DecisionKind::Start => Action::PlanStart,
        DecisionKind::Advance => Action::PlanAdvance,
        DecisionKind::Approve => Action::PlanApprove,
        DecisionKind::Pause => Action::PlanPause,
        DecisionKind::Resume => Action::PlanResume,
        DecisionKind::StepBack => Action::PlanStepBack,
        DecisionKind::RollBack => Action::PlanRollBack,
        DecisionKind::Finish => Action::PlanFinish,
        DecisionKind::Block => Action::PlanBlock,
        DecisionKind::Hold => Action::PlanHold,
        DecisionKind::Release => Action::PlanRelease,
    }
}
