//! `tenantry codegen LANGUAGE`: the project's flags as code, so that the compiler knows them.
//!
//! **Invariants**
//! - The same flags give the same bytes: no date of today, no address, no order of the server's.
//! - A name in the code belongs to one flag: two keys that would have the same name both get
//!   another, so that a new flag never takes over the name of an old one.

mod flags;
mod names;
mod rust;
mod text;
mod typescript;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use self::names::Case;
use crate::Outcome;
use crate::api::Client;
use crate::arguments::Global;
use crate::console::Console;
use crate::failure::Failure;

/// Write the project's flags as code, so that asking for a deleted flag no longer compiles
///
/// Archived flags are left out, and overdue ones are marked deprecated. The types of payloads are
/// read from the variants of all environments, which a token of type ci may not see: use --no-payloads
/// with one.
#[derive(Debug, Args)]
pub(crate) struct Codegen {
    /// The language
    language: Language,

    /// The file to write, instead of standard output; left alone if it is up to date
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,

    /// Write nothing: exit with 1 if the file is not up to date
    #[arg(long, requires = "out")]
    check: bool,

    /// Write no accessors for payloads
    #[arg(long)]
    no_payloads: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Language {
    /// Keys, and handles of the crate tenantry
    Rust,
    /// Keys, and typed questions to a client of OpenFeature
    Typescript,
}

impl Codegen {
    pub(super) async fn run(
        &self,
        global: &Global,
        console: &mut Console,
    ) -> Result<Outcome, Failure> {
        let client = Client::new(global, console)?;
        let flags = flags::read(&client, !self.no_payloads).await?;
        let project = global.project.as_str();
        let code = match self.language {
            Language::Rust => rust::code(project, &names::named(&flags, Case::Snake)),
            Language::Typescript => typescript::code(project, &names::named(&flags, Case::Camel)),
        };
        let Some(file) = &self.out else {
            console.line(code.trim_end())?;
            return Ok(Outcome::Fine);
        };
        if is_current(file, &code)? {
            console.note(format!("{} is up to date", file.display()));
        } else if self.check {
            console.note(format!(
                "{} is not what the flags of {project} are now; run the same command without --check",
                file.display()
            ));
            return Ok(Outcome::GateSaysNo);
        } else {
            fs::write(file, code).map_err(|source| failure(file, source))?;
            console.note(format!("wrote {}", file.display()));
        }
        Ok(Outcome::Fine)
    }
}

/// Whether the file holds this code, with the line ends of any system.
fn is_current(file: &Path, code: &str) -> Result<bool, Failure> {
    match fs::read_to_string(file) {
        Ok(found) => Ok(found.replace("\r\n", "\n") == code),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        // Whatever it is, it is not what would be written.
        Err(error) if error.kind() == io::ErrorKind::InvalidData => Ok(false),
        Err(source) => Err(failure(file, source)),
    }
}

fn failure(path: &Path, source: io::Error) -> Failure {
    Failure::CodeFile {
        path: path.to_owned(),
        source,
    }
}
