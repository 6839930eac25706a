//! One tenant's flags at one moment: what a request, a job or a message asks.
//!
//! Separate from [`Client`](super::Client) because here nobody can forget the tenant: there is no
//! way to ask without one, and no way to have one that is empty.
//!
//! **Invariants**
//! - The tenant's key is one: 1 to 256 bytes.
//! - All answers come from one ruleset, that of the moment when this was made.

use std::fmt;
use std::sync::Arc;

use serde::de::DeserializeOwned;
use tenantry_core::model::{InvalidKey, TenantKey};
use tenantry_core::{Attributes, Context, Ruleset, Slot};

use super::{Client, Evaluation, Flag};
use crate::publish::Shared;

/// One tenant's flags as they were at one moment. Made by [`Client::for_tenant`] or, in a service
/// with axum, by the layer of the module `axum` for each request.
///
/// - There is no question without a tenant, and no empty tenant.
/// - Answers are consistent: a flag that is switched while a request runs does not change sides in
///   the middle of it. What changed is seen by the next one. So keep it for a request, a job or a
///   message, not longer: for longer things ask the [`Client`].
///
/// A flag is named by its key or by its handle, which skips the lookup and brings its default:
///
/// ```
/// # #[cfg(feature = "test-util")] {
/// let flags = tenantry::Client::fixed().with_tenant("new-billing", "acme", true).build();
/// let new_billing = flags.flag("new-billing");
///
/// let acme = flags.for_tenant("acme")?;
/// assert!(acme.is_enabled("new-billing"));
/// assert!(acme.is_enabled(&new_billing));
/// # }
/// # Ok::<(), tenantry::model::InvalidKey>(())
/// ```
#[derive(Clone)]
pub struct TenantFlags {
    shared: Arc<Shared>,
    /// What every answer comes from.
    ruleset: Arc<Ruleset>,
    tenant: Arc<TenantKey>,
    attributes: Arc<Attributes>,
    /// What is told of each answer: nothing, unless asked for.
    #[cfg(feature = "tracing")]
    pub(crate) telemetry: crate::telemetry::Telemetry,
}

/// A flag's key, or its handle.
///
/// Implemented for `str`, `String` and [`Flag`]; not meant to be implemented elsewhere.
pub trait FlagRef: sealed::Sealed {}

mod sealed {
    use super::Flag;

    /// What a flag is named by.
    #[derive(Clone, Copy)]
    pub enum Named<'a> {
        Key(&'a str),
        Handle(&'a Flag),
    }

    pub trait Sealed {
        fn named(&self) -> Named<'_>;
    }
}

use sealed::Named;

macro_rules! named {
    ($($type:ty => |$value:ident| $named:expr),* $(,)?) => {$(
        impl FlagRef for $type {}

        impl sealed::Sealed for $type {
            #[inline]
            fn named(&self) -> Named<'_> {
                let $value = self;
                $named
            }
        }
    )*};
}

named! {
    str => |key| Named::Key(key),
    String => |key| Named::Key(key),
    Flag => |flag| Named::Handle(flag),
}

impl Client {
    /// One tenant's flags as they are now.
    ///
    /// # Errors
    /// If `tenant` is no tenant's key: it is empty, or longer than 256 bytes.
    pub fn for_tenant(&self, tenant: impl Into<Box<str>>) -> Result<TenantFlags, InvalidKey> {
        Ok(TenantFlags {
            tenant: Arc::new(TenantKey::new(tenant)?),
            shared: Arc::clone(&self.shared),
            ruleset: self.shared.ruleset.load_full(),
            attributes: Arc::default(),
            #[cfg(feature = "tracing")]
            telemetry: crate::telemetry::Telemetry::new(),
        })
    }
}

impl TenantFlags {
    /// The same with attributes, which rules may test: they are part of every question from here on.
    #[must_use]
    pub fn with_attributes(mut self, attributes: impl Into<Arc<Attributes>>) -> Self {
        self.attributes = attributes.into();
        self
    }

    /// The tenant's key.
    #[must_use]
    pub fn tenant(&self) -> &str {
        self.tenant.as_str()
    }

    /// Whether the tenant gets the flag. Where there is no answer the default counts: that of the
    /// handle, else that of the builder, else off.
    ///
    /// Takes no lock and, regular expressions excepted, allocates nothing.
    #[must_use]
    pub fn is_enabled(&self, flag: &(impl FlagRef + ?Sized)) -> bool {
        let named = flag.named();
        self.answer(named).unwrap_or_else(|| self.default_of(named))
    }

    /// Whether the tenant gets the flag; `default` where there is no answer.
    #[must_use]
    pub fn is_enabled_or(&self, flag: &(impl FlagRef + ?Sized), default: bool) -> bool {
        self.answer(flag.named()).unwrap_or(default)
    }

    /// What the tenant's variant carries, or `default`; see [`Client::value`].
    #[must_use]
    pub fn value<T: DeserializeOwned>(&self, flag: &(impl FlagRef + ?Sized), default: T) -> T {
        let named = flag.named();
        let evaluation = self.ask(named);
        self.tell(named, &evaluation, || {
            let payload = evaluation.variant.map(|variant| &variant.payload);
            payload.is_some_and(|payload| T::deserialize(payload).is_err())
        });
        self.shared.value(key_of(named), &evaluation, default)
    }

    /// The whole answer: on or off, the variant, and why.
    #[must_use]
    pub fn evaluate(&self, flag: &(impl FlagRef + ?Sized)) -> Evaluation {
        let named = flag.named();
        let evaluation = self.ask(named);
        self.tell(named, &evaluation, || false);
        self.shared
            .evaluation(evaluation, || self.default_of(named))
    }

    fn answer(&self, named: Named<'_>) -> Option<bool> {
        let evaluation = self.ask(named);
        self.tell(named, &evaluation, || false);
        (!evaluation.reason.leaves_default()).then_some(evaluation.on)
    }

    fn ask(&self, named: Named<'_>) -> tenantry_core::Evaluation<'_> {
        let context = Context::tenant(self.tenant()).with_attributes(&self.attributes);
        let key = key_of(named);
        let slot = self.slot(named).or_else(|| self.ruleset.slot(key));
        self.shared.evaluate(&self.ruleset, slot, key, &context)
    }

    /// Tells of an answer, if that was asked for.
    #[cfg(feature = "tracing")]
    fn tell(
        &self,
        named: Named<'_>,
        evaluation: &tenantry_core::Evaluation<'_>,
        is_mistyped: impl FnOnce() -> bool,
    ) {
        if self.telemetry != crate::telemetry::Telemetry::new() {
            let is_ready = self.shared.ready.load(std::sync::atomic::Ordering::Acquire);
            let (flag, tenant) = (key_of(named), self.tenant());
            self.telemetry
                .tell(flag, tenant, evaluation, is_ready, is_mistyped());
        }
    }

    #[cfg(not(feature = "tracing"))]
    #[expect(clippy::unused_self, reason = "the shape of the one that tells")]
    fn tell(&self, _: Named<'_>, _: &tenantry_core::Evaluation<'_>, _: impl FnOnce() -> bool) {}

    /// The place of the flag, if a handle knows it: a handle of this very client.
    fn slot(&self, named: Named<'_>) -> Option<Slot> {
        match named {
            Named::Handle(flag) if Arc::ptr_eq(&flag.shared, &self.shared) => {
                flag.slot(&self.ruleset)
            }
            Named::Key(_) | Named::Handle(_) => None,
        }
    }

    fn default_of(&self, named: Named<'_>) -> bool {
        match named {
            Named::Key(key) => self.shared.default_of(key),
            Named::Handle(flag) => flag.default,
        }
    }
}

fn key_of(named: Named<'_>) -> &str {
    match named {
        Named::Key(key) => key,
        Named::Handle(flag) => flag.key(),
    }
}

impl fmt::Debug for TenantFlags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TenantFlags")
            .field("tenant", &self.tenant())
            .field("attributes", &self.attributes)
            .finish_non_exhaustive()
    }
}
