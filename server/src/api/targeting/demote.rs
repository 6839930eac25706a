//! Demotion: whether a change would take the flag from tenants while a plan is under way.
//!
//! Separate because every way to change a targeting asks it, before it opens its transaction.
//!
//! **Invariants**
//! - It is asked of the roster, as previews are, and only where there is a plan under way: all other
//!   changes cost one look at the database.

use tenantry_core::Attributes;
use tenantry_core::model::{FlagKey, Problem, Targeting};
use tenantry_store::{EnvironmentScope, Write};

use crate::api::error::{ApiError, Code};
use crate::plan::{Carrier, PlanError, World};

/// Most tenants that are listed.
const LISTED: usize = 100;

/// Refuses a change that would turn the flag off for a tenant of the roster while a plan is under
/// way, unless its caller says `demote`. What `change` makes of the targeting is what is compared.
pub(super) async fn check_demotion(
    carrier: &Carrier,
    scope: &EnvironmentScope<Write>,
    flag: &FlagKey,
    demote: bool,
    change: impl FnOnce(&Targeting) -> Result<Targeting, ApiError>,
) -> Result<(), ApiError> {
    if demote {
        return Ok(());
    }
    let plan = carrier.store.plan(scope, flag).await?;
    if !plan.is_some_and(|plan| matches!(&*plan.status, "running" | "paused")) {
        return Ok(());
    }
    let Some(present) = carrier.store.targeting(scope, flag).await? else {
        return Ok(());
    };
    let draft = change(&present.definition.targeting)?;
    let world = World::of(&carrier.publisher, scope).await?;
    let definition = present.definition;
    let flips = carrier.tasks.compute(move || {
        let attributes = Attributes::default();
        world.preview(&definition, draft, &attributes, LISTED)
    });
    let flips = match flips.await {
        Ok(preview) => preview.turned_off,
        // What is wrong with the draft is said where it is written.
        Err(PlanError::Invalid(_)) => return Ok(()),
        Err(error) => return Err(error.into()),
    };
    if flips.count == 0 {
        return Ok(());
    }
    let detail = format!(
        "{} tenants of the roster would lose the flag while a plan is under way: send demote=true if \
         that is meant, or step the plan back",
        flips.count
    );
    let listed = flips.tenants.into_iter().map(|tenant| Problem {
        path: "demote".to_owned(),
        message: format!("{} ({}) would lose the flag", tenant.key, tenant.name),
    });
    Err(ApiError::new(Code::Demotes, detail).listing(listed))
}
