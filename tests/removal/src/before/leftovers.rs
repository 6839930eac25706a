//! What nothing needs afterwards: functions, constants, parameters, variables, imports.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use tenantry::{Client, Context};

/// How many characters the old way takes.
const OLD_WIDTH: usize = 4;

/// A list of names as text.
pub fn list(flags: &Client, tenant: &str, names: &[&str]) -> String {
    let context = Context::tenant(tenant);
    let separator = ", ";
    if flags.is_enabled_for("new-billing", &context) {
        sorted(names, tenant, flags)
    } else {
        joined(names, separator)
    }
}

fn sorted(names: &[&str], tenant: &str, flags: &Client) -> String {
    let unique: BTreeSet<&str> = if flags.is_enabled("new-billing", tenant) {
        names.iter().copied().collect()
    } else {
        counted(names).into_keys().collect()
    };
    let mut text = String::new();
    for name in unique {
        let _ = write!(text, "{name};");
    }
    text
}

/// Names as they came.
fn joined(names: &[&str], separator: &str) -> String {
    names
        .iter()
        .map(|it| padded(it))
        .collect::<Vec<_>>()
        .join(separator)
}

fn padded(name: &str) -> String {
    format!("{name:>OLD_WIDTH$}")
}

fn counted<'a>(names: &[&'a str]) -> BTreeMap<&'a str, usize> {
    let mut counts = BTreeMap::new();
    for name in names {
        *counts.entry(*name).or_default() += 1;
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_needed_is_left() {
        let flags = Client::fixed().with("new-billing", true).build();
        assert_eq!(list(&flags, "acme", &["b", "a", "b"]), "a;b;");
    }
}
