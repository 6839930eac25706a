//! Debt: flags that have outlived their purpose. The judgement is in [`crate::debt`].

mod show;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::AppState;

/// The operations on debt.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(show::show_debt))
}
