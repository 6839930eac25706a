//! Code references: where the sources of a project's programs ask for which flag.

mod delete;
mod list;
mod of_flag;
mod replace;

use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt as _};
use utoipa_axum::routes;

use super::AppState;
use super::extract::body::limit;

/// The operations on code references; those that bring a whole scan take bodies of
/// `max_list_body_bytes`.
pub(super) fn routes(max_list_body_bytes: usize) -> OpenApiRouter<AppState> {
    let scans = limit(max_list_body_bytes);
    OpenApiRouter::new()
        .routes(routes!(list::list_repositories, delete::delete_repository))
        .routes(routes!(replace::replace_references).layer(scans))
        .routes(routes!(of_flag::list_references))
}
