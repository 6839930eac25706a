//! What a client starts from when there is no server: the disk cache, else the bootstrap file.
//!
//! **Invariants**
//! - A file is used whole or not at all, and whatever is wrong with it, the client starts.
//! - A refused cache is put aside, not overwritten: somebody may want to know what happened.

mod file;
mod writer;

use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{fs, io};

use tenantry_protocol::{Change, DocumentError, Replica};
use thiserror::Error;

pub(crate) use file::CacheFile;
pub(crate) use writer::Writer;

use crate::status::Source;

/// The largest file that is read, in bytes.
const LARGEST_FILE: u64 = 1 << 30;

/// Where a client looks before the server has answered.
#[derive(Debug, Default)]
pub(crate) struct Start {
    pub(crate) cache: Option<CacheFile>,
    pub(crate) bootstrap: Option<PathBuf>,
}

/// What was found.
pub(crate) struct Loaded {
    pub(crate) change: Change,
    pub(crate) source: Source,
    /// How long ago the file was written.
    pub(crate) age: Duration,
}

/// Why a file was not used.
#[derive(Debug, Error)]
pub(crate) enum Refused {
    #[error("it cannot be read")]
    Io(#[from] io::Error),
    #[error("it is no file")]
    NotAFile,
    #[error("it is larger than {LARGEST_FILE} bytes")]
    TooLarge,
    #[error("it has no header of a cache file")]
    NoHeader,
    #[error("its format is version {0}, which this build does not know")]
    Version(u32),
    #[error("it belongs to another server, environment or token")]
    Foreign,
    #[error("it is {actual} bytes long, not {stated}")]
    Length { stated: u64, actual: u64 },
    #[error("its checksum is wrong")]
    Checksum,
    #[error("its content is of no use")]
    Document(#[from] DocumentError),
}

impl Start {
    /// Fills `replica` with the first of the files that is usable. Blocks.
    pub(crate) fn load(&self, replica: &mut Replica) -> Option<Loaded> {
        self.load_cache(replica)
            .or_else(|| self.load_bootstrap(replica))
    }

    fn load_cache(&self, replica: &mut Replica) -> Option<Loaded> {
        let cache = self.cache.as_ref()?;
        match cache
            .read()
            .and_then(|(body, age)| Ok((replica.load_snapshot_bytes(&body)?, age)))
        {
            Ok((change, age)) => Some(Loaded {
                change,
                source: Source::Disk,
                age,
            }),
            Err(Refused::Io(error)) if error.kind() == io::ErrorKind::NotFound => None,
            Err(refused) => {
                let error: &dyn std::error::Error = &refused;
                tracing::warn!(path = %cache.path().display(), error, "the disk cache is refused");
                cache.put_aside();
                None
            }
        }
    }

    fn load_bootstrap(&self, replica: &mut Replica) -> Option<Loaded> {
        let path = self.bootstrap.as_ref()?;
        let loaded = read_bounded(path)
            .and_then(|(body, age)| Ok((replica.load_snapshot_bytes(&body)?, age)));
        match loaded {
            Ok((change, age)) => Some(Loaded {
                change,
                source: Source::Bootstrap,
                age,
            }),
            Err(refused) => {
                let error: &dyn std::error::Error = &refused;
                tracing::warn!(path = %path.display(), error, "the bootstrap file is refused");
                None
            }
        }
    }
}

/// Reads a file that is not too large, and how long ago it was written.
fn read_bounded(path: &Path) -> Result<(Vec<u8>, Duration), Refused> {
    // Before anything of it is opened or read: it may be of any size, and whoever opens a pipe that
    // nobody writes to waits for ever.
    let metadata = fs::metadata(path)?;
    if !metadata.is_file() {
        return Err(Refused::NotAFile);
    }
    if metadata.len() > LARGEST_FILE {
        return Err(Refused::TooLarge);
    }
    Ok((fs::read(path)?, age(&metadata)))
}

/// How long ago a file was written, as far as the host's clock can be believed. To be told only.
fn age(metadata: &fs::Metadata) -> Duration {
    metadata
        .modified()
        .ok()
        .and_then(|at| at.elapsed().ok())
        .unwrap_or_default()
}
