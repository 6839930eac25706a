//! The console: where text goes, whether it may be coloured, and what time it is.
//!
//! Separate so that commands neither know of terminals nor of the system's clock: tests give them
//! a buffer and a fixed moment.
//!
//! **Invariants**
//! - Commands write styled text always; the console strips the styles where they are not wanted.
//! - Text that somebody else wrote goes through `render::plain` first, so that a flag's name cannot
//!   steer the terminal.

use std::io::{self, IsTerminal as _, Write};

use anstream::adapter::strip_str;
use anstream::{AutoStream, ColorChoice};
use chrono::{DateTime, FixedOffset, Local};

use crate::failure::Failure;

/// Where a run writes to, and what it knows of its surroundings.
pub struct Console {
    out: Box<dyn Write + Send>,
    err: Box<dyn Write + Send>,
    out_coloured: bool,
    err_coloured: bool,
    width: Option<u16>,
    watched: bool,
    clock: fn() -> DateTime<FixedOffset>,
}

impl Console {
    /// A console that writes to `out` and `err`, without colours, unbounded in width, and reads
    /// the time (with the zone to show it in) from `clock`.
    pub fn new(
        out: impl Write + Send + 'static,
        err: impl Write + Send + 'static,
        clock: fn() -> DateTime<FixedOffset>,
    ) -> Self {
        Self {
            out: Box::new(out),
            err: Box::new(err),
            out_coloured: false,
            err_coloured: false,
            width: None,
            watched: false,
            clock,
        }
    }

    /// The console of this process: its standard streams, coloured where they are terminals
    /// (`NO_COLOR`, `CLICOLOR` and `CLICOLOR_FORCE` have their say), and the system's clock.
    #[must_use]
    pub fn of_process() -> Self {
        let coloured = |choice| choice != ColorChoice::Never;
        #[expect(
            clippy::disallowed_methods,
            reason = "this is where the clock is passed in"
        )]
        let clock = || Local::now().fixed_offset();
        Self {
            out_coloured: coloured(AutoStream::choice(&io::stdout())),
            err_coloured: coloured(AutoStream::choice(&io::stderr())),
            width: comfy_table::Table::new().width(),
            watched: io::stderr().is_terminal(),
            ..Self::new(io::stdout(), io::stderr(), clock)
        }
    }

    /// Writes no colours from here on.
    pub(crate) fn forgo_colour(&mut self) {
        self.out_coloured = false;
        self.err_coloured = false;
    }

    /// The terminal's width in columns; `None` if output is no terminal and may be as wide as it
    /// likes.
    pub(crate) fn width(&self) -> Option<u16> {
        self.width
    }

    /// Whether a person watches what is said about the asking, such as how far it is.
    pub(crate) fn is_watched(&self) -> bool {
        self.watched
    }

    /// The present moment, in the zone to show it in.
    pub(crate) fn now(&self) -> DateTime<FixedOffset> {
        (self.clock)()
    }

    /// Writes a line of what was asked for.
    pub(crate) fn line(&mut self, text: impl AsRef<str>) -> Result<(), Failure> {
        write_line(&mut self.out, self.out_coloured, text.as_ref()).map_err(Failure::Output)
    }

    /// Writes a line for a program, in which nothing is a style.
    pub(crate) fn line_as_it_is(&mut self, text: &str) -> Result<(), Failure> {
        writeln!(self.out, "{text}").map_err(Failure::Output)
    }

    /// Writes text for a program to the byte, line breaks and all.
    pub(crate) fn text_as_it_is(&mut self, text: &str) -> Result<(), Failure> {
        self.out.write_all(text.as_bytes()).map_err(Failure::Output)
    }

    /// Writes a document as JSON, indented for reading.
    pub(crate) fn json(&mut self, document: &impl serde::Serialize) -> Result<(), Failure> {
        let text = serde_json::to_string_pretty(document)
            .map_err(|error| Failure::Output(error.into()))?;
        writeln!(self.out, "{text}").map_err(Failure::Output)
    }

    /// Writes a document as one line of JSON.
    pub(crate) fn json_line(&mut self, document: &impl serde::Serialize) -> Result<(), Failure> {
        let text =
            serde_json::to_string(document).map_err(|error| Failure::Output(error.into()))?;
        writeln!(self.out, "{text}").map_err(Failure::Output)
    }

    /// Writes a line about the asking: progress, a warning, an error. It has no result: there is
    /// nobody left to tell.
    pub(crate) fn note(&mut self, text: impl AsRef<str>) {
        let _nobody_to_tell = write_line(&mut self.err, self.err_coloured, text.as_ref());
    }

    /// Gives what was written to whoever reads it.
    pub(crate) fn flush(&mut self) -> Result<(), Failure> {
        self.out.flush().map_err(Failure::Output)
    }
}

fn write_line(stream: &mut dyn Write, coloured: bool, text: &str) -> io::Result<()> {
    if coloured {
        writeln!(stream, "{text}")
    } else {
        writeln!(stream, "{}", strip_str(text))
    }
}
