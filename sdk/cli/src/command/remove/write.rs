//! Changed files: all of them are written, or none.
//!
//! **Invariants**
//! - Each file is replaced in one step, so that whoever reads it sees the old text or the new one.
//! - Where one cannot be replaced, those that were are put back.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use tempfile::{NamedTempFile, TempPath};

use super::failure::RemoveFailure;

/// A file, its text as it was when the change was made up, and its text as it shall be.
pub(super) struct Replacement<'a> {
    pub(super) path: PathBuf,
    pub(super) before: &'a str,
    pub(super) after: &'a str,
}

/// Replaces all files, or none.
pub(super) fn replace(all: &[Replacement<'_>]) -> Result<(), RemoveFailure> {
    let mut laid_out = Vec::new();
    for it in all {
        let unwritable = unwritable(&it.path);
        // A link stays a link: what it leads to is replaced.
        let path = fs::canonicalize(&it.path).map_err(&unwritable)?;
        let text = fs::read(&path).map_err(&unwritable)?;
        if text != it.before.as_bytes() {
            let path = it.path.clone();
            return Err(RemoveFailure::ChangedMeanwhile { path });
        }
        let new = lay_out(&path, it.after).map_err(&unwritable)?;
        laid_out.push((path, new, it.before));
    }
    let mut replaced: Vec<(PathBuf, &str)> = Vec::new();
    for (path, new, before) in laid_out {
        if let Err(failure) = new.persist(&path) {
            let back = replaced
                .iter()
                .map(|(path, before)| fs::write(path, before));
            let lost = back.filter(Result::is_err).count();
            let source = failure.error;
            return Err(match lost {
                0 => RemoveFailure::Unwritable { path, source },
                _ => RemoveFailure::HalfWritten { path, source },
            });
        }
        replaced.push((path, before));
    }
    Ok(())
}

/// A new file beside another, with its permissions.
fn lay_out(path: &Path, text: &str) -> io::Result<TempPath> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let permissions = fs::metadata(path)?.permissions();
    if permissions.readonly() {
        return Err(io::ErrorKind::PermissionDenied.into());
    }
    let mut file = NamedTempFile::with_prefix_in(".tenantry-", folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().set_permissions(permissions)?;
    file.as_file().sync_all()?;
    Ok(file.into_temp_path())
}

fn unwritable(path: &Path) -> impl Fn(io::Error) -> RemoveFailure {
    let path = path.to_owned();
    move |source| RemoveFailure::Unwritable {
        path: path.clone(),
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(folder: &Path, name: &str, text: &str) -> PathBuf {
        let path = folder.join(name);
        fs::write(&path, text).expect("a file");
        path
    }

    #[test]
    fn where_one_cannot_be_written_none_is() {
        let folder = tempfile::tempdir().expect("a folder");
        let one = file(folder.path(), "one.rs", "old");
        let two = file(folder.path(), "two.rs", "changed meanwhile");
        let replacement = |path: &PathBuf| Replacement {
            path: path.clone(),
            before: "old",
            after: "new",
        };
        let refused = replace(&[replacement(&one), replacement(&two)]);
        assert!(matches!(
            refused,
            Err(RemoveFailure::ChangedMeanwhile { path }) if path == two
        ));
        let missing = folder.path().join("missing.rs");
        let refused = replace(&[replacement(&one), replacement(&missing)]);
        assert!(matches!(refused, Err(RemoveFailure::Unwritable { path, .. }) if path == missing));
        assert_eq!(fs::read_to_string(&one).expect("a file"), "old");
        // Nothing is left beside them.
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 2);
        replace(&[replacement(&one)]).expect("it is written");
        assert_eq!(fs::read_to_string(&one).expect("a file"), "new");
    }

    #[cfg(unix)]
    #[test]
    fn a_file_keeps_its_permissions_and_a_link_its_end() {
        use std::os::unix::fs::{PermissionsExt as _, symlink};

        let folder = tempfile::tempdir().expect("a folder");
        let real = file(folder.path(), "real.rs", "old");
        fs::set_permissions(&real, fs::Permissions::from_mode(0o755)).expect("permissions");
        let link = folder.path().join("link.rs");
        symlink(&real, &link).expect("a link");
        let change = Replacement {
            path: link.clone(),
            before: "old",
            after: "new",
        };
        replace(&[change]).expect("it is written");
        assert!(fs::symlink_metadata(&link).expect("a link").is_symlink());
        let mode = fs::metadata(&real).expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o755);
        assert_eq!(fs::read_to_string(&real).expect("a file"), "new");
    }
}
