//! What is known about a flag, as far as a body alone can be checked.

use std::ops::RangeInclusive;

use tenantry_core::limits::MAX_SALT_BYTES;
use tenantry_core::model::Problems;

use crate::api::extract::text::check;

const NAME: RangeInclusive<usize> = 1..=256;
const DESCRIPTION: RangeInclusive<usize> = 0..=4_096;
const OWNER: RangeInclusive<usize> = 0..=256;
const SALT: RangeInclusive<usize> = 0..=MAX_SALT_BYTES;
const TAG: RangeInclusive<usize> = 1..=64;
const MAX_TAGS: usize = 64;

/// The texts of a body; absent ones are left out.
#[derive(Debug, Default)]
pub(super) struct Facts<'a> {
    pub(super) name: Option<&'a str>,
    pub(super) description: Option<&'a str>,
    pub(super) owner: Option<&'a str>,
    pub(super) salt: Option<&'a str>,
    pub(super) tags: Option<&'a [String]>,
}

impl Facts<'_> {
    /// Adds everything that is wrong to `problems`.
    pub(super) fn check(&self, problems: &mut Problems) {
        for (path, text, bytes) in [
            ("name", self.name, NAME),
            ("description", self.description, DESCRIPTION),
            ("owner", self.owner, OWNER),
            ("salt", self.salt, SALT),
        ] {
            if let Some(text) = text {
                check(path, text, &bytes, problems);
            }
        }
        let tags = self.tags.unwrap_or_default();
        for (index, tag) in tags.iter().enumerate() {
            check(&format!("tags[{index}]"), tag, &TAG, problems);
        }
        if tags.len() > MAX_TAGS {
            problems.push("tags", format!("must be at most {MAX_TAGS}"));
        }
    }
}
