//! `POST /api/v1/projects/{project}/environments/{environment}/flags/{flag}/evaluate`

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use serde_json::{Map, Value};
use tenantry_core::limits::MAX_TENANT_BYTES;
use tenantry_core::model::Problems;
use tenantry_core::{Attributes, Context, Explanation};
use tenantry_store::{Read, Store};
use utoipa::ToSchema;

use crate::api::error::{ApiError, Code};
use crate::api::extract::path::TargetingPath;
use crate::api::extract::{Body, Check, InEnvironment};
use crate::publish::Publisher;

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
/// Evaluates the flag as SDKs do, and says in steps how the answer came out.
#[utoipa::path(
    post,
    path = "/api/v1/projects/{project}/environments/{environment}/flags/{flag}/evaluate",
    tag = "targeting",
    params(TargetingPath),
    request_body = EvaluateFlag,
    responses((status = 200, description = "The answer, and how it came out", body = Explanation))
)]
pub(crate) async fn evaluate_flag(
    State(store): State<Store>,
    State(publisher): State<Publisher>,
    InEnvironment { scope, path }: InEnvironment<Read, TargetingPath>,
    Body(asked): Body<EvaluateFlag>,
) -> Result<Json<Explanation>, ApiError> {
    if store.flag(scope.project(), &path.flag).await?.is_none() {
        return Err(ApiError::not_found("flag"));
    }
    // Whoever has just changed the flag wants to see what came of it.
    let newest = publisher.reread(scope.id()).await;
    let newest = newest
        .ok_or_else(|| ApiError::new(Code::Unavailable, "this environment is not published yet"))?;
    let attributes = Attributes::from(&asked.attributes);
    let context = Context::tenant(&asked.tenant).with_attributes(&attributes);
    let ruleset = newest.publication().replica().ruleset();
    Ok(Json(ruleset.explain(path.flag.as_str(), &context)))
}
