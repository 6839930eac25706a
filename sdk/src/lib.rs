//! Feature flags for services with many customers, rolled out tenant by tenant: the Rust SDK of
//! Tenantry.
//!
//! A server keeps the flags and streams every change; a [`Client`] holds all of them in memory,
//! compiled. So asking is a function call: no lock, no allocation, no `Result`, and no server in
//! the way.
//!
//! # Quick start
//!
//! ```no_run
//! # async fn example(tenant_id: &str) -> Result<(), Box<dyn std::error::Error>> {
//! let flags = tenantry::Client::builder("https://flags.example.com", std::env::var("TENANTRY_TOKEN")?)
//!     .cache_dir("/var/cache/my-service")
//!     .build()
//!     .await?;
//!
//! if flags.is_enabled("new-billing", tenant_id) {
//!     // the new way
//! } else {
//!     // the old way
//! }
//! # Ok(()) }
//! ```
//!
//! The token is an `sdk` token, which belongs to one environment. Make one client per process and
//! clone it wherever it is needed. [`Builder::build`] returns within its time-out (2 seconds), with
//! or without a server.
//!
//! The tenant is the customer on whose behalf your code runs. An empty tenant key is always off: a
//! tenant that was forgotten must not be rolled into anything.
//!
//! # Handles
//!
//! A [`Flag`] is a flag that is asked often. It skips the lookup by key, and may be made before
//! there is any data, once, where your service is put together:
//!
//! ```
//! # #[cfg(feature = "test-util")] {
//! use tenantry::{Client, Flag};
//!
//! struct Invoices {
//!     new_billing: Flag,
//! }
//!
//! impl Invoices {
//!     fn new(flags: &Client) -> Self {
//!         Self { new_billing: flags.flag("new-billing") }
//!     }
//!
//!     fn send(&self, tenant: &str) -> &'static str {
//!         if self.new_billing.is_enabled(tenant) { "sent the new way" } else { "sent the old way" }
//!     }
//! }
//!
//! let flags = Client::fixed().with_tenant("new-billing", "acme", true).build();
//! let invoices = Invoices::new(&flags);
//! assert_eq!(invoices.send("acme"), "sent the new way");
//! assert_eq!(invoices.send("globex"), "sent the old way");
//! # }
//! ```
//!
//! # Values
//!
//! A flag may have variants that carry a value: a text, a number, a truth value or any other JSON.
//! [`Client::value`] gives it in the type of its default. A flag that is off, or whose value is of
//! another type, gives the default.
//!
//! ```
//! # #[cfg(feature = "test-util")] {
//! # let flags = tenantry::Client::fixed().with_value("page-size", 50).build();
//! let page_size: u32 = flags.value("page-size", "acme", 20);
//! assert_eq!(page_size, 50);
//! # }
//! ```
//!
//! # Attributes
//!
//! Rules may test what your code knows of the call: a plan, a region, a version. Pass it along:
//!
//! ```
//! # #[cfg(feature = "test-util")] {
//! use tenantry::{Attributes, Client, Context};
//!
//! # let flags = Client::fixed().build();
//! let attributes: Attributes = [("plan", "enterprise"), ("region", "eu")].into_iter().collect();
//! let context = Context::tenant("acme").with_attributes(&attributes);
//! let beta = flags.is_enabled_for("beta", &context);
//! # assert!(!beta);
//! # }
//! ```
//!
//! # One tenant's flags
//!
//! [`Client::for_tenant`] gives one tenant's flags at one moment, for a request, a job or a message:
//! no question can forget the tenant, and all answers belong together, whatever changes meanwhile.
//!
//! ```
//! # #[cfg(feature = "test-util")] {
//! use tenantry::{Client, TenantFlags};
//!
//! fn render(flags: &TenantFlags) -> &'static str {
//!     if flags.is_enabled("new-editor") { "new" } else { "old" }
//! }
//!
//! let flags = Client::fixed().with_tenant("new-editor", "acme", true).build();
//! assert_eq!(render(&flags.for_tenant("acme")?), "new");
//! assert!(flags.for_tenant("").is_err());
//! # }
//! # Ok::<(), tenantry::model::InvalidKey>(())
//! ```
//!
//! In a service with axum, the feature `axum` brings a layer that finds each request's tenant in a
//! header, a parameter of the route, a claim or wherever you say, and lets handlers take
//! [`TenantFlags`]. A request without a tenant does not reach them: see the module `axum`.
//!
//! # Defaults
//!
//! Where there is no answer, before the first data and for a flag that the server does not have,
//! the nearest default counts: that of the call ([`Client::is_enabled_or`], [`Client::value`]), of
//! the handle ([`Flag::default_on`]), of the builder ([`Builder::default_on`]), else off. A default
//! never takes the place of an answer. [`Client::evaluate`] says which it was, and why:
//!
//! ```
//! # #[cfg(feature = "test-util")] {
//! use tenantry::{Client, Context, Reason};
//!
//! let flags = Client::fixed().build();
//! let evaluation = flags.evaluate("no-such-flag", &Context::tenant("acme"));
//! assert!(!evaluation.on);
//! assert_eq!(evaluation.reason, Reason::FlagNotFound);
//! # }
//! ```
//!
//! # Without the server
//!
//! A client answers from the best that it has, in this order:
//!
//! 1. the live stream;
//! 2. the disk cache, if the builder was given a [folder](Builder::cache_dir): the newest state,
//!    written now and then and at the end, each time whole or not at all;
//! 3. the [bootstrap file](Builder::bootstrap), which you ship with the service;
//! 4. the defaults of the code.
//!
//! It never goes back to an older state, nor to "off", because the server is away. [`Client::status`]
//! tells where the answers come from and how old they are; what to do about it is yours to decide.
//! It goes on trying for as long as it lives: at first within a second, later within 30, at random,
//! so that many clients do not come back at once; after 2.5 to 5 minutes if the token is refused, or if the
//! address says for the fourth time that it has no such stream (404 and the like). When the server
//! says how long to wait, it waits that long.
//!
//! With a disk cache or a bootstrap file, `build` does not wait for the server at all;
//! [`Client::connected`] does.
//!
//! A bootstrap file is JSON. `items` are flags and segments as the server streams them; `revision`,
//! `members` (of key lists) and `checksum` may be left out. The body of a disk cache, all but its
//! first line, is such a file:
//!
//! ```json
//! {
//!   "items": [
//!     {"flag": {"key": "new-billing", "salt": "7Qk2", "targeting": {
//!       "on": true, "allow": ["acme"], "rollout": {"threshold": 25000}}}}
//!   ]
//! }
//! ```
//!
//! # What the server is told
//!
//! Every minute, and when it is shut down, a client tells the server how often which flag was asked
//! for which tenant and answered with on or off, and which flags it was asked for that do not exist.
//! So the server can show who uses a flag, and prove that nobody does. Counting allocates nothing
//! and takes no lock, but the first time that a tenant is asked for. Up to 4,096 combinations of flag
//! and tenant are told by name, those that come first; all others are summed. Once they are full,
//! the next report begins anew, with those that asked most. [`Client::explain`] is not counted. [`Builder::count_usage`] switches it off.
//!
//! A flag's harm shows in what becomes of the work behind it. Tell it with [`Client::record`], or
//! let a [`Call`] measure it:
//!
//! ```
//! # #[cfg(feature = "test-util")] {
//! # let flags = tenantry::Client::fixed().build();
//! # fn handle_request() -> Result<(), std::io::Error> { Ok(()) }
//! let call = flags.watch("new-billing", "acme");
//! let answer = call.result(handle_request());
//! # let _ = answer;
//! # }
//! ```
//!
//! An outcome counts for the answer that the tenant gets at that moment; a [`Call`] for the one that
//! it got when it began. Where the flag changes in the meantime, the work may have been done under
//! the other answer: so begin a call where you ask.
//!
//! While the server is away counts are merged and kept for an hour, then dropped and
//! [counted](Counters::untold). What is under way when a connection breaks is lost, and so is what a
//! server was told in the 15 seconds before it was killed; one that stops in good order writes
//! everything. Nothing is counted twice. Times are told relative to the sending, so the host's clock
//! does not matter.
//!
//! # Changes
//!
//! [`Client::changes`] tells which flags may answer differently now, [`Client::watch_status`] of
//! every change of the connection. Most code needs neither: it asks again on the next request.
//!
//! # OpenFeature
//!
//! With the feature `openfeature`, the module of that name has a provider for OpenFeature's own Rust
//! SDK, whose answers are those that the SDKs of other languages get from the server.
//!
//! # Telemetry
//!
//! With the feature `tracing`, `TenantFlags::observed` tells `tracing` of one tenant's answers, on
//! request: as fields of the current span, and as the event `feature_flag.evaluation` of
//! OpenTelemetry's semantic conventions. Nothing else is told of, and nothing else pays for it.
//!
//! # Testing
//!
//! With the feature `test-util`, in the `dev-dependencies`, `Client::fixed` makes a client with
//! fixed answers. It is a real client with the real evaluator, but needs no server, no file and no
//! runtime:
//!
//! ```
//! # #[cfg(feature = "test-util")] {
//! use tenantry::Client;
//!
//! let flags = Client::fixed()
//!     .with("new-billing", true)
//!     .with_tenant("dark-mode", "acme", true)
//!     .build();
//! assert!(flags.is_enabled("new-billing", "anybody"));
//! assert!(!flags.is_enabled("dark-mode", "globex"));
//! # }
//! ```
//!
//! Such a client's flags can be overridden for as long as a scope lasts, to test both sides of one
//! flag: `Client::with_flag`, `Client::with_flag_async`, and `Client::override_flag` as a guard.
//!
//! ```
//! # #[cfg(feature = "test-util")] {
//! let flags = tenantry::Client::fixed().build();
//! for on in [false, true] {
//!     flags.with_flag("new-billing", on, || {
//!         assert_eq!(flags.is_enabled("new-billing", "acme"), on);
//!     });
//! }
//! # }
//! ```
//!
//! With the feature `fake-server`, `testing::FakeServer` is a server in the test's own process: a
//! real socket and the real protocol, with the flags that the test sets, and faults when the test
//! wants them. It is for code that has to live through changes, or through a server that is away:
//!
//! ```
//! # #[cfg(feature = "fake-server")] {
//! # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
//! use tenantry::testing::{FakeServer, Fault};
//!
//! let server = FakeServer::start().await;
//! let flags = server.client().await;
//! server.set("new-billing", true);
//! server.applied().await;
//! assert!(flags.is_enabled("new-billing", "acme"));
//!
//! server.fail(Fault::Drop);
//! server.applied().await; // it has come back
//! assert!(flags.is_enabled("new-billing", "acme"));
//! # });
//! # }
//! ```
//!
//! # Threads
//!
//! A [`Client`] and its [`Flag`]s are `Send` and `Sync`, and cheap to clone. Readers never wait:
//! not for each other, and not for the stream, which puts the next state in the place of the last
//! in one step. Each call answers from one state.
//!
//! The client runs one task on the tokio runtime that it was built on, and borrows a blocking
//! thread for files and for large snapshots. [`Client::shutdown`] ends it in at most 3 seconds;
//! dropping all clones does so in the background. Asking needs no runtime.
//!
//! # What is logged
//!
//! By `tracing`, and the token never:
//!
//! | level | when |
//! | --- | --- |
//! | `ERROR` | the server refuses the token; once until it is accepted again |
//! | `WARN` | the connection is lost or cannot be made; once until it is back |
//! | `WARN` | a cache or bootstrap file is refused, or the cache cannot be written |
//! | `WARN` | a flag does not compile in this version of the SDK; its last good version stays |
//! | `WARN` | the stream and the client disagreed, and a snapshot put it right |
//! | `WARN` | an empty tenant key, or a value of another type; the first of each |
//! | `INFO` | the stream is up |
//! | `DEBUG` | further attempts, and the delays before them |
//!
//! [`Client::counters`] counts the same, for your metrics.
//!
//! # TLS and proxies
//!
//! With the feature `tls` (by default), `https` and `wss` addresses are encrypted by rustls and
//! verified against the roots of the platform; `SSL_CERT_FILE` names others, and
//! [`Builder::root_certificates`] adds those of a company's own authority. There is no switch that
//! turns the verification off. A certificate that does not verify, has expired or is of another
//! host is a connection that cannot be made, and the log says which it was.
//!
//! HTTP proxies are used as everything else does that looks at the environment: `HTTPS_PROXY` for
//! `https` and `wss`, `HTTP_PROXY` for the others, else `ALL_PROXY`; in small letters they go first.
//! `NO_PROXY` lists hosts, domains, IP addresses and networks that are reached directly, and so is
//! the machine itself. [`Builder::proxy`] names one whatever the environment says, and
//! [`Builder::no_proxy`] none. The stream goes through by `CONNECT`, with a user and password if the
//! proxy's address has them. SOCKS is not supported.

#![cfg_attr(docsrs, feature(doc_cfg))]

// The peer of the tests is used from within and from outside, and names the crate alike.
#[cfg(test)]
extern crate self as tenantry;

#[cfg(feature = "axum")]
#[cfg_attr(docsrs, doc(cfg(feature = "axum")))]
pub mod axum;
mod cache;
mod changes;
mod client;
mod connection;
#[cfg(feature = "openfeature")]
#[cfg_attr(docsrs, doc(cfg(feature = "openfeature")))]
pub mod openfeature;
mod publish;
mod seats;
mod status;
#[cfg(feature = "tracing")]
mod telemetry;
#[cfg(feature = "test-util")]
#[cfg_attr(docsrs, doc(cfg(feature = "test-util")))]
pub mod testing;
mod usage;

pub use changes::{Changed, Changes};
pub use client::{
    BuildError, Builder, Call, Client, Counters, Evaluation, Flag, FlagRef, TenantFlags,
};
pub use connection::address::InvalidAddress;
pub use connection::proxy::InvalidProxy;
#[cfg(feature = "tls")]
pub use connection::tls::InvalidRoots;
pub use status::{Source, Status};
#[cfg(feature = "tracing")]
pub use telemetry::Telemetry;
#[cfg(feature = "test-util")]
pub use testing::Fixed;
pub use usage::Outcome;

pub use tenantry_core::{AttributeValue, Attributes, Context, Explanation, FlagKey, Reason, model};

/// What the client says it is.
const SDK: &str = concat!("tenantry-rust/", env!("CARGO_PKG_VERSION"));

/// The examples of the README are tests as well, where all that they use is there.
#[cfg(all(
    doctest,
    feature = "axum",
    feature = "fake-server",
    feature = "openfeature"
))]
#[doc = include_str!("../README.md")]
struct Readme;
