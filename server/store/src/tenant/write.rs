//! Changing the roster tenant by tenant.

use chrono::{DateTime, Utc};
use tenantry_core::model::{Problems, TenantKey};

use super::{Tenant, TenantFacts, check_key, row};
use crate::db::micros;
use crate::error::{CreateError, StoreError, WriteError};
use crate::segment::RosterChange;
use crate::tx::{Expected, Tx};

impl Tx {
    /// Reads a tenant under the transaction's lock, to write a changed one; `None` if it is not on
    /// the roster.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn tenant(&mut self, key: &TenantKey) -> Result<Option<Tenant>, StoreError> {
        let project = self.project();
        row::read(&mut self.conn, project, key).await
    }

    /// Adds a tenant to the roster.
    ///
    /// # Errors
    /// [`CreateError`].
    pub async fn insert_tenant(
        &mut self,
        key: TenantKey,
        facts: TenantFacts,
        now: DateTime<Utc>,
    ) -> Result<Tenant, CreateError> {
        let mut problems = Problems::default();
        check_key(&key, "key", &mut problems);
        facts.check("", &mut problems);
        problems.or(()).map_err(CreateError::Invalid)?;
        if self.tenant(&key).await?.is_some() {
            return Err(CreateError::KeyTaken {
                key: key.to_string(),
                by_archived: false,
            });
        }
        let tenant = self.tenant_of(key, facts, None, now);
        self.save_tenants(std::slice::from_ref(&tenant)).await?;
        self.move_roster().await?;
        self.record_tenant(None, Some(&tenant));
        self.follow_roster(&[RosterChange::Is(&tenant)], now)
            .await?;
        Ok(tenant)
    }

    /// Replaces what is known about a tenant; `None` if it is not on the roster. The same facts again
    /// change nothing.
    ///
    /// # Errors
    /// [`WriteError`]; stale if `expected` is not its version.
    pub async fn put_tenant(
        &mut self,
        key: &TenantKey,
        expected: Expected,
        facts: TenantFacts,
        now: DateTime<Utc>,
    ) -> Result<Option<Tenant>, WriteError> {
        let Some(before) = self.tenant(key).await? else {
            return Ok(None);
        };
        expected.check(before.version)?;
        let mut problems = Problems::default();
        facts.check("", &mut problems);
        problems.or(()).map_err(WriteError::Invalid)?;
        if before.facts() == facts {
            return Ok(Some(before));
        }
        let after = self.tenant_of(key.clone(), facts, Some(&before), now);
        self.save_tenants(std::slice::from_ref(&after)).await?;
        self.move_roster().await?;
        self.record_tenant(Some(&before), Some(&after));
        self.follow_roster(&[RosterChange::Is(&after)], now).await?;
        Ok(Some(after))
    }

    /// Takes a tenant off the roster; `None` if it is not on it. Key lists that name it stay as they
    /// are: services may still ask for it.
    ///
    /// # Errors
    /// [`WriteError`]; stale if `expected` is not its version.
    pub async fn delete_tenant(
        &mut self,
        key: &TenantKey,
        expected: Expected,
        now: DateTime<Utc>,
    ) -> Result<Option<()>, WriteError> {
        let Some(before) = self.tenant(key).await? else {
            return Ok(None);
        };
        expected.check(before.version)?;
        self.remove_row(key).await?;
        self.move_roster().await?;
        self.record_tenant(Some(&before), None);
        self.follow_roster(&[RosterChange::Gone(&before)], now)
            .await?;
        Ok(Some(()))
    }

    /// The tenant that these facts make of `before`.
    pub(super) fn tenant_of(
        &self,
        key: TenantKey,
        facts: TenantFacts,
        before: Option<&Tenant>,
        now: DateTime<Utc>,
    ) -> Tenant {
        let now = micros(now);
        Tenant {
            key,
            name: facts.name,
            attributes: facts.attributes,
            weight: facts.weight,
            weight_given: facts.weight_given,
            created_at: before.map_or(now, |before| before.created_at),
            updated_at: now,
            version: self.roster_version(),
        }
    }
}
