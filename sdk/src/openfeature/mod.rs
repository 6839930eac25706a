//! A provider for OpenFeature's own Rust SDK, the crate `open-feature`. Behind the feature
//! `openfeature`.
//!
//! ```
//! # #[cfg(feature = "test-util")] {
//! # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
//! use tenantry::Client;
//! use tenantry::openfeature::TenantryProvider;
//! use tenantry::openfeature::open_feature::{EvaluationContext, OpenFeature};
//!
//! let flags = Client::fixed().with_tenant("new-billing", "acme", true).build();
//! let mut api = OpenFeature::singleton_mut().await;
//! api.set_provider(TenantryProvider::new(flags)).await;
//!
//! let client = api.create_client();
//! let acme = EvaluationContext::default().with_targeting_key("acme");
//! let answer = client.get_bool_details("new-billing", Some(&acme), None).await.unwrap();
//! assert!(answer.value);
//! assert_eq!(answer.variant.as_deref(), Some("on"));
//! # });
//! # }
//! ```
//!
//! Answers are those of [`Client::evaluate`](crate::Client::evaluate), and in every respect those
//! that the server gives over OFREP to the SDKs of other languages.
//!
//! # The context
//!
//! The targeting key is the tenant. Custom fields are attributes: truth values, numbers, texts, and
//! points in time, as RFC 3339. Of structures, which that crate passes on as `Any`, lists are taken
//! where they are an [`open_feature::Value`] or a [`serde_json::Value`]; what else there is is left
//! out, as if it had not been passed.
//!
//! # The value
//!
//! | the flag for this tenant | its value |
//! | --- | --- |
//! | is off | `false` |
//! | is on, without variants | `true` |
//! | is on, with a variant | the variant's payload; its name if it has none |
//!
//! A question of another type is `TYPE_MISMATCH`: of a text, say, while the flag is off. That
//! crate has no argument for a default; take one where there is an error:
//! `get_string_value(…).await.unwrap_or_else(|_| "#000".to_owned())`. A number without a fraction
//! is an integer, and every number a float. In structures, fields that are null are left out, since
//! that crate has no null, and a list that holds null is `TYPE_MISMATCH`.
//!
//! # Reasons, errors, metadata
//!
//! | Tenantry's reason | OpenFeature's |
//! | --- | --- |
//! | `TARGETING_MATCH`, `PREREQUISITE_FAILED` | `TARGETING_MATCH` |
//! | `SPLIT`, `DEFAULT`, `DISABLED` | the same |
//! | `NOT_READY` | the error `PROVIDER_NOT_READY` |
//! | `FLAG_NOT_FOUND`, `PARSE_ERROR`, `TARGETING_KEY_MISSING` | the error of that name |
//!
//! A targeting key of more than 256 bytes is `INVALID_CONTEXT`. The variant is the variant's name,
//! else `on` or `off`. The metadata of each answer hold `tenantry_reason`, Tenantry's own word;
//! `rule`, the rule that decided, counted from 0, if one did; and `version`, the environment's
//! revision that the client was at, if it has one.
//!
//! # Status and events
//!
//! The status is `NotReady` without data, `Ready` while the stream is up (and with fixed answers),
//! and `STALE` while answers come from the last state because the server is away. It is never
//! `Error`: the client goes on trying for as long as it lives. Setting the provider waits for data,
//! at most [2 seconds](TenantryProvider::initialization_timeout), and holds up that API's
//! evaluations meanwhile, as its specification has it.
//!
//! The crate `open-feature` 0.3 has **no events**: nobody can be told through it of `READY`,
//! `STALE`, `CONFIGURATION_CHANGED` or `ERROR`, and it asks no provider for its status.
//! [`Client::watch_status`](crate::Client::watch_status) tells of the first two, and
//! [`Client::changes`](crate::Client::changes) of the third with the keys of the flags; a clone of
//! the client that the provider was given is good for both. Nor has it tracking, domains beyond
//! names, a shutdown of providers (dropping the last clone of the client is one), or transaction
//! contexts. Its default features are needed: without them it does not compile.
//!
//! # Hooks
//!
//! Hooks of the API, of its clients and of calls work as that crate has them.
//! [`TenantryProvider::with_hook`] adds provider hooks, which run last before and first after.
//!
//! **Invariants**
//! - An error is never an answer: a caller's default stands, whatever the builder's defaults say.

mod answer;
mod context;
mod provider;

pub use open_feature;
pub use provider::TenantryProvider;
