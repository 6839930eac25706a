//! `tenantry tenants list`: the tenants of the roster.

use clap::Args;
use reqwest::Method;
use serde::Deserialize as _;
use serde_json::{Value, json};

use super::{Tenant, text};
use crate::api::{Client, Page};
use crate::arguments::Global;
use crate::console::Console;
use crate::failure::Failure;
use crate::render::{Table, Tone};

/// The most tenants that the server gives at once.
const PAGE_SIZE: usize = 200;

/// What the server can sort by.
const SORTABLE: [&str; 10] = [
    "key",
    "-key",
    "name",
    "-name",
    "weight",
    "-weight",
    "created_at",
    "-created_at",
    "updated_at",
    "-updated_at",
];

/// List tenants
#[derive(Debug, Args)]
pub(crate) struct List {
    /// Only those with this text in their key or name
    #[arg(short, long, value_name = "TEXT")]
    query: Option<String>,

    /// Only those with this attribute
    #[arg(long, value_name = "NAME")]
    attribute: Option<String>,

    /// Only those whose attribute has this value
    #[arg(long, value_name = "VALUE", requires = "attribute")]
    value: Option<String>,

    /// What to sort by, such as name or weight; a - before it puts the largest first
    #[arg(long, value_name = "FIELD", allow_hyphen_values = true, value_parser = SORTABLE)]
    sort: Option<String>,

    /// At most this many tenants
    #[arg(long, value_name = "NUMBER", default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..))]
    limit: u32,
}

impl List {
    pub(super) async fn run(&self, global: &Global, console: &mut Console) -> Result<(), Failure> {
        let client = Client::new(global, console)?;
        let mut items: Vec<Value> = Vec::new();
        let mut cursor: Option<String> = None;
        let limit = self.limit as usize;
        loop {
            let wanted = (limit - items.len()).min(PAGE_SIZE);
            let page: Page<Value> = client
                .project(Method::GET, &["tenants"])
                .query("q", self.query.as_deref())
                .query("attribute", self.attribute.as_deref())
                .query("value", self.value.as_deref())
                .query("sort", self.sort.as_deref())
                .query("limit", Some(&wanted.to_string()))
                .query("cursor", cursor.as_deref())
                .send()
                .await?
                .body;
            items.extend(page.items);
            cursor = page.next_cursor;
            if cursor.is_none() || items.len() >= limit {
                break;
            }
        }
        if cursor.is_some() {
            console.note(format!(
                "the first {limit} are shown; there are more (--limit)"
            ));
        }
        if global.wants_json() {
            return console.json(&json!({ "items": items }));
        }
        if items.is_empty() {
            console.note("no tenant on the roster matches");
            return Ok(());
        }
        let mut table = Table::new(["KEY", "NAME", "WEIGHT", "ATTRIBUTES"]);
        for item in items {
            let tenant = Tenant::deserialize(item).map_err(|source| Failure::NotUnderstood {
                url: global.url.clone(),
                source,
            })?;
            let attributes = tenant.attributes.iter();
            let attributes: Vec<_> = attributes
                .map(|(name, value)| format!("{name}={}", text(value)))
                .collect();
            table.row([
                (Tone::Strong, tenant.key.as_str()),
                (Tone::Normal, &tenant.name),
                (Tone::Normal, &tenant.weight.to_string()),
                (Tone::Faint, &attributes.join(", ")),
            ]);
        }
        table.wrap_last(console.width());
        console.line(table.render())
    }
}
