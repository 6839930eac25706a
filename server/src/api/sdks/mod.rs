//! Connected SDKs: who follows an environment, and how far each is.

mod list;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::AppState;

/// The operations on connected SDKs.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list::list_sdks))
}
