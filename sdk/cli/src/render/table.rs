//! Tables without lines, as `kubectl` and `gh` print them.
//!
//! **Invariants**
//! - Cells are made plain here, so no caller can forget it.

use comfy_table::{Attribute, Cell, Color, ColumnConstraint, ContentArrangement, presets};

use super::plain;

/// How far apart columns stand.
const GAP: u16 = 2;

/// The narrowest that a column of sentences is made, in characters.
const NARROW: u16 = 30;

/// How much a cell wants to be noticed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    Normal,
    Strong,
    Faint,
    Good,
    Warning,
    Bad,
}

/// A table under construction.
pub(crate) struct Table(comfy_table::Table);

impl Table {
    /// A table with these headings, as wide as its cells.
    pub(crate) fn new<'a>(headings: impl IntoIterator<Item = &'a str>) -> Self {
        let mut table = comfy_table::Table::new();
        table
            .load_style(presets::NOTHING)
            .enforce_styling()
            .style_text_only();
        table.set_header(
            headings
                .into_iter()
                .map(|heading| cell(Tone::Faint, heading)),
        );
        for column in table.column_iter_mut() {
            column.set_padding((0, GAP));
        }
        Self(table)
    }

    /// Wraps the last column, which holds sentences, so that the table fits a terminal of `width`
    /// characters; for when all rows are there. Where too little room is left for sentences, the
    /// terminal's own wrapping does less harm.
    pub(crate) fn wrap_last(&mut self, width: Option<u16>) {
        let widths = self.0.column_max_content_widths();
        let others: u16 = widths.iter().rev().skip(1).map(|width| width + GAP).sum();
        let Some(width) = width.filter(|width| *width >= others + NARROW + GAP) else {
            return;
        };
        self.0
            .set_content_arrangement(ContentArrangement::Dynamic)
            .set_width(width);
        let last = widths.len().saturating_sub(1);
        for column in self.0.column_iter_mut().take(last) {
            column.set_constraint(ColumnConstraint::ContentWidth);
        }
    }

    /// Adds a row.
    pub(crate) fn row<'a>(&mut self, cells: impl IntoIterator<Item = (Tone, &'a str)>) {
        self.0
            .add_row(cells.into_iter().map(|(tone, text)| cell(tone, text)));
    }

    /// The finished table, without trailing spaces or a final line break.
    pub(crate) fn render(&self) -> String {
        self.0.trim_fmt()
    }
}

fn cell(tone: Tone, text: &str) -> Cell {
    let cell = Cell::new(plain(text));
    match tone {
        Tone::Normal => cell,
        Tone::Strong => cell.add_attribute(Attribute::Bold),
        Tone::Faint => cell.add_attribute(Attribute::Dim),
        Tone::Good => cell.fg(Color::Green),
        Tone::Warning => cell.fg(Color::Yellow),
        Tone::Bad => cell.fg(Color::Red),
    }
}
