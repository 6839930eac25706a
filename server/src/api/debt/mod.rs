//! Debt: flags that have outlived their purpose. The judgement is in [`crate::debt`].

mod policy;
mod removal;
mod replace_policy;
mod show;
mod snapshot;
mod trend;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::AppState;

/// The operations on debt.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(show::show_debt))
        .routes(routes!(snapshot::show_debt_snapshot))
        .routes(routes!(trend::show_debt_trend))
        .routes(routes!(
            policy::show_debt_policy,
            replace_policy::replace_debt_policy
        ))
        .routes(routes!(removal::show_removal))
}
