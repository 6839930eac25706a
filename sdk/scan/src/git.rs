//! The repository around a folder, asked of git itself: where it is, what is checked out, what an
//! earlier commit held, and what is not committed.
//!
//! **Invariants**
//! - The repository is only read: an earlier tree is laid out in a folder of its own, by an index of
//!   its own.
//! - A revision is data: one that begins with a hyphen is no option.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use thiserror::Error;

/// A clone that git knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repository {
    /// The outermost folder of its working tree, without links.
    pub root: PathBuf,
}

/// Why git has no answer.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum GitError {
    /// There is no git.
    #[error("cannot run git")]
    NoGit(#[source] std::io::Error),
    /// It does not want to: a clone that belongs to somebody else, as in many a container, it does
    /// not touch.
    #[error("git says: {said}")]
    Refused {
        /// In its words.
        said: String,
    },
    /// There is no such revision.
    #[error("there is no revision {revision}")]
    UnknownRevision {
        /// As it was named.
        revision: String,
    },
    /// It has nothing to do with what is checked out.
    #[error("{revision} and HEAD have no commit in common")]
    Unrelated {
        /// As it was named.
        revision: String,
    },
    /// It is not here because the clone is not whole.
    #[error("this clone is shallow and does not reach back to {revision}")]
    Shallow {
        /// As it was named.
        revision: String,
    },
}

impl Repository {
    /// The repository around a folder; `None` if there is none.
    ///
    /// # Errors
    /// [`GitError::NoGit`] or [`GitError::Refused`].
    pub fn around(folder: &Path) -> Result<Option<Self>, GitError> {
        let mut command = git(folder, ["rev-parse", "--show-toplevel"]);
        let output = command.output().map_err(GitError::NoGit)?;
        if let Some(root) = line(&output) {
            let root = PathBuf::from(root);
            // As other paths are compared with it: without links, in the system's own way.
            let root = root.canonicalize().unwrap_or(root);
            return Ok(Some(Self { root }));
        }
        let failure = failure(&output);
        let none =
            matches!(&failure, GitError::Refused { said } if said.contains("not a git repository"));
        if none { Ok(None) } else { Err(failure) }
    }

    /// The commit that is checked out, by its full name; none if there is none yet.
    #[must_use]
    pub fn commit(&self) -> Option<String> {
        self.line(["rev-parse", "--verify", "--quiet", "HEAD"])
    }

    /// The branch, unless a commit is checked out by itself.
    #[must_use]
    pub fn branch(&self) -> Option<String> {
        self.line(["symbolic-ref", "--short", "--quiet", "HEAD"])
    }

    /// Where it was cloned from.
    #[must_use]
    pub fn origin(&self) -> Option<String> {
        self.line(["config", "--get", "remote.origin.url"])
    }

    /// Which of these files are not as they were committed, each by the repository that it lies in;
    /// those that git does not know too. Their text is what counts, not what git was told to
    /// assume of them.
    ///
    /// # Errors
    /// [`GitError`].
    pub fn uncommitted(files: &[PathBuf]) -> Result<Vec<PathBuf>, GitError> {
        let mut changed = Vec::new();
        for file in files {
            let (Some(folder), Some(name)) = (file.parent(), file.file_name()) else {
                changed.push(file.clone());
                continue;
            };
            let folder = if folder.as_os_str().is_empty() {
                Path::new(".")
            } else {
                folder
            };
            let mut committed = OsString::from("HEAD:./");
            committed.push(name);
            let known = [OsStr::new("rev-parse"), OsStr::new("--verify"), &committed];
            let known = git(folder, known).output().map_err(GitError::NoGit)?;
            let now = git(folder, [OsStr::new("hash-object"), OsStr::new("--"), name]);
            let now = { now }.output().map_err(GitError::NoGit)?;
            if !now.status.success() {
                return Err(failure(&now));
            }
            if line(&known) != line(&now) {
                changed.push(file.clone());
            }
        }
        Ok(changed)
    }

    /// Where `HEAD` and this revision parted, as a commit's full name.
    ///
    /// # Errors
    /// [`GitError`]: there is no such revision, or no way back to where they parted.
    pub fn merge_base(&self, revision: &str) -> Result<String, GitError> {
        let commit = format!("{revision}^{{commit}}");
        let known = [
            "rev-parse",
            "--verify",
            "--quiet",
            "--end-of-options",
            &commit,
        ];
        let Some(commit) = line(&self.git(known)?) else {
            return Err(self.missing(revision, false)?);
        };
        match line(&self.git(["merge-base", &commit, "HEAD"])?) {
            Some(base) => Ok(base),
            None => Err(self.missing(revision, true)?),
        }
    }

    /// Lays out a commit's tree in a folder, as a working tree of its own.
    ///
    /// # Errors
    /// [`GitError::Refused`]: git cannot do it.
    pub fn lay_out(&self, commit: &str, folder: &Path) -> Result<(), GitError> {
        let index = folder.with_extension("index");
        let mut prefix = folder.as_os_str().to_owned();
        prefix.push("/");
        let prefix = {
            let mut argument = std::ffi::OsString::from("--prefix=");
            argument.push(&prefix);
            argument
        };
        let steps: [&[&OsStr]; 2] = [
            &[OsStr::new("read-tree"), OsStr::new(commit)],
            &[
                OsStr::new("checkout-index"),
                OsStr::new("--all"),
                OsStr::new("--quiet"),
                &prefix,
            ],
        ];
        for step in steps {
            let mut command = git(&self.root, step);
            // What large files stand for is no code.
            command
                .env("GIT_INDEX_FILE", &index)
                .env("GIT_LFS_SKIP_SMUDGE", "1");
            let output = command.output().map_err(GitError::NoGit)?;
            if !output.status.success() {
                return Err(failure(&output));
            }
        }
        Ok(())
    }

    /// The folders of the working tree that are other repositories, from the root.
    ///
    /// # Errors
    /// [`GitError::NoGit`]: git cannot be run.
    pub fn submodules(&self) -> Result<Vec<String>, GitError> {
        let output = self.git(["ls-files", "--stage", "-z"])?;
        let text = String::from_utf8_lossy(&output.stdout);
        let entries = text.split_terminator('\0');
        let links = entries.filter(|entry| entry.starts_with("160000 "));
        Ok(links
            .filter_map(|entry| Some(entry.split_once('\t')?.1.to_owned()))
            .collect())
    }

    /// Why there is no way from `HEAD` to a revision.
    fn missing(&self, revision: &str, known: bool) -> Result<GitError, GitError> {
        let shallow = self.git(["rev-parse", "--is-shallow-repository"])?;
        let revision = revision.to_owned();
        Ok(if line(&shallow).is_some_and(|answer| answer == "true") {
            GitError::Shallow { revision }
        } else if known {
            GitError::Unrelated { revision }
        } else {
            GitError::UnknownRevision { revision }
        })
    }

    fn line<const N: usize>(&self, arguments: [&str; N]) -> Option<String> {
        line(&self.git(arguments).ok()?)
    }

    fn git<const N: usize>(&self, arguments: [&str; N]) -> Result<Output, GitError> {
        git(&self.root, arguments).output().map_err(GitError::NoGit)
    }
}

pub(crate) fn git(
    folder: &Path,
    arguments: impl IntoIterator<Item = impl AsRef<OsStr>>,
) -> Command {
    let mut command = Command::new("git");
    // What it says is read here, and so in one language.
    command
        .env("LC_ALL", "C")
        .stdin(Stdio::null())
        .arg("-C")
        .arg(folder)
        .args(arguments);
    command
}

/// What git said when it failed.
fn failure(output: &Output) -> GitError {
    let said = String::from_utf8_lossy(&output.stderr);
    GitError::Refused {
        said: said.split_whitespace().collect::<Vec<_>>().join(" "),
    }
}

/// The line that git printed, if it did what it was told.
fn line(output: &Output) -> Option<String> {
    let text = String::from_utf8_lossy(&output.stdout);
    let text = text.trim_end_matches(['\r', '\n']);
    (output.status.success() && !text.is_empty()).then(|| text.to_owned())
}
