//! A repository of examples, in `tests/examples`: every shape of call in every language, and traps
//! beside them. What is to be found stands in `expected.txt`, a line each, as
//! `path:line:column flag via call`, or `? call` where the key is not to be seen.

use std::path::{Path, PathBuf};

use super::lines;
use tenantry_scan::{Progress, Scan, Settings, scan};

fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/examples")
}

fn scanned() -> Scan {
    let (settings, base) = Settings::find(&examples()).expect("settings");
    assert_eq!(base, Some(examples()));
    scan(&examples(), &examples(), settings, &Progress::default()).expect("a tree")
}

#[test]
fn every_call_is_found_and_none_is_invented() {
    let expected = std::fs::read_to_string(examples().join("expected.txt")).expect("a list");
    let expected: Vec<&str> = expected.lines().collect();
    let found = lines(&scanned());
    let missing: Vec<_> = expected
        .iter()
        .filter(|line| !found.iter().any(|it| it == *line))
        .collect();
    let invented: Vec<_> = found
        .iter()
        .filter(|line| !expected.contains(&line.as_str()))
        .collect();
    assert!(missing.is_empty(), "not found: {missing:#?}");
    assert!(invented.is_empty(), "invented: {invented:#?}");
    assert!(expected.len() > 100, "the list is complete");
}

#[test]
fn no_trap_is_a_flag() {
    let scan = scanned();
    let trapped: Vec<_> = scan
        .found
        .iter()
        .map(|it| &it.reference)
        .filter(|it| it.flag.contains("trap"))
        .collect();
    assert!(trapped.is_empty(), "{trapped:#?}");
    // The traps are there to be fallen into.
    let mut traps = 0;
    for file in [
        "rust/src/traps.rs",
        "web/src/traps.ts",
        "python/shop/traps.py",
        "go/billing/traps.go",
        "java/com/shop/Traps.java",
    ] {
        let text = std::fs::read_to_string(examples().join(file)).expect("a file");
        traps += text.matches("\"trap").count();
    }
    assert!(traps >= 40, "{traps} traps");
}

#[test]
fn what_is_found_holds_its_own_bytes() {
    for found in scanned().found {
        let it = &found.reference;
        let text = std::fs::read(examples().join(&it.path)).expect("a file");
        let bytes = |span: &tenantry_scan::Span| {
            String::from_utf8(text[span.clone()].to_vec()).expect("text")
        };
        let call = bytes(&found.call);
        assert!(call.contains(&it.call), "{call} in {it:?}");
        // A call begins before its own name, and a key stands in its call.
        if let Some(key) = &found.key {
            assert!(
                found.call.start <= key.start && key.end <= found.call.end,
                "{it:?}"
            );
        }
        let literal = found.key.as_ref().map(bytes).unwrap_or_default();
        if it.via == tenantry_protocol::references::Via::Direct {
            assert!(literal.contains(&it.flag), "{literal} in {it:?}");
        }
    }
}
