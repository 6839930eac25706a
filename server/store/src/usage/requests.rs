//! How much each tenant asks: its part of an environment's calls, over all flags.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use serde_json::json;
use tenantry_core::model::{EnvironmentKey, TenantKey};

use super::{hour, of_minute};
use crate::access::{EnvironmentScope, Mode, ProjectScope};
use crate::db::{args, number, parsed, statements};
use crate::error::StoreError;
use crate::store::Store;

/// How often an environment was asked, by tenant.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TenantRequests {
    /// How often in all, for tenants that are not named as well.
    pub total: u64,
    /// How often for each tenant that is named.
    pub tenants: HashMap<Box<str>, u64>,
}

/// When an environment was asked for a tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantSeen {
    /// The environment.
    pub environment: EnvironmentKey,
    /// When first, to the minute.
    pub first: DateTime<Utc>,
    /// When last, to the hour at least.
    pub last: DateTime<Utc>,
}

statements! { "tenant_usage_hour";
    TOTAL = "SELECT CAST(COALESCE(SUM(on_calls + off_calls), 0) AS BIGINT) FROM flag_usage_hour
        WHERE project_id = $1 AND environment_id = $2 AND hour >= $3";
    BY_TENANT = "SELECT tenant, CAST(SUM(on_calls + off_calls) AS BIGINT) FROM tenant_usage_hour
        WHERE project_id = $1 AND environment_id = $2 AND hour >= $3 GROUP BY tenant";
    SEEN = "SELECT e.key, s.first_minute, s.last_minute FROM tenant_seen s
        JOIN environment e ON e.project_id = s.project_id AND e.id = s.environment_id
        WHERE s.project_id = $1 AND s.tenant = $2 ORDER BY e.position";
    SEEN_IN = "SELECT tenant, first_minute, last_minute FROM tenant_seen
            WHERE project_id = $1 AND environment_id = $2
                AND tenant IN (SELECT value FROM json_each($3))"
        or "SELECT tenant, first_minute, last_minute FROM tenant_seen
            WHERE project_id = $1 AND environment_id = $2
                AND tenant IN (SELECT value FROM jsonb_array_elements_text($3) value)";
    ALL_SEEN = "SELECT tenant FROM tenant_seen WHERE project_id = $1 AND environment_id = $2
        ORDER BY tenant";
}

impl Store {
    /// Reads how often an environment was asked since a time, by tenant. It walks over all that is
    /// kept of the environment's tenants: ask rarely.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn tenant_requests<M: Mode>(
        &self,
        scope: &EnvironmentScope<M>,
        since: DateTime<Utc>,
    ) -> Result<TenantRequests, StoreError> {
        let mut conn = self.read(scope.project()).await?;
        let asked = || args![scope.project().id(), scope.id(), hour(since)];
        let (total,) = conn.one::<(i64,)>(&TOTAL, asked()).await?;
        let rows: Vec<(String, i64)> = conn.all(&BY_TENANT, asked()).await?;
        let rows = rows.into_iter().map(|(tenant, calls)| {
            let calls = number("tenant_usage_hour", "calls", &tenant, calls)?;
            Ok((tenant.into(), calls))
        });
        Ok(TenantRequests {
            total: number("flag_usage_hour", "calls", "a sum", total)?,
            tenants: rows.collect::<Result<_, StoreError>>()?,
        })
    }

    /// Reads how often an environment was asked since a time.
    pub(crate) async fn requests_in_all<M: Mode>(
        &self,
        scope: &EnvironmentScope<M>,
        since: DateTime<Utc>,
    ) -> Result<u64, StoreError> {
        let mut conn = self.read(scope.project()).await?;
        let asked = args![scope.project().id(), scope.id(), hour(since)];
        let (total,) = conn.one::<(i64,)>(&TOTAL, asked).await?;
        number("flag_usage_hour", "calls", "a sum", total)
    }

    /// Reads when the environments of a project were asked for a tenant; those that never were are
    /// left out.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn tenant_seen<M: Mode>(
        &self,
        scope: &ProjectScope<M>,
        tenant: &TenantKey,
    ) -> Result<Vec<TenantSeen>, StoreError> {
        let mut conn = self.read(scope).await?;
        let asked = args![scope.id(), tenant.as_str()];
        let rows: Vec<(String, i64, i64)> = conn.all(&SEEN, asked).await?;
        let rows = rows.into_iter().map(|(environment, first, last)| {
            Ok(TenantSeen {
                environment: parsed("environment", "key", &environment, &environment)?,
                first: of_minute(first),
                last: of_minute(last),
            })
        });
        rows.collect()
    }

    /// Reads when an environment was asked for some tenants: first, to the minute, and last, to the hour
    /// at least. Those that it never was are left out.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn tenants_seen_in<M: Mode>(
        &self,
        scope: &EnvironmentScope<M>,
        tenants: &[&str],
    ) -> Result<HashMap<String, (DateTime<Utc>, DateTime<Utc>)>, StoreError> {
        let mut conn = self.read(scope.project()).await?;
        let asked = args![scope.project().id(), scope.id(), json!(tenants)];
        let rows: Vec<(String, i64, i64)> = conn.all(&SEEN_IN, asked).await?;
        let rows = rows.into_iter();
        let seen = rows.map(|(tenant, first, last)| (tenant, (of_minute(first), of_minute(last))));
        Ok(seen.collect())
    }

    /// Reads which tenants an environment was asked for, sorted: those that are kept.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn tenants_seen<M: Mode>(
        &self,
        scope: &EnvironmentScope<M>,
    ) -> Result<Vec<String>, StoreError> {
        let mut conn = self.read(scope.project()).await?;
        let asked = args![scope.project().id(), scope.id()];
        let rows: Vec<(String,)> = conn.all(&ALL_SEEN, asked).await?;
        Ok(rows.into_iter().map(|(tenant,)| tenant).collect())
    }
}
