//! The provider: OpenFeature's questions, passed on to a client.
//!
//! **Invariants**
//! - A question waits for nothing but the caller's own hooks: it is answered from memory.

use std::fmt;
use std::time::Duration;

use open_feature::provider::{
    FeatureProvider, ProviderMetadata, ProviderStatus, ResolutionDetails,
};
use open_feature::{
    EvaluationContext, EvaluationErrorCode, EvaluationResult, Hook, HookWrapper, StructValue,
    async_trait,
};
use tenantry_core::Context;
use tenantry_core::limits::MAX_TENANT_BYTES;
use tokio::time::timeout;

use super::answer::{Typed, details, fail};
use super::context::attributes;
use crate::{Client, Source};

/// How long setting the provider waits for data unless told otherwise.
const INITIALIZATION_TIMEOUT: Duration = Duration::from_secs(2);

/// Answers OpenFeature's questions from a [`Client`]. See [the module](super) for how.
pub struct TenantryProvider {
    flags: Client,
    metadata: ProviderMetadata,
    hooks: Vec<HookWrapper>,
    initialization_timeout: Duration,
}

impl TenantryProvider {
    /// A provider that answers from this client. Keep a clone of the client for all that
    /// OpenFeature has no words for.
    #[must_use]
    pub fn new(flags: Client) -> Self {
        Self {
            flags,
            metadata: ProviderMetadata::new("Tenantry"),
            hooks: Vec::new(),
            initialization_timeout: INITIALIZATION_TIMEOUT,
        }
    }

    /// Adds a provider hook: it runs last before an evaluation, and first after it.
    #[must_use]
    pub fn with_hook(mut self, hook: impl Hook) -> Self {
        self.hooks.push(HookWrapper::new(hook));
        self
    }

    /// How long setting the provider waits for data, if the client has none yet: 2 seconds unless
    /// told otherwise. With zero it does not wait.
    #[must_use]
    pub fn initialization_timeout(mut self, timeout: Duration) -> Self {
        self.initialization_timeout = timeout;
        self
    }

    fn resolve<T: Typed>(
        &self,
        flag: &str,
        context: &EvaluationContext,
    ) -> EvaluationResult<ResolutionDetails<T>> {
        // Nobody is an empty tenant, for which the evaluator has a reason of its own.
        let tenant = context.targeting_key.as_deref().unwrap_or_default();
        if tenant.len() > MAX_TENANT_BYTES {
            return fail(
                EvaluationErrorCode::InvalidContext,
                format!("the targeting key must be at most {MAX_TENANT_BYTES} bytes"),
            );
        }
        let attributes = attributes(context);
        let context = Context::tenant(tenant).with_attributes(&attributes);
        details(self.flags.evaluate(flag, &context), self.flags.status())
    }
}

#[async_trait]
impl FeatureProvider for TenantryProvider {
    async fn initialize(&mut self, _context: &EvaluationContext) {
        let without_data = self.flags.status().source == Source::None;
        if without_data && !self.initialization_timeout.is_zero() {
            let ready = self.flags.ready();
            timeout(self.initialization_timeout, ready).await.ok();
        }
    }

    fn status(&self) -> ProviderStatus {
        let status = self.flags.status();
        match status.source {
            Source::None => ProviderStatus::NotReady,
            Source::Fixed => ProviderStatus::Ready,
            _ if status.connected => ProviderStatus::Ready,
            _ => ProviderStatus::STALE,
        }
    }

    fn metadata(&self) -> &ProviderMetadata {
        &self.metadata
    }

    fn hooks(&self) -> &[HookWrapper] {
        &self.hooks
    }

    async fn resolve_bool_value(
        &self,
        flag: &str,
        context: &EvaluationContext,
    ) -> EvaluationResult<ResolutionDetails<bool>> {
        self.resolve(flag, context)
    }

    async fn resolve_int_value(
        &self,
        flag: &str,
        context: &EvaluationContext,
    ) -> EvaluationResult<ResolutionDetails<i64>> {
        self.resolve(flag, context)
    }

    async fn resolve_float_value(
        &self,
        flag: &str,
        context: &EvaluationContext,
    ) -> EvaluationResult<ResolutionDetails<f64>> {
        self.resolve(flag, context)
    }

    async fn resolve_string_value(
        &self,
        flag: &str,
        context: &EvaluationContext,
    ) -> EvaluationResult<ResolutionDetails<String>> {
        self.resolve(flag, context)
    }

    async fn resolve_struct_value(
        &self,
        flag: &str,
        context: &EvaluationContext,
    ) -> EvaluationResult<ResolutionDetails<StructValue>> {
        self.resolve(flag, context)
    }
}

impl fmt::Debug for TenantryProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TenantryProvider")
            .field("flags", &self.flags)
            .field("hooks", &self.hooks.len())
            .field("initialization_timeout", &self.initialization_timeout)
            .finish_non_exhaustive()
    }
}
