//! What is noted of a decision: in the plan's history, in the record of whom it admitted, and in the audit
//! log.
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

/// Notes a decision, and whom it admits or takes back, in the transaction that carries it out. Every
/// decision comes by here, whoever made it: whoever wants to tell people of trips, step backs, roll backs
/// and pauses does it here.
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
    Ok(())
}

/// What the audit log keeps of a plan.
pub(crate) fn noted(plan: &Plan, progress: &Progress) -> Value {
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

/// What the audit log calls it.
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
