//! Health: for whoever watches over the process.
//!
//! **Invariants**
//! - Neither answer depends on the database: a node that is cut from it serves on, and taking it out
//!   of service would make an outage of a nuisance.

mod live;
mod ready;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::AppState;

/// The operations on health.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(live::show_liveness))
        .routes(routes!(ready::show_readiness))
}
