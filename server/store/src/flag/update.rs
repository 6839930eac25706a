//! Changing what is known about a flag.

use chrono::{DateTime, NaiveDate, Utc};
use tenantry_core::model::{FlagKey, Problem, Problems};

use super::check::tidy;
use super::{Flag, FlagKind};
use crate::db::micros;
use crate::error::WriteError;
use crate::tx::{Expected, Tx};

/// What to change about a flag; `None` leaves it as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FlagPatch {
    /// What people call it.
    pub name: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// How long it is meant to live.
    pub kind: Option<FlagKind>,
    /// Who answers for it. A temporary flag that has an owner keeps one.
    pub owner: Option<String>,
    /// All its tags.
    pub tags: Option<Vec<String>>,
    /// The last day that it should be in use: earlier than it was, or `Some(None)` for never, which
    /// only permanent kinds may have, and which counts as an extension.
    pub expires_on: Option<Option<NaiveDate>>,
}

impl Tx {
    /// Changes what is known about a flag; `None` if there is none with this key.
    ///
    /// # Errors
    /// [`WriteError`]; archived if it is, stale if `expected` is not its version.
    pub async fn update_flag(
        &mut self,
        key: &FlagKey,
        expected: Expected,
        patch: FlagPatch,
        now: DateTime<Utc>,
    ) -> Result<Option<Flag>, WriteError> {
        let Some(before) = self.flag(key).await? else {
            return Ok(None);
        };
        before.check_in_use()?;
        expected.check(before.version)?;
        let after = patch.applied_to(&before).map_err(WriteError::Invalid)?;
        Ok(Some(self.save_flag(&before, after, micros(now)).await?))
    }

    /// Puts a flag's expiry off to a later day and counts it; `None` if there is no such flag.
    ///
    /// # Errors
    /// [`WriteError`]; archived if it is, invalid if the day is not later than the one it has, or is past.
    pub async fn extend_flag(
        &mut self,
        key: &FlagKey,
        expires_on: NaiveDate,
        now: DateTime<Utc>,
    ) -> Result<Option<Flag>, WriteError> {
        let Some(before) = self.flag(key).await? else {
            return Ok(None);
        };
        before.check_in_use()?;
        let earliest = before.expires_on.max(now.date_naive().pred_opt());
        if earliest.is_some_and(|earliest| expires_on <= earliest) {
            let problem = "must be later than the present day of expiry, and not past";
            return Err(WriteError::Invalid(Problems(vec![Problem {
                path: "expires_on".to_owned(),
                message: problem.to_owned(),
            }])));
        }
        let after = Flag {
            expires_on: Some(expires_on),
            extensions: before.extensions.saturating_add(1),
            ..before.clone()
        };
        Ok(Some(self.save_flag(&before, after, micros(now)).await?))
    }
}

impl Flag {
    fn check_in_use(&self) -> Result<(), WriteError> {
        match self.archived_at {
            None => Ok(()),
            Some(_) => Err(WriteError::Archived),
        }
    }
}

impl FlagPatch {
    fn applied_to(self, flag: &Flag) -> Result<Flag, Problems> {
        let mut after = flag.clone();
        if let Some(name) = self.name {
            after.name = name;
        }
        if let Some(description) = self.description {
            after.description = description;
        }
        if let Some(kind) = self.kind {
            after.kind = kind;
        }
        if let Some(owner) = self.owner {
            after.owner = owner;
        }
        if let Some(tags) = self.tags {
            after.tags = tidy(tags);
        }
        if let Some(expires_on) = self.expires_on {
            after.expires_on = expires_on;
        }
        let mut problems = after.check().err().unwrap_or_default();
        if after.kind.is_temporary() && after.owner.is_empty() && !flag.owner.is_empty() {
            let kind = after.kind.as_str();
            problems.push("owner", format!("must be given for flags of kind {kind}"));
        }
        // A date that is gone is put off for ever, and may come back as any other.
        if flag.expires_on.is_some() && after.expires_on.is_none() {
            after.extensions = after.extensions.saturating_add(1);
        }
        if let (Some(before), Some(now)) = (flag.expires_on, after.expires_on)
            && now > before
        {
            problems.push(
                "expires_on",
                "may only move earlier: extend the flag to put it off",
            );
        }
        problems.or(after)
    }
}
