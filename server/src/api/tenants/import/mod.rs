//! `POST /api/v1/projects/{project}/tenants/import`

mod csv;
mod file;
mod ndjson;

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use tenantry_store::{Action, Change, Imported, Target, Write};
use utoipa::ToSchema;

use self::file::TenantFile;
use crate::api::edge::{ProblemDocument, RequestId};
use crate::api::error::ApiError;
use crate::api::extract::path::ProjectPath;
use crate::api::extract::{InProject, Query};
use crate::api::guarded::{Demote, GuardedTx};
use crate::clock::SharedClock;
use crate::plan::Carrier;

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
    params(ProjectPath, Demote),
    request_body(content((String = "application/x-ndjson"), (String = "text/csv"))),
    responses(
        (status = 200, description = "What became of the roster", body = ImportedTenants),
        (status = 409, description = "Tenants would lose a flag while its plan is under way",
            body = ProblemDocument, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn import_tenants(
    State(carrier): State<Carrier>,
    State(clock): State<SharedClock>,
    InProject { scope, .. }: InProject<Write>,
    Query(Demote { demote }): Query<Demote>,
    request_id: RequestId,
    TenantFile(lines): TenantFile,
) -> Result<Json<ImportedTenants>, ApiError> {
    let now = clock.now();
    let mut guarded = GuardedTx::begin(&carrier, &scope, demote).await?;
    let imported = guarded.tx.import_tenants(lines, now).await?;
    let change = Change::new(Action::TenantsImport, Target::Roster);
    guarded.commit(change.requested_by(request_id), now).await?;
    carrier.publisher.roster_moved();
    Ok(Json(imported.into()))
}
