//! Outcomes: what became of the work behind a flag, by tenant and minute.

use chrono::{DateTime, Utc};
use tenantry_core::model::FlagKey;

use super::{minute, of_minute};
use crate::access::{EnvironmentScope, Mode};
use crate::db::{args, number, statements};
use crate::error::StoreError;
use crate::store::Store;

/// What became of the work for a tenant in a minute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantOutcomes {
    /// The flag's key.
    pub flag: String,
    /// Whether the tenant had the flag.
    pub on: bool,
    /// The tenant's key; empty for all others, summed.
    pub tenant: String,
    /// The beginning of the minute. Ignored when it is written: the batch says it.
    pub at: DateTime<Utc>,
    /// How often the work was done.
    pub requests: u64,
    /// How often of these it failed.
    pub failures: u64,
    /// How long it took, where that is known: buckets and counts, sorted.
    pub latency: Vec<(u8, u64)>,
}

/// Which outcomes to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutcomeFilter {
    /// Of this flag.
    pub flag: FlagKey,
    /// From the minute of this time on.
    pub from: DateTime<Utc>,
    /// Before the minute of this time.
    pub to: DateTime<Utc>,
}

statements! { "outcome_minute";
    OUTCOMES = "SELECT minute, tenant, is_on, requests, failures, latency FROM outcome_minute
        WHERE project_id = $1 AND environment_id = $2 AND flag = $3 AND minute >= $4 AND minute < $5
        ORDER BY minute, tenant, is_on";
}

#[derive(Debug, sqlx::FromRow)]
struct OutcomeRow {
    minute: i64,
    tenant: String,
    is_on: bool,
    requests: i64,
    failures: i64,
    latency: String,
}

impl Store {
    /// Reads outcomes, by minute, then tenant.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn outcomes<M: Mode>(
        &self,
        scope: &EnvironmentScope<M>,
        filter: &OutcomeFilter,
    ) -> Result<Vec<TenantOutcomes>, StoreError> {
        let mut conn = self.read(scope.project()).await?;
        let rows: Vec<OutcomeRow> = conn
            .all(
                &OUTCOMES,
                args![
                    scope.project().id(),
                    scope.id(),
                    filter.flag.as_str(),
                    minute(filter.from),
                    minute(filter.to),
                ],
            )
            .await?;
        let flag = filter.flag.as_str();
        rows.into_iter().map(|row| row.outcomes(flag)).collect()
    }
}

impl OutcomeRow {
    fn outcomes(self, flag: &str) -> Result<TenantOutcomes, StoreError> {
        Ok(TenantOutcomes {
            flag: flag.to_owned(),
            on: self.is_on,
            at: of_minute(self.minute),
            requests: number("outcome_minute", "requests", &self.tenant, self.requests)?,
            failures: number("outcome_minute", "failures", &self.tenant, self.failures)?,
            latency: read_latency(&self.tenant, &self.latency)?,
            tenant: self.tenant,
        })
    }
}

/// Reads a column of buckets and counts.
pub(crate) fn read_latency(tenant: &str, text: &str) -> Result<Vec<(u8, u64)>, StoreError> {
    serde_json::from_str(text)
        .map_err(|error| StoreError::corrupt("outcome_minute", "latency", tenant, error))
}
