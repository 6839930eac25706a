//! What a flag's own facts must satisfy.

use tenantry_core::limits::MAX_SALT_BYTES;
use tenantry_core::model::Problems;

use super::Flag;
use crate::text::{LONG_NAME, check};

const MAX_TAGS: usize = 64;

impl Flag {
    /// Checks all of a flag's facts, and reports every problem at once.
    pub(super) fn check(&self) -> Result<(), Problems> {
        let mut problems = Problems::default();
        check(&mut problems, "name", &self.name, &LONG_NAME);
        check(&mut problems, "description", &self.description, &(0..=4096));
        check(&mut problems, "owner", &self.owner, &(0..=256));
        check(&mut problems, "salt", &self.salt, &(0..=MAX_SALT_BYTES));
        for (index, tag) in self.tags.iter().enumerate() {
            check(&mut problems, &format!("tags[{index}]"), tag, &(1..=64));
        }
        if self.tags.len() > MAX_TAGS {
            problems.push("tags", format!("must be at most {MAX_TAGS}"));
        }
        if self.kind.is_temporary() && self.expires_on.is_none() {
            let kind = self.kind.as_str();
            problems.push(
                "expires_on",
                format!("must be given for flags of kind {kind}"),
            );
        }
        problems.or(())
    }
}

/// Tags as they are kept: sorted, without repetition.
pub(super) fn tidy(mut tags: Vec<String>) -> Vec<String> {
    tags.sort_unstable();
    tags.dedup();
    tags
}
