//! Webhooks, signed as [Standard Webhooks](https://www.standardwebhooks.com/) 1.0 says.
//!
//! **Invariants**
//! - Only the address that the operator chose is posted to; nobody is sent on from there.
//! - The address may be a secret: no error says it.

use std::time::Duration;

use chrono::{DateTime, Utc};
use data_encoding::BASE64;
use hmac::{Hmac, KeyInit as _, Mac as _};
use reqwest::redirect::Policy;
use reqwest::{Client, StatusCode};
use serde_json::Value;
use sha2::Sha256;

use super::Failure;
use crate::config::{NotifyConfig, WebhookSecrets, WebhookUrl};

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(15);

/// Where notifications are posted to.
#[derive(Debug, Clone)]
pub(super) struct Webhook {
    http: Client,
    url: WebhookUrl,
    secrets: WebhookSecrets,
}

impl Webhook {
    /// The webhook that the operator chose, if one was chosen.
    ///
    /// # Errors
    /// If there can be no HTTP client: TLS has no roots.
    pub(super) fn new(config: &NotifyConfig) -> Result<Option<Self>, reqwest::Error> {
        let (Some(url), Some(secrets)) =
            (&config.notify_webhook_url, &config.notify_webhook_secret)
        else {
            return Ok(None);
        };
        let http = Client::builder()
            .timeout(PATIENCE)
            .redirect(Policy::none())
            .user_agent(concat!("tenantry/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Some(Self {
            http,
            url: url.clone(),
            secrets: secrets.clone(),
        }))
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
            .post(self.url.url().clone())
            .header("content-type", "application/json")
            .header("webhook-id", id)
            .header("webhook-timestamp", &at)
            .header("webhook-signature", self.signatures(id, &at, &body))
            .body(body);
        let answer = request.send().await;
        let answer = answer.map_err(|error| Failure::now(&error.without_url()))?;
        let status = answer.status();
        if status.is_success() {
            return Ok(());
        }
        let failure = Failure {
            why: format!("the webhook answered {status}"),
            is_final: false,
        };
        // Standard Webhooks: whoever answers so wants no more.
        Err(if status == StatusCode::GONE {
            failure.for_good()
        } else {
            failure
        })
    }

    /// A signature by each secret, with a space between.
    fn signatures(&self, id: &str, at: &str, body: &str) -> String {
        let sign = |key: &[u8]| {
            let mut mac =
                Hmac::<Sha256>::new_from_slice(key).expect("a key of any length is a key");
            mac.update(format!("{id}.{at}.{body}").as_bytes());
            format!("v1,{}", BASE64.encode(&mac.finalize().into_bytes()))
        };
        self.secrets.keys().map(sign).collect::<Vec<_>>().join(" ")
    }
}
