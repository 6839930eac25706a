//! `POST /api/v1/projects/{project}/tenants/import`

mod csv;
mod file;
mod ndjson;

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use tenantry_store::{Action, Change, Imported, Store, Target, Write};
use utoipa::ToSchema;

use self::file::TenantFile;
use crate::api::edge::RequestId;
use crate::api::error::ApiError;
use crate::api::extract::InProject;
use crate::api::extract::path::ProjectPath;
use crate::clock::SharedClock;

/// What an import did.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ImportedTenants {
    /// How many tenants came onto the roster.
    added: u64,
    /// How many were on it and are different now.
    changed: u64,
    /// How many are as they were.
    unchanged: u64,
}

impl From<Imported> for ImportedTenants {
    fn from(imported: Imported) -> Self {
        Self {
            added: imported.added,
            changed: imported.changed,
            unchanged: imported.unchanged,
        }
    }
}

/// Add or change many tenants at once
///
/// All lines of the file, or, if one of them is wrong, none; the answer then names each wrong line
/// (`lines[7].weight`, counted from 1). The same file again changes nothing. Tenants that the file
/// does not name stay as they are.
///
/// `application/x-ndjson`: one JSON object a line, `{"key": "acme", "name": "Acme", "weight": 1200,
/// "attributes": {"plan": "enterprise"}}`. What is absent stays as it is, null takes it back to its
/// default, and a null attribute is taken away.
///
/// `text/csv`: a header row with `key` and any of `name`, `weight` and `attributes.<name>`. An empty
/// cell is a null. Attributes are texts, unless their column ends with `:number`, `:boolean` or
/// `:list` (elements separated by `;`).
#[utoipa::path(
    post,
    path = "/api/v1/projects/{project}/tenants/import",
    tag = "tenants",
    params(ProjectPath),
    request_body(content((String = "application/x-ndjson"), (String = "text/csv"))),
    responses((status = 200, description = "What became of the roster", body = ImportedTenants))
)]
pub(crate) async fn import_tenants(
    State(store): State<Store>,
    State(clock): State<SharedClock>,
    InProject { scope, .. }: InProject<Write>,
    request_id: RequestId,
    TenantFile(lines): TenantFile,
) -> Result<Json<ImportedTenants>, ApiError> {
    let now = clock.now();
    let mut tx = store.begin(&scope).await?;
    let imported = tx.import_tenants(lines, now).await?;
    let change = Change::new(Action::TenantsImport, Target::Roster);
    tx.commit(change.requested_by(request_id), now).await?;
    Ok(Json(imported.into()))
}
