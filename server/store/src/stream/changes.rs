//! What changed in an environment since a revision.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::json;
use sqlx::types::Json;
use tenantry_core::Checksum;
use tenantry_core::model::ItemId;

use super::List;
use super::load::{flag, head, segment};
use crate::access::{EnvironmentScope, Mode};
use crate::db::{Conn, args, number, parsed, signed, statements};
use crate::error::StoreError;
use crate::ids::{EnvironmentId, ProjectId};
use crate::store::Store;
use crate::tx::Tx;

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
    // Every row is found by a scalar subquery, which no planner turns into a join: a join of tables
    // that PostgreSQL has no statistics of yet, as after an import, may compare each row with each.
    FLAGS = "SELECT asked.value, (
                SELECT t.item FROM targeting t
                WHERE t.project_id = $1 AND t.environment_id = $2 AND t.flag_id = (
                    SELECT f.id FROM flag f
                    WHERE f.project_id = $1 AND f.key = asked.value AND f.archived_at IS NULL))
            FROM json_each($3) asked"
        or "SELECT asked.value, (
                SELECT t.item FROM targeting t
                WHERE t.project_id = $1 AND t.environment_id = $2 AND t.flag_id = (
                    SELECT f.id FROM flag f
                    WHERE f.project_id = $1 AND f.key = asked.value AND f.archived_at IS NULL))
            FROM jsonb_array_elements_text($3) asked (value)";
    SEGMENTS = "SELECT asked.value, (SELECT item FROM segment WHERE project_id = $1 AND key = asked.value)
            FROM json_each($2) asked"
        or "SELECT asked.value, (SELECT item FROM segment WHERE project_id = $1 AND key = asked.value)
            FROM jsonb_array_elements_text($2) asked (value)";
    LISTED = "SELECT asked.value FROM json_each($5) asked
            WHERE (SELECT m.tenant FROM list_member m
                WHERE m.project_id = $1 AND m.environment_id = $2 AND m.flag_id = (
                    SELECT f.id FROM flag f
                    WHERE f.project_id = $1 AND f.key = $3 AND f.archived_at IS NULL
                ) AND m.list = $4 AND m.tenant = asked.value) IS NOT NULL"
        or "SELECT asked.value FROM jsonb_array_elements_text($5) asked (value)
            WHERE (SELECT m.tenant FROM list_member m
                WHERE m.project_id = $1 AND m.environment_id = $2 AND m.flag_id = (
                    SELECT f.id FROM flag f
                    WHERE f.project_id = $1 AND f.key = $3 AND f.archived_at IS NULL
                ) AND m.list = $4 AND m.tenant = asked.value) IS NOT NULL";
    SEGMENT_LISTED = "SELECT asked.value FROM json_each($3) asked
            WHERE (SELECT m.tenant FROM segment_member m
                WHERE m.project_id = $1
                    AND m.segment_id = (SELECT s.id FROM segment s WHERE s.project_id = $1 AND s.key = $2)
                    AND m.tenant = asked.value) IS NOT NULL"
        or "SELECT asked.value FROM jsonb_array_elements_text($3) asked (value)
            WHERE (SELECT m.tenant FROM segment_member m
                WHERE m.project_id = $1
                    AND m.segment_id = (SELECT s.id FROM segment s WHERE s.project_id = $1 AND s.key = $2)
                    AND m.tenant = asked.value) IS NOT NULL";
}

/// A revision as the log has it.
#[derive(Debug, sqlx::FromRow)]
pub(super) struct LogRow {
    revision: i64,
    checksum: String,
    items: Json<Vec<ItemId>>,
    members: Json<Vec<TouchedMembers>>,
}

impl LogRow {
    pub(super) fn read(self) -> Result<RevisionChange, StoreError> {
        Ok(RevisionChange {
            revision: number("change_log", "revision", self.revision, self.revision)?,
            checksum: parsed("change_log", "checksum", self.revision, &self.checksum)?,
            items: self.items.0,
            members: self.members.0,
        })
    }
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
        let mut conn = self.read(scope.project()).await?;
        let (project, environment) = (scope.project().id(), scope.id());
        let (to, checksum) = head(&mut conn, project, environment).await?;
        let mut feed = Feed {
            conn: &mut conn,
            project,
            environment,
        };
        feed.logged(revision, to, checksum).await
    }
}

impl Tx {
    /// As [`Store::changes_since`], of an environment of the project as the transaction found it; to
    /// be asked before it changes anything.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn changes_since(
        &mut self,
        environment: EnvironmentId,
        revision: u64,
    ) -> Result<Option<Changes>, StoreError> {
        let Some(position) = self.position(environment) else {
            return Ok(None);
        };
        let open = &self.environments[position];
        let (to, checksum) = (open.revision, open.checksum);
        self.feed(environment).logged(revision, to, checksum).await
    }

    /// The revision of an environment that a commit would make now: what the mutations have touched so
    /// far. `None` if they have touched nothing of it, or it is not of this project.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn pending_changes(
        &mut self,
        environment: EnvironmentId,
    ) -> Result<Option<Changes>, StoreError> {
        let position = self.position(environment);
        let open = position.map(|position| &self.environments[position]);
        let Some(open) = open.filter(|open| open.is_touched()) else {
            return Ok(None);
        };
        let (from, checksum) = (open.revision, open.checksum);
        let pending = RevisionChange {
            revision: from + 1,
            checksum,
            items: open.items.iter().cloned().collect(),
            members: open.touched_members(),
        };
        let mut feed = self.feed(environment);
        feed.gather(from, checksum, vec![pending]).await.map(Some)
    }

    /// The revision that an environment had when the transaction began; `None` if it is not of this
    /// project.
    #[must_use]
    pub fn revision(&self, environment: EnvironmentId) -> Option<u64> {
        let position = self.position(environment)?;
        Some(self.environments[position].revision)
    }

    fn feed(&mut self, environment: EnvironmentId) -> Feed<'_> {
        Feed {
            project: self.project(),
            conn: &mut self.conn,
            environment,
        }
    }
}

/// One environment, in one snapshot of the database.
struct Feed<'c> {
    conn: &'c mut Conn,
    project: ProjectId,
    environment: EnvironmentId,
}

impl Feed<'_> {
    /// What the log says of the way from `revision` to `to`.
    async fn logged(
        &mut self,
        revision: u64,
        to: u64,
        checksum: Checksum,
    ) -> Result<Option<Changes>, StoreError> {
        if revision > to {
            return Ok(None);
        }
        let revisions = self.revisions(revision).await?;
        let numbers = revisions.iter().map(|each| each.revision);
        if !numbers.eq(revision + 1..=to) {
            return Ok(None);
        }
        self.gather(revision, checksum, revisions).await.map(Some)
    }

    /// The present state of all that `revisions` touched.
    async fn gather(
        &mut self,
        from: u64,
        checksum: Checksum,
        revisions: Vec<RevisionChange>,
    ) -> Result<Changes, StoreError> {
        let touched: BTreeSet<&ItemId> = revisions.iter().flat_map(|each| &each.items).collect();
        let items = self.items(&touched).await?;
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
            members.push(self.members(owner, list, &tenants).await?);
        }
        Ok(Changes {
            from,
            to: revisions.last().map_or(from, |last| last.revision),
            checksum,
            items,
            members,
            revisions,
        })
    }

    /// What each revision after `revision` touched.
    async fn revisions(&mut self, revision: u64) -> Result<Vec<RevisionChange>, StoreError> {
        let rows = args![self.project, self.environment, signed(revision)];
        let rows: Vec<LogRow> = self.conn.all(&SINCE, rows).await?;
        rows.into_iter().map(LogRow::read).collect()
    }

    /// The present texts of items, in the order of the items.
    async fn items(
        &mut self,
        ids: &BTreeSet<&ItemId>,
    ) -> Result<Vec<(ItemId, Option<String>)>, StoreError> {
        let (mut flags, mut segments) = (Vec::new(), Vec::new());
        for id in ids {
            match id {
                ItemId::Flag(key) => flags.push(key.as_str()),
                ItemId::Segment(key) => segments.push(key.as_str()),
            }
        }
        let mut texts = BTreeMap::new();
        let asked = args![self.project, self.environment, json!(flags)];
        let rows: Vec<(String, Option<String>)> = self.conn.all(&FLAGS, asked).await?;
        for (key, text) in rows {
            texts.insert(flag(&key)?, text);
        }
        if !segments.is_empty() {
            let asked = args![self.project, json!(segments)];
            let rows: Vec<(String, Option<String>)> = self.conn.all(&SEGMENTS, asked).await?;
            for (key, text) in rows {
                texts.insert(segment(&key)?, text);
            }
        }
        Ok(texts.into_iter().collect())
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
