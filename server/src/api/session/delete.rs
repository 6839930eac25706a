//! `DELETE /api/v1/session`

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum_extra::extract::CookieJar;
use tenantry_store::Store;

use super::cookie;
use crate::api::ApiSettings;
use crate::api::error::ApiError;
use crate::api::extract::caller::session_key;
use crate::credentials::{Credentials, Proof};

/// Sign out
///
/// Ends the session of the request's cookie. One that is over already is just as well.
#[utoipa::path(
    delete,
    path = "/api/v1/session",
    tag = "session",
    security(()),
    responses((status = 204, description = "Signed out"))
)]
pub(crate) async fn delete_session(
    State(store): State<Store>,
    State(credentials): State<Credentials>,
    State(settings): State<Arc<ApiSettings>>,
    headers: HeaderMap,
    jar: CookieJar,
) -> Result<(StatusCode, CookieJar), ApiError> {
    if let Some(key) = session_key(&headers) {
        store.close_session(&key).await?;
        credentials.recheck(&Proof::Session(key)).await;
    }
    Ok((
        StatusCode::NO_CONTENT,
        jar.remove(cookie(settings.transport, String::new())),
    ))
}
