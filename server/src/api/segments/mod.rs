//! Segments: named sets of tenants, the same in every environment.

mod add;
mod create;
mod delete;
mod list;
mod members;
mod preview;
mod remove;
mod show;
mod update;
mod uses;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use tenantry_core::model::{Condition, ProjectKey, SegmentKey};
use tenantry_store::{Committed, ListChange};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt as _};
use utoipa_axum::routes;

use super::AppState;
use super::extract::body::limit;
use super::extract::path::InProjectPath;

/// The operations on segments. Bodies with members may be larger than others: up to
/// `max_list_body_bytes`.
pub(super) fn routes(max_list_body_bytes: usize) -> OpenApiRouter<AppState> {
    let members = routes!(
        members::list_members,
        add::add_members,
        remove::remove_members
    );
    OpenApiRouter::new()
        .routes(routes!(list::list_segments, create::create_segment))
        .routes(routes!(preview::preview_segment))
        .routes(routes!(
            show::show_segment,
            update::update_segment,
            delete::delete_segment
        ))
        .routes(members.layer(limit(max_list_body_bytes)))
}

/// A segment of a project.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct SegmentPath {
    /// The project's key.
    #[param(value_type = String, pattern = "^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$")]
    project: ProjectKey,
    /// The segment's key.
    #[param(value_type = String, pattern = "^[A-Za-z0-9._~-]{1,128}$")]
    segment: SegmentKey,
}

impl InProjectPath for SegmentPath {
    const WHAT: &'static str = "segment";

    fn project(&self) -> &ProjectKey {
        &self.project
    }
}

/// A segment.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Segment {
    /// Its key, which never changes.
    key: String,
    /// What people call it.
    name: String,
    /// What a tenant of the roster must meet to be in it; null for a segment of listed tenants.
    conditions: Option<Vec<Condition>>,
    /// How many tenants are in it.
    size: u64,
    /// When it was created.
    created_at: DateTime<Utc>,
    /// When its name or its members were last changed.
    updated_at: DateTime<Utc>,
}

impl From<tenantry_store::Segment> for Segment {
    fn from(segment: tenantry_store::Segment) -> Self {
        Self {
            key: segment.key.into(),
            name: segment.name,
            conditions: segment.conditions,
            size: segment.size,
            created_at: segment.created_at,
            updated_at: segment.updated_at,
        }
    }
}

/// What became of a segment's members.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MembersChanged {
    /// The tenants that were added or taken out, sorted: those for which that changed nothing are
    /// left out.
    changed: Vec<String>,
    /// How many tenants are in the segment now.
    size: u64,
    /// The revision of every environment: the segment is in all of them.
    revisions: Vec<EnvironmentRevision>,
}

/// An environment's revision.
#[derive(Debug, Serialize, ToSchema)]
struct EnvironmentRevision {
    /// The environment's key.
    environment: String,
    /// Its revision.
    revision: u64,
}

impl MembersChanged {
    fn new(change: ListChange, committed: Committed) -> Self {
        let revisions = committed.revisions.into_iter();
        let revisions = revisions.map(|it| EnvironmentRevision {
            environment: it.key.into(),
            revision: it.revision,
        });
        Self {
            changed: change.changed,
            size: change.size,
            revisions: revisions.collect(),
        }
    }
}
