//! What changed in an environment since a revision.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::json;
use sqlx::types::Json;
use tenantry_core::Checksum;
use tenantry_core::model::ItemId;

use super::List;
use super::load::head;
use crate::access::{EnvironmentScope, Mode};
use crate::db::{Conn, args, number, parsed, signed, statements};
use crate::error::StoreError;
use crate::ids::{EnvironmentId, ProjectId};
use crate::store::Store;

/// The way from one revision to the newest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changes {
    /// Where it begins.
    pub from: u64,
    /// Where it ends: the newest revision, which may be the same.
    pub to: u64,
    /// The checksum at the end.
    pub checksum: Checksum,
    /// Each revision after `from`, in order, without gaps: what it touched.
    pub revisions: Vec<RevisionChange>,
    /// The touched items and their present texts; `None` for those that are gone.
    pub items: Vec<(ItemId, Option<String>)>,
    /// Where the touched tenants are now. A removed item's lists are not in here.
    pub members: Vec<MemberChange>,
}

/// What one revision touched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevisionChange {
    /// The revision.
    pub revision: u64,
    /// The checksum at that revision.
    pub checksum: Checksum,
    /// The items that were written or removed.
    pub items: Vec<ItemId>,
    /// The tenants that came onto a list or went off it.
    pub members: Vec<TouchedMembers>,
}

/// Tenants of one list that a revision touched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TouchedMembers {
    /// The item that the list belongs to.
    pub owner: ItemId,
    /// Which of its lists.
    pub list: List,
    /// The tenants.
    pub tenants: Vec<String>,
}

/// Where the touched tenants of one list are now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberChange {
    /// The item that the list belongs to.
    pub owner: ItemId,
    /// Which of its lists.
    pub list: List,
    /// Those that are on it.
    pub add: Vec<String>,
    /// Those that are not.
    pub remove: Vec<String>,
}

statements! { "change_log";
    SINCE = "SELECT revision, checksum, items, members FROM change_log
        WHERE project_id = $1 AND environment_id = $2 AND revision > $3 ORDER BY revision";
    FLAG = "SELECT t.item
        FROM targeting t JOIN flag f ON f.project_id = t.project_id AND f.id = t.flag_id
        WHERE t.project_id = $1 AND t.environment_id = $2 AND f.key = $3 AND f.archived_at IS NULL";
    SEGMENT = "SELECT item FROM segment WHERE project_id = $1 AND key = $2";
    // `OFFSET 0` has PostgreSQL look each tenant up by the index. Without it it may compare each with
    // each, since it knows neither how many are asked for nor, yet, how long the list is.
    LISTED = "SELECT m.tenant
            FROM list_member m JOIN flag f ON f.project_id = m.project_id AND f.id = m.flag_id
            WHERE m.project_id = $1 AND m.environment_id = $2 AND f.key = $3 AND m.list = $4
                AND f.archived_at IS NULL AND m.tenant IN (SELECT value FROM json_each($5))"
        or "SELECT found.tenant
            FROM flag f CROSS JOIN jsonb_array_elements_text($5) asked (tenant) CROSS JOIN LATERAL (
                SELECT m.tenant FROM list_member m
                WHERE m.project_id = $1 AND m.environment_id = $2 AND m.flag_id = f.id AND m.list = $4
                    AND m.tenant = asked.tenant OFFSET 0
            ) found
            WHERE f.project_id = $1 AND f.key = $3 AND f.archived_at IS NULL";
    SEGMENT_LISTED = "SELECT m.tenant
            FROM segment_member m JOIN segment s ON s.project_id = m.project_id AND s.id = m.segment_id
            WHERE m.project_id = $1 AND s.key = $2 AND m.tenant IN (SELECT value FROM json_each($3))"
        or "SELECT found.tenant
            FROM segment s CROSS JOIN jsonb_array_elements_text($3) asked (tenant) CROSS JOIN LATERAL (
                SELECT m.tenant FROM segment_member m
                WHERE m.project_id = $1 AND m.segment_id = s.id AND m.tenant = asked.tenant OFFSET 0
            ) found
            WHERE s.project_id = $1 AND s.key = $2";
}

#[derive(Debug, sqlx::FromRow)]
struct LogRow {
    revision: i64,
    checksum: String,
    items: Json<Vec<ItemId>>,
    members: Json<Vec<TouchedMembers>>,
}

impl Store {
    /// Reads what changed since `revision`; `None` if the log no longer says, or the environment is
    /// not there yet (its database was restored). Then the whole state is needed.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn changes_since<M: Mode>(
        &self,
        scope: &EnvironmentScope<M>,
        revision: u64,
    ) -> Result<Option<Changes>, StoreError> {
        let mut feed = Feed {
            conn: self.read(scope.project()).await?,
            project: scope.project().id(),
            environment: scope.id(),
        };
        let (to, checksum) = head(&mut feed.conn, feed.project, feed.environment).await?;
        if revision > to {
            return Ok(None);
        }
        let revisions = feed.revisions(revision).await?;
        if !revisions
            .iter()
            .map(|each| each.revision)
            .eq(revision + 1..=to)
        {
            return Ok(None);
        }
        let touched: BTreeSet<&ItemId> = revisions.iter().flat_map(|each| &each.items).collect();
        let mut items = Vec::new();
        for id in touched {
            items.push((id.clone(), feed.item(id).await?));
        }
        let gone: BTreeSet<&ItemId> = items
            .iter()
            .filter(|(_, text)| text.is_none())
            .map(|(id, _)| id)
            .collect();
        let mut touched: BTreeMap<(&ItemId, List), BTreeSet<&str>> = BTreeMap::new();
        for each in revisions.iter().flat_map(|each| &each.members) {
            if !gone.contains(&each.owner) {
                let tenants = each.tenants.iter().map(String::as_str);
                touched
                    .entry((&each.owner, each.list))
                    .or_default()
                    .extend(tenants);
            }
        }
        let mut members = Vec::new();
        for ((owner, list), tenants) in touched {
            members.push(feed.members(owner, list, &tenants).await?);
        }
        Ok(Some(Changes {
            from: revision,
            to,
            checksum,
            items,
            members,
            revisions,
        }))
    }
}

/// One environment, in one snapshot of the database.
struct Feed {
    conn: Conn,
    project: ProjectId,
    environment: EnvironmentId,
}

impl Feed {
    /// What each revision after `revision` touched.
    async fn revisions(&mut self, revision: u64) -> Result<Vec<RevisionChange>, StoreError> {
        let rows = args![self.project, self.environment, signed(revision)];
        let rows: Vec<LogRow> = self.conn.all(&SINCE, rows).await?;
        let read = |row: LogRow| {
            Ok(RevisionChange {
                revision: number("change_log", "revision", row.revision, row.revision)?,
                checksum: parsed("change_log", "checksum", row.revision, &row.checksum)?,
                items: row.items.0,
                members: row.members.0,
            })
        };
        rows.into_iter().map(read).collect()
    }

    /// An item's present text.
    async fn item(&mut self, id: &ItemId) -> Result<Option<String>, StoreError> {
        let row: Option<(String,)> = match id {
            ItemId::Flag(key) => {
                let row = args![self.project, self.environment, key.as_str()];
                self.conn.optional(&FLAG, row).await?
            }
            ItemId::Segment(key) => {
                self.conn
                    .optional(&SEGMENT, args![self.project, key.as_str()])
                    .await?
            }
        };
        Ok(row.map(|(text,)| text))
    }

    /// Which of `tenants` are on a list and which are not.
    async fn members(
        &mut self,
        owner: &ItemId,
        list: List,
        tenants: &BTreeSet<&str>,
    ) -> Result<MemberChange, StoreError> {
        let asked = json!(tenants);
        let rows: Vec<(String,)> = match owner {
            ItemId::Flag(key) => {
                let (project, environment) = (self.project, self.environment);
                let rows = args![project, environment, key.as_str(), list.as_str(), asked];
                self.conn.all(&LISTED, rows).await?
            }
            ItemId::Segment(key) => {
                let rows = args![self.project, key.as_str(), asked];
                self.conn.all(&SEGMENT_LISTED, rows).await?
            }
        };
        let add: BTreeSet<String> = rows.into_iter().map(|(tenant,)| tenant).collect();
        let remove = tenants.iter().filter(|tenant| !add.contains(**tenant));
        Ok(MemberChange {
            owner: owner.clone(),
            list,
            remove: remove.map(|tenant| (*tenant).to_owned()).collect(),
            add: add.into_iter().collect(),
        })
    }
}
