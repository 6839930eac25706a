//! `tenantry tenants import FILE`: adds and changes many tenants at once.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use reqwest::Method;
use serde::Deserialize as _;
use serde_json::Value;

use super::Imported;
use crate::api::Client;
use crate::arguments::Global;
use crate::command::input;
use crate::console::Console;
use crate::failure::Failure;

/// Add tenants to the roster, and change those that are on it: all of a file's, or none
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  tenantry tenants import tenants.csv
  crm-export | tenantry tenants import - --kind ndjson")]
pub(crate) struct Import {
    /// A file of tenants, or - for standard input
    file: PathBuf,

    /// How the file is written; by the end of its name if absent
    #[arg(long)]
    kind: Option<Kind>,

    /// Import it although tenants lose a flag by it while that flag's plan is under way
    #[arg(long)]
    demote: bool,
}

/// How a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// Comma-separated values with a header row
    Csv,
    /// One JSON object a line
    Ndjson,
}

impl Kind {
    /// What the end of the file's name says.
    fn of(file: &Path) -> Option<Self> {
        match file.extension()?.to_str()? {
            "csv" => Some(Self::Csv),
            "ndjson" | "jsonl" => Some(Self::Ndjson),
            _ => None,
        }
    }

    fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv",
            Self::Ndjson => "application/x-ndjson",
        }
    }
}

impl Import {
    pub(super) async fn run(&self, global: &Global, console: &mut Console) -> Result<(), Failure> {
        let kind = self.kind.or_else(|| Kind::of(&self.file));
        let kind = kind.ok_or_else(|| Failure::UnknownKind {
            path: self.file.clone(),
        })?;
        let bytes = input::read(&self.file)?;
        let client = Client::new(global, console)?;
        let done: Value = client
            .project(Method::POST, &["tenants", "import"])
            .query("demote", self.demote.then_some("true"))
            .file(kind.media_type(), bytes)
            .send()
            .await?
            .body;
        if global.wants_json() {
            return console.json(&done);
        }
        let done = Imported::deserialize(done).map_err(|source| Failure::NotUnderstood {
            url: global.url.clone(),
            source,
        })?;
        console.line(done.to_string())
    }
}
