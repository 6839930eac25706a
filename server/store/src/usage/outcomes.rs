//! Outcomes: what became of the work behind a flag, by tenant and minute.

use chrono::{DateTime, Utc};
use sea_query_sqlx::SqlxValues;
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
    TENANTS = "SELECT DISTINCT tenant FROM outcome_minute
        WHERE project_id = $1 AND environment_id = $2 AND flag = $3 AND minute >= $4 AND minute < $5
            AND tenant <> '' ORDER BY tenant";
    SUMS = "SELECT tenant, is_on, CAST(SUM(requests) AS BIGINT), CAST(SUM(failures) AS BIGINT)
        FROM outcome_minute
        WHERE project_id = $1 AND environment_id = $2 AND flag = $3 AND minute >= $4 AND minute < $5
            AND tenant <> '' GROUP BY tenant, is_on ORDER BY tenant, is_on";
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
        let rows: Vec<OutcomeRow> = conn.all(&OUTCOMES, filter.place(scope)).await?;
        let flag = filter.flag.as_str();
        rows.into_iter().map(|row| row.outcomes(flag)).collect()
    }
}

/// What became of the work for a tenant over a while.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutcomeSum {
    /// The tenant's key.
    pub tenant: String,
    /// Whether it had the flag.
    pub on: bool,
    /// How often the work was done.
    pub requests: u64,
    /// How often of these it failed.
    pub failures: u64,
}

impl Store {
    /// Lists the tenants that have outcomes, sorted.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn outcome_tenants<M: Mode>(
        &self,
        scope: &EnvironmentScope<M>,
        filter: &OutcomeFilter,
    ) -> Result<Vec<String>, StoreError> {
        let mut conn = self.read(scope.project()).await?;
        let rows: Vec<(String,)> = conn.all(&TENANTS, filter.place(scope)).await?;
        Ok(rows.into_iter().map(|(tenant,)| tenant).collect())
    }

    /// Sums outcomes by tenant and answer, sorted.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn outcome_sums<M: Mode>(
        &self,
        scope: &EnvironmentScope<M>,
        filter: &OutcomeFilter,
    ) -> Result<Vec<OutcomeSum>, StoreError> {
        let mut conn = self.read(scope.project()).await?;
        let rows: Vec<(String, bool, i64, i64)> = conn.all(&SUMS, filter.place(scope)).await?;
        rows.into_iter()
            .map(|(tenant, on, requests, failures)| {
                Ok(OutcomeSum {
                    on,
                    requests: number("outcome_minute", "requests", &tenant, requests)?,
                    failures: number("outcome_minute", "failures", &tenant, failures)?,
                    tenant,
                })
            })
            .collect()
    }
}

impl OutcomeFilter {
    fn place<M: Mode>(&self, scope: &EnvironmentScope<M>) -> SqlxValues {
        args![
            scope.project().id(),
            scope.id(),
            self.flag.as_str(),
            minute(self.from),
            minute(self.to),
        ]
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
