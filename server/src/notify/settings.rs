//! Whom a project wants to be told.
//!
//! **Invariants**
//! - Settings that cannot be read are an error, never silence.

use std::collections::{BTreeMap, BTreeSet};

use lettre::Address;
use serde::{Deserialize, Serialize};
use tenantry_core::model::Problems;
use tenantry_store::{Mode, ProjectScope, Store, StoreError};
use thiserror::Error;
use utoipa::ToSchema;

/// Most owners with addresses.
const MAX_OWNERS: usize = 1_000;
/// Most bytes of an owner's name.
const MAX_OWNER: usize = 256;
/// Most addresses of one owner.
const MAX_ADDRESSES: usize = 20;

/// Whom a project wants to be told of what happens by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub(crate) struct NotificationSettings {
    /// The mail addresses of owners, 1 to 20 each, of at most 1,000 owners. An owner that is itself a
    /// mail address needs none.
    pub(crate) owners: BTreeMap<String, Vec<String>>,
    /// The mail addresses for what nobody owns, or whose owner has no address: at most 20.
    pub(crate) fallback: Vec<String>,
    /// Whether the project's debt is told every Monday at 08:00 UTC.
    pub(crate) digest: bool,
}

impl Default for NotificationSettings {
    /// A digest, and no addresses.
    fn default() -> Self {
        Self {
            owners: BTreeMap::new(),
            fallback: Vec::new(),
            digest: true,
        }
    }
}

impl NotificationSettings {
    /// Where an owner, or nobody, is told by mail.
    pub(crate) fn recipients(&self, owner: Option<&str>) -> BTreeSet<Address> {
        let known = owner.and_then(|owner| self.owners.get(owner));
        let texts = known.filter(|known| !known.is_empty());
        let parse = |text: &String| text.parse().ok();
        if let Some(texts) = texts {
            return texts.iter().filter_map(parse).collect();
        }
        match owner.and_then(|owner| owner.parse().ok()) {
            Some(address) => BTreeSet::from([address]),
            None => self.fallback.iter().filter_map(parse).collect(),
        }
    }
}

/// Why a project's settings cannot be told.
#[derive(Debug, Error)]
pub(crate) enum SettingsError {
    /// They cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A newer server wrote them, say.
    #[error("the notification settings of the project cannot be read")]
    Unreadable(#[from] serde_json::Error),
}

/// A project's settings: those that were set, or the usual ones.
///
/// # Errors
/// [`SettingsError`].
pub(crate) async fn settings<M: Mode>(
    store: &Store,
    scope: &ProjectScope<M>,
) -> Result<NotificationSettings, SettingsError> {
    let stored = store.notification_settings(scope).await?;
    let settings = stored.map(serde_json::from_value).transpose()?;
    Ok(settings.unwrap_or_default())
}

/// Checks settings, and reports every problem at once.
pub(crate) fn check_settings(settings: &NotificationSettings, problems: &mut Problems) {
    if settings.owners.len() > MAX_OWNERS {
        problems.push("owners", format!("must have at most {MAX_OWNERS} owners"));
    }
    for (owner, addresses) in &settings.owners {
        let path = format!("owners.{owner}");
        if !(1..=MAX_OWNER).contains(&owner.len()) {
            problems.push(
                "owners",
                format!("an owner's name has 1 to {MAX_OWNER} bytes"),
            );
        }
        if addresses.is_empty() {
            problems.push(&*path, "must have an address: leave the owner out instead");
        }
        check_addresses(&path, addresses, problems);
    }
    check_addresses("fallback", &settings.fallback, problems);
}

fn check_addresses(path: &str, addresses: &[String], problems: &mut Problems) {
    if addresses.len() > MAX_ADDRESSES {
        problems.push(path, format!("must have at most {MAX_ADDRESSES} addresses"));
    }
    for (place, address) in addresses.iter().enumerate() {
        // Beyond ASCII a mail server must know SMTPUTF8, and not all do.
        if !address.is_ascii() || address.parse::<Address>().is_err() {
            let path = format!("{path}[{place}]");
            problems.push(
                &*path,
                "must be a mail address in ASCII, such as ada@example.com",
            );
        }
    }
}
