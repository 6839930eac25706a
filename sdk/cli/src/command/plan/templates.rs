//! `tenantry plan templates [NAME]`: plans to begin with.

use clap::Args;
use reqwest::Method;
use serde::Deserialize;
use serde_json::Value;

use crate::api::{Answer, Client};
use crate::arguments::Global;
use crate::console::Console;
use crate::failure::Failure;
use crate::render::{Table, Tone};

/// List plans to begin with, or print one of them as a file to edit
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  tenantry plan templates
  tenantry plan templates rings > plan.json
  tenantry plan set new-billing --file plan.json")]
pub(crate) struct Templates {
    /// The template whose plan to print, as JSON
    name: Option<String>,
}

#[derive(Debug, Deserialize)]
struct All {
    items: Vec<Template>,
}

/// A plan to begin with.
#[derive(Debug, Deserialize)]
pub(super) struct Template {
    key: String,
    description: String,
    segments: Vec<String>,
    plan: Value,
}

impl Templates {
    pub(super) async fn run(&self, global: &Global, console: &mut Console) -> Result<(), Failure> {
        let client = Client::new(global, console)?;
        if let Some(name) = &self.name {
            return console.json(&Template::named(&client, name).await?);
        }
        let document: Value = client
            .project(Method::GET, &["plan-templates"])
            .send()
            .await?
            .body;
        if global.wants_json() {
            return console.json(&document);
        }
        let all = All::deserialize(document).map_err(|source| Failure::NotUnderstood {
            url: global.url.clone(),
            source,
        })?;
        let mut table = Table::new(["NAME", "SEGMENTS IT ASKS FOR", "WHAT"]);
        for template in all.items {
            let segments = match template.segments.as_slice() {
                [] => "-".to_owned(),
                segments => segments.join(", "),
            };
            table.row([
                (Tone::Strong, template.key.as_str()),
                (Tone::Normal, &segments),
                (Tone::Normal, &template.description),
            ]);
        }
        table.wrap_last(console.width());
        console.line(table.render())
    }
}

impl Template {
    /// The plan of the template of this name.
    pub(super) async fn named(client: &Client<'_>, name: &str) -> Result<Value, Failure> {
        let all: Answer<All> = client
            .project(Method::GET, &["plan-templates"])
            .send()
            .await?;
        let mut known = Vec::new();
        for template in all.body.items {
            if template.key == name {
                return Ok(template.plan);
            }
            known.push(template.key);
        }
        Err(Failure::NoSuchTemplate {
            name: name.to_owned(),
            known: known.join(", "),
        })
    }
}
