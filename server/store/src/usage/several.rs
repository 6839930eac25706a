//! How often several flags were asked, for lists of them: by step, without tenants.

use chrono::{DateTime, Utc};
use serde_json::json;

use super::{UsageStep, UsageTotal, hour, minute, of_hour, of_minute};
use crate::access::{EnvironmentScope, Mode};
use crate::db::{args, number, statements};
use crate::error::StoreError;
use crate::store::Store;

statements! { "flag_usage_hour";
    MINUTES = "SELECT flag, minute, on_calls, off_calls FROM flag_usage_minute
            WHERE project_id = $1 AND environment_id = $2 AND minute >= $4 AND minute < $5
                AND flag IN (SELECT value FROM json_each($3)) ORDER BY flag, minute"
        or "SELECT flag, minute, on_calls, off_calls FROM flag_usage_minute
            WHERE project_id = $1 AND environment_id = $2 AND minute >= $4 AND minute < $5
                AND flag IN (SELECT value FROM jsonb_array_elements_text($3) value)
            ORDER BY flag, minute";
    HOURS = "SELECT flag, hour, on_calls, off_calls FROM flag_usage_hour
            WHERE project_id = $1 AND environment_id = $2 AND hour >= $4 AND hour < $5
                AND flag IN (SELECT value FROM json_each($3)) ORDER BY flag, hour"
        or "SELECT flag, hour, on_calls, off_calls FROM flag_usage_hour
            WHERE project_id = $1 AND environment_id = $2 AND hour >= $4 AND hour < $5
                AND flag IN (SELECT value FROM jsonb_array_elements_text($3) value)
            ORDER BY flag, hour";
    DAYS = "SELECT flag, hour / 24 * 24 AS day, CAST(SUM(on_calls) AS BIGINT),
                CAST(SUM(off_calls) AS BIGINT)
            FROM flag_usage_hour
            WHERE project_id = $1 AND environment_id = $2 AND hour >= $4 AND hour < $5
                AND flag IN (SELECT value FROM json_each($3))
            GROUP BY flag, hour / 24 ORDER BY flag, hour / 24"
        or "SELECT flag, hour / 24 * 24 AS day, CAST(SUM(on_calls) AS BIGINT),
                CAST(SUM(off_calls) AS BIGINT)
            FROM flag_usage_hour
            WHERE project_id = $1 AND environment_id = $2 AND hour >= $4 AND hour < $5
                AND flag IN (SELECT value FROM jsonb_array_elements_text($3) value)
            GROUP BY flag, hour / 24 ORDER BY flag, hour / 24";
}

impl Store {
    /// Reads how often flags were asked, by flag and step; steps without calls are left out. The first
    /// and the last step are whole ones.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn usage_of_flags<M: Mode>(
        &self,
        scope: &EnvironmentScope<M>,
        flags: &[&str],
        step: UsageStep,
        (from, to): (DateTime<Utc>, DateTime<Utc>),
    ) -> Result<Vec<(String, UsageTotal)>, StoreError> {
        let (statement, from, to) = match step {
            UsageStep::Minute => (&MINUTES, minute(from), minute(to)),
            UsageStep::Hour => (&HOURS, hour(from), hour(to)),
            UsageStep::Day => (&DAYS, hour(from).div_euclid(24) * 24, hour(to)),
        };
        let (project, environment) = (scope.project().id(), scope.id());
        let asked = args![project, environment, json!(flags), from, to + 1];
        let mut conn = self.read(scope.project()).await?;
        let rows: Vec<(String, i64, i64, i64)> = conn.all(statement, asked).await?;
        let begins = |at| match step {
            UsageStep::Minute => of_minute(at),
            UsageStep::Hour | UsageStep::Day => of_hour(at),
        };
        let rows = rows.into_iter().map(|(flag, at, on, off)| {
            let calls = |value| number("flag_usage_hour", "calls", &flag, value);
            let total = UsageTotal {
                at: begins(at),
                on: calls(on)?,
                off: calls(off)?,
            };
            Ok((flag, total))
        });
        rows.collect()
    }
}
