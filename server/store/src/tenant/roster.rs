//! Reading the roster as a whole, or what has become of it since.
//!
//! Separate from single tenants because a hundred thousand of them are read at once, for whoever keeps
//! them in memory: only what is asked of all of them, and only what changed.
//!
//! **Invariants**
//! - What is read is of one moment, and leads from the known version to the one that it states.

use super::row;
use crate::access::{Mode, ProjectScope};
use crate::db::{Conn, args, number, signed, statements};
use crate::error::StoreError;
use crate::ids::ProjectId;
use crate::store::Store;
use crate::tx::Tx;

/// A tenant of the roster, as far as it is asked of all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RosterTenant {
    /// Its key.
    pub key: String,
    /// What people call it.
    pub name: String,
    /// What is known about it: a JSON object.
    pub attributes: String,
    /// Its part of all requests, relative to the other tenants' weights.
    pub weight: u64,
}

impl RosterTenant {
    /// That its attributes are no JSON object.
    #[must_use]
    pub fn corrupt(&self, why: serde_json::Error) -> StoreError {
        StoreError::corrupt("tenant", "attributes", &self.key, why)
    }
}

/// A roster that somebody keeps.
#[derive(Clone, Copy)]
pub struct KnownRoster<'k> {
    /// Its version.
    pub version: u64,
    /// How many tenants are on it.
    pub tenants: u64,
    /// Whether a tenant is on it.
    pub knows: &'k (dyn Fn(&str) -> bool + Sync),
}

/// A roster, or what has become of one that is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RosterNews {
    /// The number of the audit entry that last changed it; 0 for a roster that was always empty.
    pub version: u64,
    /// By key: its tenants, or those of them that came or changed since the known version.
    pub tenants: Vec<RosterTenant>,
    /// What of it that is.
    pub part: RosterPart,
}

/// What of a roster was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RosterPart {
    /// All of it.
    Whole,
    /// What came or changed. Where others went, the keys of all that are there, sorted.
    Changed {
        /// `None` if nobody went.
        present: Option<Vec<String>>,
    },
}

statements! { "tenant";
    WHOLE = "SELECT key, name, attributes, weight FROM tenant WHERE project_id = $1 ORDER BY key"
        or "SELECT key, name, attributes::text, weight FROM tenant WHERE project_id = $1 ORDER BY key";
    SINCE = "SELECT key, name, attributes, weight FROM tenant
            WHERE project_id = $1 AND version > $2 ORDER BY key"
        or "SELECT key, name, attributes::text, weight FROM tenant
            WHERE project_id = $1 AND version > $2 ORDER BY key";
    COUNT = "SELECT COUNT(*) FROM tenant WHERE project_id = $1";
    KEYS = "SELECT key FROM tenant WHERE project_id = $1 ORDER BY key";
}

impl Store {
    /// Reads the roster, or what has become of a known one; `None` if nothing has.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn roster<M: Mode>(
        &self,
        scope: &ProjectScope<M>,
        known: Option<KnownRoster<'_>>,
    ) -> Result<Option<RosterNews>, StoreError> {
        read(&mut self.read(scope).await?, scope.id(), known).await
    }
}

impl Tx {
    /// As [`Store::roster`], as the transaction found it; to be asked before it changes anything.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn roster(
        &mut self,
        known: Option<KnownRoster<'_>>,
    ) -> Result<Option<RosterNews>, StoreError> {
        let project = self.project();
        read(&mut self.conn, project, known).await
    }
}

async fn read(
    conn: &mut Conn,
    project: ProjectId,
    known: Option<KnownRoster<'_>>,
) -> Result<Option<RosterNews>, StoreError> {
    let version = row::version(conn, project).await?;
    // A version that is ahead of the database's is from before it was restored.
    let Some(known) = known.filter(|known| known.version <= version) else {
        let tenants = tenants(conn.all(&WHOLE, args![project]).await?)?;
        return Ok(Some(RosterNews {
            version,
            tenants,
            part: RosterPart::Whole,
        }));
    };
    if known.version == version {
        return Ok(None);
    }
    let since = args![project, signed(known.version)];
    let tenants = tenants(conn.all(&SINCE, since).await?)?;
    let (count,) = conn.one::<(i64,)>(&COUNT, args![project]).await?;
    let count: u64 = number("tenant", "count", project, count)?;
    let new = tenants.iter().filter(|tenant| !(known.knows)(&tenant.key));
    let present = if known.tenants + new.count() as u64 == count {
        None
    } else {
        let keys: Vec<(String,)> = conn.all(&KEYS, args![project]).await?;
        Some(keys.into_iter().map(|(key,)| key).collect())
    };
    Ok(Some(RosterNews {
        version,
        tenants,
        part: RosterPart::Changed { present },
    }))
}

fn tenants(rows: Vec<(String, String, String, i64)>) -> Result<Vec<RosterTenant>, StoreError> {
    let tenants = rows.into_iter().map(|(key, name, attributes, weight)| {
        Ok(RosterTenant {
            weight: number("tenant", "weight", &key, weight)?,
            key,
            name,
            attributes,
        })
    });
    tenants.collect()
}
