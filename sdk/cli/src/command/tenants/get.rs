//! `tenantry tenants get KEY`: what is known about a tenant.

use clap::Args;
use owo_colors::OwoColorize as _;
use reqwest::Method;
use serde::Deserialize as _;
use serde_json::Value;
use tenantry_core::model::TenantKey;

use super::{Tenant, text};
use crate::api::Client;
use crate::arguments::Global;
use crate::console::Console;
use crate::failure::Failure;
use crate::render::plain;

/// Show a tenant
#[derive(Debug, Args)]
pub(crate) struct Get {
    /// The tenant's key
    tenant: TenantKey,
}

impl Get {
    pub(super) async fn run(&self, global: &Global, console: &mut Console) -> Result<(), Failure> {
        let client = Client::new(global, console)?;
        let path = ["tenants", self.tenant.as_str()];
        let tenant: Value = client.project(Method::GET, &path).send().await?.body;
        if global.wants_json() {
            return console.json(&tenant);
        }
        let tenant = Tenant::deserialize(tenant).map_err(|source| Failure::NotUnderstood {
            url: global.url.clone(),
            source,
        })?;
        let (key, name) = (plain(&tenant.key), plain(&tenant.name));
        let mut lines = vec![format!("{}  {name}", key.bold())];
        lines.push(format!("{}  {}", "weight".dimmed(), tenant.weight));
        for (attribute, value) in &tenant.attributes {
            let (attribute, value) = (plain(attribute), text(value));
            lines.push(format!("{}  {}", attribute.dimmed(), plain(&value)));
        }
        console.line(lines.join("\n"))
    }
}
