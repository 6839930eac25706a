//! Usage: what programs ask, as they tell it.

mod list;
mod show;
mod unknown;
mod window;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::AppState;

/// The operations on usage.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(show::show_usage))
        .routes(routes!(list::list_usage))
        .routes(routes!(unknown::list_unknown_flags))
}
