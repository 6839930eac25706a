//! Where the repository asks for which flag, and which of that a change has added.
//!
//! **Invariants**
//! - Both ends of a change are scanned whole and by the same settings, those of today: a key may
//!   come from a constant in a file that the change does not touch.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

use tenantry_protocol::references::CodeReference;
use tenantry_scan::{Progress, Repository, SETTINGS_FILE, Settings, scan};

use super::change::{Question, added};
use super::failure::DebtFailure;
use super::finding::Place;
use super::judgement::Code;

/// What to look at.
#[derive(Debug)]
pub(super) struct Search<'a> {
    /// The folder; the root of the repository if none is named.
    pub(super) folder: Option<&'a Path>,
    /// The revision since which the change is judged.
    pub(super) since: Option<&'a str>,
}

/// A tree and what it asks for, with paths from the repository's root.
struct Scanned {
    root: PathBuf,
    references: Vec<CodeReference>,
}

impl Search<'_> {
    /// Looks through the code. Without a folder and outside of a repository there is none.
    ///
    /// # Errors
    /// [`DebtFailure`]: there is nothing to read, or no way to what was before the change.
    pub(super) fn run(&self) -> Result<Code, DebtFailure> {
        let here = self.folder.unwrap_or(Path::new("."));
        if !here.is_dir() {
            return Err(DebtFailure::NoFolder {
                path: here.to_owned(),
            });
        }
        let repository = match Repository::around(here) {
            // A folder that was named is searched, in a repository or not.
            Err(_no_git) if self.folder.is_some() && self.since.is_none() => None,
            around => around?,
        };
        let (root, folder) = match (&repository, self.folder) {
            (None, None) if self.since.is_some() => {
                return Err(DebtFailure::NoRepository {
                    path: here.to_owned(),
                });
            }
            (None, None) => return Ok(Code::default()),
            (Some(repository), None) => (repository.root.clone(), repository.root.clone()),
            (Some(repository), Some(folder)) => (repository.root.clone(), resolved(folder)?),
            (None, Some(folder)) => (resolved(folder)?, resolved(folder)?),
        };
        let (settings, base) = Settings::find(&folder)?;
        let base = base.unwrap_or_else(|| root.clone());
        let now = Scanned::of(&root, &folder, &base, &settings)?;
        let before = match (self.since, &repository) {
            (None, _) => None,
            (Some(_), None) => return Err(DebtFailure::NoRepository { path: folder }),
            (Some(since), Some(repository)) => {
                Some(before(repository, since, &folder, &base, &settings)?)
            }
        };
        let others = match (&before, &repository) {
            (Some(_), Some(repository)) => repository.submodules()?,
            _ => Vec::new(),
        };
        let home = root
            .join(SETTINGS_FILE)
            .is_file()
            .then(|| SETTINGS_FILE.to_owned());
        Ok(Code {
            places: places(&now, before.as_deref(), &others),
            since: self.since.map(str::to_owned),
            home,
        })
    }
}

/// What was asked for before the change.
fn before(
    repository: &Repository,
    since: &str,
    folder: &Path,
    base: &Path,
    settings: &Settings,
) -> Result<Vec<OwnedQuestion>, DebtFailure> {
    let commit = repository.merge_base(since)?;
    let temporary = tempfile::tempdir().map_err(DebtFailure::NoRoom)?;
    let root = temporary.path().join("tree");
    // With a `.git` in it the tree is one where files to be ignored are ignored.
    fs::create_dir_all(root.join(".git")).map_err(DebtFailure::NoRoom)?;
    repository.lay_out(&commit, &root)?;
    let there = |path: &Path| match path.strip_prefix(&repository.root) {
        Ok(path) => root.join(path),
        Err(_outside) => path.to_owned(),
    };
    let folder = there(folder);
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let before = Scanned::of(&root, &folder, &there(base), settings)?;
    Ok(before.questions())
}

/// A question to a flag, of a tree that may be gone.
struct OwnedQuestion {
    flag: String,
    path: String,
    text: String,
}

impl Scanned {
    fn of(
        root: &Path,
        folder: &Path,
        base: &Path,
        settings: &Settings,
    ) -> Result<Self, DebtFailure> {
        let scanned = scan(folder, base, settings.clone(), &Progress::default())?;
        let prefix = folder.strip_prefix(root).unwrap_or(Path::new(""));
        let prefix: Vec<String> = prefix
            .components()
            .map(|part| part.as_os_str().to_string_lossy().into_owned())
            .collect();
        let references = scanned.found.into_iter().map(|found| {
            let mut reference = found.reference;
            if !prefix.is_empty() {
                reference.path = format!("{}/{}", prefix.join("/"), reference.path);
            }
            reference
        });
        Ok(Self {
            root: root.to_owned(),
            references: references.collect(),
        })
    }

    /// The references with the text of their lines, in the same order.
    fn questions(&self) -> Vec<OwnedQuestion> {
        let mut files: HashMap<&str, Vec<String>> = HashMap::new();
        let mut questions = Vec::with_capacity(self.references.len());
        for reference in &self.references {
            let lines = files.entry(&reference.path).or_insert_with(|| {
                let text = fs::read(self.root.join(&reference.path)).unwrap_or_default();
                let text = String::from_utf8_lossy(&text);
                text.lines().map(|line| line.trim().to_owned()).collect()
            });
            let number = usize::try_from(reference.line).unwrap_or_default();
            let text = number.checked_sub(1).and_then(|index| lines.get(index));
            questions.push(OwnedQuestion {
                flag: reference.flag.clone(),
                path: reference.path.clone(),
                text: text.cloned().unwrap_or_default(),
            });
        }
        questions
    }
}

/// The places by flag, and where there is something before, whether each was added. A change adds
/// nothing in folders of other repositories.
fn places(
    now: &Scanned,
    before: Option<&[OwnedQuestion]>,
    others: &[String],
) -> BTreeMap<String, Vec<Place>> {
    let questions = before.map(|_before| now.questions()).unwrap_or_default();
    let is_own = |path: &str| {
        let below = |other: &String| {
            let rest = path.strip_prefix(other.as_str());
            rest.is_some_and(|rest| rest.starts_with('/'))
        };
        !others.iter().any(below)
    };
    let own = questions.iter().filter(|question| is_own(&question.path));
    let own: Vec<Question<'_>> = own.map(OwnedQuestion::borrow).collect();
    let earlier = before.unwrap_or_default().iter();
    let earlier: Vec<Question<'_>> = earlier.map(OwnedQuestion::borrow).collect();
    let mut marks = added(&earlier, &own).into_iter();

    let mut places: BTreeMap<String, Vec<Place>> = BTreeMap::new();
    for reference in &now.references {
        let added = before.map(|_before| is_own(&reference.path) && marks.next() == Some(true));
        places
            .entry(reference.flag.clone())
            .or_default()
            .push(Place {
                path: reference.path.clone(),
                line: reference.line,
                column: reference.column,
                call: reference.call.clone(),
                added,
            });
    }
    for places in places.values_mut() {
        places.sort_unstable();
    }
    places
}

impl OwnedQuestion {
    fn borrow(&self) -> Question<'_> {
        Question {
            flag: &self.flag,
            path: &self.path,
            text: &self.text,
        }
    }
}

/// The folder without links or dots in it, so that it can be found below the root.
fn resolved(folder: &Path) -> Result<PathBuf, DebtFailure> {
    fs::canonicalize(folder).map_err(|source| DebtFailure::Unreadable {
        path: folder.to_owned(),
        source,
    })
}
