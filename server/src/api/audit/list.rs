//! `GET /api/v1/projects/{project}/audit`

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use tenantry_core::model::{EnvironmentKey, FlagKey};
use tenantry_store::{AuditFilter, Read, Store, TokenId};
use utoipa::{IntoParams, ToSchema};

use super::changes::{AuditChange, changes};
use crate::api::error::ApiError;
use crate::api::extract::path::ProjectPath;
use crate::api::extract::scope::known_environment;
use crate::api::extract::{InProject, Query, page, text};

/// Which entries to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListAuditEntries {
    /// About this flag.
    #[param(value_type = Option<String>, pattern = "^[A-Za-z0-9._~-]{1,128}$")]
    flag: Option<FlagKey>,
    /// In this environment, or not in one alone: creating a flag concerns all of them.
    #[param(value_type = Option<String>, pattern = "^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$")]
    environment: Option<EnvironmentKey>,
    /// By this person or token.
    #[param(max_length = 256)]
    actor: Option<String>,
    /// To this, exactly: `tenant/acme`, `segment/partners`, `token/<id>`, `flag/new-billing`, or
    /// `tenants` for what was done to the roster as a whole.
    #[param(max_length = 512)]
    target: Option<String>,
    /// At this time or later.
    from: Option<DateTime<Utc>>,
    /// Before this time.
    to: Option<DateTime<Utc>>,
    /// Part of the target, the actor or the reason.
    #[param(max_length = 256)]
    q: Option<String>,
    /// With this action, such as `targeting.update`.
    #[param(max_length = 64)]
    action: Option<String>,
    /// How many at most: 1 to 200; 50 if absent.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
    /// The `next_cursor` of the page before.
    #[param(max_length = 4096)]
    cursor: Option<String>,
}

/// A page of the audit log.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AuditEntryList {
    /// The entries, newest first.
    items: Vec<AuditEntry>,
    /// Ask with this `cursor` for the rest; null at the end.
    next_cursor: Option<String>,
}

/// One change.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AuditEntry {
    /// Its number: 1 for the project's first, without gaps.
    seq: u64,
    /// When it was made.
    at: DateTime<Utc>,
    /// Who made it.
    actor: String,
    /// What was done, such as `targeting.update`.
    action: String,
    /// To what, such as `flag/new-billing`.
    target: String,
    /// The id of the token that was used; null for the server itself.
    #[schema(value_type = Option<uuid::Uuid>)]
    token: Option<TokenId>,
    /// The environment, if it was in one alone.
    environment: Option<String>,
    /// The revisions that it made, by environment.
    revisions: BTreeMap<String, u64>,
    /// Why, in the words of whoever did it.
    reason: Option<String>,
    /// The id of the request.
    request_id: Option<String>,
    /// What was changed.
    changes: Vec<AuditChange>,
    /// The entry's hash, which covers the one before it.
    hash: String,
}

impl From<tenantry_store::AuditEntry> for AuditEntry {
    fn from(entry: tenantry_store::AuditEntry) -> Self {
        let changes = changes(entry.documents, &entry.target, entry.environment.as_deref());
        Self {
            seq: entry.seq,
            at: entry.at,
            actor: entry.actor,
            action: entry.action,
            target: entry.target,
            token: entry.token,
            environment: entry.environment,
            revisions: entry.revisions,
            reason: entry.reason,
            request_id: entry.request_id,
            changes,
            hash: entry.hash,
        }
    }
}

/// List a project's audit log
///
/// A page may have fewer entries than were asked for, or none, and yet not be the last: who looks for a
/// part of a text, an actor, an action or an environment is answered after 50,000 entries, and goes on
/// with `next_cursor`, which is null at the end.
#[utoipa::path(
    get,
    path = "/api/v1/projects/{project}/audit",
    tag = "audit",
    params(ProjectPath, ListAuditEntries),
    responses((status = 200, description = "A page of the audit log", body = AuditEntryList))
)]
pub(crate) async fn list_audit_entries(
    State(store): State<Store>,
    InProject { scope, .. }: InProject<Read>,
    Query(query): Query<ListAuditEntries>,
) -> Result<Json<AuditEntryList>, ApiError> {
    known_environment(&store, &scope, query.environment.as_ref()).await?;
    let filter = AuditFilter {
        flag: query.flag,
        target: text::parameter("target", query.target, 512)?,
        from: query.from,
        to: query.to,
        q: text::parameter("q", query.q, 256)?.filter(|text| !text.is_empty()),
        environment: query.environment,
        actor: text::parameter("actor", query.actor, 256)?,
        action: text::parameter("action", query.action, 64)?,
        limit: page::limit(query.limit)?,
        cursor: query.cursor,
    };
    let page = store.audit_entries(&scope, &filter).await?;
    let items = page.items.into_iter().map(AuditEntry::from).collect();
    Ok(Json(AuditEntryList {
        items,
        next_cursor: page.next_cursor,
    }))
}
