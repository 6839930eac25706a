//! What was found, for people: flag by flag, place by place. Pure.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use owo_colors::OwoColorize as _;
use tenantry_protocol::references::{CodeReference, Via};
use tenantry_scan::{Scan, Unresolved};

use super::known::{Known, Standing};
use crate::render::{count, plain};

/// The widest that places are padded to, in characters.
const WIDEST: usize = 60;

/// The most hints about wrappers.
const MOST_HINTS: usize = 5;

/// The flags with their places, what could not be resolved, and how much was read in `seconds`.
/// `prefix` stands before each path.
pub(super) fn render(scan: &Scan, known: Option<&Known>, prefix: &str, seconds: f64) -> String {
    let mut flags: BTreeMap<&str, Vec<&CodeReference>> = BTreeMap::new();
    for found in &scan.found {
        let it = &found.reference;
        flags.entry(&it.flag).or_default().push(it);
    }
    let mut text = String::new();
    for (flag, places) in &flags {
        let standing = match known.map(|known| known.standing(flag)) {
            Some(Standing::Unknown) => format!("  {}", "✗ no such flag".red().bold()),
            Some(Standing::Archived) => format!("  {}", "archived".yellow()),
            Some(Standing::Exists) | None => String::new(),
        };
        line(&mut text, format_args!("{}{standing}", plain(flag).bold()));
        let rows = places.iter().map(|it| {
            let mut what = plain(&it.call).into_owned();
            if it.via != Via::Direct {
                let via = format!("via {}", word(it.via));
                write!(what, "  {}", via.dimmed()).expect("a string takes everything");
            }
            if let Some(author) = &it.author {
                let day = it.changed_at.as_deref().unwrap_or_default();
                let day = day.split('T').next().unwrap_or_default();
                let by = format!("{}, {day}", plain(author));
                write!(what, "  {}", by.dimmed()).expect("a string takes everything");
            }
            (place(prefix, &it.path, it.line, it.column), what)
        });
        table(&mut text, rows.collect());
        text.push('\n');
    }
    if !scan.unresolved.is_empty() {
        unresolved(&mut text, &scan.unresolved, prefix);
    }
    text + &summary(
        scan,
        &flags.keys().copied().collect::<Vec<_>>(),
        known,
        seconds,
    )
}

fn unresolved(text: &mut String, calls: &[Unresolved], prefix: &str) {
    let heading = "Calls whose flag only the running program knows".bold();
    line(text, format_args!("{heading}"));
    let rows = calls.iter().map(|it| {
        let it = &it.call;
        let place = place(prefix, &it.path, it.line, it.column);
        (place, plain(&it.call).into_owned())
    });
    table(text, rows.collect());
    let mut wrappers: Vec<_> = calls.iter().filter_map(|it| it.passed_on.clone()).collect();
    wrappers.sort();
    wrappers.dedup();
    if !wrappers.is_empty() {
        let more = wrappers.len().saturating_sub(MOST_HINTS);
        let wrappers: Vec<String> = wrappers
            .iter()
            .take(MOST_HINTS)
            .map(|(name, index)| {
                format!("{{ name = \"{}\", key_argument = {index} }}", plain(name))
            })
            .collect();
        let more = if more == 0 {
            String::new()
        } else {
            format!(" (and {more} more)")
        };
        line(
            text,
            format_args!(
                "Functions that pass a key on can be named in tenantry.toml, and count where they are called:\n  \
                 [scan]\n  wrappers = [{}]{more}",
                wrappers.join(", ")
            ),
        );
    }
    text.push('\n');
}

fn summary(scan: &Scan, flags: &[&str], known: Option<&Known>, seconds: f64) -> String {
    let unknown = flags
        .iter()
        .filter(|flag| known.is_some_and(|known| known.standing(flag) == Standing::Unknown))
        .count();
    let unknown = match unknown {
        0 => String::new(),
        number => format!(", {} no such flag", count(number, "is", "are")),
    };
    let mut parts = vec![format!(
        "{} in {}{unknown}",
        count(flags.len(), "flag", "flags"),
        count(scan.found.len(), "place", "places")
    )];
    let read = format!(
        "{} and {} in {seconds:.1} s",
        count(scan.files, "file", "files"),
        count(scan.lines, "line", "lines"),
    );
    parts.push(read);
    if scan.passed_over > 0 {
        parts.push(format!(
            "{} passed over (too large, packed, or no text)",
            scan.passed_over
        ));
    }
    parts.join("; ") + "."
}

fn word(via: Via) -> &'static str {
    match via {
        Via::Direct => "literal",
        Via::Constant => "constant",
        Via::Wrapper => "wrapper",
        Via::Handle => "handle",
        Via::Generated => "generated code",
        Via::Other => "other",
    }
}

fn place(prefix: &str, path: &str, line: u32, column: u32) -> String {
    plain(&format!("{prefix}{path}:{line}:{column}")).into_owned()
}

/// Places, and beside them what is there.
fn table(text: &mut String, rows: Vec<(String, String)>) {
    let widest = rows.iter().map(|(place, _)| place.chars().count()).max();
    let width = widest.unwrap_or_default().min(WIDEST);
    for (place, what) in rows {
        line(text, format_args!("  {place:width$}  {what}"));
    }
}

fn line(text: &mut String, content: std::fmt::Arguments<'_>) {
    writeln!(text, "{content}").expect("a string takes everything");
}

#[cfg(test)]
mod tests {
    use anstream::adapter::strip_str;
    use insta::assert_snapshot;
    use tenantry_scan::{Progress, Settings, scan};

    use super::*;

    #[test]
    fn flags_stand_with_their_places_and_what_is_wrong_with_them() {
        let folder = tempfile::tempdir().expect("a folder");
        let source = "\
from openfeature import api
client = api.get_client()
KEY = 'dark-mode'
client.get_boolean_value('new-billing', False)
client.get_boolean_value(KEY, client.get_boolean_value('ghost', False))
def on(key):
    return client.get_boolean_value(key, False)
";
        std::fs::write(folder.path().join("shop.py"), source).expect("a file");
        let scan = scan(
            folder.path(),
            folder.path(),
            Settings::default(),
            &Progress::default(),
        )
        .expect("a tree");
        let list = folder.path().join("flags.json");
        std::fs::write(
            &list,
            r#"{"items":[{"key":"new-billing"},{"key":"dark-mode","archived_at":"2026-01-01T00:00:00Z"}]}"#,
        )
        .expect("a file");
        let known = Known::of_file(&list).expect("flags");
        assert_snapshot!(strip_str(&render(&scan, Some(&known), "src/", 0.04)), @r#"
        dark-mode  archived
          src/shop.py:5:8  get_boolean_value  via constant

        ghost  ✗ no such flag
          src/shop.py:5:38  get_boolean_value

        new-billing
          src/shop.py:4:8  get_boolean_value

        Calls whose flag only the running program knows
          src/shop.py:7:19  get_boolean_value
        Functions that pass a key on can be named in tenantry.toml, and count where they are called:
          [scan]
          wrappers = [{ name = "on", key_argument = 0 }]

        3 flags in 3 places, 1 is no such flag; 1 file and 7 lines in 0.0 s.
        "#);
    }
}
