//! Wiring: the one place where the parts are put together.
//!
//! **Invariants**
//! - The database is migrated and everything published before the first request is answered.
//! - Stopping goes in the order: no new requests, goodbye to the streams, the tasks, what
//!   the streams have told and is not written yet, the database.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use secrecy::ExposeSecret as _;
use tenantry_store::{BootstrapError, InvalidSecret, OpenError, Secret, Store, StoreError};
use thiserror::Error;

use crate::api::{self, ApiSettings, AppState};
use crate::clock::SharedClock;
use crate::config::{Config, DatabaseError};
use crate::credentials::Credentials;
use crate::instances::Instances;
use crate::notify::{Digests, Notifier, NotifierError};
use crate::plan::{self, Carrier, Prometheus};
use crate::publish::Publisher;
use crate::stream::Streams;
use crate::tasks::Tasks;
use crate::usage::Usage;
use crate::{debt, demo, listen, maintenance, telemetry, weights};

/// A running server. Dropping it leaves it running; see [`Server::shut_down`].
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    url: String,
    first_admin_token: Option<Secret>,
    router: axum::Router,
    store: Store,
    tasks: Tasks,
    usage: Usage,
    instances: Instances,
    grace: Duration,
}

/// Why the server could not start.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StartError {
    /// The data directory cannot be used.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// The database cannot be opened or migrated.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The first administrator's token is not one.
    #[error("the bootstrap admin token is malformed")]
    BootstrapToken(#[from] InvalidSecret),
    /// The first start's project or token cannot be made.
    #[error("cannot prepare the first start")]
    Bootstrap(#[from] BootstrapError),
    /// The demo cannot be filled in.
    #[error("cannot fill in the demo")]
    Demo(#[from] demo::DemoError),
    /// What is to be published cannot be read.
    #[error("cannot read what is to be published")]
    Publish(#[from] StoreError),
    /// Prometheus cannot be asked: there is no TLS here.
    #[error("cannot ask Prometheus")]
    Prometheus(#[from] reqwest::Error),
    /// People cannot be told.
    #[error("cannot send notifications")]
    Notify(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// An address cannot be listened on.
    #[error(
        "cannot listen on {address}: stop what does, or choose another address with TENANTRY_LISTEN"
    )]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why not.
        #[source]
        source: std::io::Error,
    },
}

impl Server {
    /// Starts a server on the machine's clock.
    ///
    /// # Errors
    /// [`StartError`] if it cannot answer requests.
    pub async fn start(config: Config) -> Result<Self, StartError> {
        Self::start_at(config, SharedClock::system()).await
    }

    /// Starts a server on a clock of the caller's, for tests that choose the time.
    ///
    /// # Errors
    /// [`StartError`] if it cannot answer requests.
    pub async fn start_at(config: Config, clock: SharedClock) -> Result<Self, StartError> {
        let tasks = Tasks::default();
        telemetry::metrics::start(&tasks);

        config.database.create_folder()?;
        let store = Store::open(config.database.url().expose_secret()).await?;
        store.claim()?;
        store.migrate().await?;
        let given = config.bootstrap.bootstrap_admin_token.as_ref();
        let given = given
            .map(|text| Secret::parse(text.expose_secret()))
            .transpose()?;
        let first_start = store.bootstrap(clock.now(), given.clone()).await?;
        if config.bootstrap.demo {
            demo::fill(&store, &clock).await?;
        }

        let publisher = Publisher::start(store.clone(), tasks.clone()).await?;
        let credentials = Credentials::start(store.clone(), clock.clone(), &tasks);
        maintenance::start(&store, &clock, &tasks);
        weights::start(&store, &clock, &tasks);
        let usage = Usage::start(&store, &clock, &tasks);
        let carrier = Carrier::new(&store, &publisher, &tasks)
            .asking(Prometheus::new(&config.plans)?)
            .failing(config.plans.plan_fault);
        plan::start(&carrier, &clock, &config.plans);
        let instances = Instances::start(&store, &clock, &tasks);
        if config.bootstrap.demo {
            demo::start(&carrier, &usage, &instances, &clock).await?;
        }
        let digests = Digests::new(&config);
        debt::start(&store, &instances, digests, &clock, &tasks);
        let notifier = Notifier::new(&config, &store, &clock);
        let cannot = |error: NotifierError| StartError::Notify(error.into());
        notifier.map_err(cannot)?.start(&tasks);
        let max_streams = config.limits.max_streams;
        let streams = Streams::new(tasks.clone(), max_streams, usage.clone(), instances.clone());
        let grace = Duration::from_secs(config.limits.shutdown_seconds);
        let head_limit = Duration::from_secs(config.limits.header_timeout_seconds);
        let database = config.database.kind();
        let (listen, metrics_listen) = (config.http.listen, config.http.metrics_listen);
        let public_origin = config.http.public_origin.clone();
        let state = AppState {
            store: store.clone(),
            clock,
            publisher,
            credentials,
            streams,
            carrier,
            settings: Arc::new(ApiSettings::new(
                config.http,
                config.limits,
                config.ofrep,
                &config.notify,
            )),
        };
        let router = api::router(state);

        let serve = async |name, address, routes| {
            let served = listen::serve(&tasks, name, address, head_limit, routes).await;
            served.map_err(|source| StartError::Listen { address, source })
        };
        let address = serve("http", listen, router.clone()).await?;
        if let Some(listen) = metrics_listen {
            let only_metrics = api::metrics_router();
            let address = serve("metrics", listen, only_metrics).await?;
            tracing::info!(%address, "serving metrics");
        }
        let url = public_origin.map_or(format!("http://{address}"), |origin| origin.to_string());
        tracing::info!(%address, %url, database, version = env!("CARGO_PKG_VERSION"), "serving");
        Ok(Self {
            address,
            url,
            // One that was given is known to whoever gave it, and does not belong in a log.
            first_admin_token: first_start.admin.filter(|_| given.is_none()),
            router,
            store,
            tasks,
            usage,
            instances,
            grace,
        })
    }

    /// The address that the server listens on, with the port that it was given.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The address to open in a browser.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The first administrator's token, if this start made it.
    #[must_use]
    pub fn first_admin_token(&self) -> Option<&Secret> {
        self.first_admin_token.as_ref()
    }

    /// The routes, to be asked without a socket.
    pub fn router(&self) -> axum::Router {
        self.router.clone()
    }

    /// Stops: requests under way are answered, streams are told when to come back, and what is
    /// not done within the configured time is given up.
    pub async fn shut_down(self) {
        if !self.tasks.shut_down(self.grace).await {
            tracing::warn!("something did not stop in time and was given up");
        }
        // What the streams brought to the last, and the reason why it is not there is in the log.
        self.usage.write().await.ok();
        // Who was connected here and does not come back elsewhere is lost, and the others are told.
        self.instances.write().await;
        self.store.close().await;
    }
}
