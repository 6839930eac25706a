//! `GET /api/v1/projects/{project}/audit/verify`

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use tenantry_store::{Break, Read, Store};
use utoipa::ToSchema;

use crate::api::error::ApiError;
use crate::api::extract::InProject;
use crate::api::extract::path::ProjectPath;

/// What was found.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AuditVerification {
    /// Whether every entry is what was written.
    intact: bool,
    /// How many entries are good, from the first one on.
    entries: u64,
    /// The hash of the last good entry.
    head: String,
    /// The first bad entry; null if there is none.
    broken: Option<BrokenEntry>,
}

/// Where the log breaks.
#[derive(Debug, Serialize, ToSchema)]
struct BrokenEntry {
    /// The number of the first bad entry.
    seq: u64,
    /// What is wrong with it.
    why: BrokenWhy,
}

/// How a log breaks.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum BrokenWhy {
    /// The entry is missing.
    Missing,
    /// The entry is not what was written, or not in its place.
    Altered,
    /// There are more entries than the project knows of.
    BeyondHead,
}

/// Verify a project's audit log
///
/// Walks the whole chain of hashes.
#[utoipa::path(
    get,
    path = "/api/v1/projects/{project}/audit/verify",
    tag = "audit",
    params(ProjectPath),
    responses((status = 200, description = "What was found", body = AuditVerification))
)]
pub(crate) async fn verify_audit_log(
    State(store): State<Store>,
    InProject { scope, .. }: InProject<Read>,
) -> Result<Json<AuditVerification>, ApiError> {
    let found = store.verify_audit(&scope).await?;
    let broken = found.broken.map(|broken| BrokenEntry {
        seq: broken.seq,
        why: match broken.why {
            Break::Missing => BrokenWhy::Missing,
            Break::Altered => BrokenWhy::Altered,
            Break::BeyondHead => BrokenWhy::BeyondHead,
        },
    });
    let (entries, head) = (found.entries, found.head);
    Ok(Json(AuditVerification {
        intact: broken.is_none(),
        entries,
        head,
        broken,
    }))
}
