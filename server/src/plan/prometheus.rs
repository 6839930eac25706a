//! Prometheus, or whatever answers as it does: what it knows of each tenant.
//!
//! Its HTTP API is version 1: <https://prometheus.io/docs/prometheus/latest/querying/api/>.
//!
//! **Invariants**
//! - Only the address that the operator chose is asked; nobody is sent on from there.
//! - An answer has a bound, in time and in bytes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use reqwest::Client;
use reqwest::redirect::Policy;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use tenantry_plan::Query;
use thiserror::Error;
use url::Url;

use crate::config::PlansConfig;

/// How long it may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// The largest answer that is read: 100,000 tenants with some labels each.
const MAX_BYTES: usize = 32 << 20;

/// A Prometheus-compatible server; cloning it is cheap.
#[derive(Debug, Clone)]
pub(crate) struct Prometheus {
    http: Client,
    address: Arc<Url>,
    token: Option<SecretString>,
}

/// Why there is no answer.
#[derive(Debug, Error)]
pub(crate) enum PrometheusError {
    /// It says that the question is wrong.
    #[error("{0}")]
    Refused(String),
    /// It cannot be asked.
    #[error("it cannot be asked")]
    Http(#[from] reqwest::Error),
    /// What it answered is something else.
    #[error("its answer is none: {0}")]
    Unreadable(String),
}

#[derive(Deserialize)]
struct Reply {
    status: String,
    error: Option<String>,
    data: Option<Data>,
}

#[derive(Deserialize)]
#[serde(tag = "resultType", content = "result", rename_all = "snake_case")]
enum Data {
    Vector(Vec<Sample>),
    Matrix(Vec<Series>),
    Scalar(serde::de::IgnoredAny),
    String(serde::de::IgnoredAny),
}

#[derive(Deserialize)]
struct Sample {
    metric: BTreeMap<String, String>,
    /// When, and the number as a text.
    value: (f64, String),
}

#[derive(Deserialize)]
struct Series {
    metric: BTreeMap<String, String>,
}

impl Prometheus {
    /// The server that the operator chose, if one was chosen.
    ///
    /// # Errors
    /// If there can be no HTTP client: TLS has no roots.
    pub(crate) fn new(config: &PlansConfig) -> Result<Option<Self>, reqwest::Error> {
        let Some(address) = &config.prometheus_url else {
            return Ok(None);
        };
        let http = Client::builder()
            .timeout(PATIENCE)
            .redirect(Policy::none())
            .build()?;
        Ok(Some(Self {
            http,
            address: Arc::new(address.clone()),
            token: config.prometheus_token.clone(),
        }))
    }

    /// The sample of each tenant, of windows of this length that end at `at`.
    pub(crate) async fn samples(
        &self,
        query: &Query,
        window: &str,
        at: DateTime<Utc>,
    ) -> Result<Vec<(String, f64)>, PrometheusError> {
        let time = at.timestamp().to_string();
        let asked = [("query", query.about(window)), ("time", time)];
        let Data::Vector(samples) = self.ask("query", &asked).await? else {
            return Err(PrometheusError::Refused(
                "the query yields no instant vector: it must yield a sample for each tenant"
                    .to_owned(),
            ));
        };
        let samples = samples.into_iter().filter_map(|mut sample| {
            let tenant = sample.metric.remove(&query.tenant_label)?;
            Some((tenant, sample.value.1.parse().ok()?))
        });
        Ok(samples.collect())
    }

    /// The tenants that had a sample in any hour of a time.
    pub(crate) async fn tenants(
        &self,
        query: &Query,
        from: DateTime<Utc>,
        to: DateTime<Utc>,
    ) -> Result<BTreeSet<String>, PrometheusError> {
        let asked = [
            ("query", query.about("1h")),
            ("start", from.timestamp().to_string()),
            ("end", to.timestamp().to_string()),
            ("step", "3600".to_owned()),
        ];
        let Data::Matrix(series) = self.ask("query_range", &asked).await? else {
            return Ok(BTreeSet::new());
        };
        let tenants = series
            .into_iter()
            .filter_map(|mut series| series.metric.remove(&query.tenant_label));
        Ok(tenants.collect())
    }

    async fn ask(&self, what: &str, asked: &[(&str, String)]) -> Result<Data, PrometheusError> {
        let mut address = Url::clone(&self.address);
        let base = address.path().trim_end_matches('/').to_owned();
        address.set_path(&format!("{base}/api/v1/{what}"));
        address.query_pairs_mut().extend_pairs(asked);
        let mut request = self.http.get(address);
        if let Some(token) = &self.token {
            request = request.bearer_auth(token.expose_secret());
        }
        let mut response = request.send().await?;
        let status = response.status();
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await? {
            if body.len() + chunk.len() > MAX_BYTES {
                let message = format!("it is longer than {MAX_BYTES} bytes");
                return Err(PrometheusError::Unreadable(message));
            }
            body.extend_from_slice(&chunk);
        }
        let reply: Reply = serde_json::from_slice(&body)
            .map_err(|error| PrometheusError::Unreadable(format!("{status}: {error}")))?;
        match (reply.status.as_str(), reply.data, reply.error) {
            ("success", Some(data), _) => Ok(data),
            (_, _, Some(error)) if status.is_client_error() => Err(PrometheusError::Refused(error)),
            (_, _, error) => Err(PrometheusError::Unreadable(
                error.unwrap_or_else(|| status.to_string()),
            )),
        }
    }
}
