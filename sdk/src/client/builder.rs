//! The builder: what a client is given at its start.
//!
//! **Invariants**
//! - Only what the caller got wrong is an error. A server that is away, a token that is refused and
//!   a file that is broken are not: the client starts without them and goes on trying.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use foldhash::fast::RandomState;
use tenantry_core::model::{EnvironmentKey, InvalidKey, ProjectKey};
use tenantry_protocol::Replica;
use thiserror::Error;
use tokio::runtime::{Handle, TryCurrentError};
use tokio::sync::watch;
use tokio::time::timeout;

use super::{Client, Token};
use crate::cache::{CacheFile, Start, Writer};
use crate::connection::Connection;
use crate::connection::address::{Address, InvalidAddress};
use crate::connection::dial::{Dial, Tcp};
use crate::connection::proxy::{Choice, InvalidProxy, Proxy};
use crate::connection::route::Route;
use crate::connection::tls::Tls;
#[cfg(feature = "tls")]
use crate::connection::tls::{InvalidRoots, Roots};
use crate::publish::Publisher;
use crate::usage::Meter;

/// How long [`Builder::build`] waits for data unless told otherwise.
const TIMEOUT: Duration = Duration::from_secs(2);

/// Makes a [`Client`]. Begun by [`Client::builder`].
#[derive(Debug)]
#[must_use = "nothing happens before `build`"]
pub struct Builder {
    url: String,
    /// Absent if it is none.
    token: Option<Token>,
    project: Option<String>,
    environment: Option<String>,
    cache_dir: Option<PathBuf>,
    bootstrap: Option<PathBuf>,
    timeout: Duration,
    defaults: HashMap<Box<str>, bool, RandomState>,
    proxy: Choice,
    #[cfg(feature = "tls")]
    roots: Vec<Roots>,
    counts: bool,
}

/// What the caller got wrong.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum BuildError {
    /// The server's address is none.
    #[error("the address {url:?} is of no use")]
    Address {
        /// The address. It holds no token.
        url: String,
        /// What is wrong with it.
        #[source]
        source: InvalidAddress,
    },
    /// The token is empty, or has characters that no token has.
    #[error("the token is empty or has characters that no token has")]
    Token,
    /// The proxy's address is none.
    #[error("the proxy's address is of no use")]
    Proxy(#[from] InvalidProxy),
    /// The root certificates that were given cannot be used.
    #[cfg(feature = "tls")]
    #[error("the root certificates are of no use")]
    Roots(#[from] InvalidRoots),
    /// The key of the project or of the environment is none.
    #[error("the project or environment is of no use")]
    Key(#[from] InvalidKey),
    /// There is no tokio runtime to run the client's task on.
    #[error("a client needs a tokio runtime with time and I/O")]
    NoRuntime(#[from] TryCurrentError),
}

impl Builder {
    pub(super) fn new(url: String, token: &str) -> Self {
        Self {
            url,
            token: Token::new(token),
            project: None,
            environment: None,
            cache_dir: None,
            bootstrap: None,
            timeout: TIMEOUT,
            defaults: HashMap::default(),
            proxy: Choice::default(),
            #[cfg(feature = "tls")]
            roots: Vec::new(),
            counts: true,
        }
    }

    /// Keeps the newest state in a file in this folder, and starts from it when the server is away.
    ///
    /// The folder is made if need be. Several clients may share it, of whatever servers and
    /// environments: the file's name says whose it is. Of those with the same address and token the
    /// last to write wins, so a slow one may leave an older state than another had; the server brings
    /// whoever starts from that up to date.
    ///
    /// The file tells tenants' keys. On Unix only its owner may read it, and the folder, if it is made
    /// here. Choose one that nobody else may write to, so not a fixed name in a shared temporary
    /// folder: whoever writes there decides on flags until the server answers.
    pub fn cache_dir(mut self, folder: impl Into<PathBuf>) -> Self {
        self.cache_dir = Some(folder.into());
        self
    }

    /// Starts from this file when the server is away and there is no disk cache. See
    /// [the manual](crate#without-the-server) for its form.
    pub fn bootstrap(mut self, file: impl Into<PathBuf>) -> Self {
        self.bootstrap = Some(file.into());
        self
    }

    /// How long [`build`](Self::build) waits for data: 2 seconds unless told otherwise. With zero
    /// it does not wait.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// What a flag answers where there is no answer: before the first data, and if the server does
    /// not have it. Off unless told otherwise.
    pub fn default_on(mut self, flag: impl Into<Box<str>>, on: bool) -> Self {
        self.defaults.insert(flag.into(), on);
        self
    }

    /// Whether questions are counted, and the counts told to the server; see
    /// [the manual](crate#what-the-server-is-told). They are unless told otherwise. Outcomes are
    /// told in any case.
    pub fn count_usage(mut self, counts: bool) -> Self {
        self.counts = counts;
        self
    }

    /// The project, for a token that is not bound to one.
    pub fn project(mut self, key: impl Into<String>) -> Self {
        self.project = Some(key.into());
        self
    }

    /// The environment, for a token that is not bound to one. An `sdk` token is.
    pub fn environment(mut self, key: impl Into<String>) -> Self {
        self.environment = Some(key.into());
        self
    }

    /// Connects through this HTTP proxy, whatever the environment says:
    /// `http://user:password@proxy.example:3128`. The proxy is asked to `CONNECT`, and resolves the
    /// server's name. With `https` the way to the proxy is encrypted as well.
    ///
    /// Without this, the proxy is the one of the [environment](crate#tls-and-proxies).
    pub fn proxy(mut self, url: impl AsRef<str>) -> Self {
        self.proxy = Choice::Through(Proxy::parse(url.as_ref()));
        self
    }

    /// Connects directly, whatever the environment says about proxies.
    pub fn no_proxy(mut self) -> Self {
        self.proxy = Choice::Direct;
        self
    }

    /// Trusts servers (and proxies) whose certificates come from these authorities, besides those
    /// that the platform trusts. `pem` holds one certificate or more in PEM format. May be called
    /// more than once.
    #[cfg(feature = "tls")]
    #[cfg_attr(docsrs, doc(cfg(feature = "tls")))]
    pub fn root_certificates(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.roots.push(Roots::Pem(pem.into()));
        self
    }

    /// Like [`root_certificates`](Self::root_certificates), from a file, which
    /// [`build`](Self::build) reads once.
    #[cfg(feature = "tls")]
    #[cfg_attr(docsrs, doc(cfg(feature = "tls")))]
    pub fn root_certificates_file(mut self, file: impl Into<PathBuf>) -> Self {
        self.roots.push(Roots::File(file.into()));
        self
    }

    /// Starts the client, and waits for data from whatever source, but no longer than the
    /// [time-out](Self::timeout): then the client answers with defaults, and goes on trying.
    ///
    /// Spawns one task on the tokio runtime that this is called on.
    ///
    /// # Errors
    /// [`BuildError`] if the caller got something wrong. Never because of the server.
    ///
    /// # Cancel safety
    /// Dropping it ends the client.
    pub async fn build(self) -> Result<Client, BuildError> {
        self.build_with(Tcp).await
    }

    /// The same, over other streams than the network's.
    pub(crate) async fn build_with(self, dial: impl Dial) -> Result<Client, BuildError> {
        let project = self.project.map(ProjectKey::new).transpose()?;
        let environment = self.environment.map(EnvironmentKey::new).transpose()?;
        let address = Address::parse(&self.url, project.as_ref(), environment.as_ref()).map_err(
            |source| BuildError::Address {
                url: redacted(&self.url),
                source,
            },
        )?;
        let token = self.token.ok_or(BuildError::Token)?;
        let runtime = Handle::try_current()?;
        let route = Route {
            proxy: self.proxy.proxy_for(&address)?,
            #[cfg(feature = "tls")]
            tls: Tls::new(self.roots).await?,
            #[cfg(not(feature = "tls"))]
            tls: Tls,
            address,
        };

        let cache = self
            .cache_dir
            .map(|folder| CacheFile::new(folder, &route.address.to_string(), token.reveal()));
        let start = Start {
            cache: cache.clone(),
            bootstrap: self.bootstrap,
        };
        let publisher = Publisher::new(self.defaults, self.counts);
        let shared = publisher.shared().clone();
        let (stop, stopping) = watch::channel(false);
        let replicas = watch::Sender::new(Replica::default());
        let writer = cache.map(|file| Writer::new(file, replicas.subscribe(), stopping.clone()));
        let meter = Meter::new(Arc::clone(&shared), stopping.clone());
        let connection = Connection::new(dial, route, token, publisher, replicas, stopping);
        let task = runtime.spawn(async move {
            match writer {
                Some(writer) => {
                    tokio::join!(connection.run(start), meter.run(), writer.run());
                }
                None => {
                    tokio::join!(connection.run(start), meter.run());
                }
            }
        });
        let client = Client::new(shared, stop, Some(task.abort_handle()));
        if !self.timeout.is_zero() {
            timeout(self.timeout, client.ready()).await.ok();
        }
        Ok(client)
    }
}

/// The address without a user and password, if it has them by mistake.
fn redacted(url: &str) -> String {
    match url.rsplit_once('@') {
        Some((_, host)) => format!("…@{host}"),
        None => url.to_owned(),
    }
}
