//! The handshake: who may listen to what, decided before the answer 101.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::http::header::{HOST, ORIGIN};
use axum::http::{HeaderMap, HeaderName};
use axum::response::Response;
use serde::Deserialize;
use tenantry_core::model::{EnvironmentKey, ProjectKey};
use tenantry_protocol::SUBPROTOCOL;
use tenantry_store::{ProjectScope, Read, Store, TokenType};
use utoipa::IntoParams;

use super::link::Link;
use super::{Streams, interface, sdk};
use crate::api::ApiSettings;
use crate::api::edge::ProblemDocument;
use crate::api::error::{ApiError, Code};
use crate::api::extract::path::default_project;
use crate::api::extract::scope::{bound, forbidden, open, open_published};
use crate::api::extract::{KnownCaller, Query};
use crate::clock::SharedClock;
use crate::config::Origin;
use crate::instances::Presence;
use crate::publish::{Publisher, Watch};
use crate::usage::Reporter;

/// Largest message that a client may send, in bytes: it only says hello and acknowledges.
const MAX_MESSAGE_BYTES: usize = 64 * 1024;
/// Buffer for reading, per connection, in bytes.
const READ_BUFFER_BYTES: usize = 4 * 1024;
/// Most that may wait to be written, per connection, in bytes: one frame, the largest snapshot.
const MAX_WRITE_BUFFER_BYTES: usize = 512 * 1024 * 1024;
/// What a program calls itself.
const INSTANCE: HeaderName = HeaderName::from_static("tenantry-instance");
/// When to come back to a server that has no place.
const RETRY_AFTER: Duration = Duration::from_secs(5);

/// What a stream is about, for callers whose token does not say; others may name their own.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct StreamQuery {
    /// The project's key; by default `default`.
    #[param(value_type = Option<String>)]
    project: Option<ProjectKey>,
    /// The environment's key; the web interface subscribes instead.
    #[param(value_type = Option<String>)]
    environment: Option<EnvironmentKey>,
}

/// What a caller listens to.
enum Audience {
    /// An SDK: the state of one environment. What is no program has no presence.
    Sdk(Watch, Reporter, Option<Box<Presence>>),
    /// The web interface: news of a project.
    Interface(ProjectScope<Read>),
}

/// Open a stream
///
/// A WebSocket handshake, with subprotocol `tenantry.v1`. The environment is the token's own; an
/// administrator's token names it. With a session's cookie, from our own pages only, this is the
/// web interface's stream of changed keys.
#[utoipa::path(
    get,
    path = "/api/v1/stream",
    tag = "stream",
    params(StreamQuery),
    responses(
        (status = 101, description = "The stream is open"),
        (status = 426, description = "This is not a WebSocket handshake", body = ProblemDocument,
            content_type = "application/problem+json"),
    )
)]
#[expect(
    clippy::too_many_arguments,
    reason = "a stream takes a place among all parts at once"
)]
pub(crate) async fn open_stream(
    State(store): State<Store>,
    State(publisher): State<Publisher>,
    State(streams): State<Streams>,
    State(clock): State<SharedClock>,
    State(settings): State<Arc<ApiSettings>>,
    caller: KnownCaller,
    Query(query): Query<StreamQuery>,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, ApiError> {
    check_origin(&headers, caller.is_cookie, settings.public_origin.as_ref())?;
    let name = headers.get(INSTANCE).and_then(|name| name.to_str().ok());
    let audience = audience(&store, &publisher, &streams, &caller, query, name).await?;
    let upgrade = upgrade.map_err(|_| {
        let detail = "ask for this route with a WebSocket client";
        ApiError::new(Code::UpgradeRequired, detail)
    })?;
    let upgrade = upgrade.protocols([SUBPROTOCOL]);
    if upgrade.selected_protocol().is_none() {
        // Left to itself a handshake without a common subprotocol succeeds, and a client of a later
        // version would take this one's frames for its own.
        let message = format!("must offer {SUBPROTOCOL}");
        return Err(ApiError::invalid_parameter(
            "Sec-WebSocket-Protocol",
            message,
        ));
    }
    let kind = match audience {
        Audience::Sdk(..) => "sdk",
        Audience::Interface(_) => "interface",
    };
    let place = streams.take_place(kind).ok_or_else(|| {
        ApiError::unavailable("this server has no place for another stream", RETRY_AFTER)
    })?;

    let tasks = streams.tasks.clone();
    let serve = async move |socket| {
        let mut link = Link::new(socket, streams.ends(&caller.credential));
        match audience {
            Audience::Sdk(watch, reporter, presence) => {
                let mut stream = sdk::Stream::new(watch, reporter, presence);
                let ending = stream.serve(&mut link, &publisher, &clock).await;
                stream.ended(&ending);
                let late = |text: &str| stream.hear_late(text);
                link.close(ending, streams.spread(), late).await;
            }
            Audience::Interface(project) => {
                let ending =
                    interface::serve(&mut link, &project, &store, &publisher, &clock).await;
                link.close(ending, streams.spread(), |_| ()).await;
            }
        }
        drop(place);
    };
    Ok(upgrade
        .read_buffer_size(READ_BUFFER_BYTES)
        .write_buffer_size(0)
        .max_write_buffer_size(MAX_WRITE_BUFFER_BYTES)
        .max_message_size(MAX_MESSAGE_BYTES)
        .max_frame_size(MAX_MESSAGE_BYTES)
        .on_upgrade(move |socket| tasks.track("stream", serve(socket))))
}

/// Refuses a handshake from a browser that is not on one of our own pages. Programs send no
/// `Origin`, and hold no cookie.
fn check_origin(
    headers: &HeaderMap,
    is_cookie: bool,
    public_origin: Option<&Origin>,
) -> Result<(), ApiError> {
    let refused = || {
        Err(ApiError::new(
            Code::CrossSite,
            "open streams from this server's pages",
        ))
    };
    let Some(origin) = headers.get(ORIGIN) else {
        return if is_cookie { refused() } else { Ok(()) };
    };
    let origin = origin.to_str().unwrap_or_default();
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    let is_same_host = origin
        .split_once("://")
        .is_some_and(|(_, it)| Some(it) == host);
    let is_public = public_origin.is_some_and(|public| public.as_str() == origin);
    if is_same_host || is_public {
        Ok(())
    } else {
        refused()
    }
}

async fn audience(
    store: &Store,
    publisher: &Publisher,
    streams: &Streams,
    caller: &KnownCaller,
    query: StreamQuery,
    name: Option<&str>,
) -> Result<Audience, ApiError> {
    let access = caller.credential.access();
    let environment = match access.token_type() {
        TokenType::Web | TokenType::Ci => return Err(forbidden(access)),
        TokenType::Sdk => bound(access, query.project.as_ref(), query.environment.as_ref())?,
        TokenType::Adm | TokenType::Usr => {
            let key = query.project.unwrap_or_else(default_project);
            if caller.is_cookie {
                let project = open(store, access, &key).await?;
                return Ok(Audience::Interface(project));
            }
            let Some(environment) = query.environment else {
                let message = "name the environment: this token is not bound to one";
                return Err(ApiError::invalid_parameter("environment", message));
            };
            open_published(publisher, store, access, &key, &environment).await?
        }
    };
    let watch = publisher.watch(environment.id()).await;
    watch
        .map(|watch| {
            // People who look at a stream are no program that a change must come to.
            let is_program = access.token_type() == TokenType::Sdk;
            let presence = is_program.then(|| {
                let instances = streams.instances();
                Box::new(instances.connecting(environment.clone(), access.name(), name))
            });
            let reporter = streams.usage().reporter(environment, access.name());
            Audience::Sdk(watch, reporter, presence)
        })
        .ok_or_else(|| ApiError::unavailable("this environment is not published yet", RETRY_AFTER))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn check(origin: Option<&'static str>, is_cookie: bool, is_allowed: bool) {
        let public: Origin = "https://flags.example.com".parse().expect("an origin");
        let mut headers = HeaderMap::new();
        headers.insert(HOST, HeaderValue::from_static("127.0.0.1:8080"));
        if let Some(origin) = origin {
            headers.insert(ORIGIN, HeaderValue::from_static(origin));
        }
        let outcome = check_origin(&headers, is_cookie, Some(&public));
        assert_eq!(
            outcome.is_ok(),
            is_allowed,
            "{origin:?}, cookie: {is_cookie}"
        );
    }

    #[test]
    fn browsers_come_from_our_own_pages_only() {
        check(None, false, true);
        check(None, true, false);
        for is_cookie in [false, true] {
            check(Some("http://127.0.0.1:8080"), is_cookie, true);
            check(Some("https://flags.example.com"), is_cookie, true);
            check(
                Some("https://flags.example.com.evil.example"),
                is_cookie,
                false,
            );
            check(Some("https://evil.example"), is_cookie, false);
            check(Some("http://127.0.0.1:8081"), is_cookie, false);
            check(Some("null"), is_cookie, false);
        }
    }
}
