//! `GET /api/v1/projects/{project}/debt`

use axum::Json;
use axum::extract::State;
use tenantry_protocol::report::{Policy, Report};
use tenantry_store::{DebtFlag, Store};

use crate::api::error::ApiError;
use crate::api::extract::InProjectOrCi;
use crate::api::extract::path::ProjectPath;
use crate::clock::SharedClock;
use crate::debt::{FlagFacts, report};

/// Report a project's debt
///
/// The flags that are due, expired, overdue or unowned.
#[utoipa::path(
    get,
    path = "/api/v1/projects/{project}/debt",
    tag = "debt",
    params(ProjectPath),
    responses((status = 200, description = "The report", body = Report))
)]
pub(crate) async fn show_debt(
    State(store): State<Store>,
    State(clock): State<SharedClock>,
    InProjectOrCi { scope, .. }: InProjectOrCi<ProjectPath>,
) -> Result<Json<Report>, ApiError> {
    let now = clock.now();
    let flags = store.debt_flags(&scope, now).await?;
    let facts = flags.into_iter().map(facts);
    Ok(Json(report(
        scope.key().as_str(),
        facts,
        Policy::default(),
        now,
    )))
}

fn facts(flag: DebtFlag) -> FlagFacts {
    FlagFacts {
        key: flag.key.into(),
        name: flag.name,
        owner: Some(flag.owner).filter(|owner| !owner.is_empty()),
        has_living_owner: !flag.unowned,
        kind: flag.kind.as_str(),
        is_temporary: flag.kind.is_temporary(),
        tags: flag.tags,
        expires_on: flag.expires_on,
        extensions: flag.extensions,
    }
}
