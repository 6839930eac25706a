//! The cache file: a header line, then the snapshot.
//!
//! ```text
//! tenantry-cache 1 <identity> <length of the body in bytes> <checksum of the body>
//! {"type":"snapshot", …
//! ```
//!
//! **Invariants**
//! - Under its name there is always a whole file: it is written under another name, synced, renamed,
//!   and the folder synced.
//! - Neither the file nor its name holds the token: the identity is a hash that includes it.

use std::fs::{self, File};
use std::io::{self, Write};
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
        fs::create_dir_all(&self.folder)?;
        self.remove_abandoned();
        // Processes that share a folder must not write into the same file.
        let temporary = self
            .folder
            .join(format!("{}.{}.tmp", self.name(), std::process::id()));
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

fn write_synced(path: &Path, header: &str, body: &[u8]) -> io::Result<()> {
    let mut file = File::create(path)?;
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
