//! Notifications: whom a project wants to be told of what happens by itself, and what was told.
//! Telling is in [`crate::notify`].

mod list;
mod replace_settings;
mod settings;
mod test;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::AppState;

/// The operations on notifications.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list::list_notifications))
        .routes(routes!(
            settings::show_notification_settings,
            replace_settings::replace_notification_settings
        ))
        .routes(routes!(test::test_notifications))
}
