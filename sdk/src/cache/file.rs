//! The cache file: a header line, then the snapshot.
//!
//! ```text
//! tenantry-cache 1 <identity> <length of the body in bytes> <checksum of the body>
//! {"type":"snapshot", …
//! ```
//!
//! **Invariants**
//! - Under its name there is always a whole file: it is written under another name, synced, renamed,
//!   and the folder synced. That other name is each write's own, whoever else writes the same cache:
//!   other clients of this process, or processes that share the folder and all have number 1.
//! - Nobody but its owner may read it: it says who the tenants are.
//! - Neither the file nor its name holds the token: the identity is a hash that includes it.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{self, Write};
#[cfg(unix)]
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use tenantry_core::Checksum;

use super::{Refused, age, read_bounded};

/// The version of the format that this build writes, and the only one that it reads.
const VERSION: u32 = 1;
/// What the header begins with.
const MAGIC: &str = "tenantry-cache";
/// The longest header, in bytes, line end included.
const LONGEST_HEADER: usize = 128;
/// A temporary file this old was left behind by a process that died; a write takes seconds.
const ABANDONED: Duration = Duration::from_mins(10);

/// A client's cache file.
#[derive(Debug, Clone)]
pub(crate) struct CacheFile {
    folder: PathBuf,
    /// Whose it is: a hash of the stream's address and the token.
    identity: Checksum,
}

impl CacheFile {
    pub(crate) fn new(folder: PathBuf, address: &str, token: &str) -> Self {
        let identity = Checksum::of_item(format!("{address}\0{token}").as_bytes());
        Self { folder, identity }
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.join(self.name())
    }

    fn name(&self) -> String {
        format!("tenantry-{}.cache", self.identity)
    }

    /// Reads the body, and how long ago it was written.
    pub(super) fn read(&self) -> Result<(Vec<u8>, Duration), Refused> {
        let (mut bytes, age) = read_bounded(&self.path())?;
        let end = bytes
            .iter()
            .take(LONGEST_HEADER)
            .position(|&byte| byte == b'\n');
        let end = end.ok_or(Refused::NoHeader)?;
        let header = Header::parse(&bytes[..end]).ok_or(Refused::NoHeader)?;
        let body = bytes.split_off(end + 1);
        header.check(self.identity, &body)?;
        Ok((body, age))
    }

    /// Writes a body in the place of what is there.
    pub(super) fn write(&self, body: &[u8]) -> io::Result<()> {
        make_folder(&self.folder)?;
        self.remove_abandoned();
        // Seeded by the operating system.
        let number = RandomState::new().build_hasher().finish();
        let temporary = self
            .folder
            .join(format!("{}.{number:016x}.tmp", self.name()));
        let written = write_synced(&temporary, &self.header(body), body)
            .and_then(|()| fs::rename(&temporary, self.path()))
            .and_then(|()| sync_folder(&self.folder));
        if written.is_err() {
            fs::remove_file(&temporary).ok();
        }
        written
    }

    /// Keeps a refused file under another name, so that the next write does not replace it.
    pub(super) fn put_aside(&self) {
        let aside = self.folder.join(format!("{}.refused", self.name()));
        if let Err(error) = fs::rename(self.path(), aside) {
            tracing::debug!(%error, "the refused cache cannot be put aside");
        }
    }

    fn header(&self, body: &[u8]) -> String {
        let checksum = Checksum::of_item(body);
        format!(
            "{MAGIC} {VERSION} {} {} {checksum}\n",
            self.identity,
            body.len()
        )
    }

    /// Removes what processes left behind that died while they wrote.
    fn remove_abandoned(&self) {
        let Ok(entries) = fs::read_dir(&self.folder) else {
            return;
        };
        let prefix = format!("{}.", self.name());
        for entry in entries.flatten() {
            let name = entry.file_name();
            let temporary = name
                .to_str()
                .and_then(|name| name.strip_prefix(&prefix)?.strip_suffix(".tmp"))
                .is_some();
            let abandoned = entry
                .metadata()
                .is_ok_and(|metadata| age(&metadata) > ABANDONED);
            if temporary && abandoned {
                fs::remove_file(entry.path()).ok();
            }
        }
    }
}

/// A header, read.
struct Header {
    version: u32,
    /// What a known version says besides: identity, length, checksum.
    rest: Option<(Checksum, u64, Checksum)>,
}

impl Header {
    fn parse(line: &[u8]) -> Option<Self> {
        let mut words = std::str::from_utf8(line).ok()?.split(' ');
        if words.next()? != MAGIC {
            return None;
        }
        let version = words.next()?.parse().ok()?;
        let mut rest = || {
            let identity = words.next()?.parse().ok()?;
            let length = words.next()?.parse().ok()?;
            let checksum = words.next()?.parse().ok()?;
            words
                .next()
                .is_none()
                .then_some((identity, length, checksum))
        };
        Some(Self {
            version,
            rest: rest(),
        })
    }

    fn check(self, identity: Checksum, body: &[u8]) -> Result<(), Refused> {
        // The version first: another one may have another header.
        if self.version != VERSION {
            return Err(Refused::Version(self.version));
        }
        let (owner, stated, checksum) = self.rest.ok_or(Refused::NoHeader)?;
        let actual = u64::try_from(body.len()).unwrap_or(u64::MAX);
        if owner != identity {
            Err(Refused::Foreign)
        } else if stated != actual {
            Err(Refused::Length { stated, actual })
        } else if checksum != Checksum::of_item(body) {
            Err(Refused::Checksum)
        } else {
            Ok(())
        }
    }
}

/// Makes the folder, and those that it is in, if need be.
fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    builder.mode(0o700);
    builder.create(folder)
}

fn write_synced(path: &Path, header: &str, body: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    // Whatever has this name already is somebody else's.
    options.write(true).create_new(true);
    #[cfg(unix)]
    options.mode(0o600);
    let mut file = options.open(path)?;
    file.write_all(header.as_bytes())?;
    file.write_all(body)?;
    file.sync_all()
}

/// Makes a rename durable. Only Unix has folders that can be synced.
#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "the shape of the one for Unix")]
fn sync_folder(_folder: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    #[test]
    fn two_that_write_the_same_cache_at_once_do_not_disturb_each_other() {
        let folder = tempfile::tempdir().expect("a folder");
        let open = || CacheFile::new(folder.path().join("cache"), "ws://a", "secret");
        open().write(b"at first").expect("it is written");
        thread::scope(|scope| {
            for writer in *b"ab" {
                scope.spawn(move || {
                    for length in 100_000..100_050 {
                        let body = vec![writer; length];
                        open().write(&body).expect("nobody is in the way");
                        let (read, _) = open().read().expect("it is always whole");
                        assert!(read.len() >= 100_000, "{}", read.len());
                    }
                });
            }
        });
        let entries = fs::read_dir(folder.path().join("cache")).expect("a folder");
        assert_eq!(entries.count(), 1, "and nothing is left over");
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_may_read_it() {
        use std::os::unix::fs::PermissionsExt;

        let folder = tempfile::tempdir().expect("a folder");
        let file = CacheFile::new(folder.path().join("a/b"), "ws://a", "secret");
        file.write(b"tenants").expect("it is written");
        for (path, expected) in [
            (file.path(), 0o600),
            (folder.path().join("a/b"), 0o700),
            (folder.path().join("a"), 0o700),
        ] {
            let metadata = fs::metadata(&path).expect("it is there");
            assert_eq!(metadata.permissions().mode() & 0o777, expected);
        }
    }
}
