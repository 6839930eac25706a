//! `tenantry flags create KEY`: a new flag, off everywhere.

use chrono::NaiveDate;
use clap::Args;
use owo_colors::OwoColorize as _;
use reqwest::Method;
use serde::{Deserialize as _, Serialize};
use serde_json::Value;
use tenantry_core::model::FlagKey;

use super::{Kind, expiry};
use crate::api::{Client, Flag};
use crate::arguments::{Global, parse_day};
use crate::console::Console;
use crate::failure::Failure;
use crate::render::plain;

/// Create a flag; it is off everywhere until it is set
#[derive(Debug, Args)]
pub(crate) struct Create {
    /// The flag's key, as the code will ask for it
    flag: FlagKey,

    /// A name for people
    #[arg(long, value_name = "TEXT")]
    name: Option<String>,

    /// What it is for
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,

    /// What sort of flag it is
    #[arg(long, default_value = "release")]
    kind: Kind,

    /// Who will delete it when it is done [default: whoever the token belongs to]
    #[arg(long)]
    owner: Option<String>,

    /// A tag; repeatable
    #[arg(long = "tag", value_name = "TAG")]
    tags: Vec<String>,

    /// The last day on which it is not expired, in UTC [default for temporary kinds: 90 days ahead]
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = parse_day)]
    expires_on: Option<NaiveDate>,
}

/// The request's body.
#[derive(Debug, Serialize)]
struct NewFlag<'a> {
    key: &'a FlagKey,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<&'a str>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    tags: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_on: Option<NaiveDate>,
}

impl Create {
    pub(super) async fn run(&self, global: &Global, console: &mut Console) -> Result<(), Failure> {
        let client = Client::new(global, console)?;
        let body = NewFlag {
            key: &self.flag,
            name: self.name.as_deref(),
            description: self.description.as_deref(),
            kind: self.kind.as_str(),
            owner: self.owner.as_deref(),
            tags: &self.tags,
            expires_on: self.expires_on,
        };
        let document: Value = client
            .project(Method::POST, &["flags"])
            .json(&body)
            .send()
            .await?
            .body;
        if global.wants_json() {
            return console.json(&document);
        }
        let flag = Flag::deserialize(document).map_err(|source| Failure::NotUnderstood {
            url: global.url.clone(),
            source,
        })?;
        let today = console.now().to_utc().date_naive();
        console.line(format!(
            "created {} ({}, owner {}, expires {}); it is off everywhere",
            flag.key.bold(),
            plain(&flag.kind),
            plain(flag.owner.as_deref().unwrap_or("nobody")),
            expiry(&flag, today),
        ))?;
        console.note(format!(
            "next: tenantry flags set {} --on --allow TENANT",
            flag.key
        ));
        Ok(())
    }
}
