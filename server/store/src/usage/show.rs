//! How often a flag was asked, over time and by tenant.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use tenantry_core::model::FlagKey;

use super::{hour, minute, of_hour, of_minute};
use crate::access::{EnvironmentScope, Mode};
use crate::db::{args, number, signed, statements};
use crate::error::{ListError, StoreError};
use crate::page::{self, Page};
use crate::store::Store;

/// How long a step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UsageStep {
    /// A minute.
    Minute,
    /// An hour.
    Hour,
    /// A day, in UTC.
    Day,
}

/// Which usage to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsageFilter {
    /// Of this flag.
    pub flag: FlagKey,
    /// From the step of this time on. For tenants, from its hour on.
    pub from: DateTime<Utc>,
    /// Before this time. For tenants, the hour of it is part of it.
    pub to: DateTime<Utc>,
    /// How long a step is.
    pub step: UsageStep,
    /// How many tenants at most, 1 to 200.
    pub limit: u32,
    /// Where the last page of tenants ended.
    pub cursor: Option<String>,
}

/// How often a flag was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlagUsage {
    /// By step, the oldest first; steps without calls are left out.
    pub steps: Vec<UsageTotal>,
    /// By tenant, the one that asked most first.
    pub tenants: Page<TenantUsage>,
    /// What all tenants asked that are not named, in the hours that tenants are told of.
    pub others: UsageTotal,
    /// How many these are in the hour that has most of them, roughly.
    pub other_tenants: u64,
}

/// How often a flag was asked in a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsageTotal {
    /// The beginning of the step.
    pub at: DateTime<Utc>,
    /// Answered with on.
    pub on: u64,
    /// Answered with off.
    pub off: u64,
}

/// How often a flag was asked for a tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantUsage {
    /// The tenant's key.
    pub tenant: String,
    /// Answered with on.
    pub on: u64,
    /// Answered with off.
    pub off: u64,
}

statements! { "flag_usage_hour";
    MINUTES = "SELECT minute, on_calls, off_calls FROM flag_usage_minute
        WHERE project_id = $1 AND environment_id = $2 AND flag = $3 AND minute >= $4 AND minute < $5
        ORDER BY minute";
    HOURS = "SELECT hour, on_calls, off_calls FROM flag_usage_hour
        WHERE project_id = $1 AND environment_id = $2 AND flag = $3 AND hour >= $4 AND hour < $5
        ORDER BY hour";
    DAYS = "SELECT hour / 24 * 24 AS day, CAST(SUM(on_calls) AS BIGINT), CAST(SUM(off_calls) AS BIGINT)
        FROM flag_usage_hour
        WHERE project_id = $1 AND environment_id = $2 AND flag = $3 AND hour >= $4 AND hour < $5
        GROUP BY hour / 24 ORDER BY hour / 24";
    ALL_TENANTS = "SELECT CAST(COALESCE(SUM(on_calls), 0) AS BIGINT),
            CAST(COALESCE(SUM(off_calls), 0) AS BIGINT), COALESCE(MAX(other_tenants), 0)
        FROM flag_usage_hour
        WHERE project_id = $1 AND environment_id = $2 AND flag = $3 AND hour >= $4 AND hour < $5";
    NAMED_TENANTS = "SELECT CAST(COALESCE(SUM(on_calls), 0) AS BIGINT),
            CAST(COALESCE(SUM(off_calls), 0) AS BIGINT)
        FROM tenant_usage_hour
        WHERE project_id = $1 AND environment_id = $2 AND flag = $3 AND hour >= $4 AND hour < $5";
    TENANTS = "SELECT tenant, CAST(SUM(on_calls) AS BIGINT), CAST(SUM(off_calls) AS BIGINT)
        FROM tenant_usage_hour
        WHERE project_id = $1 AND environment_id = $2 AND flag = $3 AND hour >= $4 AND hour < $5
        GROUP BY tenant
        HAVING SUM(on_calls + off_calls) < $6
            OR (SUM(on_calls + off_calls) = $6 AND tenant > $7)
        ORDER BY SUM(on_calls + off_calls) DESC, tenant LIMIT $8";
}

/// Where a page of tenants ended.
#[derive(Debug, Serialize, Deserialize)]
struct Cursor {
    calls: u64,
    tenant: String,
}

impl Store {
    /// Reads how often a flag was asked.
    ///
    /// # Errors
    /// [`ListError`].
    pub async fn flag_usage<M: Mode>(
        &self,
        scope: &EnvironmentScope<M>,
        filter: &UsageFilter,
    ) -> Result<FlagUsage, ListError> {
        let after = match &filter.cursor {
            Some(cursor) => page::decode(cursor)?,
            None => Cursor {
                calls: u64::MAX,
                tenant: String::new(),
            },
        };
        let (project, environment) = (scope.project().id(), scope.id());
        let flag = filter.flag.as_str();
        let mut conn = self.read(scope.project()).await?;
        let (statement, from, to): (_, i64, i64) = match filter.step {
            UsageStep::Minute => (&MINUTES, minute(filter.from), minute(filter.to)),
            UsageStep::Hour => (&HOURS, hour(filter.from), hour(filter.to)),
            UsageStep::Day => (
                &DAYS,
                hour(filter.from).div_euclid(24) * 24,
                hour(filter.to),
            ),
        };
        // What has begun by then is part of it.
        let steps: Vec<(i64, i64, i64)> = conn
            .all(statement, args![project, environment, flag, from, to + 1])
            .await?;
        let begins = |step| match filter.step {
            UsageStep::Minute => of_minute(step),
            UsageStep::Hour | UsageStep::Day => of_hour(step),
        };
        let steps = steps.into_iter().map(|(step, on, off)| {
            Ok(UsageTotal {
                at: begins(step),
                on: calls(on)?,
                off: calls(off)?,
            })
        });
        let steps = steps.collect::<Result<_, StoreError>>()?;

        let (from, to) = (hour(filter.from), hour(filter.to) + 1);
        let window = || args![project, environment, flag, from, to];
        let (all_on, all_off, count) = conn.one::<(i64, i64, i64)>(&ALL_TENANTS, window()).await?;
        let (on, off) = conn.one::<(i64, i64)>(&NAMED_TENANTS, window()).await?;
        let others = UsageTotal {
            at: of_hour(from),
            on: calls((all_on - on).max(0))?,
            off: calls((all_off - off).max(0))?,
        };
        let limit = filter.limit.clamp(1, 200);
        let tenants: Vec<(String, i64, i64)> = conn
            .all(
                &TENANTS,
                args![
                    project,
                    environment,
                    flag,
                    from,
                    to,
                    signed(after.calls),
                    after.tenant,
                    i64::from(limit) + 1
                ],
            )
            .await?;
        let tenants = tenants.into_iter().map(|(tenant, on, off)| {
            Ok(TenantUsage {
                tenant,
                on: calls(on)?,
                off: calls(off)?,
            })
        });
        let tenants = tenants.collect::<Result<_, StoreError>>()?;
        let tenants = page::cut(tenants, limit, |last: &TenantUsage| Cursor {
            calls: last.on + last.off,
            tenant: last.tenant.clone(),
        });
        Ok(FlagUsage {
            steps,
            tenants,
            others,
            other_tenants: calls(count)?,
        })
    }
}

fn calls(value: i64) -> Result<u64, StoreError> {
    number("flag_usage_hour", "calls", "a sum", value)
}
