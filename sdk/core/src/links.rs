//! Links: which flags wait for which.

use crate::model::{Prerequisite, Problems};

/// Checks how the flags of an environment wait for each other.
///
/// # Errors
/// Every prerequisite that is unknown, is the flag itself, closes a cycle or goes too deep. Paths
/// begin with the flag: `flags[new-billing].prerequisites[0].flag`.
pub fn check_links<'a>(
    flags: impl Iterator<Item = (&'a str, &'a [Prerequisite])>,
) -> Result<(), Problems> {
    let _ = flags;
    unimplemented!()
}
