//! A search that has had its new index for long: the flag that still leads to the old one is done.
//!
//! ```sh
//! tenantry remove old-search examples/old-search --keep off --force
//! ```

use std::collections::BTreeSet;

use tenantry::Client;

/// The flag that leads back to the old way.
const OLD_SEARCH: &str = "old-search";

/// The pages that have all of some words.
#[must_use]
pub fn search<'a>(flags: &Client, tenant: &str, words: &[&str], pages: &[&'a str]) -> Vec<&'a str> {
    let is_old = flags.is_enabled(OLD_SEARCH, tenant);
    if is_old && words.len() > 1 {
        return one_by_one(words, pages);
    }
    let limit = if is_old { 10 } else { 50 };
    let words: BTreeSet<&str> = words.iter().copied().collect();
    let found = pages.iter().filter(|page| {
        let has: BTreeSet<&str> = page.split(' ').collect();
        words.is_subset(&has)
    });
    found.take(limit).copied().collect()
}

/// Narrows the pages down with one word after the other, as the old search did.
fn one_by_one<'a>(words: &[&str], pages: &[&'a str]) -> Vec<&'a str> {
    let mut left = pages.to_vec();
    for word in words {
        left.retain(|page| page.contains(word));
    }
    left
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_words_must_be_there() {
        let flags = Client::fixed().build();
        let pages = ["red wine", "white wine", "red car"];
        assert_eq!(
            search(&flags, "acme", &["red", "wine"], &pages),
            ["red wine"]
        );
    }
}
