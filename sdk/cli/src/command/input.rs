//! Files that commands read, or standard input in their place.

use std::io::Read as _;
use std::path::Path;

use crate::failure::Failure;

/// All of a file; of standard input if it is called `-`.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let read = if path == Path::new("-") {
        let mut bytes = Vec::new();
        std::io::stdin().read_to_end(&mut bytes).map(|_| bytes)
    } else {
        std::fs::read(path)
    };
    read.map_err(|source| Failure::InputFile {
        path: path.to_owned(),
        source,
    })
}
