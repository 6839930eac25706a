//! `POST /api/v1/session`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum_extra::extract::CookieJar;
use serde::Deserialize;
use tenantry_core::model::Problems;
use tenantry_store::{Secret, SessionLifetime, Store};
use utoipa::ToSchema;

use super::{Session, cookie};
use crate::api::ApiSettings;
use crate::api::error::{ApiError, Code};
use crate::api::extract::{Body, Check};
use crate::clock::SharedClock;

/// A token to open a session with.
#[derive(Deserialize, ToSchema)]
pub(crate) struct CreateSession {
    /// The token's text, of type `adm` or `usr`.
    #[schema(max_length = 512)]
    token: String,
}

impl Check for CreateSession {
    /// The secret, if the text can be one: whether it is one is for the database to say.
    type Checked = Option<Secret>;

    fn check(self, _: &mut Problems) -> Option<Self::Checked> {
        Some(Secret::parse(self.token.trim()).ok())
    }
}

/// Sign in
///
/// Exchanges a token for a session's cookie. The session ends after 12 hours without a request,
/// after 7 days, and when its token stops working.
#[utoipa::path(
    post,
    path = "/api/v1/session",
    tag = "session",
    security(()),
    request_body = CreateSession,
    responses(
        (status = 200, description = "Signed in", body = Session,
            headers(("Set-Cookie" = String, description = "The session's cookie"))),
        (status = 401, description = "The token is not valid", body = crate::api::edge::ProblemDocument,
            content_type = "application/problem+json"),
    )
)]
pub(crate) async fn create_session(
    State(store): State<Store>,
    State(clock): State<SharedClock>,
    State(settings): State<Arc<ApiSettings>>,
    jar: CookieJar,
    Body(secret): Body<CreateSession>,
) -> Result<(CookieJar, Json<Session>), ApiError> {
    let now = clock.now();
    let access = match &secret {
        Some(secret) => store.authenticate(secret, now).await?,
        None => None,
    };
    let refused = || ApiError::new(Code::Unauthenticated, "this token is not valid (any more)");
    let access = access.ok_or_else(refused)?;
    if !access.may_write() {
        let detail = format!("a token of type {} cannot sign in", access.token_type());
        return Err(ApiError::new(Code::Forbidden, detail));
    }
    let lifetime = SessionLifetime::default();
    let key = store.open_session(&access, lifetime, now).await?;
    let mut cookie = cookie(settings.transport, key.expose().to_owned());
    cookie.set_max_age(time::Duration::try_from(lifetime.absolute).ok());
    Ok((jar.add(cookie), Json(Session::from(&access))))
}
