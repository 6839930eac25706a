//! Flags that leave the code: the cases of `tests/removal`, byte for byte, and what is refused.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use tenantry_scan::removal::{Plan, plan};
use tenantry_scan::{Progress, Settings, scan};

/// The flags of the cases, and the answers that are kept.
const FLAGS: &[(&str, bool)] = &[("new-billing", true), ("old-export", false)];

fn cases() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/removal")
}

/// The files of a folder by their paths.
fn files(folder: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut waiting = vec![folder.to_owned()];
    while let Some(next) = waiting.pop() {
        for entry in fs::read_dir(&next).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                waiting.push(path);
            } else {
                let name = path.strip_prefix(folder).expect("below it");
                let name = name.to_str().expect("UTF-8").replace('\\', "/");
                found.insert(name, fs::read_to_string(&path).expect("a text"));
            }
        }
    }
    found
}

fn settings() -> Settings {
    Settings::find(&cases()).expect("settings").0
}

fn planned(folder: &Path, flag: &str, keep: bool) -> Plan {
    let progress = Progress::default();
    plan(folder, folder, settings(), (flag, keep), &progress).expect("a plan")
}

/// Removes all flags from a copy of `before`, and requires `after`.
fn check(before: &str, after: &str, expected_questions: usize) {
    let folder = tempfile::tempdir().expect("a folder");
    let before = files(&cases().join(before));
    for (name, text) in &before {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
    let mut questions = 0;
    for (flag, keep) in FLAGS {
        let plan = planned(folder.path(), flag, *keep);
        assert_eq!(plan.refused, [], "{flag}");
        questions += plan.questions;
        for change in &plan.changes {
            fs::write(folder.path().join(&change.path), &change.after).expect("a file");
        }
        // Once more finds nothing.
        let again = planned(folder.path(), flag, *keep);
        assert_eq!((again.questions, again.changes), (0, vec![]), "{flag}");
    }
    assert_eq!(questions, expected_questions);

    let mut after = files(&cases().join(after));
    for (name, text) in files(folder.path()) {
        let mut expected = after.remove(&name).unwrap_or_default();
        // The list of the cases says which side it is of.
        if name == "mod.rs" {
            expected = expected.replace("without the flags", "with the flags");
            expected = expected.replace(
                "before` holds the same with",
                "after` holds the same without",
            );
        }
        assert_eq!(text, expected, "{name}");
    }
    assert_eq!(after, BTreeMap::new(), "files that there should not be");
    let left = scan(
        folder.path(),
        folder.path(),
        settings(),
        &Progress::default(),
    );
    let left = left.expect("a scan").found.into_iter();
    let left: Vec<_> = left
        .map(|it| it.reference)
        .filter(|it| FLAGS.iter().any(|(flag, _)| *flag == it.flag))
        .collect();
    assert_eq!(left, []);
}

#[test]
fn flags_leave_rust_as_a_person_would_have_it() {
    check("src/before", "src/after", 87);
}

#[test]
fn flags_leave_typescript_as_a_person_would_have_it() {
    check("typescript/before", "typescript/after", 35);
}

#[test]
fn what_is_not_certain_is_refused_with_its_line() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/refused");
    let plan = planned(&folder, "new-billing", true);
    let refused = plan.refused.iter();
    let refused: Vec<String> = refused
        .map(|it| format!("{}:{}:{} {}", it.path, it.line, it.column, it.why))
        .collect();
    let expected = fs::read_to_string(folder.join("expected.txt")).unwrap_or_default();
    assert_eq!(refused.join("\n") + "\n", expected);
    // What is refused is left as it is.
    let changed: Vec<&str> = plan.changes.iter().map(|it| it.path.as_str()).collect();
    assert_eq!(changed, [] as [&str; 0]);
}
