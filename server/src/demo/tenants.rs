//! The demo's tenants: three hundred customers whose sizes differ a thousandfold.
//!
//! **Invariants**
//! - The same every time. A tenant's weight is how many requests it makes in a minute.

use serde_json::{Map, Value, json};
use tenantry_core::model::TenantKey;
use tenantry_store::{
    Action, Change, Patch, ProjectScope, Store, Target, TenantLine, TenantPatch, Write,
};

use chrono::{DateTime, Utc};

use super::DemoError;

const TENANTS: u32 = 300;
/// Requests in a minute of the largest.
const LARGEST: f64 = 6_000.0;
/// How quickly sizes fall from one tenant to the next smaller one.
const FALL: f64 = 1.25;
/// Every so many minutes of requests are those of the smallest.
const SMALLEST: f64 = 4.0;

/// Tenants that the flags of the demo name.
const KNOWN: [&str; 9] = [
    "hooli",
    "wayne-enterprises",
    "acme-corp",
    "stark-industries",
    "globex",
    "umbrella",
    "wonka",
    "cyberdyne",
    "initech",
];
const FIRST: [&str; 20] = [
    "northwind",
    "bluebird",
    "harbour",
    "granite",
    "copper",
    "willow",
    "falcon",
    "meridian",
    "lumen",
    "cobalt",
    "juniper",
    "saffron",
    "tundra",
    "orchid",
    "quarry",
    "beacon",
    "thistle",
    "marble",
    "cedar",
    "ember",
];
const SECOND: [&str; 15] = [
    "foods",
    "logistics",
    "bank",
    "health",
    "energy",
    "retail",
    "media",
    "travel",
    "motors",
    "labs",
    "insurance",
    "telecom",
    "clothing",
    "games",
    "tools",
];
const COUNTRIES: [&str; 8] = ["DE", "FR", "US", "GB", "NL", "JP", "BR", "IT"];

/// A customer of the imaginary service.
#[derive(Debug, Clone)]
pub(super) struct DemoTenant {
    pub(super) key: String,
    /// Requests in a minute, and its weight on the roster.
    pub(super) requests: u64,
    country: &'static str,
}

/// All of them, the largest first.
pub(super) fn all() -> Vec<DemoTenant> {
    let made = SECOND.iter().flat_map(|second| {
        let first = FIRST.iter();
        first.map(move |first| format!("{first}-{second}"))
    });
    let keys = KNOWN.iter().map(ToString::to_string).chain(made);
    let keys = keys.take(TENANTS as usize);
    let tenants = (1_u32..).zip(keys).map(|(rank, key)| DemoTenant {
        key,
        requests: requests(rank),
        country: COUNTRIES[rank as usize * 7 % COUNTRIES.len()],
    });
    tenants.collect()
}

/// The requests in a minute of the tenant at this place.
fn requests(rank: u32) -> u64 {
    let requests = (LARGEST / f64::from(rank).powf(FALL)).max(SMALLEST);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 4 and 6000"
    )]
    let whole = requests.round() as u64;
    whole
}

/// Puts them on the roster.
pub(super) async fn import(
    store: &Store,
    project: &ProjectScope<Write>,
    now: DateTime<Utc>,
) -> Result<(), DemoError> {
    let mut lines = Vec::new();
    for (number, tenant) in (1..).zip(all()) {
        let plan = match tenant.requests {
            500.. => "enterprise",
            50..500 => "business",
            _ => "starter",
        };
        let attributes = json!({"plan": plan, "country": tenant.country});
        let attributes = attributes.as_object().cloned();
        lines.push(TenantLine {
            number,
            patch: TenantPatch {
                name: Patch::Set(name(&tenant.key)),
                weight: Patch::Set(tenant.requests),
                attributes: Patch::Set(attributes.unwrap_or_else(Map::<String, Value>::new)),
            },
            key: TenantKey::new(tenant.key)?,
        });
    }
    let mut tx = store.begin(project).await?;
    tx.import_tenants(lines, now).await?;
    let change = Change::new(Action::TenantsImport, Target::Roster);
    tx.commit(
        change.because(Some("The customers, from the billing system".to_owned())),
        now,
    )
    .await?;
    Ok(())
}

/// `northwind-foods` as people write it.
fn name(key: &str) -> String {
    let words = key.split('-').map(|word| {
        let mut letters = word.chars();
        let first = letters.next().map(|first| first.to_ascii_uppercase());
        first.into_iter().chain(letters).collect::<String>()
    });
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn sizes_differ_a_thousandfold_and_keys_differ() {
        let tenants = all();
        assert_eq!(tenants.len(), TENANTS as usize);
        let keys: BTreeSet<_> = tenants.iter().map(|it| it.key.as_str()).collect();
        assert_eq!(keys.len(), tenants.len());
        let sizes = tenants.iter().map(|it| it.requests);
        let (least, most) = (sizes.clone().min(), sizes.max());
        assert!(
            least
                .zip(most)
                .is_some_and(|(least, most)| most >= 1_000 * least)
        );
        assert_eq!(name("wayne-enterprises"), "Wayne Enterprises");
    }
}
