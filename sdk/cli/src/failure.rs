//! Failures: everything that ends a command early, in one line that names what and the way out.
//!
//! Separate because the lines and the exit codes are what people and CI see most of this program.
//!
//! **Invariants**
//! - Every failure maps to one [`Outcome`]; the match has no `_` arm.
//! - No message holds a token.

use std::error::Error as StdError;
use std::io;
use std::path::PathBuf;

use owo_colors::OwoColorize as _;
use tenantry_core::model::TenantKey;
use thiserror::Error;
use tokio_tungstenite::tungstenite;
use url::Url;

use crate::Outcome;
use crate::api::{Interruption, Refusal};
use crate::command::{DebtFailure, RemoveFailure, ScanFailure};
use crate::console::Console;
use crate::render::plain;

/// Why a command ended early: what happened. [`Failure::way_out`] says what to do about it.
#[derive(Debug, Error)]
#[non_exhaustive]
pub(crate) enum Failure {
    #[error(
        "tokens are not taken from the command line, where other users and the shell's history see them"
    )]
    TokenInArguments,
    #[error("no token")]
    NoToken,
    #[error("cannot read the token from {path}")]
    TokenFile {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    #[error("cannot read or write {path}")]
    CodeFile {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    #[error("cannot read {path}")]
    InputFile {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    #[error("{path} is no JSON")]
    NoJson {
        path: PathBuf,
        #[source]
        source: serde_json::Error,
    },
    #[error("there is no plan to set")]
    NoPlanGiven,
    #[error("there is no template {name}: there are {known}")]
    NoSuchTemplate { name: String, known: String },
    #[error("there is no environment {name}: there are {known}")]
    NoSuchEnvironment { name: String, known: String },
    #[error(transparent)]
    Debt(#[from] DebtFailure),
    #[error(transparent)]
    Scan(#[from] ScanFailure),
    #[error(transparent)]
    Remove(#[from] RemoveFailure),
    #[error("cannot tell how {path} is written")]
    UnknownKind { path: PathBuf },
    #[error("{0} holds characters that no token has")]
    MalformedToken(&'static str),
    #[error("nothing to change")]
    NothingToChange,
    #[error("{tenant} cannot be given to both {one} and {other}")]
    Contradiction {
        tenant: TenantKey,
        one: &'static str,
        other: &'static str,
    },
    #[error("cannot reach {url}")]
    Unreachable {
        url: Url,
        #[source]
        source: reqwest::Error,
    },
    #[error("cannot follow {url}")]
    NoStream {
        url: Url,
        #[source]
        source: Box<tungstenite::Error>,
    },
    #[error("{0}")]
    StreamEnded(Box<Interruption>),
    #[error("{url} redirects to {target}")]
    Redirected { url: Url, target: String },
    #[error("{0}")]
    Refused(Box<Refusal>),
    #[error("{url} does not answer as a Tenantry server of this version does")]
    NotUnderstood {
        url: Url,
        #[source]
        source: serde_json::Error,
    },
    #[error("cannot print the answer")]
    Output(#[source] io::Error),
}

impl Failure {
    /// Prints the failure and says how the run ended.
    pub(crate) fn report(&self, console: &mut Console) -> Outcome {
        if let Self::Output(error) = self
            && error.kind() == io::ErrorKind::BrokenPipe
        {
            // The reader has seen enough, as in `tenantry flags list | head -3`.
            return Outcome::Fine;
        }
        console.note(format!("{} {}", "error:".red().bold(), plain(&self.line())));
        if let Self::Refused(refusal) = self {
            for problem in &refusal.problems {
                console.note(format!("  {}", plain(&problem.to_string())));
            }
        }
        self.outcome()
    }

    /// What happened, why, and the way out, in one line.
    fn line(&self) -> String {
        match self.way_out() {
            Some(way_out) => format!("{}; {way_out}", self.what_and_why()),
            None => self.what_and_why(),
        }
    }

    /// What happened and why.
    pub(crate) fn what_and_why(&self) -> String {
        match root_cause(self) {
            Some(cause) => format!("{self}: {cause}"),
            None => self.to_string(),
        }
    }

    /// What the person can do about it, if it is not plain from what happened.
    fn way_out(&self) -> Option<&'static str> {
        Some(match self {
            Self::TokenInArguments => {
                "set TENANTRY_TOKEN or use --token-file, and rotate this one if it is real"
            }
            Self::NoToken => "set TENANTRY_TOKEN, or name a file that holds it with --token-file",
            Self::TokenFile { .. } | Self::CodeFile { .. } | Self::InputFile { .. } => {
                "check the path and its permissions"
            }
            Self::NoJson { .. } => "a plan is written as tenantry plan templates rings prints it",
            Self::NoPlanGiven => "name a file with --file, or a template with --template",
            Self::Debt(failure) => failure.way_out(),
            Self::Scan(failure) => failure.way_out(),
            Self::Remove(failure) => failure.way_out(),
            Self::UnknownKind { .. } => "say so with --kind csv or --kind ndjson",
            Self::MalformedToken(_) => "a token looks like tnry_ci_… and holds no spaces",
            Self::NothingToChange => {
                "give at least one of --on, --off, --rollout, --allow, --unallow, --block, --unblock"
            }
            Self::Contradiction { .. } => {
                "choose one of them; a blocked tenant never gets the flag"
            }
            Self::Unreachable { .. } | Self::NoStream { .. } => {
                "is the server running there, and is --url (or TENANTRY_URL) right?"
            }
            Self::StreamEnded(_) => "start again with a valid token in TENANTRY_TOKEN",
            Self::Redirected { .. } => "use that address as --url",
            Self::NotUnderstood { .. } => {
                "is --url right, and is the server not older than this command?"
            }
            Self::Refused(refusal) => return refusal.way_out(),
            Self::NoSuchTemplate { .. } | Self::NoSuchEnvironment { .. } | Self::Output(_) => {
                return None;
            }
        })
    }

    /// Whether the same request may succeed in a while, with nothing changed here.
    pub(crate) fn is_passing(&self) -> bool {
        match self {
            Self::Unreachable { .. } | Self::NoStream { .. } => true,
            Self::Refused(refusal) => refusal.is_passing(),
            _ => false,
        }
    }

    fn outcome(&self) -> Outcome {
        match self {
            Self::TokenInArguments
            | Self::NoToken
            | Self::TokenFile { .. }
            | Self::CodeFile { .. }
            | Self::InputFile { .. }
            | Self::NoJson { .. }
            | Self::NoPlanGiven
            | Self::NoSuchTemplate { .. }
            | Self::NoSuchEnvironment { .. }
            | Self::Debt(_)
            | Self::Scan(_)
            | Self::Remove(_)
            | Self::UnknownKind { .. }
            | Self::MalformedToken(_)
            | Self::NothingToChange
            | Self::Contradiction { .. } => Outcome::WrongUse,
            Self::Unreachable { .. }
            | Self::NoStream { .. }
            | Self::StreamEnded(_)
            | Self::Redirected { .. }
            | Self::Refused(_)
            | Self::NotUnderstood { .. }
            | Self::Output(_) => Outcome::ServerOrNetwork,
        }
    }
}

/// The innermost cause, which is the one that says something ("connection refused").
fn root_cause(failure: &dyn StdError) -> Option<String> {
    let mut cause = failure.source()?;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    Some(cause.to_string())
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;

    #[test]
    fn a_line_says_what_and_why_and_the_way_out() {
        let missing = io::Error::new(io::ErrorKind::NotFound, "no such file");
        let failure = Failure::TokenFile {
            path: "/run/token".into(),
            source: missing,
        };
        assert_snapshot!(
            failure.line(),
            @"cannot read the token from /run/token: no such file; check the path and its permissions"
        );
        assert_eq!(failure.outcome(), Outcome::WrongUse);
    }

    #[test]
    fn only_the_innermost_cause_is_told() {
        let url: Url = "https://flags.example.com".parse().expect("an address");
        let source = serde_json::from_str::<u8>("<html>").expect_err("no JSON");
        assert_snapshot!(
            Failure::NotUnderstood { url, source }.line(),
            @"https://flags.example.com/ does not answer as a Tenantry server of this version does: expected value at line 1 column 1; is --url right, and is the server not older than this command?"
        );
    }
}
