//! `POST /api/v1/projects/{project}/environments/{environment}/flags/{flag}/evaluate`

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::HeaderValue;
use axum::response::IntoResponse;
use serde::Deserialize;
use serde_json::{Map, Value};
use tenantry_core::limits::MAX_TENANT_BYTES;
use tenantry_core::model::{Problems, TenantKey};
use tenantry_core::{Attributes, Context, Explanation, Reason};
use tenantry_store::Store;
use utoipa::ToSchema;

use super::REVISION;
use crate::api::edge::ProblemDocument;
use crate::api::error::{ApiError, Code};
use crate::api::extract::path::TargetingPath;
use crate::api::extract::{AsOf, Body, Check, InPublished, Query, way_back};
use crate::clock::SharedClock;
use crate::past::{NotUndone, ruleset_at};
use crate::publish::Publisher;
use crate::tasks::Tasks;

/// How long to look for what was changed a moment ago.
const LOOK: Duration = Duration::from_secs(1);

/// Whom to evaluate for.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct EvaluateFlag {
    /// The tenant's key: up to 256 bytes. The empty key gets no flag.
    #[schema(max_length = 256)]
    tenant: String,
    /// What rules may test: strings, numbers, booleans and lists of them.
    #[serde(default)]
    attributes: Map<String, Value>,
}

impl Check for EvaluateFlag {
    type Checked = Self;

    fn check(self, problems: &mut Problems) -> Option<Self> {
        if self.tenant.len() > MAX_TENANT_BYTES {
            problems.push(
                "tenant",
                format!("must be at most {MAX_TENANT_BYTES} bytes"),
            );
        }
        Some(self)
    }
}

/// Explain a flag's answer for a tenant
///
/// Evaluates the flag as SDKs do, and says in steps how the answer came out. Without the database
/// the answer is what was last published. With `revision` or `at` it is what SDKs answered then.
#[utoipa::path(
    post,
    path = "/api/v1/projects/{project}/environments/{environment}/flags/{flag}/evaluate",
    tag = "targeting",
    params(TargetingPath, AsOf),
    request_body = EvaluateFlag,
    responses(
        (status = 200, description = "The answer, and how it came out", body = Explanation, headers(
            ("Tenantry-Revision" = u64, description = "The environment's revision that answered"))),
        (status = 409, description = "The flag is archived: it answers nobody",
            body = ProblemDocument, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn evaluate_flag(
    State(store): State<Store>,
    State(publisher): State<Publisher>,
    State(clock): State<SharedClock>,
    State(tasks): State<Tasks>,
    InPublished { scope, path }: InPublished<TargetingPath>,
    Query(as_of): Query<AsOf>,
    Body(asked): Body<EvaluateFlag>,
) -> Result<impl IntoResponse, ApiError> {
    let point = as_of.point(clock.now())?;
    // Whoever has just changed the flag wants to see what came of it; nobody wants to wait for a
    // database that is away.
    let reread = tokio::time::timeout(LOOK, publisher.reread(scope.id())).await;
    let newest = match reread {
        Ok(Some(newest)) => Some(newest),
        Ok(None) | Err(_) => publisher.newest(scope.id()).await,
    };
    let newest = newest
        .ok_or_else(|| ApiError::new(Code::Unavailable, "this environment is not published yet"))?;
    let past = match point {
        None => None,
        Some(point) => {
            let only = TenantKey::new(asked.tenant.as_str()).ok();
            Some(way_back(&store, &scope, point, only.as_ref()).await?)
        }
    };
    let revision = past.as_ref().map_or(newest.revision(), |it| it.revision);
    let is_past = past.is_some();
    let flag = path.flag.clone();
    let explain = move || {
        let present = newest.publication().replica().ruleset();
        let attributes = Attributes::from(&asked.attributes);
        let context = Context::tenant(&asked.tenant).with_attributes(&attributes);
        Ok(match past {
            Some(past) => ruleset_at(&past, present)?.explain(flag.as_str(), &context),
            None => present.explain(flag.as_str(), &context),
        })
    };
    let explanation: Result<Explanation, NotUndone> = if is_past {
        tasks.compute(explain).await
    } else {
        explain()
    };
    let explanation = explanation.map_err(ApiError::internal)?;
    if explanation.reason == Reason::FlagNotFound {
        return Err(match store.flag(scope.project(), &path.flag).await? {
            Some(_) if is_past => {
                let detail = format!("at revision {revision} the flag was not there, or archived");
                ApiError::new(Code::NotFound, detail)
            }
            Some(_) => ApiError::new(
                Code::FlagArchived,
                "an archived flag answers nobody; restore it",
            ),
            None => ApiError::not_found("flag"),
        });
    }
    let revision = [(REVISION, HeaderValue::from(revision))];
    Ok((revision, Json(explanation)))
}
