//! `POST /api/v1/projects/{project}/environments/{environment}/flags/{flag}/targeting/preview`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tenantry_core::model::{FlagDefinition, Problems, Targeting};
use tenantry_core::{Attributes, compile};
use tenantry_store::{Read, Store, WriteError};
use utoipa::ToSchema;

use super::document::TargetingPatch;
use crate::api::edge::ProblemDocument;
use crate::api::error::{ApiError, Code};
use crate::api::extract::path::TargetingPath;
use crate::api::extract::{Body, Check, InEnvironment};
use crate::clock::SharedClock;
use crate::preview::{Preview, preview};
use crate::publish::Publisher;
use crate::tasks::Tasks;

const DEFAULT_LIMIT: usize = 100;
const MAX_LIMIT: usize = 10_000;

/// A draft to try out: a whole targeting or a patch of the present one.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct PreviewTargeting {
    /// The whole targeting.
    targeting: Option<Targeting>,
    /// A JSON merge patch (RFC 7396) of the present targeting. Either this or `targeting`.
    #[schema(value_type = Option<Object>)]
    patch: Option<Map<String, Value>>,
    /// What calls are taken to pass, for rules to test; nothing if absent.
    #[serde(default)]
    attributes: Map<String, Value>,
    /// The most tenants in each list: 0 to 10000; 100 if absent. Counts are exact whatever it is.
    #[schema(maximum = 10_000)]
    limit: Option<usize>,
}

/// The draft, checked as far as it can be by itself.
#[derive(Debug)]
pub(crate) struct Draft {
    document: Document,
    attributes: Attributes,
    limit: usize,
}

#[derive(Debug)]
enum Document {
    Whole(Box<Targeting>),
    Patch(TargetingPatch),
}

impl Check for PreviewTargeting {
    type Checked = Draft;

    fn check(self, problems: &mut Problems) -> Option<Draft> {
        let limit = self.limit.unwrap_or(DEFAULT_LIMIT);
        if limit > MAX_LIMIT {
            problems.push("limit", format!("must be 0 to {MAX_LIMIT}"));
        }
        let document = match (self.targeting, self.patch) {
            (Some(targeting), None) => Document::Whole(Box::new(targeting)),
            (None, Some(patch)) => Document::Patch(TargetingPatch::from(patch)),
            (Some(_), Some(_)) | (None, None) => {
                problems.push("", "must have either targeting or patch");
                return None;
            }
        };
        Some(Draft {
            document,
            attributes: Attributes::from(&self.attributes),
            limit,
        })
    }
}

/// What a draft would do.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TargetingPreview {
    /// The environment's revision that it was compared with.
    revision: u64,
    #[serde(flatten)]
    preview: Preview,
}

/// Preview a change of a flag's targeting
///
/// Says which tenants of the roster would come to have the flag and which would lose it, without
/// changing anything. Tenants that are not on the roster are not counted. The body's paths in
/// problems begin at the targeting.
#[utoipa::path(
    post,
    path = "/api/v1/projects/{project}/environments/{environment}/flags/{flag}/targeting/preview",
    tag = "targeting",
    params(TargetingPath),
    request_body = PreviewTargeting,
    responses(
        (status = 200, description = "Whom it would turn on and off", body = TargetingPreview),
        (status = 409, description = "The flag is archived", body = ProblemDocument,
            content_type = "application/problem+json"),
    )
)]
pub(crate) async fn preview_targeting(
    State(store): State<Store>,
    State(publisher): State<Publisher>,
    State(clock): State<SharedClock>,
    State(tasks): State<Tasks>,
    InEnvironment { scope, path }: InEnvironment<Read, TargetingPath>,
    Body(draft): Body<PreviewTargeting>,
) -> Result<Json<TargetingPreview>, ApiError> {
    let present = store.targeting(&scope, &path.flag).await?;
    let present = present.ok_or_else(|| ApiError::not_found("flag"))?;
    if present.archived {
        return Err(WriteError::Archived.into());
    }
    let targeting = match draft.document {
        Document::Whole(targeting) => *targeting,
        Document::Patch(patch) => patch.apply(&present.definition.targeting)?,
    };
    let definition = FlagDefinition {
        targeting,
        ..present.definition
    };
    // What could not be written is refused for the same reasons.
    let checked = store.check_definition(&scope, &definition).await?;
    checked.map_err(ApiError::invalid_body)?;
    // Whoever has just changed the flag wants to see what would come of another change.
    let newest = publisher.reread(scope.id()).await;
    let newest = newest
        .ok_or_else(|| ApiError::new(Code::Unavailable, "this environment is not published yet"))?;
    let roster = publisher.roster_in(&scope, clock.now()).await?;
    let (attributes, limit) = (draft.attributes, draft.limit);
    let compared = tasks.compute(move || {
        let replica = newest.publication().replica();
        let mut edit = replica.ruleset().edit();
        edit.upsert(Arc::new(compile(&definition)?));
        let rulesets = (&**replica.ruleset(), &edit.build());
        let flag = definition.key.as_str();
        Ok(TargetingPreview {
            revision: newest.revision(),
            preview: preview(&roster, rulesets, flag, &attributes, limit),
        })
    });
    let compared: Result<_, Problems> = compared.await;
    compared.map(Json).map_err(ApiError::invalid_body)
}
