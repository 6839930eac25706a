//! `GET /api/v1/projects/{project}/flags/{flag}/references`

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use tenantry_protocol::references::CodeReference;
use tenantry_store::{RepositoryUse, Store};
use utoipa::{IntoParams, ToSchema};

use crate::api::error::ApiError;
use crate::api::extract::path::FlagPath;
use crate::api::extract::{InProjectOrCi, Query, page};

/// How many places to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListReferences {
    /// How many at most: 1 to 200; 50 if absent.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
}

/// Where code asks for a flag.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FlagReferences {
    /// How many places there are.
    references: u64,
    /// The first of them, by repository, file and line.
    items: Vec<RepositoryReference>,
    /// The repositories that ask for it, or once did, by name.
    repositories: Vec<Asking>,
}

/// A place in a repository.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RepositoryReference {
    /// The repository's name.
    repository: String,
    /// The place.
    #[serde(flatten)]
    reference: CodeReference,
}

/// Since when and until when a repository asks for a flag.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Asking {
    /// The repository's name.
    repository: String,
    /// The first commit that was scanned with a reference.
    first_commit: String,
    /// When that was scanned.
    first_at: DateTime<Utc>,
    /// The first commit that was scanned without one, after the last; null while there is one.
    gone_commit: Option<String>,
    /// When that was scanned.
    gone_at: Option<DateTime<Utc>>,
}

impl From<RepositoryUse> for Asking {
    fn from(it: RepositoryUse) -> Self {
        let (gone_commit, gone_at) = it.gone.unzip();
        Self {
            repository: it.repository,
            first_commit: it.first_commit,
            first_at: it.first_at,
            gone_commit,
            gone_at,
        }
    }
}

/// List where code asks for a flag
///
/// As far as code has been scanned and uploaded. A key that is no flag may be asked for as well.
#[utoipa::path(
    get,
    path = "/api/v1/projects/{project}/flags/{flag}/references",
    tag = "debt",
    params(FlagPath, ListReferences),
    responses((status = 200, description = "The places", body = FlagReferences))
)]
pub(crate) async fn list_references(
    State(store): State<Store>,
    InProjectOrCi { scope, path }: InProjectOrCi<FlagPath>,
    Query(query): Query<ListReferences>,
) -> Result<Json<FlagReferences>, ApiError> {
    let limit = page::limit(query.limit)?;
    let references = store.reference_count(&scope, &path.flag).await?;
    let places = store.references(&scope, &path.flag, limit).await?;
    let uses = store.repository_uses(&scope, &path.flag).await?;
    // What a newer server kept and this one cannot read is counted, and not shown.
    let items = places.into_iter().filter_map(|place| {
        Some(RepositoryReference {
            repository: place.repository,
            reference: serde_json::from_value(place.document).ok()?,
        })
    });
    Ok(Json(FlagReferences {
        references,
        items: items.collect(),
        repositories: uses.into_iter().map(Asking::from).collect(),
    }))
}
