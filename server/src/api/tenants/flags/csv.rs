//! What a tenant gets as a table.
//!
//! **Invariants**
//! - No cell is one that a spreadsheet takes for a formula.

use chrono::SecondsFormat;
use csv_core::{WriteResult, Writer};

use super::TenantFlag;

const HEADER: [&str; 12] = [
    "flag",
    "on",
    "variant",
    "reason",
    "rule",
    "why",
    "since_revision",
    "since_at",
    "since_seq",
    "since_actor",
    "since_action",
    "since_reason",
];

/// The rows, after one that names the columns.
pub(super) fn table(flags: &[TenantFlag]) -> String {
    let mut table = Table::default();
    table.row(HEADER.map(str::to_owned));
    for flag in flags {
        let since = flag.since.as_ref();
        let number = |number: Option<u64>| number.map_or_else(String::new, |it| it.to_string());
        table.row([
            flag.flag.clone(),
            flag.on.to_string(),
            flag.variant.clone().unwrap_or_default(),
            flag.reason.to_string(),
            number(flag.rule.map(|rule| rule as u64)),
            flag.why.clone(),
            number(since.map(|since| since.revision)),
            since.map_or_else(String::new, |since| {
                since.at.to_rfc3339_opts(SecondsFormat::Secs, true)
            }),
            number(since.map(|since| since.seq)),
            since.map_or_else(String::new, |since| since.actor.clone()),
            since.map_or_else(String::new, |since| since.action.clone()),
            since
                .and_then(|since| since.reason.clone())
                .unwrap_or_default(),
        ]);
    }
    String::from_utf8(table.text).expect("what was written is UTF-8 and commas")
}

#[derive(Default)]
struct Table {
    writer: Writer,
    text: Vec<u8>,
}

impl Table {
    fn row<const N: usize>(&mut self, cells: [String; N]) {
        for (column, cell) in cells.into_iter().enumerate() {
            if column > 0 {
                self.write(Writer::delimiter);
            }
            let cell = harmless(cell);
            let mut rest = cell.as_bytes();
            self.write(|writer, out| {
                let (result, read, written) = writer.field(rest, out);
                rest = &rest[read..];
                (result, written)
            });
        }
        self.write(Writer::terminator);
    }

    /// Writes until all of it fits.
    fn write(&mut self, mut step: impl FnMut(&mut Writer, &mut [u8]) -> (WriteResult, usize)) {
        let mut out = [0; 256];
        loop {
            let (result, written) = step(&mut self.writer, &mut out);
            self.text.extend_from_slice(&out[..written]);
            if result == WriteResult::InputEmpty {
                return;
            }
        }
    }
}

/// A cell that spreadsheets show as it is.
fn harmless(cell: String) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{cell}")
    } else {
        cell
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use tenantry_core::Reason;

    use super::super::AnswerSince;
    use super::*;

    #[test]
    fn cells_are_quoted_and_no_formulas() {
        let flag = TenantFlag {
            flag: "new-billing".to_owned(),
            on: true,
            variant: None,
            reason: Reason::TargetingMatch,
            rule: Some(0),
            why: "rule 1 is on, since \"plan\" is pro".to_owned(),
            since: Some(AnswerSince {
                revision: 7,
                at: DateTime::UNIX_EPOCH,
                seq: 9,
                actor: "ada".to_owned(),
                action: "targeting.update".to_owned(),
                reason: Some(format!("=1+1\n{}", "x".repeat(600))),
            }),
        };
        let table = table(&[flag]);
        let (header, row) = table.split_once('\n').expect("two rows");
        assert_eq!(header.split(',').count(), HEADER.len());
        let start = "new-billing,true,,TARGETING_MATCH,0,\"rule 1 is on, since \"\"plan\"\" is pro\",\
            7,1970-01-01T00:00:00Z,9,ada,targeting.update,\"'=1+1\nxxx";
        assert!(row.starts_with(start), "{row}");
        assert!(row.ends_with("xxx\"\n"), "{row}");
    }
}
