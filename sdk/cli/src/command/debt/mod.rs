//! `tenantry debt`: the flags that have outlived their purpose, and the gate for CI.
//!
//! The report is the server's; the decision about the build is made here, by a pure function of
//! the report, the code and the gate.
//!
//! # Map
//! - `source`: where the report comes from: the server, or a file that it was exported to.
//! - `places`: where the repository asks for flags; `change`: what of that is new.
//! - `gate`, `finding`, `judgement`: what fails, and why. Pure.
//! - `format/`: the judgement written down, a file for each format. Pure.
//!
//! **Invariants**
//! - The last line always says the verdict and why, in text; in other formats the exit code says it.
//! - Debt that does not fail the gate is still shown: expired flags are a warning.

mod change;
mod failure;
mod finding;
mod format;
mod gate;
mod judgement;
mod places;
mod source;

use std::fs;
use std::path::PathBuf;

use chrono::TimeDelta;
use clap::Args;
use clap::ValueEnum as _;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use tenantry_protocol::report::State;

pub(crate) use self::failure::DebtFailure;
use self::format::By;
use self::gate::{FailOn, Gate};
use self::judgement::{Code, Filter, Judgement};
use self::places::Search;
use crate::Outcome;
use crate::arguments::{Global, Output};
use crate::console::Console;
use crate::failure::Failure;
use crate::render::plain;

/// Report flags past their expiry date, and fail the build if there are too old ones
///
/// A flag is due when it expires soon, expired once its day is over, and overdue when it has been
/// expired for longer than the grace. Exits with 1 if the gate says no.
#[derive(Debug, Args)]
pub(crate) struct Debt {
    /// The states that fail the gate, separated by commas
    #[arg(
        long,
        value_name = "STATE",
        default_value = "overdue",
        value_delimiter = ','
    )]
    fail_on: Vec<FailOn>,

    /// Fail only for what the change adds: questions to flags in those states, or to no flag at all
    ///
    /// Compares the code with the commit where HEAD and the revision parted. What was there before
    /// is shown and does not fail.
    #[arg(long, value_name = "REVISION", conflicts_with = "no_scan")]
    changed_since: Option<String>,

    /// The largest debt number that passes the gate
    #[arg(
        long = "max-debt",
        value_name = "NUMBER",
        conflicts_with = "changed_since"
    )]
    limit: Option<u64>,

    /// The folder to search for questions to flags, instead of the whole git repository
    #[arg(long, value_name = "PATH")]
    scan: Option<PathBuf>,

    /// Do not look at the code
    #[arg(long, conflicts_with = "scan")]
    no_scan: bool,

    /// Only flags of this owner; may be repeated
    #[arg(long, value_name = "OWNER")]
    owner: Vec<String>,

    /// Only flags with this tag; may be repeated
    #[arg(long, value_name = "TAG")]
    tag: Vec<String>,

    /// Only flags in these states, separated by commas
    #[arg(long, value_name = "STATE", value_delimiter = ',', value_parser = states())]
    state: Vec<State>,

    /// Put flags together
    #[arg(long, value_name = "WHAT")]
    by: Option<By>,

    /// Write what the server knows to a file instead, to be judged later and elsewhere
    #[arg(long, value_name = "FILE", conflicts_with_all = ["from", "report"])]
    export: Option<PathBuf>,

    /// Judge by a file that was exported: needs neither server nor token
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,

    /// The oldest that the exported file may be, such as 7d or 36h
    #[arg(long, value_name = "AGE", default_value = "7d", value_parser = source::parse_age)]
    max_age: TimeDelta,

    // Takes the place of the global argument of the same name, which has fewer formats.
    /// How to print the answer
    #[arg(
        short,
        long,
        visible_alias = "format",
        value_name = "FORMAT",
        default_value = "text",
        help_heading = "Global options"
    )]
    output: Output,

    /// Write the answer to a file as well, in any format; may be repeated
    #[arg(long, value_name = "FORMAT=FILE", value_parser = parse_copy)]
    report: Vec<Copy>,
}

/// A file that the answer is written to beside the terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Copy {
    format: Output,
    file: PathBuf,
}

impl Debt {
    pub(super) async fn run(
        &self,
        global: &Global,
        console: &mut Console,
    ) -> Result<Outcome, Failure> {
        let mut gate = Gate::new(&self.fail_on, self.limit)?;
        if self.changed_since.is_some() {
            gate = gate.of_a_change();
        }
        if let Some(file) = &self.export {
            source::export(file, global, console).await?;
            return Ok(Outcome::Fine);
        }
        let known = match &self.from {
            Some(file) => source::from_file(file, self.max_age, console.now())?,
            None => source::from_server(global, console).await?,
        };
        let code = if self.no_scan {
            Code::default()
        } else {
            self.search(console)?
        };
        let filter = Filter {
            owners: self.owner.clone(),
            tags: self.tag.clone(),
            states: self.state.clone(),
        };
        let judgement = Judgement::of(known, code, gate, filter);
        for Copy { format, file } in &self.report {
            let text = format::write(*format, &judgement, self.by)?;
            let text = format!("{}\n", anstream::adapter::strip_str(&text));
            fs::write(file, text).map_err(|source| DebtFailure::Unwritable {
                path: file.clone(),
                source,
            })?;
        }
        let text = format::write(self.output, &judgement, self.by)?;
        match self.output {
            Output::Text => console.line(text)?,
            _ => console.line_as_it_is(&text)?,
        }
        Ok(if judgement.verdict().passes {
            Outcome::Fine
        } else {
            Outcome::GateSaysNo
        })
    }

    /// Looks through the code. If nobody asked for that in so many words, the gate needs no git.
    fn search(&self, console: &mut Console) -> Result<Code, DebtFailure> {
        let search = Search {
            folder: self.scan.as_deref(),
            since: self.changed_since.as_deref(),
        };
        match search.run() {
            Err(failure) if failure.is_gits() && self.changed_since.is_none() => {
                let way_out = failure.way_out();
                let failure = plain(&failure.to_string()).into_owned();
                console.note(format!(
                    "warning: the code is not searched: {failure}; {way_out}"
                ));
                Ok(Code::default())
            }
            found => found,
        }
    }
}

/// Reads a state's name.
fn states() -> impl TypedValueParser<Value = State> {
    PossibleValuesParser::new(State::ALL.map(State::as_str)).map(|name| {
        let state = State::ALL.into_iter().find(|state| state.as_str() == name);
        state.unwrap_or(State::Other)
    })
}

/// Reads a format and a file, such as `sarif=debt.sarif`.
fn parse_copy(text: &str) -> Result<Copy, String> {
    let Some((format, file)) = text.split_once('=').filter(|(_, file)| !file.is_empty()) else {
        return Err("write it as FORMAT=FILE, such as sarif=debt.sarif".to_owned());
    };
    let format = Output::from_str(format, false).map_err(|_unknown| {
        let formats = Output::value_variants().iter();
        let formats: Vec<String> = formats
            .filter_map(|format| Some(format.to_possible_value()?.get_name().to_owned()))
            .collect();
        format!(
            "there is no format {format}; there are {}",
            formats.join(", ")
        )
    })?;
    Ok(Copy {
        format,
        file: file.into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_is_a_format_and_a_file() {
        let copy = parse_copy("sarif=out/debt=1.sarif").expect("a copy");
        assert_eq!(
            (copy.format, copy.file),
            (Output::Sarif, PathBuf::from("out/debt=1.sarif"))
        );
        for text in ["sarif", "sarif=", "pdf=a", "=a"] {
            assert!(parse_copy(text).is_err(), "{text}");
        }
    }
}
