//! How fast a tree is scanned: of the folders that are named, else of a million lines that are made
//! of the examples and of code that has nothing to do with flags.
//!
//! ```sh
//! cargo bench -p tenantry-scan --bench speed -- ~/src/some-repository
//! ```
//!
//! It measures and fails on nothing: disks and numbers of cores differ too much.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Instant;

use tenantry_scan::{Progress, Settings, scan};

/// How many lines the made tree has.
const LINES: usize = 1_000_000;

/// One file in so many asks for flags.
const ASKS: usize = 40;

fn main() {
    let folders: Vec<PathBuf> = std::env::args_os()
        .skip(1)
        .map(PathBuf::from)
        .filter(|path| path.is_dir())
        .collect();
    if folders.is_empty() {
        let folder = tempfile::tempdir().expect("a folder");
        make(folder.path());
        measure(folder.path());
    }
    for folder in folders {
        measure(&folder);
    }
}

fn measure(folder: &Path) {
    let (settings, base) = Settings::find(folder).expect("settings");
    let base = base.unwrap_or_else(|| folder.to_owned());
    let begin = Instant::now();
    let found = scan(folder, &base, settings, &Progress::default()).expect("a tree");
    let seconds = begin.elapsed().as_secs_f64();
    println!(
        "{}: {} files, {} lines, {} passed over: {} references, {} unresolved in {seconds:.2} s",
        folder.display(),
        found.files,
        found.lines,
        found.passed_over,
        found.found.len(),
        found.unresolved.len(),
    );
}

fn make(folder: &Path) {
    let asks = include_str!("../tests/examples/web/src/server.ts");
    let mut plain = String::new();
    for index in 0..100 {
        write!(
            plain,
            "/** Adds up. */\nexport function sum{index}(rows: Row[]): number {{\n  let sum = {index};\n  \
             for (const row of rows) {{\n    sum += row.price * row.count;\n  }}\n  return sum;\n}}\n\n"
        )
        .expect("a string takes everything");
    }
    let mut lines = 0;
    for index in 0.. {
        let text = if index % ASKS == 0 { asks } else { &plain };
        let path = folder.join(format!("{}/{index}.ts", index % 200));
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, text).expect("a file");
        lines += text.lines().count();
        if lines >= LINES {
            return;
        }
    }
}
