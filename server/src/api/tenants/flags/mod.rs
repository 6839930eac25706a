//! `GET /api/v1/projects/{project}/environments/{environment}/tenants/{tenant}/flags`

mod csv;

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::{ACCEPT, CONTENT_TYPE, VARY};
use axum::response::{IntoResponse as _, Response};
use chrono::{DateTime, Utc};
use serde::Serialize;
use tenantry_core::{Context, Reason};
use tenantry_store::{Past, PastChange, PastPoint, Read, Store};
use utoipa::ToSchema;

use crate::api::error::{ApiError, Code};
use crate::api::extract::path::EnvironmentTenantPath;
use crate::api::extract::{InEnvironment, way_back};
use crate::past::{NotUndone, since};
use crate::publish::{Newest, Publisher};
use crate::tasks::Tasks;

/// How many revisions are looked through at most. As many as the change log keeps in any case.
const REVISIONS: u64 = 10_000;

/// What a tenant gets of every flag, and since when.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TenantFlags {
    /// The tenant's key. It need not be on the roster.
    tenant: String,
    /// The environment.
    environment: String,
    /// The environment's revision that answered.
    revision: u64,
    /// How far back the answers were followed: the oldest revision that is kept, or 10000 revisions.
    history: TenantHistory,
    /// Every flag that is not archived, by key.
    items: Vec<TenantFlag>,
}

/// How far back answers were followed.
#[derive(Debug, Serialize, ToSchema)]
struct TenantHistory {
    /// The oldest revision that was looked at.
    revision: u64,
    /// When it was committed; null for revision 0, before which there was nothing.
    at: Option<DateTime<Utc>>,
}

/// What a tenant gets of a flag.
#[derive(Debug, Serialize, ToSchema)]
struct TenantFlag {
    /// The flag's key.
    flag: String,
    /// Whether the tenant gets it.
    on: bool,
    /// The name of the variant that it gets, if it gets one.
    variant: Option<String>,
    /// Why.
    reason: Reason,
    /// The rule that decided, counted from 0, if one did.
    rule: Option<usize>,
    /// Why, in a sentence for people.
    why: String,
    /// The change that made the answer (on or off, and the variant) what it is; null if it has been
    /// so since before `history` begins.
    since: Option<AnswerSince>,
}

/// The change that made an answer what it is.
#[derive(Debug, Serialize, ToSchema)]
struct AnswerSince {
    /// The environment's revision that it made.
    revision: u64,
    /// When.
    at: DateTime<Utc>,
    /// The number of its audit entry.
    seq: u64,
    /// Who did it.
    actor: String,
    /// What was done, as the audit log names it. It may have been done to another flag, to a segment
    /// or to the roster.
    action: String,
    /// Why.
    reason: Option<String>,
}

impl From<&PastChange> for AnswerSince {
    fn from(change: &PastChange) -> Self {
        Self {
            revision: change.revision,
            at: change.at,
            seq: change.seq,
            actor: change.actor.clone(),
            action: change.action.clone(),
            reason: change.reason.clone(),
        }
    }
}

/// Show what a tenant gets, and since when
///
/// Every flag's answer for the tenant as calls without attributes are answered, why, and by which
/// change: whose it was, when and for which reason. With `Accept: text/csv` the same as a table, for
/// spreadsheets and tickets; its first row names the columns.
#[utoipa::path(
    get,
    path = "/api/v1/projects/{project}/environments/{environment}/tenants/{tenant}/flags",
    tag = "tenants",
    params(EnvironmentTenantPath),
    responses((status = 200, description = "What the tenant gets",
        content((TenantFlags = "application/json"), (String = "text/csv"))))
)]
pub(crate) async fn show_tenant_flags(
    State(store): State<Store>,
    State(publisher): State<Publisher>,
    State(tasks): State<Tasks>,
    InEnvironment { scope, path }: InEnvironment<Read, EnvironmentTenantPath>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let newest = publisher.reread(scope.id()).await;
    let newest = newest
        .ok_or_else(|| ApiError::new(Code::Unavailable, "this environment is not published yet"))?;
    let tenant = path.tenant;
    let point = (PastPoint::Ago(REVISIONS), "revision");
    let past = way_back(&store, &scope, point, Some(&tenant)).await?;
    let history = TenantHistory {
        revision: past.revision,
        at: past.at,
    };
    let revision = newest.revision();
    let key = tenant.to_string();
    let items = tasks.compute(move || items(&newest, &past, &key)).await;
    let flags = TenantFlags {
        tenant: tenant.into(),
        environment: scope.key().to_string(),
        revision,
        history,
        items: items.map_err(ApiError::internal)?,
    };
    let vary = [(VARY, "accept")];
    if wants_csv(&headers) {
        let table = csv::table(&flags.items);
        return Ok((vary, [(CONTENT_TYPE, "text/csv; charset=utf-8")], table).into_response());
    }
    Ok((vary, Json(flags)).into_response())
}

fn items(newest: &Newest, past: &Past, tenant: &str) -> Result<Vec<TenantFlag>, NotUndone> {
    let ruleset = newest.publication().replica().ruleset();
    let since = since(past, ruleset, tenant)?;
    let context = Context::tenant(tenant);
    let items = ruleset.flags().map(|flag| {
        let key = flag.key();
        let explained = ruleset.explain(key.as_str(), &context);
        TenantFlag {
            flag: key.to_string(),
            on: explained.on,
            variant: explained.variant.map(|variant| variant.name),
            reason: explained.reason,
            rule: explained.rule,
            why: decided(explained.steps.into_iter().map(|step| step.sentence)),
            since: since.get(key).map(|change| AnswerSince::from(*change)),
        }
    });
    let mut items: Vec<_> = items.collect();
    items.sort_unstable_by(|a, b| a.flag.cmp(&b.flag));
    Ok(items)
}

/// The step that decided, which is the last.
fn decided(mut steps: impl DoubleEndedIterator<Item = String>) -> String {
    steps.next_back().unwrap_or_default()
}

/// Whether a table is wanted: it is named before JSON, or anything.
fn wants_csv(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(ACCEPT).into_iter();
    let accepted = accepted.filter_map(|value| value.to_str().ok());
    let mut kinds = accepted
        .flat_map(|value| value.split(','))
        .map(|kind| kind.split(';').next().unwrap_or_default().trim());
    kinds.find(|kind| matches!(*kind, "text/csv" | "application/json" | "*/*")) == Some("text/csv")
}
