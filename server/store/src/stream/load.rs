//! An environment's whole state.

use tenantry_core::ItemId;

use super::{EnvironmentState, KeyList, List};
use crate::access::{EnvironmentScope, Mode};
use crate::db::{Conn, args, number, parsed, statements};
use crate::error::StoreError;
use crate::ids::{EnvironmentId, ProjectId};
use crate::store::Store;

statements! { "environment";
    ENVIRONMENT = "SELECT revision, checksum FROM environment WHERE project_id = $1 AND id = $2";
    FLAGS = "SELECT f.key, t.item
        FROM targeting t JOIN flag f ON f.project_id = t.project_id AND f.id = t.flag_id
        WHERE t.project_id = $1 AND t.environment_id = $2 AND f.archived_at IS NULL
        ORDER BY f.key";
    SEGMENTS = "SELECT key, item FROM segment WHERE project_id = $1 ORDER BY key";
    LISTS = "SELECT f.key, m.list, m.tenant
        FROM list_member m JOIN flag f ON f.project_id = m.project_id AND f.id = m.flag_id
        WHERE m.project_id = $1 AND m.environment_id = $2 AND f.archived_at IS NULL
        ORDER BY f.key, m.list, m.tenant";
    MEMBERS = "SELECT s.key, m.tenant
        FROM segment_member m JOIN segment s ON s.project_id = m.project_id AND s.id = m.segment_id
        WHERE m.project_id = $1 ORDER BY s.key, m.tenant";
}

impl Store {
    /// Reads all that an environment streams.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn load_environment<M: Mode>(
        &self,
        scope: &EnvironmentScope<M>,
    ) -> Result<EnvironmentState, StoreError> {
        let mut conn = self.read(scope.project()).await?;
        let (project, environment) = (scope.project().id(), scope.id());
        let (revision, checksum) = head(&mut conn, project, environment).await?;

        let mut items = Vec::new();
        let rows: Vec<(String, String)> = conn.all(&FLAGS, args![project, environment]).await?;
        for (key, text) in rows {
            items.push((flag(&key)?, text));
        }
        let rows: Vec<(String, String)> = conn.all(&SEGMENTS, args![project]).await?;
        for (key, text) in rows {
            items.push((segment(&key)?, text));
        }

        let mut lists = Vec::new();
        let rows = args![project, environment];
        let rows: Vec<(String, String, String)> = conn.all(&LISTS, rows).await?;
        for (key, list, tenant) in rows {
            let list = parsed("list_member", "list", &key, &list)?;
            collect(&mut lists, flag(&key)?, list, tenant);
        }
        let rows: Vec<(String, String)> = conn.all(&MEMBERS, args![project]).await?;
        for (key, tenant) in rows {
            collect(&mut lists, segment(&key)?, List::Members, tenant);
        }
        Ok(EnvironmentState {
            revision,
            checksum,
            items,
            lists,
        })
    }
}

/// An environment's newest revision and its checksum.
pub(super) async fn head(
    conn: &mut Conn,
    project: ProjectId,
    environment: EnvironmentId,
) -> Result<(u64, tenantry_core::Checksum), StoreError> {
    let row = args![project, environment];
    let (revision, checksum) = conn.one::<(i64, String)>(&ENVIRONMENT, row).await?;
    Ok((
        number("environment", "revision", environment, revision)?,
        parsed("environment", "checksum", environment, &checksum)?,
    ))
}

/// Adds a tenant to its list. Rows come list by list, so that is the last one or a new one.
fn collect(lists: &mut Vec<KeyList>, owner: ItemId, list: List, tenant: String) {
    match lists.last_mut() {
        Some(open) if open.owner == owner && open.list == list => open.tenants.push(tenant),
        _ => lists.push(KeyList {
            owner,
            list,
            tenants: vec![tenant],
        }),
    }
}

pub(super) fn flag(key: &str) -> Result<ItemId, StoreError> {
    parsed("flag", "key", key, key).map(ItemId::Flag)
}

pub(super) fn segment(key: &str) -> Result<ItemId, StoreError> {
    parsed("segment", "key", key, key).map(ItemId::Segment)
}
