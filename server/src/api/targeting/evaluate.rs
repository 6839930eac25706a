//! `POST /api/v1/projects/{project}/environments/{environment}/flags/{flag}/evaluate`

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use serde_json::{Map, Value};
use tenantry_core::limits::MAX_TENANT_BYTES;
use tenantry_core::model::Problems;
use tenantry_core::{Attributes, Context, Explanation, Reason};
use tenantry_store::Store;
use utoipa::ToSchema;

use crate::api::edge::ProblemDocument;
use crate::api::error::{ApiError, Code};
use crate::api::extract::path::TargetingPath;
use crate::api::extract::{Body, Check, InPublished};
use crate::publish::Publisher;

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
/// the answer is what was last published.
#[utoipa::path(
    post,
    path = "/api/v1/projects/{project}/environments/{environment}/flags/{flag}/evaluate",
    tag = "targeting",
    params(TargetingPath),
    request_body = EvaluateFlag,
    responses(
        (status = 200, description = "The answer, and how it came out", body = Explanation),
        (status = 409, description = "The flag is archived: it answers nobody",
            body = ProblemDocument, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn evaluate_flag(
    State(store): State<Store>,
    State(publisher): State<Publisher>,
    InPublished { scope, path }: InPublished<TargetingPath>,
    Body(asked): Body<EvaluateFlag>,
) -> Result<Json<Explanation>, ApiError> {
    // Whoever has just changed the flag wants to see what came of it; nobody wants to wait for a
    // database that is away.
    let reread = tokio::time::timeout(LOOK, publisher.reread(scope.id())).await;
    let newest = match reread {
        Ok(Some(newest)) => Some(newest),
        Ok(None) | Err(_) => publisher.newest(scope.id()).await,
    };
    let newest = newest
        .ok_or_else(|| ApiError::new(Code::Unavailable, "this environment is not published yet"))?;
    let attributes = Attributes::from(&asked.attributes);
    let context = Context::tenant(&asked.tenant).with_attributes(&attributes);
    let ruleset = newest.publication().replica().ruleset();
    let explanation = ruleset.explain(path.flag.as_str(), &context);
    if explanation.reason == Reason::FlagNotFound {
        return Err(match store.flag(scope.project(), &path.flag).await? {
            Some(_) => ApiError::new(
                Code::FlagArchived,
                "an archived flag answers nobody; restore it",
            ),
            None => ApiError::not_found("flag"),
        });
    }
    Ok(Json(explanation))
}
