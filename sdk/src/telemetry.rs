//! Telemetry: a tenant's answers as fields of spans, and as OpenTelemetry's events. Behind the
//! feature `tracing`.
//!
//! Separate from the client, whose questions are too many and too quick to be told of: what is told
//! is asked for, by a tenant's flags that are [observed](TenantFlags::observed).
//!
//! **Invariants**
//! - Who does not ask for it pays nothing but the look at an absent setting.
//! - Names are those of OpenTelemetry's semantic conventions, where they have one.

use tenantry_core::{Evaluation, Reason};
use tracing::{Level, Span, event};

use crate::client::TenantFlags;

/// What fields of spans that hold answers begin with; the flag's key follows.
const FLAG_FIELD: &str = "tenantry.flag.";

/// What is told of each answer. See [`TenantFlags::observed`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[must_use = "nothing is told before flags are observed with it"]
pub struct Telemetry {
    fields: bool,
    events: bool,
}

impl Telemetry {
    /// Nothing yet.
    pub const fn new() -> Self {
        Self {
            fields: false,
            events: false,
        }
    }

    /// Records the tenant and the answers in the current span, where that span has declared fields
    /// for them: `tenantry.tenant`, and for each flag that you care about `tenantry.flag.` with its
    /// key. What is recorded is the name of the tenant's variant, else `on` or `off`.
    ///
    /// ```
    /// # #[cfg(feature = "test-util")] {
    /// use tenantry::Telemetry;
    /// use tracing::field::Empty;
    ///
    /// let span = tracing::info_span!(
    ///     "request",
    ///     "tenantry.tenant" = Empty,
    ///     "tenantry.flag.new-billing" = Empty,
    /// );
    /// let _entered = span.enter();
    /// let flags = tenantry::Client::fixed().with("new-billing", true).build();
    /// let acme = flags.for_tenant("acme")?.observed(Telemetry::new().span_fields());
    /// assert!(acme.is_enabled("new-billing")); // and the span says so
    /// # }
    /// # Ok::<(), tenantry::model::InvalidKey>(())
    /// ```
    pub const fn span_fields(mut self) -> Self {
        self.fields = true;
        self
    }

    /// Emits an event `feature_flag.evaluation` for each answer, as OpenTelemetry's semantic
    /// conventions have it, in the current span, at level `INFO` and with the target
    /// `tenantry::evaluation`, to filter by.
    ///
    /// `opentelemetry-appender-tracing` turns it into a log record with that event name, and
    /// `tracing-opentelemetry` into an event of the span. Its attributes:
    ///
    /// | attribute | |
    /// | --- | --- |
    /// | `feature_flag.key` | the flag's key |
    /// | `feature_flag.provider.name` | `Tenantry` |
    /// | `feature_flag.context.id` | the tenant |
    /// | `feature_flag.result.variant` | the variant's name, else `on` or `off`; absent on errors |
    /// | `feature_flag.result.reason` | `targeting_match`, `split`, `default`, `disabled` or `error` |
    /// | `error.type` | `flag_not_found`, `provider_not_ready`, `parse_error` or `type_mismatch` |
    ///
    /// The value itself is left out, as it may be large or private: the variant stands for it.
    pub const fn events(mut self) -> Self {
        self.events = true;
        self
    }
}

/// Behind the feature `tracing`.
impl TenantFlags {
    /// The same flags, whose answers are told to `tracing` from here on.
    ///
    /// With axum, `TenantLayer::observed` does it for every request.
    #[must_use]
    pub fn observed(mut self, telemetry: Telemetry) -> Self {
        if telemetry.fields {
            Span::current().record("tenantry.tenant", self.tenant());
        }
        self.telemetry = telemetry;
        self
    }
}

impl Telemetry {
    /// Tells of an answer. `mistyped` is whether its payload was of another type than asked for.
    #[cold]
    pub(crate) fn tell(
        self,
        flag: &str,
        tenant: &str,
        evaluation: &Evaluation<'_>,
        is_ready: bool,
        mistyped: bool,
    ) {
        let outcome = Outcome::of(evaluation, is_ready, mistyped);
        if self.fields
            && let Some(variant) = outcome.variant
        {
            let span = Span::current();
            let mut declared = span
                .metadata()
                .into_iter()
                .flat_map(tracing::Metadata::fields);
            if let Some(field) =
                declared.find(|field| field.name().strip_prefix(FLAG_FIELD) == Some(flag))
            {
                span.record(&field, variant);
            }
        }
        if self.events {
            event!(
                name: "feature_flag.evaluation",
                target: "tenantry::evaluation",
                Level::INFO,
                "feature_flag.key" = flag,
                "feature_flag.provider.name" = "Tenantry",
                "feature_flag.context.id" = tenant,
                "feature_flag.result.variant" = outcome.variant,
                "feature_flag.result.reason" = outcome.reason,
                "error.type" = outcome.error,
            );
        }
    }
}

/// An answer in the words of the semantic conventions.
struct Outcome<'a> {
    variant: Option<&'a str>,
    reason: &'static str,
    error: Option<&'static str>,
}

impl<'a> Outcome<'a> {
    fn of(evaluation: &Evaluation<'a>, is_ready: bool, mistyped: bool) -> Self {
        let error = match evaluation.reason {
            Reason::FlagNotFound | Reason::NotReady if !is_ready => Some("provider_not_ready"),
            Reason::NotReady => Some("provider_not_ready"),
            Reason::FlagNotFound => Some("flag_not_found"),
            Reason::ParseError => Some("parse_error"),
            Reason::TargetingKeyMissing => Some("targeting_key_missing"),
            _ if mistyped => Some("type_mismatch"),
            _ => None,
        };
        if error.is_some() {
            return Self {
                variant: None,
                reason: "error",
                error,
            };
        }
        let plain = if evaluation.on { "on" } else { "off" };
        Self {
            variant: Some(
                evaluation
                    .variant
                    .map_or(plain, |variant| variant.name.as_str()),
            ),
            reason: match evaluation.reason {
                Reason::TargetingMatch | Reason::PrerequisiteFailed => "targeting_match",
                Reason::Split => "split",
                Reason::Default => "default",
                Reason::Disabled => "disabled",
                _ => "unknown",
            },
            error: None,
        }
    }
}
