//! The files of a tree: what git would see of it, in the languages that are known, with a cheap
//! look at their bytes.
//!
//! **Invariants**
//! - The list is sorted by path, whichever thread found a file.
//! - Links are not followed: a tree that holds itself ends.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use aho_corasick::AhoCorasick;
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use ignore::{DirEntry, WalkBuilder, WalkState};

use crate::language::Language;
use crate::settings::Settings;
use crate::source::{self, LARGEST};
use crate::{Progress, ScanError, questions};

/// Folders of other people's code, which a tree without `.gitignore` shows too.
const FOREIGN: &[&str] = &["node_modules", "bower_components", "site-packages"];

/// A file in a known language.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct File {
    /// Relative to the scanned folder, with forward slashes.
    pub(crate) path: String,
    pub(crate) language: Language,
    /// Whether it may ask for a flag.
    pub(crate) promising: bool,
    /// Whether `tenantry codegen` wrote it.
    pub(crate) generated: bool,
}

/// What was found, and how much was looked at.
#[derive(Debug, Default)]
pub(crate) struct Files {
    pub(crate) list: Vec<File>,
    /// How many lines these files have.
    pub(crate) lines: usize,
    /// How many files of known languages were passed over.
    pub(crate) passed_over: usize,
}

/// Which files count by the settings.
struct Choice {
    root: PathBuf,
    /// The same, however the process stands to it: patterns are matched below it.
    whole: PathBuf,
    include: Option<Gitignore>,
    exclude: Gitignore,
}

impl Choice {
    fn new(root: &Path, base: &Path, settings: &Settings) -> Result<Self, ScanError> {
        let whole = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let patterns = |patterns: &[String]| -> Result<Gitignore, ignore::Error> {
            let mut builder = GitignoreBuilder::new(whole(base));
            for pattern in patterns {
                builder.add_line(None, pattern)?;
            }
            builder.build()
        };
        let include = (!settings.include.is_empty()).then(|| patterns(&settings.include));
        Ok(Self {
            root: root.to_owned(),
            whole: whole(root),
            include: include.transpose().map_err(ScanError::Pattern)?,
            exclude: patterns(&settings.exclude).map_err(ScanError::Pattern)?,
        })
    }

    /// Whether to look at a file, or into a folder.
    fn admits(&self, entry: &DirEntry) -> bool {
        let path = entry.path();
        if path == self.root {
            return true;
        }
        let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
        if is_folder
            && entry
                .file_name()
                .to_str()
                .is_some_and(|name| FOREIGN.contains(&name))
        {
            return false;
        }
        let path = self
            .whole
            .join(path.strip_prefix(&self.root).unwrap_or(path));
        if self.exclude.matched(&path, is_folder).is_ignore() {
            return false;
        }
        match &self.include {
            Some(include) if !is_folder => {
                path.starts_with(include.path())
                    && include
                        .matched_path_or_any_parents(&path, false)
                        .is_ignore()
            }
            _ => true,
        }
    }
}

/// Finds the files below `root`. Patterns are taken from `base`.
pub(crate) fn find(
    root: &Path,
    base: &Path,
    settings: &Settings,
    progress: &Progress,
) -> Result<Files, ScanError> {
    if let Err(source) = std::fs::metadata(root) {
        return Err(ScanError::Unreadable {
            path: root.to_owned(),
            source,
        });
    }
    let choice = Choice::new(root, base, settings)?;
    let searches = searches(settings);
    let found = Mutex::new(Vec::new());
    let lines = AtomicUsize::new(0);
    let passed_over = AtomicUsize::new(0);
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let mut walk = WalkBuilder::new(root);
    // A tree that was unpacked rather than cloned has a `.gitignore` too.
    walk.require_git(false).threads(threads);
    walk.filter_entry(move |entry| choice.admits(entry));
    walk.build_parallel().run(|| {
        Box::new(|entry| {
            // What cannot be read, nobody can be told of better than by the count.
            let Ok(entry) = entry else {
                return WalkState::Continue;
            };
            let language = Language::of(entry.path());
            let (Some(language), true) =
                (language, entry.file_type().is_some_and(|it| it.is_file()))
            else {
                return WalkState::Continue;
            };
            let Some((file, count)) = look(&entry, root, language, &searches) else {
                passed_over.fetch_add(1, Ordering::Relaxed);
                return WalkState::Continue;
            };
            lines.fetch_add(count, Ordering::Relaxed);
            progress.found.fetch_add(1, Ordering::Relaxed);
            let mut found = found
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner);
            found.push(file);
            WalkState::Continue
        })
    });
    let mut files = found
        .into_inner()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    files.sort_unstable();
    Ok(Files {
        list: files,
        lines: lines.into_inner(),
        passed_over: passed_over.into_inner(),
    })
}

/// One search for each language.
fn searches(settings: &Settings) -> HashMap<Language, AhoCorasick> {
    use Language::{Go, Java, JavaScript, Python, Rust, Tsx, TypeScript};
    let mut searches = HashMap::new();
    for language in [Rust, TypeScript, Tsx, JavaScript, Python, Go, Java] {
        let mut needles = questions::needles(language);
        needles.extend(settings.sdks.iter().cloned());
        let wrappers = settings.wrappers.iter();
        needles
            .extend(wrappers.filter_map(|it| it.name.rsplit(['.', ':']).next().map(str::to_owned)));
        needles.retain(|needle| !needle.is_empty());
        if let Ok(search) = AhoCorasick::new(needles) {
            searches.insert(language, search);
        }
    }
    searches
}

/// Looks at a file's bytes; `None` if nobody wrote them.
fn look(
    entry: &DirEntry,
    root: &Path,
    language: Language,
    searches: &HashMap<Language, AhoCorasick>,
) -> Option<(File, usize)> {
    if entry.metadata().ok()?.len() > LARGEST {
        return None;
    }
    let name = entry.file_name().to_str().unwrap_or_default();
    if name.contains(".min.") {
        return None;
    }
    let text = std::fs::read(entry.path()).ok()?;
    if !source::is_written(&text) {
        return None;
    }
    let relative = entry.path().strip_prefix(root).unwrap_or(entry.path());
    // The path of a file that was named itself is its name.
    let relative = if relative.as_os_str().is_empty() {
        Path::new(entry.file_name())
    } else {
        relative
    };
    let parts = relative
        .components()
        .map(|part| part.as_os_str().to_string_lossy());
    let path = parts.collect::<Vec<_>>().join("/");
    let promising = searches
        .get(&language)
        .is_some_and(|search| search.is_match(&text));
    let file = File {
        path,
        language,
        promising,
        generated: source::is_generated(&text),
    };
    Some((file, source::lines(&text)))
}

/// Whether a file holds one of some texts.
pub(crate) fn holds(root: &Path, file: &File, search: &AhoCorasick) -> bool {
    std::fs::read(path_of(root, file)).is_ok_and(|text| search.is_match(&text))
}

/// Where a file lies.
pub(crate) fn path_of(root: &Path, file: &File) -> PathBuf {
    if root.is_file() {
        root.to_owned()
    } else {
        root.join(&file.path)
    }
}
