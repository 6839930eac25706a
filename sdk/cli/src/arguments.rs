//! The arguments every command shares, and how a wrong use is explained.
//!
//! Separate from the commands, which own their own arguments.
//!
//! **Invariants**
//! - There is no argument for a token: other users of the machine and the shell's history would
//!   see it. `--token` exists only to say so.

use std::ffi::OsString;
use std::path::PathBuf;

use chrono::NaiveDate;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::error::ErrorKind;
use clap::{Args, CommandFactory as _, Parser, ValueEnum};
use tenantry_core::model::{EnvironmentKey, ProjectKey};
use url::Url;

use crate::Outcome;
use crate::command::Command;
use crate::console::Console;

const AFTER_HELP: &str = "\
Environment:
  TENANTRY_TOKEN         the token to show the server (make one under Tokens in the web interface)
  TENANTRY_TOKEN_FILE    a file that holds it instead
  TENANTRY_URL, TENANTRY_PROJECT, TENANTRY_ENVIRONMENT
  NO_COLOR               no colours, as --no-color

Exit codes:
  0  fine
  1  the gate says no (tenantry debt), a file is out of date (tenantry codegen --check), code asks for
     a flag that does not exist (tenantry scan --fail-on-unknown), a flag may not go yet or not by
     itself (tenantry remove), an SDK has not confirmed in time (tenantry flags kill), or a plan has
     stopped (tenantry plan watch)
  2  wrong use: arguments or settings
  3  the server refused, or could not be reached";

/// Feature flags, rolled out tenant by tenant.
#[derive(Debug, Parser)]
#[command(name = "tenantry", version, after_help = AFTER_HELP, max_term_width = 100)]
#[command(propagate_version = true)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What every command takes.
#[derive(Debug, Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Global {
    /// The server's address
    #[arg(long, global = true, env = "TENANTRY_URL", value_name = "URL")]
    #[arg(default_value = "http://127.0.0.1:8080", value_parser = parse_url)]
    pub(crate) url: Url,

    /// A file that holds the token, instead of the variable `TENANTRY_TOKEN`
    #[arg(long, global = true, env = "TENANTRY_TOKEN_FILE", value_name = "PATH")]
    pub(crate) token_file: Option<PathBuf>,

    /// Taken only to be refused. No value parser: its error would print the token once more.
    #[arg(long, global = true, hide = true, num_args = 0..=1, default_missing_value = "")]
    pub(crate) token: Option<String>,

    /// The project
    #[arg(
        long,
        global = true,
        env = "TENANTRY_PROJECT",
        default_value = "default",
        value_name = "KEY"
    )]
    pub(crate) project: ProjectKey,

    /// The environment
    #[arg(
        short,
        long,
        global = true,
        env = "TENANTRY_ENVIRONMENT",
        value_name = "KEY"
    )]
    #[arg(default_value = "production")]
    pub(crate) environment: EnvironmentKey,

    /// How to print the answer: text for people, json for programs
    #[arg(
        short,
        long,
        global = true,
        visible_alias = "format",
        value_name = "FORMAT",
        default_value = "text",
        value_parser = Output::of_every_command()
    )]
    pub(crate) output: Output,

    /// Print no colours
    #[arg(long, global = true)]
    pub(crate) no_color: bool,
}

/// How an answer is printed. Every command has text and JSON; a command that has more declares an
/// argument `output` of its own, which takes the place of the global one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Output {
    /// For people
    #[value(alias = "table")]
    Text,
    /// For programs
    Json,
    /// For a comment on a pull request
    Markdown,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// `JUnit`'s XML, for test reports
    Junit,
    /// Annotations of a workflow of GitHub Actions
    Github,
    /// A code quality report of GitLab
    Gitlab,
}

impl Output {
    /// Reads what every command can print. The values have no help of their own: it would make
    /// every command's help twice as long.
    fn of_every_command() -> impl TypedValueParser<Value = Self> {
        let values = [PossibleValue::new("text").alias("table"), "json".into()];
        PossibleValuesParser::new(values).map(|name| match name.as_str() {
            "json" => Self::Json,
            _ => Self::Text,
        })
    }
}

impl Global {
    /// Whether the answer is for a program.
    pub(crate) fn wants_json(&self) -> bool {
        self.output == Output::Json
    }
}

/// Reads the arguments, the first of which is the program's name.
///
/// # Errors
/// What to tell the person: see [`explain`].
pub(crate) fn parse(words: &[OsString]) -> Result<Arguments, clap::Error> {
    Arguments::try_parse_from(words).map_err(|error| {
        // The parser's usage line takes arguments that a variable sets for required ones; told of
        // no variables, it has nothing to take for that. Where the error is a variable's, it stays.
        let without_variables =
            Arguments::command().mut_args(|argument| argument.env(None::<&str>));
        let again = without_variables.try_get_matches_from(words);
        again.err().unwrap_or(error)
    })
}

/// Prints what the parser has to say: help and versions to standard output, wrong use to standard
/// error.
pub(crate) fn explain(message: &clap::Error, console: &mut Console) -> Outcome {
    let text = message.render().ansi().to_string();
    if matches!(
        message.kind(),
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
    ) {
        // A reader that went away, such as `tenantry --help | head -1`, has seen enough.
        let _reader_gone = console.line(text.trim_end());
        Outcome::Fine
    } else {
        console.note(text.trim_end());
        Outcome::WrongUse
    }
}

/// Reads a day, for arguments whose own message would not say how one is written.
pub(crate) fn parse_day(text: &str) -> Result<NaiveDate, &'static str> {
    text.parse().map_err(|_no_day| {
        let parts: Vec<_> = text.split('-').map(str::len).collect();
        let is_written_so =
            parts == [4, 2, 2] && text.bytes().all(|it| it == b'-' || it.is_ascii_digit());
        if is_written_so {
            "the calendar has no such day"
        } else {
            "write a day as YYYY-MM-DD, such as 2027-01-31"
        }
    })
}

fn parse_url(text: &str) -> Result<Url, String> {
    let url = Url::parse(text)
        .map_err(|error| format!("{error}; write it as https://flags.example.com"))?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
        return Err("it must begin with http:// or https:// and name a host".to_owned());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("it must not carry credentials; set TENANTRY_TOKEN instead".to_owned());
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arguments_hold_together() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn an_address_is_checked_before_anything_is_sent() {
        assert!(parse_url("https://flags.example.com/base").is_ok());
        for text in [
            "flags.example.com",
            "ftp://h",
            "http://",
            "https://ada:secret@h",
        ] {
            let why = parse_url(text).expect_err(text);
            assert!(!why.contains("secret"), "{why}");
        }
    }
}
