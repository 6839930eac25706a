//! The audit log: who changed what, when and why.

mod changes;
mod list;
mod show;
mod verify;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::AppState;

/// The operations on the audit log.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list::list_audit_entries))
        .routes(routes!(show::show_audit_entry))
        .routes(routes!(verify::verify_audit_log))
}
