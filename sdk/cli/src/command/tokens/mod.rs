//! `tenantry tokens`: the tokens of a project.
//!
//! **Invariants**
//! - A secret is printed alone on standard output, so that `$(tenantry tokens create …)` is it, and
//!   is printed nowhere else.

mod create;
mod list;
mod revoke;
mod rotate;

use clap::{Subcommand, ValueEnum};

use crate::Outcome;
use crate::arguments::Global;
use crate::console::Console;
use crate::failure::Failure;

/// Make, list, rotate and revoke tokens
#[derive(Debug, Subcommand)]
pub(crate) enum Tokens {
    #[command(visible_alias = "ls")]
    List(list::List),
    Create(create::Create),
    Rotate(rotate::Rotate),
    Revoke(revoke::Revoke),
}

impl Tokens {
    pub(super) async fn run(
        &self,
        global: &Global,
        console: &mut Console,
    ) -> Result<Outcome, Failure> {
        match self {
            Self::List(list) => list.run(global, console).await?,
            Self::Create(create) => create.run(global, console).await?,
            Self::Rotate(rotate) => rotate.run(global, console).await?,
            Self::Revoke(revoke) => revoke.run(global, console).await?,
        }
        Ok(Outcome::Fine)
    }
}

/// What a token may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Type {
    /// For a service with an SDK: reads one environment
    Sdk,
    /// For browsers: answers of one environment, and nothing of how they come about
    Web,
    /// For CI: reads the debt report
    Ci,
    /// For a person: reads and changes the project, but for the tokens of administrators
    Usr,
    /// For an administrator of the project, who can make others
    Adm,
}

impl Type {
    /// The type as documents have it.
    fn as_str(self) -> &'static str {
        match self {
            Self::Sdk => "sdk",
            Self::Web => "web",
            Self::Ci => "ci",
            Self::Usr => "usr",
            Self::Adm => "adm",
        }
    }

    /// Whether a token of this type belongs to one environment.
    fn is_of_one_environment(self) -> bool {
        match self {
            Self::Sdk | Self::Web => true,
            Self::Ci | Self::Usr | Self::Adm => false,
        }
    }
}
