//! Webhooks, signed as [Standard Webhooks](https://www.standardwebhooks.com/) 1.0 says.
//!
//! **Invariants**
//! - Only the address that the operator chose is posted to; nobody is sent on from there.
//! - The address's path may be a secret: no error says it.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use data_encoding::BASE64;
use hmac::{Hmac, KeyInit as _, Mac as _};
use reqwest::redirect::Policy;
use reqwest::{Client, StatusCode};
use secrecy::{ExposeSecret as _, SecretSlice};
use serde_json::Value;
use sha2::Sha256;
use thiserror::Error;
use url::Url;

use super::Failure;
use crate::config::NotifyConfig;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(15);
/// What a secret begins with.
const PREFIX: &str = "whsec_";

/// Where notifications are posted to.
#[derive(Clone)]
pub(super) struct Webhook {
    http: Client,
    url: Url,
    /// The newest first.
    secrets: Arc<[SecretSlice<u8>]>,
}

/// Why there can be no webhook.
#[derive(Debug, Error)]
pub(crate) enum WebhookError {
    /// Not an address.
    #[error("TENANTRY_NOTIFY_WEBHOOK_URL must be http:// or https:// with a host")]
    Url,
    /// Not a secret.
    #[error(
        "TENANTRY_NOTIFY_WEBHOOK_SECRET must be whsec_ and 24 to 64 bytes in base64, or two of them \
         with a comma between; this makes one: echo whsec_$(openssl rand -base64 32)"
    )]
    Secret,
    /// There is no TLS here.
    #[error("there can be no webhook")]
    Http(#[from] reqwest::Error),
}

impl Webhook {
    /// The webhook that the operator chose, if one was chosen.
    pub(super) fn new(config: &NotifyConfig) -> Result<Option<Self>, WebhookError> {
        let (Some(url), Some(secrets)) =
            (&config.notify_webhook_url, &config.notify_webhook_secret)
        else {
            return Ok(None);
        };
        let url = Url::parse(url.expose_secret()).map_err(|_| WebhookError::Url)?;
        if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
            return Err(WebhookError::Url);
        }
        let secrets = secrets_of(secrets.expose_secret()).ok_or(WebhookError::Secret)?;
        let http = Client::builder()
            .timeout(PATIENCE)
            .redirect(Policy::none())
            .user_agent(concat!("tenantry/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Some(Self { http, url, secrets }))
    }

    /// Posts a notification. Its id is the same whenever it is tried.
    pub(super) async fn post(
        &self,
        id: &str,
        now: DateTime<Utc>,
        body: &Value,
    ) -> Result<(), Failure> {
        let (body, at) = (body.to_string(), now.timestamp().to_string());
        let request = self
            .http
            .post(self.url.clone())
            .header("content-type", "application/json")
            .header("webhook-id", id)
            .header("webhook-timestamp", &at)
            .header("webhook-signature", self.signatures(id, &at, &body))
            .body(body);
        let answer = request.send().await;
        let answer = answer.map_err(|error| Failure::passing(chain(&error.without_url())))?;
        let status = answer.status();
        if status.is_success() {
            return Ok(());
        }
        let failure = Failure::passing(format!("the webhook answered {status}"));
        // Standard Webhooks: whoever answers so wants no more.
        Err(failure.final_if(status == StatusCode::GONE))
    }

    /// A signature by each secret, with a space between.
    fn signatures(&self, id: &str, at: &str, body: &str) -> String {
        let sign = |secret: &SecretSlice<u8>| {
            let mut mac = Hmac::<Sha256>::new_from_slice(secret.expose_secret())
                .expect("a key of any length is a key");
            mac.update(format!("{id}.{at}.{body}").as_bytes());
            format!("v1,{}", BASE64.encode(&mac.finalize().into_bytes()))
        };
        let signatures: Vec<_> = self.secrets.iter().map(sign).collect();
        signatures.join(" ")
    }
}

impl std::fmt::Debug for Webhook {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Webhook").finish_non_exhaustive()
    }
}

/// One secret, or two while one takes the other's place.
fn secrets_of(text: &str) -> Option<Arc<[SecretSlice<u8>]>> {
    let secret = |text: &str| {
        let key = text.trim().strip_prefix(PREFIX)?;
        let key = BASE64.decode(key.as_bytes()).ok()?;
        let is_long_enough = (24..=64).contains(&key.len());
        is_long_enough.then(|| SecretSlice::from(key))
    };
    let secrets: Arc<[_]> = text.split(',').map(secret).collect::<Option<_>>()?;
    (secrets.len() <= 2).then_some(secrets)
}

/// An error with its causes.
fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_one_secret_or_two() {
        const KEY: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        let count = |text: &str| secrets_of(text).map(|secrets| secrets.len());
        assert_eq!(count(KEY), Some(1));
        assert_eq!(count(&format!("{KEY}, {KEY}")), Some(2));
        for wrong in [
            "",
            "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "whsec_c2hvcnQ=",
            "whsec_%%",
            &format!("{KEY},"),
            &format!("{KEY},{KEY},{KEY}"),
        ] {
            assert_eq!(count(wrong), None, "{wrong}");
        }
    }
}
