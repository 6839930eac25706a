//! `tenantry completions SHELL`: prints the completion script of a shell.

use clap::{Args, CommandFactory as _};
use clap_complete::Shell;

use crate::Outcome;
use crate::arguments::Arguments;
use crate::console::Console;
use crate::failure::Failure;

/// Print the completion script of a shell
///
/// For bash: tenantry completions bash > ~/.local/share/bash-completion/completions/tenantry
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Completions {
    /// The shell
    shell: Shell,
}

impl Completions {
    pub(super) fn run(&self, console: &mut Console) -> Result<Outcome, Failure> {
        let mut script = Vec::new();
        clap_complete::generate(
            self.shell,
            &mut Arguments::command(),
            "tenantry",
            &mut script,
        );
        console.line(String::from_utf8_lossy(&script).trim_end())?;
        Ok(Outcome::Fine)
    }
}
