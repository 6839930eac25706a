//! `PUT /api/v1/projects/{project}/references`

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use serde_json::json;
use tenantry_core::model::{FlagKey, Problems};
use tenantry_protocol::references::CodeReferences;
use tenantry_store::{NewReference, NewScan, Store};
use utoipa::ToSchema;

use crate::api::error::ApiError;
use crate::api::extract::path::ProjectPath;
use crate::api::extract::{Body, Check, InProjectOrCi, text};
use crate::clock::SharedClock;

/// Most places of one repository.
const MAX_REFERENCES: usize = 100_000;

/// What a scan changed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TakenReferences {
    /// The repository.
    repository: String,
    /// The commit.
    commit: String,
    /// How many places ask for a flag now.
    references: usize,
    /// The flags that the repository did not ask for before, by key.
    appeared: Vec<String>,
    /// The flags that it does not ask for any more, by key.
    gone: Vec<String>,
}

impl Check for CodeReferences {
    type Checked = NewScan;

    fn check(self, problems: &mut Problems) -> Option<NewScan> {
        text::check("repository", &self.repository, &(1..=256), problems);
        text::check("commit", &self.commit, &(1..=128), problems);
        if let Some(branch) = &self.branch {
            text::check("branch", branch, &(1..=256), problems);
        }
        if self.references.len() > MAX_REFERENCES {
            let message = format!("must be at most {MAX_REFERENCES} places");
            problems.push("references", message);
            return None;
        }
        for (place, reference) in self.references.iter().enumerate() {
            if let Err(error) = FlagKey::new(reference.flag.as_str()) {
                problems.push(format!("references[{place}].flag"), error.to_string());
            }
            let path = format!("references[{place}].path");
            text::check(&path, &reference.path, &(1..=4_096), problems);
        }
        Some(NewScan {
            references: self
                .references
                .into_iter()
                .map(|it| NewReference {
                    document: json!(it),
                    flag: it.flag,
                    path: it.path,
                    line: it.line,
                })
                .collect(),
            repository: self.repository,
            commit: self.commit,
            branch: self.branch,
            unresolved: self.unresolved.len() as u64,
        })
    }
}

/// Upload a repository's code references
///
/// Where its sources ask for which flag, as `tenantry scan` finds them, of one commit: best the main
/// branch's. It replaces the scan of that repository before it. A `ci` token may do it.
#[utoipa::path(
    put,
    path = "/api/v1/projects/{project}/references",
    tag = "debt",
    params(ProjectPath),
    request_body = CodeReferences,
    responses((status = 200, description = "What the scan changed", body = TakenReferences))
)]
pub(crate) async fn replace_references(
    State(store): State<Store>,
    State(clock): State<SharedClock>,
    InProjectOrCi { scope, .. }: InProjectOrCi<ProjectPath>,
    Body(scan): Body<CodeReferences>,
) -> Result<Json<TakenReferences>, ApiError> {
    let change = store.put_scan(&scope, &scan, clock.now()).await?;
    Ok(Json(TakenReferences {
        references: scan.references.len(),
        repository: scan.repository,
        commit: scan.commit,
        appeared: change.appeared,
        gone: change.gone,
    }))
}
