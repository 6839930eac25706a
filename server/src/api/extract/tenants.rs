//! Tenants as a body: for the key lists of flags and for the members of segments.

use serde::Deserialize;
use tenantry_core::limits::MAX_PROBLEMS;
use tenantry_core::model::{Problems, TenantKey};
use utoipa::ToSchema;

use super::Check;

/// Most tenants in one key list, and so in one body.
pub(crate) const MAX_LIST_TENANTS: usize = 1_000_000;

/// A tenant's key, as the document describes it.
#[derive(ToSchema)]
#[schema(min_length = 1, max_length = 256)]
#[expect(dead_code, reason = "describes the key's form in the OpenAPI document")]
struct TenantText(String);

/// Tenants to add to a list, or to take off it.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct Tenants {
    /// 1 to 1000000 keys of 1 to 256 bytes. Order and repetition carry no meaning.
    #[schema(min_items = 1, max_items = 1_000_000, value_type = Vec<TenantText>)]
    tenants: Vec<String>,
}

impl Check for Tenants {
    type Checked = Vec<TenantKey>;

    fn check(self, problems: &mut Problems) -> Option<Self::Checked> {
        if !(1..=MAX_LIST_TENANTS).contains(&self.tenants.len()) {
            problems.push("tenants", format!("must hold 1 to {MAX_LIST_TENANTS} keys"));
            return None;
        }
        let mut keys = Vec::with_capacity(self.tenants.len());
        for (index, tenant) in self.tenants.into_iter().enumerate() {
            match TenantKey::new(tenant) {
                Ok(key) => keys.push(key),
                Err(error) if problems.0.len() < MAX_PROBLEMS => {
                    problems.push(format!("tenants[{index}]"), error.to_string());
                }
                Err(_) => break,
            }
        }
        Some(keys)
    }
}
