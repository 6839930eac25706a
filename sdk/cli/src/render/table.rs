//! Tables without lines, as `kubectl` and `gh` print them.
//!
//! **Invariants**
//! - Cells are made plain here, so no caller can forget it.

use comfy_table::{Attribute, Cell, Color, ContentArrangement, presets};

use super::plain;

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
    /// A table with these headings; it wraps its cells to `width` columns if there is a width.
    pub(crate) fn new<'a>(headings: impl IntoIterator<Item = &'a str>, width: Option<u16>) -> Self {
        let mut table = comfy_table::Table::new();
        table
            .load_style(presets::NOTHING)
            .enforce_styling()
            .style_text_only();
        if let Some(width) = width {
            table
                .set_content_arrangement(ContentArrangement::Dynamic)
                .set_width(width);
        }
        table.set_header(
            headings
                .into_iter()
                .map(|heading| cell(Tone::Faint, heading)),
        );
        for column in table.column_iter_mut() {
            column.set_padding((0, 2));
        }
        Self(table)
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
