//! Creating a flag: off, in every environment.

use chrono::{DateTime, Days, NaiveDate, Utc};
use serde_json::Value;
use tenantry_core::model::FlagKey;

use super::check::tidy;
use super::{Flag, FlagKind, row};
use crate::access::random_base62;
use crate::db::micros;
use crate::error::CreateError;
use crate::ids::FlagId;
use crate::tx::Tx;

/// How long a temporary flag may live if nobody says.
const DEFAULT_LIFE: Days = Days::new(90);
/// 95 bits: two flags never share a salt by accident.
const SALT_LEN: usize = 16;

/// A flag to create.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFlag {
    /// Its key.
    pub key: FlagKey,
    /// What people call it, 1 to 256 bytes; the key if absent.
    pub name: Option<String>,
    /// What it is for, up to 4096 bytes.
    pub description: String,
    /// How long it is meant to live.
    pub kind: FlagKind,
    /// Who answers for it, up to 256 bytes; the creator if absent.
    pub owner: Option<String>,
    /// Up to 64 tags of 1 to 64 bytes.
    pub tags: Vec<String>,
    /// The last day that it should be in use; 90 days ahead if absent and the kind is temporary.
    pub expires_on: Option<NaiveDate>,
    /// What its buckets are salted with, up to 256 bytes; random if absent.
    pub salt: Option<String>,
}

impl NewFlag {
    /// A release flag with nothing but a key.
    #[must_use]
    pub fn new(key: FlagKey) -> Self {
        Self {
            key,
            name: None,
            description: String::new(),
            kind: FlagKind::default(),
            owner: None,
            tags: Vec::new(),
            expires_on: None,
            salt: None,
        }
    }
}

impl Tx {
    /// Creates a flag, off in every environment.
    ///
    /// # Errors
    /// [`CreateError`]; an archived flag keeps its key taken.
    pub async fn insert_flag(
        &mut self,
        new: NewFlag,
        now: DateTime<Utc>,
    ) -> Result<Flag, CreateError> {
        let (project, now) = (self.project(), micros(now));
        let actor = self.scope.actor().clone();
        let owner_token = actor.token.filter(|_| new.owner.is_none());
        let mut flag = new.into_flag(actor.name, now);
        flag.check().map_err(CreateError::Invalid)?;
        if let Some(other) = self.flag(&flag.key).await? {
            return Err(CreateError::KeyTaken {
                key: other.key.to_string(),
                by_archived: other.archived_at.is_some(),
            });
        }
        row::insert(&mut self.conn, project, &flag, owner_token).await?;
        self.record_flag(Value::Null, &flag);
        for position in 0..self.environments.len() {
            self.insert_targeting(position, flag.id, &flag.key, &flag.salt, true, now)
                .await?;
        }
        let mut flags = [flag];
        row::add_environments(&mut self.conn, project, &mut flags).await?;
        [flag] = flags;
        Ok(flag)
    }
}

impl NewFlag {
    fn into_flag(self, creator: String, now: DateTime<Utc>) -> Flag {
        let expires_on = self.expires_on.or_else(|| {
            let day = now.date_naive().checked_add_days(DEFAULT_LIFE);
            day.filter(|_| self.kind.is_temporary())
        });
        Flag {
            id: FlagId::new(now),
            name: self.name.unwrap_or_else(|| self.key.to_string()),
            key: self.key,
            description: self.description,
            kind: self.kind,
            owner: self.owner.unwrap_or_else(|| creator.clone()),
            tags: tidy(self.tags),
            salt: self.salt.unwrap_or_else(|| random_base62(SALT_LEN)),
            expires_on,
            extensions: 0,
            created_at: now,
            created_by: creator,
            updated_at: now,
            archived_at: None,
            version: 1,
            environments: Vec::new(),
        }
    }
}
