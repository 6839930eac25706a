//! What nothing needs afterwards: functions, constants, parameters, variables, imports.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use tenantry::Client;

/// A list of names as text.
pub fn list(_flags: &Client, _tenant: &str, names: &[&str]) -> String {
    sorted(names)
}

fn sorted(names: &[&str]) -> String {
    let unique: BTreeSet<&str> = names.iter().copied().collect();
    let mut text = String::new();
    for name in unique {
        let _ = write!(text, "{name};");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_needed_is_left() {
        let flags = Client::fixed().build();
        assert_eq!(list(&flags, "acme", &["b", "a", "b"]), "a;b;");
    }
}
