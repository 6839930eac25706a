//! `tenantry flags`: look at flags and change them.

mod archive;
mod create;
mod extend;
mod get;
mod kill;
mod list;
mod preview;
mod restore;
mod set;

use std::fmt;

use chrono::NaiveDate;
use clap::{Subcommand, ValueEnum};

use crate::Outcome;
use crate::api::{EnvironmentState, Flag};
use crate::arguments::Global;
use crate::console::Console;
use crate::failure::Failure;
use crate::render::{Share, count, day};

/// Look at flags and change them
#[derive(Debug, Subcommand)]
pub(crate) enum Flags {
    #[command(visible_alias = "ls")]
    List(list::List),
    Get(get::Get),
    Create(create::Create),
    Set(set::Set),
    Kill(kill::Kill),
    Extend(extend::Extend),
    Archive(archive::Archive),
    Restore(restore::Restore),
}

impl Flags {
    pub(super) async fn run(
        &self,
        global: &Global,
        console: &mut Console,
    ) -> Result<Outcome, Failure> {
        match self {
            Self::List(list) => list.run(global, console).await?,
            Self::Get(get) => get.run(global, console).await?,
            Self::Create(create) => create.run(global, console).await?,
            Self::Set(set) => set.run(global, console).await?,
            Self::Kill(kill) => return kill.run(global, console).await,
            Self::Extend(extend) => extend.run(global, console).await?,
            Self::Archive(archive) => archive.run(global, console).await?,
            Self::Restore(restore) => restore.run(global, console).await?,
        }
        Ok(Outcome::Fine)
    }
}

/// What a flag is for, which decides whether it must expire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// Ships a change; temporary
    Release,
    /// Compares variants; temporary
    Experiment,
    /// A switch for operators; may be permanent
    Ops,
    /// What a tenant has paid for or may do; may be permanent
    Permission,
}

impl Kind {
    /// The kind as documents have it.
    fn as_str(self) -> &'static str {
        match self {
            Self::Release => "release",
            Self::Experiment => "experiment",
            Self::Ops => "ops",
            Self::Permission => "permission",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Who gets a flag in one environment, in a few words: `25% +3 allowed, 2 rules`.
fn state(state: Option<&EnvironmentState>) -> String {
    let Some(state) = state else {
        return "off".to_owned();
    };
    if !state.on {
        return "off".to_owned();
    }
    let mut parts = vec![Share::of_threshold(state.threshold).to_string()];
    for (number, one, many) in [
        (state.allow, "allowed", "allowed"),
        (state.block, "blocked", "blocked"),
        (state.rules, "rule", "rules"),
    ] {
        if number > 0 {
            parts.push(count(number, one, many));
        }
    }
    parts.join(", ")
}

/// When a flag expires, or that it never does.
fn expiry(flag: &Flag, today: NaiveDate) -> String {
    flag.expires_on
        .map_or_else(|| "never".to_owned(), |date| day(date, today))
}
