//! What handlers may ask for: the running parts of the server.
//!
//! **Invariants**
//! - At most six fields; a handler takes `State<Store>`, never `State<AppState>`.

use std::sync::Arc;

use axum::extract::FromRef;
use tenantry_store::{Store, TokenId};

use super::edge::Transport;
use super::rate::RateLimit;
use crate::clock::SharedClock;
use crate::config::{HttpConfig, LimitsConfig, NotifyConfig, OfrepConfig, Origin};
use crate::credentials::Credentials;
use crate::instances::Instances;
use crate::notify::Channel;
use crate::plan::Carrier;
use crate::publish::Publisher;
use crate::stream::Streams;
use crate::tasks::Tasks;
use crate::usage::Usage;

/// The running parts of the server.
#[derive(Debug, Clone, FromRef)]
pub(crate) struct AppState {
    /// The database.
    pub(crate) store: Store,
    /// The time.
    pub(crate) clock: SharedClock,
    /// What is published.
    pub(crate) publisher: Publisher,
    /// Who is known.
    pub(crate) credentials: Credentials,
    /// The open streams.
    pub(crate) streams: Streams,
    /// Who carries out what is decided of plans.
    pub(crate) carrier: Carrier,
    /// What the operator chose about the API.
    pub(crate) settings: Arc<ApiSettings>,
}

/// Work that takes long is done among the publisher's tasks, which the shutdown waits for.
impl FromRef<AppState> for Tasks {
    fn from_ref(state: &AppState) -> Self {
        state.publisher.tasks()
    }
}

impl FromRef<AppState> for Usage {
    fn from_ref(state: &AppState) -> Self {
        state.streams.usage().clone()
    }
}

impl FromRef<AppState> for Instances {
    fn from_ref(state: &AppState) -> Self {
        state.streams.instances().clone()
    }
}

/// What the operator chose about the API.
#[derive(Debug)]
pub(crate) struct ApiSettings {
    /// How browsers reach the server: decides about the session's cookie, too.
    pub(crate) transport: Transport,
    /// The origin that browsers know, if that differs from what the server sees.
    pub(crate) public_origin: Option<Origin>,
    /// Whether `/metrics` is served beside the API.
    pub(crate) has_metrics: bool,
    /// Bounds on requests.
    pub(crate) limits: LimitsConfig,
    /// Origins whose pages may evaluate.
    pub(crate) evaluation_origins: Vec<Origin>,
    /// Evaluations of each token.
    pub(crate) evaluations: RateLimit<TokenId>,
    /// The ways by which people are told.
    pub(crate) channels: Vec<Channel>,
}

impl ApiSettings {
    /// The settings of an operator's choice.
    pub(crate) fn new(
        http: HttpConfig,
        limits: LimitsConfig,
        ofrep: OfrepConfig,
        notify: &NotifyConfig,
    ) -> Self {
        let is_https = http.has_secure_cookies();
        let webhook = notify.notify_webhook_url.as_ref().map(|_| Channel::Webhook);
        let mail = notify.smtp_url.as_ref().map(|_| Channel::Mail);
        Self {
            transport: if is_https {
                Transport::Https
            } else {
                Transport::PlainHttp
            },
            has_metrics: http.has_metrics_on_main(),
            public_origin: http.public_origin,
            evaluations: RateLimit::new(limits.max_evaluations_per_second),
            limits,
            channels: webhook.into_iter().chain(mail).collect(),
            evaluation_origins: ofrep.ofrep_allowed_origins,
        }
    }
}
