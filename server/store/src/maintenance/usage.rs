//! Writing what programs tell of their usage: one transaction for all projects.
//!
//! Separate from the rooms that read it, because one batch is about many projects. Whoever brings a
//! batch holds a scope of each environment in it.
//!
//! **Invariants**
//! - Neither revision nor audit entry: what programs do is no change.
//! - Counts are added. Nodes take turns, so that none undoes what another added.
//! - A write that is tried again, because nobody knows what became of it, is counted once.
//! - Who was seen is bounded: beyond that only who is known is noted.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use sea_query_sqlx::SqlxValues;
use serde_json::{Value, json};

use crate::access::{EnvironmentScope, Read};
use crate::db::{Conn, args, signed, statements};
use crate::error::StoreError;
use crate::ids::{EnvironmentId, ProjectId};
use crate::json;
use crate::store::Store;
use crate::usage::{TenantOutcomes, UsageBatch, UsageWrite, hour, minute, read_latency};

/// Most tenants that are noted as seen in an environment.
const MAX_SEEN: i64 = 100_000;
/// Most rows of who asks for which flag, in an environment.
const MAX_ASKERS: i64 = 20_000;

const MINUTES_KEPT: TimeDelta = TimeDelta::days(2);
const TENANTS_KEPT: TimeDelta = TimeDelta::days(8);
const OUTCOMES_KEPT: TimeDelta = TimeDelta::days(8);
const ASKERS_KEPT: TimeDelta = TimeDelta::days(90);
const TOTALS_KEPT: TimeDelta = TimeDelta::days(400);
const WRITERS_KEPT: TimeDelta = TimeDelta::days(8);

statements! { "flag_usage_minute";
    /// On PostgreSQL one writer of usage after the other. The number is only this lock's.
    TAKE_TURN = "SELECT '', ''" or "SELECT pg_advisory_xact_lock(7365420114)::text, ''";
    /// Writes nothing if it has been done.
    NOTE_WRITE = "INSERT INTO usage_writer (id, last_number, last_minute) VALUES ($1, $2, $3)
        ON CONFLICT (id) DO UPDATE SET
            last_number = excluded.last_number, last_minute = excluded.last_minute
            WHERE usage_writer.last_number < excluded.last_number";
    ADD_MINUTE = "INSERT INTO flag_usage_minute
            (project_id, environment_id, minute, flag, on_calls, off_calls)
            SELECT $1, $2, $3, value ->> 0, value ->> 1, value ->> 2 FROM json_each($4) WHERE TRUE
            ON CONFLICT (project_id, environment_id, flag, minute) DO UPDATE SET
                on_calls = flag_usage_minute.on_calls + excluded.on_calls,
                off_calls = flag_usage_minute.off_calls + excluded.off_calls"
        or "INSERT INTO flag_usage_minute
            (project_id, environment_id, minute, flag, on_calls, off_calls)
            SELECT $1, $2, $3, value ->> 0, (value ->> 1)::bigint, (value ->> 2)::bigint
            FROM jsonb_array_elements($4) value
            ON CONFLICT (project_id, environment_id, flag, minute) DO UPDATE SET
                on_calls = flag_usage_minute.on_calls + excluded.on_calls,
                off_calls = flag_usage_minute.off_calls + excluded.off_calls";
    ADD_HOUR = "INSERT INTO flag_usage_hour
            (project_id, environment_id, hour, flag, on_calls, off_calls, other_tenants)
            SELECT $1, $2, $3, value ->> 0, value ->> 1, value ->> 2, value ->> 3
            FROM json_each($4) WHERE TRUE
            ON CONFLICT (project_id, environment_id, flag, hour) DO UPDATE SET
                on_calls = flag_usage_hour.on_calls + excluded.on_calls,
                off_calls = flag_usage_hour.off_calls + excluded.off_calls,
                other_tenants = MAX(flag_usage_hour.other_tenants, excluded.other_tenants)"
        or "INSERT INTO flag_usage_hour
            (project_id, environment_id, hour, flag, on_calls, off_calls, other_tenants)
            SELECT $1, $2, $3, value ->> 0, (value ->> 1)::bigint, (value ->> 2)::bigint,
                (value ->> 3)::bigint
            FROM jsonb_array_elements($4) value
            ON CONFLICT (project_id, environment_id, flag, hour) DO UPDATE SET
                on_calls = flag_usage_hour.on_calls + excluded.on_calls,
                off_calls = flag_usage_hour.off_calls + excluded.off_calls,
                other_tenants = GREATEST(flag_usage_hour.other_tenants, excluded.other_tenants)";
    ADD_TENANTS = "INSERT INTO tenant_usage_hour
            (project_id, environment_id, hour, flag, tenant, on_calls, off_calls)
            SELECT $1, $2, $3, value ->> 0, value ->> 1, value ->> 2, value ->> 3
            FROM json_each($4) WHERE TRUE
            ON CONFLICT (project_id, environment_id, flag, hour, tenant) DO UPDATE SET
                on_calls = tenant_usage_hour.on_calls + excluded.on_calls,
                off_calls = tenant_usage_hour.off_calls + excluded.off_calls"
        or "INSERT INTO tenant_usage_hour
            (project_id, environment_id, hour, flag, tenant, on_calls, off_calls)
            SELECT $1, $2, $3, value ->> 0, value ->> 1, (value ->> 2)::bigint, (value ->> 3)::bigint
            FROM jsonb_array_elements($4) value
            ON CONFLICT (project_id, environment_id, flag, hour, tenant) DO UPDATE SET
                on_calls = tenant_usage_hour.on_calls + excluded.on_calls,
                off_calls = tenant_usage_hour.off_calls + excluded.off_calls";
    ADD_ANSWERS = "INSERT INTO flag_answer
            (project_id, environment_id, first_minute, last_minute, flag, is_on)
            SELECT $1, $2, $3, $3, value ->> 0, value ->> 1 FROM json_each($4) WHERE TRUE
            ON CONFLICT (project_id, environment_id, flag, is_on) DO UPDATE SET
                first_minute = MIN(flag_answer.first_minute, excluded.first_minute),
                last_minute = MAX(flag_answer.last_minute, excluded.last_minute)"
        or "INSERT INTO flag_answer
            (project_id, environment_id, first_minute, last_minute, flag, is_on)
            SELECT $1, $2, $3, $3, value ->> 0, (value ->> 1)::boolean
            FROM jsonb_array_elements($4) value
            ON CONFLICT (project_id, environment_id, flag, is_on) DO UPDATE SET
                first_minute = LEAST(flag_answer.first_minute, excluded.first_minute),
                last_minute = GREATEST(flag_answer.last_minute, excluded.last_minute)";
    OUTCOMES = "SELECT tenant, is_on, requests, failures, latency FROM outcome_minute
        WHERE project_id = $1 AND environment_id = $2 AND flag = $3 AND minute = $4";
    PUT_OUTCOMES = "INSERT INTO outcome_minute
            (project_id, environment_id, minute, flag, tenant, is_on, requests, failures, latency)
            SELECT $1, $2, $3, $4, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4
            FROM json_each($5) WHERE TRUE
            ON CONFLICT (project_id, environment_id, flag, minute, tenant, is_on) DO UPDATE SET
                requests = excluded.requests, failures = excluded.failures, latency = excluded.latency"
        or "INSERT INTO outcome_minute
            (project_id, environment_id, minute, flag, tenant, is_on, requests, failures, latency)
            SELECT $1, $2, $3, $4, value ->> 0, (value ->> 1)::boolean, (value ->> 2)::bigint,
                (value ->> 3)::bigint, value ->> 4
            FROM jsonb_array_elements($5) value
            ON CONFLICT (project_id, environment_id, flag, minute, tenant, is_on) DO UPDATE SET
                requests = excluded.requests, failures = excluded.failures, latency = excluded.latency";
    COUNT_SEEN = "SELECT COUNT(*) FROM tenant_seen WHERE project_id = $1 AND environment_id = $2";
    SEE = "INSERT INTO tenant_seen (project_id, environment_id, first_minute, last_minute, tenant)
            SELECT $1, $2, $3, $3, value FROM json_each($4) WHERE TRUE
            ON CONFLICT (project_id, environment_id, tenant) DO UPDATE SET
                first_minute = MIN(tenant_seen.first_minute, excluded.first_minute),
                last_minute = MAX(tenant_seen.last_minute, excluded.last_minute)"
        or "INSERT INTO tenant_seen (project_id, environment_id, first_minute, last_minute, tenant)
            SELECT $1, $2, $3, $3, value FROM jsonb_array_elements_text($4) value
            ON CONFLICT (project_id, environment_id, tenant) DO UPDATE SET
                first_minute = LEAST(tenant_seen.first_minute, excluded.first_minute),
                last_minute = GREATEST(tenant_seen.last_minute, excluded.last_minute)";
    SEE_AGAIN = "UPDATE tenant_seen SET last_minute = $3
            WHERE project_id = $1 AND environment_id = $2 AND last_minute < $3
            AND tenant IN (SELECT value FROM json_each($4))"
        or "UPDATE tenant_seen SET last_minute = $3
            WHERE project_id = $1 AND environment_id = $2 AND last_minute < $3
            AND (tenant IN (SELECT jsonb_array_elements_text($4))) IS TRUE";
    COUNT_ASKERS = "SELECT COUNT(*) FROM flag_seen WHERE project_id = $1 AND environment_id = $2";
    // $5: whether there is room for more.
    ADD_ASKERS = "INSERT INTO flag_seen
            (project_id, environment_id, first_minute, last_minute, flag, is_known, token, sdk, calls)
            SELECT $1, $2, $3, $3, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4
            FROM json_each($4)
            WHERE $5 OR EXISTS (SELECT 1 FROM flag_seen s WHERE s.project_id = $1
                AND s.environment_id = $2 AND s.flag = value ->> 0 AND s.is_known = value ->> 1
                AND s.token = value ->> 2 AND s.sdk = value ->> 3)
            ON CONFLICT (project_id, environment_id, flag, is_known, token, sdk) DO UPDATE SET
                calls = flag_seen.calls + excluded.calls,
                first_minute = MIN(flag_seen.first_minute, excluded.first_minute),
                last_minute = MAX(flag_seen.last_minute, excluded.last_minute)"
        or "INSERT INTO flag_seen
            (project_id, environment_id, first_minute, last_minute, flag, is_known, token, sdk, calls)
            SELECT $1, $2, $3, $3, value ->> 0, (value ->> 1)::boolean, value ->> 2, value ->> 3,
                (value ->> 4)::bigint
            FROM jsonb_array_elements($4) value
            WHERE $5 OR EXISTS (SELECT 1 FROM flag_seen s WHERE s.project_id = $1
                AND s.environment_id = $2 AND s.flag = value ->> 0
                AND s.is_known = (value ->> 1)::boolean
                AND s.token = value ->> 2 AND s.sdk = value ->> 3)
            ON CONFLICT (project_id, environment_id, flag, is_known, token, sdk) DO UPDATE SET
                calls = flag_seen.calls + excluded.calls,
                first_minute = LEAST(flag_seen.first_minute, excluded.first_minute),
                last_minute = GREATEST(flag_seen.last_minute, excluded.last_minute)";
    // What there is to prune is found by its flags, whose rows are few and lie together.
    FLAGS = "SELECT DISTINCT project_id, environment_id, flag FROM flag_usage_hour
        UNION SELECT DISTINCT project_id, environment_id, flag FROM outcome_minute";
    DROP_MINUTES = "DELETE FROM flag_usage_minute
        WHERE project_id = $1 AND environment_id = $2 AND flag = $3 AND minute < $4";
    DROP_HOURS = "DELETE FROM flag_usage_hour
        WHERE project_id = $1 AND environment_id = $2 AND flag = $3 AND hour < $4";
    DROP_TENANTS = "DELETE FROM tenant_usage_hour
        WHERE project_id = $1 AND environment_id = $2 AND flag = $3 AND hour < $4";
    DROP_OUTCOMES = "DELETE FROM outcome_minute
        WHERE project_id = $1 AND environment_id = $2 AND flag = $3 AND minute < $4";
    DROP_ASKERS = "DELETE FROM flag_seen WHERE last_minute < $1";
    DROP_ANSWERS = "DELETE FROM flag_answer WHERE last_minute < $1";
    DROP_SEEN = "DELETE FROM tenant_seen WHERE last_minute < $1";
    DROP_WRITERS = "DELETE FROM usage_writer WHERE last_minute < $1";
}

impl Store {
    /// Adds what programs told of their usage, in one transaction, unless this very `write` has
    /// been made.
    ///
    /// # Errors
    /// [`StoreError`]; then all of it was added or nothing, and who tries the same again with the
    /// same `write` sees to it that it is there once.
    ///
    /// # Cancel safety
    /// Dropped half-way it is as after an error.
    pub async fn record_usage(
        &self,
        write: UsageWrite,
        batches: &[UsageBatch],
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        if batches.is_empty() {
            return Ok(());
        }
        let mut conn = self.maintenance().await?;
        conn.all::<(String, String)>(&TAKE_TURN, args![]).await?;
        let noted = args![write.writer(), signed(write.number()), minute(now)];
        if conn.execute(&NOTE_WRITE, noted).await? == 0 {
            return Ok(());
        }
        for batch in batches {
            record(&mut conn, batch).await?;
        }
        conn.commit().await
    }

    /// Takes away usage that is too old; how many rows.
    pub(super) async fn prune_usage(&self, now: DateTime<Utc>) -> Result<u64, StoreError> {
        let flags: Vec<(ProjectId, EnvironmentId, String)> =
            self.survey().await?.all(&FLAGS, args![]).await?;
        let mut pruned = 0;
        for (project, environment, flag) in flags {
            let mut conn = self.maintenance().await?;
            for (statement, before) in [
                (&DROP_MINUTES, minute(now - MINUTES_KEPT)),
                (&DROP_HOURS, hour(now - TOTALS_KEPT)),
                (&DROP_TENANTS, hour(now - TENANTS_KEPT)),
                (&DROP_OUTCOMES, minute(now - OUTCOMES_KEPT)),
            ] {
                let old = args![project, environment, flag.as_str(), before];
                pruned += conn.execute(statement, old).await?;
            }
            conn.commit().await?;
        }
        let mut conn = self.maintenance().await?;
        let old = args![minute(now - ASKERS_KEPT)];
        pruned += conn.execute(&DROP_ASKERS, old).await?;
        let old = args![minute(now - TOTALS_KEPT)];
        pruned += conn.execute(&DROP_SEEN, old).await?;
        let old = args![minute(now - TOTALS_KEPT)];
        pruned += conn.execute(&DROP_ANSWERS, old).await?;
        let old = args![minute(now - WRITERS_KEPT)];
        conn.execute(&DROP_WRITERS, old).await?;
        conn.commit().await?;
        Ok(pruned)
    }
}

async fn record(conn: &mut Conn, batch: &UsageBatch) -> Result<(), StoreError> {
    let (minute, hour) = (minute(batch.at), hour(batch.at));
    let scope = &batch.environment;
    let flags: Vec<_> = batch
        .flags
        .iter()
        .map(|it| json!([it.flag, it.on, it.off, it.other_tenants]))
        .collect();
    let answers = batch.flags.iter().flat_map(|it| {
        let given = [(true, it.on), (false, it.off)]
            .into_iter()
            .filter(|(_, calls)| *calls > 0);
        given.map(|(is_on, _)| json!([it.flag, is_on]))
    });
    let answers: Vec<_> = answers.collect();
    let tenants: Vec<_> = batch
        .tenants
        .iter()
        .map(|it| json!([it.flag, it.tenant, it.on, it.off]))
        .collect();
    for (statement, time, rows) in [
        (&ADD_MINUTE, minute, flags.clone()),
        (&ADD_HOUR, hour, flags),
        (&ADD_TENANTS, hour, tenants),
        (&ADD_ANSWERS, minute, answers),
    ] {
        if !rows.is_empty() {
            conn.execute(statement, at(scope, time, rows)).await?;
        }
    }
    let mut by_flag: BTreeMap<&str, Vec<&TenantOutcomes>> = BTreeMap::new();
    for outcomes in &batch.outcomes {
        by_flag.entry(&outcomes.flag).or_default().push(outcomes);
    }
    for (flag, outcomes) in by_flag {
        add_outcomes(conn, scope, minute, flag, &outcomes).await?;
    }
    let place = || args![scope.project().id(), scope.id()];
    if !batch.seen.is_empty() {
        let (known,) = conn.one::<(i64,)>(&COUNT_SEEN, place()).await?;
        let statement = if known < MAX_SEEN { &SEE } else { &SEE_AGAIN };
        let seen = batch.seen.iter().map(|tenant| json!(tenant)).collect();
        conn.execute(statement, at(scope, minute, seen)).await?;
    }
    if !batch.askers.is_empty() {
        let (known,) = conn.one::<(i64,)>(&COUNT_ASKERS, place()).await?;
        let askers: Vec<_> = batch
            .askers
            .iter()
            .map(|it| json!([it.flag, it.is_known, it.token, it.sdk, it.calls]))
            .collect();
        let has_room = known < MAX_ASKERS;
        let added = args![
            scope.project().id(),
            scope.id(),
            minute,
            Value::Array(askers),
            has_room
        ];
        conn.execute(&ADD_ASKERS, added).await?;
    }
    Ok(())
}

/// The arguments of a statement that adds rows at a time.
fn at(scope: &EnvironmentScope<Read>, time: i64, rows: Vec<Value>) -> SqlxValues {
    args![scope.project().id(), scope.id(), time, Value::Array(rows)]
}

type OutcomeRow = (String, bool, i64, i64, String);

/// Adds outcomes of one flag and minute to what is there.
async fn add_outcomes(
    conn: &mut Conn,
    scope: &EnvironmentScope<Read>,
    minute: i64,
    flag: &str,
    outcomes: &[&TenantOutcomes],
) -> Result<(), StoreError> {
    let (project, environment) = (scope.project().id(), scope.id());
    let known: Vec<OutcomeRow> = conn
        .all(&OUTCOMES, args![project, environment, flag, minute])
        .await?;
    let mut known: BTreeMap<(String, bool), OutcomeRow> = known
        .into_iter()
        .map(|row| ((row.0.clone(), row.1), row))
        .collect();
    let mut rows = Vec::with_capacity(outcomes.len());
    for told in outcomes {
        let mut latency: BTreeMap<u8, u64> = told.latency.iter().copied().collect();
        let (mut requests, mut failures) = (signed(told.requests), signed(told.failures));
        if let Some(before) = known.remove(&(told.tenant.clone(), told.on)) {
            requests = requests.saturating_add(before.2);
            failures = failures.saturating_add(before.3);
            for (bucket, count) in read_latency(&told.tenant, &before.4)? {
                let sum = latency.entry(bucket).or_default();
                *sum = sum.saturating_add(count);
            }
        }
        let latency: Vec<(u8, u64)> = latency.into_iter().collect();
        let latency = json::text(&latency);
        rows.push(json!([told.tenant, told.on, requests, failures, latency]));
    }
    let put = args![project, environment, minute, flag, Value::Array(rows)];
    conn.execute(&PUT_OUTCOMES, put).await?;
    Ok(())
}
