//! A way out at the beginning, and what cannot be reached behind one.

use tenantry::Client;

/// The rows of an export.
pub fn rows(flags: &Client, tenant: &str, all: &[&str]) -> Vec<String> {
    if !flags.is_enabled("new-billing", tenant) {
        return all.iter().map(ToString::to_string).collect();
    }

    all.iter().map(|it| it.to_uppercase()).collect()
}

/// How many pages there are.
pub fn pages(flags: &Client, tenant: &str, rows: usize) -> usize {
    // The old export knows no pages.
    if !flags.is_enabled("old-export", tenant) {
        return rows.div_ceil(50);
    }

    // Everything on one.
    let one = 1;
    one
}

/// Clears what was gathered.
pub fn clear(flags: &Client, tenant: &str, gathered: &mut Vec<u32>) {
    if flags.is_enabled("old-export", tenant) {
        return;
    }
    gathered.clear();
}

/// The name of an export.
pub fn name(flags: &Client, tenant: &str, day: u32) -> String {
    if flags.is_enabled("new-billing", tenant) {
        return format!("export-{}", month_of(day));
    }
    let month = month_of(day);

    fn month_of(day: u32) -> u32 {
        day / 30
    }

    format!("{}-{month}", month_of(day))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flags() -> Client {
        Client::fixed()
            .with("new-billing", true)
            .with("old-export", false)
            .build()
    }

    #[test]
    fn the_new_way_is_taken() {
        assert_eq!(rows(&flags(), "acme", &["a"]), ["A"]);
        assert_eq!(pages(&flags(), "acme", 51), 2);
        let mut gathered = vec![1];
        clear(&flags(), "acme", &mut gathered);
        assert!(gathered.is_empty());
        assert_eq!(name(&flags(), "acme", 70), "export-2");
    }
}
