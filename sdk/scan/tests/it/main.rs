//! The tests of the crate as its users see it, in one binary.

mod examples;
mod hostile;
mod pieces;
mod removal;

mod tree;

use std::path::Path;

use tenantry_scan::{Progress, Scan, Settings, scan};

/// A folder with these files.
fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (path, text) in files {
        write(folder.path(), path, text.as_bytes());
    }
    folder
}

fn write(folder: &Path, path: &str, bytes: &[u8]) {
    let path = folder.join(path);
    std::fs::create_dir_all(path.parent().expect("a parent")).expect("folders");
    std::fs::write(path, bytes).expect("a file");
}

fn scanned(folder: &Path, settings: &str) -> Scan {
    let settings = Settings::parse(settings).expect("settings");
    scan(folder, folder, settings, &Progress::default()).expect("a tree")
}

/// What was found, a line each, by place; a call whose key is not to be seen has a question mark.
fn lines(scan: &Scan) -> Vec<String> {
    let mut lines: Vec<_> = scan
        .found
        .iter()
        .map(|found| {
            let it = &found.reference;
            let via = format!("{:?}", it.via).to_lowercase();
            let what = format!("{} {via} {}", it.flag, it.call);
            (&it.path, it.line, it.column, what)
        })
        .chain(scan.unresolved.iter().map(|found| {
            let it = &found.call;
            (&it.path, it.line, it.column, format!("? {}", it.call))
        }))
        .collect();
    lines.sort();
    lines
        .into_iter()
        .map(|(path, line, column, what)| format!("{path}:{line}:{column} {what}"))
        .collect()
}
