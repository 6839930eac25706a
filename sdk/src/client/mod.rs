//! The client: what an application asks.
//!
//! **Invariants**
//! - Asking never fails, never waits and takes no lock; `is_enabled` allocates nothing.
//! - An answer comes from one ruleset: what is published in between is for the next question.
//! - A default applies where there is no answer, never in the place of one: call before handle
//!   before builder before off.

mod answer;
mod builder;
mod call;
mod evaluation;
mod flag;
mod tenant;
mod token;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde::de::DeserializeOwned;
use tenantry_core::{Context, Explanation};
use tokio::sync::{broadcast, watch};
use tokio::task::AbortHandle;
use tokio::time::timeout;

pub use builder::{BuildError, Builder};
pub use call::Call;
pub use evaluation::Evaluation;
pub use flag::Flag;
pub use tenant::{FlagRef, TenantFlags};
pub(crate) use token::Token;

use crate::changes::Changes;
use crate::publish::Shared;
use crate::status::{Source, Status};
use crate::usage::Outcome;

/// How long [`Client::shutdown`] takes at most.
const SHUTDOWN_LIMIT: Duration = Duration::from_secs(3);

/// A client of Tenantry. Make one per process and environment, and clone it wherever it is needed:
/// clones share everything.
///
/// ```no_run
/// # async fn example(url: &str, token: &str, tenant_id: &str) -> Result<(), tenantry::BuildError> {
/// let flags = tenantry::Client::builder(url, token).build().await?;
/// if flags.is_enabled("new-billing", tenant_id) {
///     // …
/// }
/// # Ok(()) }
/// ```
#[derive(Debug, Clone)]
pub struct Client {
    shared: Arc<Shared>,
    task: Arc<Task>,
}

/// The client's hold on its task. The task ends when it is told so, or when the last clone of the
/// client is gone and this with it.
#[derive(Debug)]
struct Task {
    /// Closed when the task has ended: the task holds all receivers.
    stop: watch::Sender<bool>,
    /// Absent for a client with fixed answers.
    abort: Option<AbortHandle>,
}

/// What has gone wrong so far, and did no harm. For the metrics of the application.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counters {
    /// Questions with an empty tenant key: they were answered with off.
    pub empty_tenants: u64,
    /// Values of another type than the caller wanted: it got its default.
    pub wrong_types: u64,
    /// Frames of the server that did not fit or could not be read. None was applied; a snapshot
    /// put each right.
    pub incidents: u64,
    /// Flags whose document did not compile here: their last good version stayed.
    pub refused_flags: u64,
    /// Questions and outcomes that were counted but never told, because the server was away for
    /// more than an hour.
    pub untold: u64,
}

impl Client {
    /// Begins a client of the server at `url` (`http`, `https`, `ws` or `wss`; the base address,
    /// with or without a slash at its end).
    ///
    /// `token` is an `sdk` token, which fixes the environment. Other tokens name one; see
    /// [`Builder::environment`].
    pub fn builder(url: impl Into<String>, token: impl AsRef<str>) -> Builder {
        Builder::new(url.into(), token.as_ref())
    }

    /// A client with fixed answers, for tests; see [`Fixed`](crate::Fixed).
    #[cfg(feature = "test-util")]
    #[cfg_attr(docsrs, doc(cfg(feature = "test-util")))]
    pub fn fixed() -> crate::Fixed {
        crate::Fixed::default()
    }

    fn new(shared: Arc<Shared>, stop: watch::Sender<bool>, abort: Option<AbortHandle>) -> Self {
        Self {
            shared,
            task: Arc::new(Task { stop, abort }),
        }
    }

    /// What readers share, for the parts of this crate that answer in other forms.
    #[cfg(feature = "test-util")]
    pub(crate) fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    #[cfg(feature = "test-util")]
    pub(crate) fn without_task(shared: Arc<Shared>) -> Self {
        Self::new(shared, watch::Sender::default(), None)
    }

    /// Whether the tenant gets the flag. Off where there is no answer: before the first data, and
    /// for a flag that the server does not have, unless the builder was given a
    /// [default](Builder::default_on).
    ///
    /// Takes no lock and allocates nothing.
    #[must_use]
    #[inline]
    pub fn is_enabled(&self, flag: &str, tenant: &str) -> bool {
        match self.shared.is_enabled(flag, tenant) {
            Some(on) => on,
            None => self.shared.default_of(flag),
        }
    }

    /// Whether the tenant gets the flag; `default` where there is no answer.
    #[must_use]
    #[inline]
    pub fn is_enabled_or(&self, flag: &str, tenant: &str, default: bool) -> bool {
        self.shared.is_enabled(flag, tenant).unwrap_or(default)
    }

    /// Whether the flag is on in this context: for flags whose rules test attributes.
    #[must_use]
    pub fn is_enabled_for(&self, flag: &str, context: &Context<'_>) -> bool {
        let answer = self.shared.ruleset.ask(|ruleset, sheet| {
            let slot = ruleset.slot(flag);
            let evaluation = answer::evaluate(ruleset, slot, flag, context);
            self.shared
                .counted(ruleset, sheet, slot, flag, context.tenant, &evaluation)
        });
        answer.unwrap_or_else(|| self.shared.default_of(flag))
    }

    /// What the tenant's variant carries, or `default`: if the flag is off, has no variants or is
    /// unknown, or if its payload is of another type, which is counted and logged once.
    ///
    /// ```
    /// # #[cfg(feature = "test-util")] {
    /// let flags = tenantry::Client::fixed().with_value("page-size", 50).build();
    /// assert_eq!(flags.value("page-size", "acme", 20), 50);
    /// assert_eq!(flags.value("no-such-flag", "acme", 20), 20);
    /// assert_eq!(flags.value("page-size", "acme", String::from("a text")), "a text");
    /// # }
    /// ```
    #[must_use]
    pub fn value<T: DeserializeOwned>(&self, flag: &str, tenant: &str, default: T) -> T {
        self.value_for(flag, &Context::tenant(tenant), default)
    }

    /// Like [`value`](Self::value), for flags whose rules test attributes.
    #[must_use]
    pub fn value_for<T: DeserializeOwned>(
        &self,
        flag: &str,
        context: &Context<'_>,
        default: T,
    ) -> T {
        let ruleset = self.shared.ruleset.load();
        let evaluation = self
            .shared
            .evaluate(&ruleset, ruleset.slot(flag), flag, context);
        self.shared.value(flag, &evaluation, default)
    }

    /// The whole answer: on or off, the variant, and why.
    ///
    /// ```
    /// # #[cfg(feature = "test-util")] {
    /// use tenantry::{Client, Context, Reason};
    ///
    /// let flags = Client::fixed().with("new-billing", true).build();
    /// let evaluation = flags.evaluate("new-billing", &Context::tenant("acme"));
    /// assert!(evaluation.on);
    /// assert_eq!(evaluation.reason, Reason::Default);
    /// # }
    /// ```
    #[must_use]
    pub fn evaluate(&self, flag: &str, context: &Context<'_>) -> Evaluation {
        let ruleset = self.shared.ruleset.load();
        let evaluation = self
            .shared
            .evaluate(&ruleset, ruleset.slot(flag), flag, context);
        self.shared
            .evaluation(evaluation, || self.shared.default_of(flag))
    }

    /// The answer with every step that led to it, in sentences. For people, not for hot paths.
    #[must_use]
    pub fn explain(&self, flag: &str, context: &Context<'_>) -> Explanation {
        self.shared.ruleset.load().explain(flag, context)
    }

    /// A handle of a flag. It skips the lookup by key on each question, and may carry a default.
    ///
    /// It may be made before there is any data, and outlives every change of the flag.
    #[must_use]
    pub fn flag(&self, key: impl Into<Box<str>>) -> Flag {
        let key = key.into();
        let default = self.shared.defaults.get(&key).copied().unwrap_or_default();
        Flag::new(Arc::clone(&self.shared), key, default)
    }

    /// Tells the server what became of work that the flag may have influenced: a request, say, that
    /// succeeded or failed. It counts for the answer that the tenant gets now; see
    /// [the manual](crate#what-the-server-is-told). Nothing is told of a flag that the server does
    /// not have, nor of an empty tenant key.
    ///
    /// ```
    /// # #[cfg(feature = "test-util")] {
    /// use std::time::Duration;
    /// use tenantry::{Client, Outcome};
    ///
    /// # let flags = Client::fixed().build();
    /// flags.record("new-billing", "acme", Outcome::success().with_latency(Duration::from_millis(12)));
    /// flags.record("new-billing", "acme", Outcome::failure());
    /// # }
    /// ```
    pub fn record(&self, flag: &str, tenant: &str, outcome: Outcome) {
        self.record_for(flag, &Context::tenant(tenant), outcome);
    }

    /// Like [`record`](Self::record), for flags whose rules test attributes.
    pub fn record_for(&self, flag: &str, context: &Context<'_>, outcome: Outcome) {
        self.shared.record(flag, context, outcome);
    }

    /// Watches a unit of work: from now until [`Call::success`] or [`Call::failure`] is said, which
    /// records its outcome and how long it took.
    ///
    /// ```
    /// # #[cfg(feature = "test-util")] {
    /// # let flags = tenantry::Client::fixed().build();
    /// # fn send_invoice() -> Result<(), std::io::Error> { Ok(()) }
    /// let call = flags.watch("new-billing", "acme");
    /// let sent = call.result(send_invoice());
    /// # let _ = sent;
    /// # }
    /// ```
    pub fn watch(&self, flag: &str, tenant: &str) -> Call {
        self.watch_for(flag, &Context::tenant(tenant))
    }

    /// Like [`watch`](Self::watch), for flags whose rules test attributes.
    pub fn watch_for(&self, flag: &str, context: &Context<'_>) -> Call {
        Call::begin(&self.shared, flag, context)
    }

    /// Waits until there is data, from whatever source. Returns at once if there is.
    ///
    /// With a server that stays away and neither cache nor bootstrap file it waits for as long as
    /// the client lives: bound it with a time-out of your own.
    ///
    /// # Cancel safety
    /// Dropping it has no effect.
    pub async fn ready(&self) {
        self.wait_for(|status| status.source != Source::None).await;
    }

    /// Waits until the answers are what the server says now.
    ///
    /// # Cancel safety
    /// Dropping it has no effect.
    pub async fn connected(&self) {
        self.wait_for(|status| status.connected).await;
    }

    async fn wait_for(&self, reached: impl FnMut(&Status) -> bool) {
        // The sender is in `shared`, so it is not closed while this borrows the client.
        self.shared.status.subscribe().wait_for(reached).await.ok();
    }

    /// Where the answers come from now, and how fresh they are.
    #[must_use]
    pub fn status(&self) -> Status {
        *self.shared.status.borrow()
    }

    /// Watches the status: told of every new source, revision and state of the connection, but not
    /// of every heartbeat.
    #[must_use]
    pub fn watch_status(&self) -> watch::Receiver<Status> {
        self.shared.status.subscribe()
    }

    /// Listens to changes of flags, from now on.
    ///
    /// ```no_run
    /// # async fn example(flags: tenantry::Client) {
    /// let mut changes = flags.changes();
    /// while let Some(changed) = changes.next().await {
    ///     println!("revision {}: {:?}", changed.revision, changed.keys);
    /// }
    /// # }
    /// ```
    #[must_use]
    pub fn changes(&self) -> Changes {
        let receiver = match self.shared.changes.upgrade() {
            Some(sender) => sender.subscribe(),
            // The task has ended: a listener whose sender is gone hears just that.
            None => broadcast::Sender::new(1).subscribe(),
        };
        Changes::new(receiver)
    }

    /// What has gone wrong so far, and did no harm.
    #[must_use]
    pub fn counters(&self) -> Counters {
        let counters = &self.shared.counters;
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Counters {
            empty_tenants: read(&counters.empty_tenants),
            wrong_types: read(&counters.wrong_types),
            incidents: read(&counters.incidents),
            refused_flags: read(&counters.refused_flags),
            untold: self.shared.ledger.dropped(),
        }
    }

    /// Tells the server what was counted, closes the stream, writes what is left for the disk cache, and ends the client's task; at
    /// most 3 seconds. All clones go on answering from what they have.
    ///
    /// Dropping all clones does the same in the background, if the runtime lives on.
    ///
    /// # Cancel safety
    /// The task ends even if this is dropped before it is done.
    pub async fn shutdown(&self) {
        self.task.stop.send_replace(true);
        if timeout(SHUTDOWN_LIMIT, self.task.stop.closed())
            .await
            .is_err()
            && let Some(abort) = &self.task.abort
        {
            abort.abort();
        }
    }
}
