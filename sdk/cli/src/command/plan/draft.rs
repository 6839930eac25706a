//! A plan from a file, from standard input or from a template.
//!
//! Separate because setting a plan and previewing one both take it.
//!
//! **Invariants**
//! - The server alone judges a plan. Here it only has to be JSON.

use std::path::PathBuf;

use clap::Args;
use serde_json::Value;

use super::templates::Template;
use crate::api::Client;
use crate::command::input;
use crate::failure::Failure;

/// Where a plan comes from.
#[derive(Debug, Args)]
#[group(multiple = false)]
pub(super) struct Draft {
    /// A file that holds the plan as JSON, or - for standard input
    #[arg(short, long, value_name = "PATH")]
    file: Option<PathBuf>,

    /// A template's plan as it is; `tenantry plan templates` lists them
    #[arg(long, value_name = "NAME")]
    template: Option<String>,
}

impl Draft {
    /// The plan; `None` if neither a file nor a template was named.
    pub(super) async fn read(&self, client: &Client<'_>) -> Result<Option<Value>, Failure> {
        if let Some(path) = &self.file {
            let bytes = input::read(path)?;
            let plan = serde_json::from_slice(&bytes).map_err(|source| Failure::NoJson {
                path: path.clone(),
                source,
            })?;
            return Ok(Some(plan));
        }
        match &self.template {
            Some(name) => Ok(Some(Template::named(client, name).await?)),
            None => Ok(None),
        }
    }
}
