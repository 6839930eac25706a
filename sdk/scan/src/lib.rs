//! Finds where source code asks for which feature flag, in Rust, TypeScript, JavaScript, Python,
//! Go and Java; and takes a flag out of Rust, TypeScript and JavaScript.
//!
//! The code is parsed, so that comments, strings and documentation are no calls; nothing is
//! compiled, so that a tree is read in seconds whatever state it is in.
//!
//! ```
//! use tenantry_scan::{Progress, Settings, scan};
//!
//! let folder = tempfile::tempdir()?;
//! std::fs::write(
//!     folder.path().join("invoice.py"),
//!     "from openfeature import api\nif api.get_client().get_boolean_value('new-billing', False): ...\n",
//! )?;
//! let scan = scan(folder.path(), folder.path(), Settings::default(), &Progress::default())?;
//! assert_eq!(scan.found[0].reference.flag, "new-billing");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What counts
//! A call counts if its name is one of Tenantry's SDK, of OpenFeature's or of Unleash's, its key is
//! a valid flag key, and what it is called on is a client. The last is the hard part, as no types
//! are known:
//!
//! 1. What can be followed is followed, through variables, fields, declared types, parameters and
//!    imports: to something of an SDK, which counts, or to something else, which never does.
//! 2. What cannot be followed counts by what speaks for it. A telling name (`getBooleanValue`) in a
//!    file that imports an SDK, or imports a file that does. A name that others have as well
//!    (`isEnabled`) there too, if what it is called on says flag, feature, toggle or client. Either,
//!    on something that says flag, feature or toggle, anywhere in a tree that uses an SDK. A name
//!    that says little (`flag`, `value`) only beside the SDK's import.
//! 3. A function by itself (`useFlag("a")`) counts if it is imported from an SDK.
//!
//! Keys are followed the same way: through constants, enums, objects and what other files export,
//! as long as only one text can be meant. What is a flag's question, but of which flag only the
//! running program knows, is told as unresolved.
//!
//! # Map
//! - `language`, `source`: files and their trees.
//! - [`syntax`]: the same few facts from every language's tree.
//! - `modules`, `meaning`: which file an import means, and what a name means.
//! - `questions`, `recognise`: which calls ask for a flag.
//! - [`removal`]: takes a flag out of the code, from what was found of it.
//! - `files`, `tree`: the folder; `git`: the repository around it;
//!   `blame`: who and when; `settings`: `tenantry.toml`.
//!
//! **Invariants**
//! - Whatever a tree holds, a scan ends and does not panic.
//! - The same tree and settings give the same answer, in the same order.
//! - Everything that is found holds the bytes it was found in, so that it can be rewritten.

mod blame;
mod files;
mod git;
mod language;
mod meaning;
mod modules;
mod questions;
mod recognise;
pub mod removal;
mod settings;
mod source;
pub mod syntax;
mod tree;
mod words;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use aho_corasick::AhoCorasick;
use rayon::prelude::*;
use tenantry_protocol::references::{CodeReference, UnresolvedCall};
use thiserror::Error;

pub use self::blame::{Change, blame, blame_all};
pub use self::git::{GitError, Repository};
pub use self::language::Language;
pub use self::questions::Answer;
use self::recognise::Reader;
pub use self::settings::{SETTINGS_FILE, Settings, SettingsError, Wrapper};
pub use self::source::parse;
pub use self::syntax::Span;
use self::tree::Tree;

/// How far a scan is, for whoever watches it. Numbers only grow.
#[derive(Debug, Default)]
pub struct Progress {
    /// How many files were found.
    pub found: AtomicUsize,
    /// How many of them have to be parsed; 0 until that is known.
    pub to_parse: AtomicUsize,
    /// How many were parsed.
    pub parsed: AtomicUsize,
}

/// What a scan found, sorted by flag, path, line and column, or by path, line and column.
#[derive(Debug, Default)]
pub struct Scan {
    /// Where flags are asked for.
    pub found: Vec<Found>,
    /// Where a flag is asked for whose key only the running program knows.
    pub unresolved: Vec<Unresolved>,
    /// How many files of known languages were searched.
    pub files: usize,
    /// How many lines they have.
    pub lines: usize,
    /// How many files of known languages were passed over: too large, packed, or no text.
    pub passed_over: usize,
}

/// A reference, and the bytes of its file that it is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The reference; its path is relative to the scanned folder.
    pub reference: CodeReference,
    /// The bytes of the whole call, with what it is called on.
    pub call: Span,
    /// The bytes of what gives the key, if it stands in the call.
    pub key: Option<Span>,
    /// What the call answers with.
    pub answer: Answer,
}

/// A call whose key is not to be seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unresolved {
    /// The call; its path is relative to the scanned folder.
    pub call: UnresolvedCall,
    /// The bytes of the whole call.
    pub span: Span,
    /// The bytes of what gives the key, if it stands in the call.
    pub key: Option<Span>,
    /// The function around it that is passed the key, and as which argument, from 0: a wrapper,
    /// most likely.
    pub passed_on: Option<(String, usize)>,
}

/// Why a tree cannot be scanned.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ScanError {
    /// There is nothing to read there.
    #[error("cannot read {}", path.display())]
    Unreadable {
        /// What was to be scanned.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// One of the settings' patterns makes no sense.
    #[error("a pattern of include or exclude makes no sense")]
    Pattern(#[source] ignore::Error),
}

/// Scans a folder, or one file. Patterns of the settings are taken from the folder `base`.
///
/// # Errors
/// [`ScanError`] if there is nothing to read or the settings make no sense. A file of the tree that
/// cannot be read is passed over.
pub fn scan(
    root: &Path,
    base: &Path,
    settings: Settings,
    progress: &Progress,
) -> Result<Scan, ScanError> {
    read(root, base, settings, progress).map(|(_, scan)| scan)
}

/// The same, with the tree that it was read from.
fn read(
    root: &Path,
    base: &Path,
    settings: Settings,
    progress: &Progress,
) -> Result<(Tree, Scan), ScanError> {
    let found = files::find(root, base, &settings, progress)?;
    let mut scan = Scan {
        files: found.list.len(),
        lines: found.lines,
        passed_over: found.passed_over,
        ..Scan::default()
    };
    let mut tree = Tree::new(root.to_owned(), found.list, settings);
    expect_generated(&mut tree);

    let promising = tree.files.iter().enumerate();
    let promising: Vec<usize> = promising
        .filter(|(_, file)| file.promising && !file.generated)
        .map(|(index, _)| index)
        .collect();
    progress.to_parse.store(promising.len(), Ordering::Relaxed);
    promising.par_iter().for_each(|file| {
        tree.facts(*file);
        progress.parsed.fetch_add(1, Ordering::Relaxed);
    });
    let recognised: Vec<(Vec<Found>, Vec<Unresolved>)> = promising
        .par_iter()
        .map(|file| references(&tree, *file))
        .collect();
    for (found, unresolved) in recognised {
        scan.found.extend(found);
        scan.unresolved.extend(unresolved);
    }
    scan.found
        .sort_by(|a, b| place(&a.reference).cmp(&place(&b.reference)));
    Ok((tree, scan))
}

fn place(reference: &CodeReference) -> (&str, &str, u32, u32) {
    let CodeReference {
        flag,
        path,
        line,
        column,
        ..
    } = reference;
    (flag, path, *line, *column)
}

/// Looks once more for what generated code is called by, where there is some.
fn expect_generated(tree: &mut Tree) {
    let mut names: BTreeMap<Language, Vec<String>> = BTreeMap::new();
    for (language, more) in tree.expect_generated() {
        names.entry(language).or_default().extend(more);
    }
    for (language, names) in names {
        let Ok(search) = AhoCorasick::new(names.iter().filter(|name| !name.is_empty())) else {
            continue;
        };
        let root = tree.root().to_owned();
        tree.files
            .par_iter_mut()
            .filter(|file| file.language == language && !file.promising)
            .for_each(|file| file.promising = files::holds(&root, file, &search));
    }
}

/// What one file asks for.
fn references(tree: &Tree, file: usize) -> (Vec<Found>, Vec<Unresolved>) {
    let (mut found, mut unresolved) = (Vec::new(), Vec::new());
    let reader = Reader::new(tree, file);
    for (call, recognised) in reader.recognise() {
        let path = tree.files[file].path.clone();
        match recognised.flag {
            Some(flag) => found.push(Found {
                reference: CodeReference {
                    flag,
                    path,
                    line: call.line,
                    column: call.column,
                    language: tree.language(file).into(),
                    via: recognised.via,
                    call: call.name.clone(),
                    author: None,
                    changed_at: None,
                },
                call: call.span.clone(),
                key: recognised.key,
                answer: reader.answer(call, recognised.via),
            }),
            None => unresolved.push(Unresolved {
                call: UnresolvedCall {
                    path,
                    line: call.line,
                    column: call.column,
                    call: call.name.clone(),
                },
                span: call.span.clone(),
                key: recognised.key,
                passed_on: recognised.passed_on,
            }),
        }
    }
    unresolved.sort_by_key(|it| (it.call.line, it.call.column));
    (found, unresolved)
}
