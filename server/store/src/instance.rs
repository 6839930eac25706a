//! SDK instances: which programs follow an environment, and how far each is.
//!
//! Separate from usage, which counts what programs ask: this is who they are right now. Nodes write it
//! in maintenance ([`Store::record_instances`]), since one of them serves many projects.
//!
//! **Invariants**
//! - An instance has one row, that of its latest connection, whichever node that is at.
//! - A node that has given no sign for [`NODE_SILENCE`] has lost its instances: what they have heard
//!   since nobody knows. After [`KEPT`] they are forgotten.

use chrono::{DateTime, TimeDelta, Utc};

use crate::access::{EnvironmentScope, Mode, Read};
use crate::db::{args, number, signed, statements};
use crate::error::StoreError;
use crate::ids::NodeId;
use crate::store::Store;

/// How long a node may give no sign before its instances count as lost.
pub const NODE_SILENCE: TimeDelta = TimeDelta::seconds(75);
/// How long an instance that was lost is remembered at most.
pub const KEPT: TimeDelta = TimeDelta::minutes(15);

/// A program that follows an environment, or lately did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SdkInstance {
    /// The number that it gave itself at its start, or one that its node made up.
    pub instance: String,
    /// The name of its token.
    pub token: String,
    /// The name and version of its SDK.
    pub sdk: String,
    /// The newest revision that it has acknowledged; 0 for none.
    pub revision: u64,
    /// When its latest connection began.
    pub connected_at: DateTime<Utc>,
    /// If it is not connected any more: since when nothing has been heard of it.
    pub lost: Option<Lost>,
}

/// An instance that went without saying goodbye.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lost {
    /// When it was heard of last.
    pub at: DateTime<Utc>,
    /// When it need not be told of any more.
    pub forget_at: DateTime<Utc>,
}

/// What has become of an instance of a node's.
#[derive(Debug, Clone)]
pub struct InstanceChange {
    /// What it follows.
    pub environment: EnvironmentScope<Read>,
    /// Its number.
    pub instance: String,
    /// What it is now; `None` if it is gone for good.
    pub is: Option<SdkInstance>,
}

statements! { "sdk_instance";
    WRITTEN = "SELECT i.instance, i.token, i.sdk, i.revision, i.connected_at, i.lost_at, i.forget_at,
            n.seen_at
        FROM sdk_instance i
        LEFT JOIN sdk_node n ON n.project_id = i.project_id
            AND n.environment_id = i.environment_id AND n.node = i.node
        WHERE i.project_id = $1 AND i.environment_id = $2
            AND (i.node <> $3 OR i.lost_at IS NOT NULL)
        ORDER BY i.instance";
    COMMITTED_AT = "SELECT at FROM change_log
        WHERE project_id = $1 AND environment_id = $2 AND revision = $3";
}

#[derive(Debug, sqlx::FromRow)]
struct InstanceRow {
    instance: String,
    token: String,
    sdk: String,
    revision: i64,
    connected_at: DateTime<Utc>,
    lost_at: Option<DateTime<Utc>>,
    forget_at: Option<DateTime<Utc>>,
    seen_at: Option<DateTime<Utc>>,
}

impl NodeId {
    /// A name for a node that starts now.
    #[must_use]
    pub fn of_start(now: DateTime<Utc>) -> Self {
        Self::new(now)
    }
}

impl Store {
    /// Reads the instances that are connected to other nodes than `node`, and those that any node has
    /// lost.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn written_instances<M: Mode>(
        &self,
        scope: &EnvironmentScope<M>,
        node: NodeId,
        now: DateTime<Utc>,
    ) -> Result<Vec<SdkInstance>, StoreError> {
        let mut conn = self.read(scope.project()).await?;
        let asked = args![scope.project().id(), scope.id(), node];
        let rows: Vec<InstanceRow> = conn.all(&WRITTEN, asked).await?;
        rows.into_iter()
            .filter_map(|row| row.instance(now).transpose())
            .collect()
    }

    /// Reads when a revision of an environment was committed; `None` if the change log does not
    /// (or no longer) say.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn committed_at<M: Mode>(
        &self,
        scope: &EnvironmentScope<M>,
        revision: u64,
    ) -> Result<Option<DateTime<Utc>>, StoreError> {
        let mut conn = self.read(scope.project()).await?;
        let asked = args![scope.project().id(), scope.id(), signed(revision)];
        let row: Option<(DateTime<Utc>,)> = conn.optional(&COMMITTED_AT, asked).await?;
        Ok(row.map(|(at,)| at))
    }
}

impl InstanceRow {
    /// The instance, unless it is long forgotten.
    fn instance(self, now: DateTime<Utc>) -> Result<Option<SdkInstance>, StoreError> {
        // A row whose node has no sign was written by one that ended between the two.
        let seen_at = self.seen_at.unwrap_or(self.connected_at);
        let lost = match (self.lost_at, self.forget_at) {
            (Some(at), Some(forget_at)) => Some(Lost { at, forget_at }),
            _ if now - seen_at > NODE_SILENCE => Some(Lost {
                at: seen_at,
                forget_at: seen_at + KEPT,
            }),
            _ => None,
        };
        if lost.is_some_and(|lost| lost.forget_at <= now) {
            return Ok(None);
        }
        Ok(Some(SdkInstance {
            revision: number("sdk_instance", "revision", &self.instance, self.revision)?,
            instance: self.instance,
            token: self.token,
            sdk: self.sdk,
            connected_at: self.connected_at,
            lost,
        }))
    }
}
