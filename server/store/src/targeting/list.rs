//! The key lists of a flag: adding and taking off tenants.
//!
//! Set operations commute, so they need no version. They are made for thousands of tenants at once:
//! one statement, whatever their number.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use tenantry_core::ItemId;
use tenantry_core::model::{FlagKey, Problems, TenantKey};

use crate::access::{EnvironmentScope, Write};
use crate::audit::AuditDocument;
use crate::db::{Conn, Statement, args, micros, number, signed, statements};
use crate::error::{StoreError, WriteError};
use crate::ids::{EnvironmentId, FlagId, ProjectId};
use crate::stream::List;
use crate::text::{check_tenants, texts};
use crate::tx::Tx;

/// A key list of a flag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FlagList {
    /// Tenants that always get the flag.
    Allow,
    /// Tenants that never get it.
    Block,
}

impl FlagList {
    /// The name used in SQL, JSON and frames.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        List::from(self).as_str()
    }
}

impl From<FlagList> for List {
    fn from(list: FlagList) -> Self {
        match list {
            FlagList::Allow => Self::Allow,
            FlagList::Block => Self::Block,
        }
    }
}

/// What became of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListChange {
    /// The tenants that were added or taken off, sorted; those that were there already, or were not,
    /// are left out.
    pub changed: Vec<String>,
    /// How many tenants are on the list now.
    pub size: u64,
}

statements! { "list_member";
    MEMBERS = "SELECT list, tenant FROM list_member
        WHERE project_id = $1 AND environment_id = $2 AND flag_id = $3";
    ADD = "INSERT INTO list_member (project_id, environment_id, flag_id, list, tenant)
            SELECT $1, $2, $3, $4, value FROM json_each($5) WHERE TRUE
            ON CONFLICT DO NOTHING RETURNING tenant"
        or "INSERT INTO list_member (project_id, environment_id, flag_id, list, tenant)
            SELECT $1, $2, $3, $4, value FROM jsonb_array_elements_text($5) value
            ON CONFLICT DO NOTHING RETURNING tenant";
    // `IS TRUE` has PostgreSQL look tenants up in a hash of those asked for. Without it it may compare
    // each with each, since it knows neither how many are asked for nor, yet, how long the list is.
    REMOVE = "DELETE FROM list_member
            WHERE project_id = $1 AND environment_id = $2 AND flag_id = $3 AND list = $4
                AND tenant IN (SELECT value FROM json_each($5)) RETURNING tenant"
        or "DELETE FROM list_member
            WHERE project_id = $1 AND environment_id = $2 AND flag_id = $3 AND list = $4
                AND (tenant IN (SELECT jsonb_array_elements_text($5))) IS TRUE RETURNING tenant";
    RECOUNT = "UPDATE targeting SET allow_count = allow_count + $4, block_count = block_count + $5
        WHERE project_id = $1 AND environment_id = $2 AND flag_id = $3
        RETURNING allow_count, block_count";
    TOUCH = "UPDATE targeting SET updated_at = $4, version = version + 1
        WHERE project_id = $1 AND environment_id = $2 AND flag_id = $3";
}

/// Both lists of a flag in one environment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Lists {
    pub(crate) allow: BTreeSet<String>,
    pub(crate) block: BTreeSet<String>,
}

impl Lists {
    /// Both lists and which they are.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (List, &BTreeSet<String>)> {
        [(List::Allow, &self.allow), (List::Block, &self.block)].into_iter()
    }
}

/// Reads both lists.
pub(super) async fn members(
    conn: &mut Conn,
    project: ProjectId,
    environment: EnvironmentId,
    flag: FlagId,
) -> Result<Lists, StoreError> {
    let mut lists = Lists::default();
    let rows = args![project, environment, flag];
    for (list, tenant) in conn.all::<(String, String)>(&MEMBERS, rows).await? {
        let list = if list == "allow" {
            &mut lists.allow
        } else {
            &mut lists.block
        };
        list.insert(tenant);
    }
    Ok(lists)
}

/// Which way tenants go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// Onto the list.
    On,
    /// Off the list.
    Off,
}

impl Way {
    /// What the audit log keeps of tenants that went this way: who was taken off, who was added.
    pub(crate) fn documents(self, tenants: &[String]) -> (Value, Value) {
        match self {
            Self::On => (json!([]), json!(tenants)),
            Self::Off => (json!(tenants), json!([])),
        }
    }
}

impl Tx {
    /// Adds tenants to a list; `None` if there is no such flag.
    ///
    /// # Errors
    /// [`WriteError`].
    pub async fn add_tenants(
        &mut self,
        environment: &EnvironmentScope<Write>,
        flag: &FlagKey,
        list: FlagList,
        tenants: &[TenantKey],
        now: DateTime<Utc>,
    ) -> Result<Option<ListChange>, WriteError> {
        self.change_list(environment, flag, (list, Way::On), tenants, now)
            .await
    }

    /// Takes tenants off a list; `None` if there is no such flag.
    ///
    /// # Errors
    /// [`WriteError`].
    pub async fn remove_tenants(
        &mut self,
        environment: &EnvironmentScope<Write>,
        flag: &FlagKey,
        list: FlagList,
        tenants: &[TenantKey],
        now: DateTime<Utc>,
    ) -> Result<Option<ListChange>, WriteError> {
        self.change_list(environment, flag, (list, Way::Off), tenants, now)
            .await
    }

    async fn change_list(
        &mut self,
        environment: &EnvironmentScope<Write>,
        flag: &FlagKey,
        (list, way): (FlagList, Way),
        tenants: &[TenantKey],
        now: DateTime<Utc>,
    ) -> Result<Option<ListChange>, WriteError> {
        check_tenants("tenants", texts(tenants))
            .map_err(|problem| WriteError::Invalid(Problems(vec![problem])))?;
        let Some(position) = self.position(environment.id()) else {
            return Ok(None);
        };
        let Some(open) = self.open_targeting(position, flag).await? else {
            return Ok(None);
        };
        if open.archived {
            return Err(WriteError::Archived);
        }
        let tenants: Vec<&str> = texts(tenants).collect();
        let change = self
            .move_tenants(position, open.flag, flag, (list, way), &tenants)
            .await?;
        if !change.changed.is_empty() {
            let row = args![self.project(), environment.id(), open.flag, micros(now)];
            self.conn.execute(&TOUCH, row).await?;
        }
        Ok(Some(change))
    }

    /// Moves tenants onto a list or off it, and notes those that were not there yet, or were.
    pub(super) async fn move_tenants(
        &mut self,
        position: usize,
        id: FlagId,
        flag: &FlagKey,
        (list, way): (FlagList, Way),
        tenants: &[&str],
    ) -> Result<ListChange, StoreError> {
        let (project, environment) = (self.project(), self.environments[position].id);
        let statement: &Statement = match way {
            Way::On => &ADD,
            Way::Off => &REMOVE,
        };
        let rows = args![project, environment, id, list.as_str(), json!(tenants)];
        let rows: Vec<(String,)> = self.conn.all(statement, rows).await?;
        let mut changed: Vec<String> = rows.into_iter().map(|(tenant,)| tenant).collect();
        changed.sort_unstable();

        let count = signed(changed.len() as u64);
        let by = if way == Way::On { count } else { -count };
        let (allow, block) = if list == FlagList::Allow {
            (by, 0)
        } else {
            (0, by)
        };
        let counted = args![project, environment, id, allow, block];
        let (allow, block) = self.conn.one::<(i64, i64)>(&RECOUNT, counted).await?;
        let size = if list == FlagList::Allow {
            allow
        } else {
            block
        };

        if !changed.is_empty() {
            let item = ItemId::Flag(flag.clone());
            let environment = &mut self.environments[position];
            environment.toggle_members(&item, list.into(), changed.iter().map(String::as_str));
            let (before, after) = way.documents(&changed);
            let document = AuditDocument::new(list.as_str(), before, after);
            let key = environment.key.clone();
            self.record(document.of(&item).within(&key));
        }
        let size = number("targeting", "count", id, size)?;
        Ok(ListChange { changed, size })
    }

    /// Reads both lists of a flag in the environment at `position`.
    pub(crate) async fn members(
        &mut self,
        position: usize,
        flag: FlagId,
    ) -> Result<Lists, StoreError> {
        let (project, environment) = (self.project(), self.environments[position].id);
        members(&mut self.conn, project, environment, flag).await
    }
}
