//! The repository: its root, and the tree of an earlier commit. Asked of git itself.
//!
//! **Invariants**
//! - The repository is only read: an earlier tree is laid out in a folder of its own, by an index of
//!   its own.
//! - A revision is data: one that begins with a hyphen is no option.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use super::failure::DebtFailure;

/// A clone that git knows.
#[derive(Debug, Clone)]
pub(super) struct Repository {
    /// The outermost folder of its working tree.
    pub(super) root: PathBuf,
}

impl Repository {
    /// The repository around a folder; `None` if there is none.
    ///
    /// # Errors
    /// [`DebtFailure`]: there is no git, or it does not want to: a clone that belongs to somebody
    /// else, as in many a container, it does not touch.
    pub(super) fn around(folder: &Path) -> Result<Option<Self>, DebtFailure> {
        let mut command = git(folder, ["rev-parse", "--show-toplevel"]);
        let output = command.output().map_err(DebtFailure::NoGit)?;
        if let Some(root) = line(&output) {
            let root = PathBuf::from(root);
            // As other paths are compared with it: without links, in the system's own way.
            let root = root.canonicalize().unwrap_or(root);
            return Ok(Some(Self { root }));
        }
        let failure = failure(&output);
        let none =
            matches!(&failure, DebtFailure::Git { said } if said.contains("not a git repository"));
        if none { Ok(None) } else { Err(failure) }
    }

    /// Where `HEAD` and this revision parted, as a commit's full name.
    ///
    /// # Errors
    /// [`DebtFailure`]: there is no such revision, or no way back to where they parted.
    pub(super) fn merge_base(&self, revision: &str) -> Result<String, DebtFailure> {
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
    /// [`DebtFailure::Git`]: git cannot do it.
    pub(super) fn lay_out(&self, commit: &str, folder: &Path) -> Result<(), DebtFailure> {
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
            let output = command.output().map_err(DebtFailure::NoGit)?;
            if !output.status.success() {
                return Err(failure(&output));
            }
        }
        Ok(())
    }

    /// The folders of the working tree that are other repositories, from the root.
    ///
    /// # Errors
    /// [`DebtFailure::NoGit`]: git cannot be run.
    pub(super) fn submodules(&self) -> Result<Vec<String>, DebtFailure> {
        let output = self.git(["ls-files", "--stage", "-z"])?;
        let text = String::from_utf8_lossy(&output.stdout);
        let entries = text.split_terminator('\0');
        let links = entries.filter(|entry| entry.starts_with("160000 "));
        Ok(links
            .filter_map(|entry| Some(entry.split_once('\t')?.1.to_owned()))
            .collect())
    }

    /// Why there is no way from `HEAD` to a revision.
    fn missing(&self, revision: &str, known: bool) -> Result<DebtFailure, DebtFailure> {
        let shallow = self.git(["rev-parse", "--is-shallow-repository"])?;
        let revision = revision.to_owned();
        Ok(if line(&shallow).is_some_and(|answer| answer == "true") {
            DebtFailure::Shallow { revision }
        } else if known {
            DebtFailure::Unrelated { revision }
        } else {
            DebtFailure::UnknownRevision { revision }
        })
    }

    fn git<const N: usize>(&self, arguments: [&str; N]) -> Result<Output, DebtFailure> {
        git(&self.root, arguments)
            .output()
            .map_err(DebtFailure::NoGit)
    }
}

fn git(folder: &Path, arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Command {
    let mut command = Command::new("git");
    // What it says is read here, and so in one language.
    command
        .env("LC_ALL", "C")
        .arg("-C")
        .arg(folder)
        .args(arguments);
    command
}

/// What git said when it failed.
fn failure(output: &Output) -> DebtFailure {
    let said = String::from_utf8_lossy(&output.stderr);
    DebtFailure::Git {
        said: said.split_whitespace().collect::<Vec<_>>().join(" "),
    }
}

/// The line that git printed, if it did what it was told.
fn line(output: &Output) -> Option<String> {
    let text = String::from_utf8_lossy(&output.stdout);
    let text = text.trim_end_matches(['\r', '\n']);
    (output.status.success() && !text.is_empty()).then(|| text.to_owned())
}
