//! A way out at the beginning, and what cannot be reached behind one.

use tenantry::Client;

/// The rows of an export.
pub fn rows(_flags: &Client, _tenant: &str, all: &[&str]) -> Vec<String> {
    all.iter().map(|it| it.to_uppercase()).collect()
}

/// How many pages there are.
pub fn pages(_flags: &Client, _tenant: &str, rows: usize) -> usize {
    // The old export knows no pages.
    rows.div_ceil(50)
}

/// Clears what was gathered.
pub fn clear(_flags: &Client, _tenant: &str, gathered: &mut Vec<u32>) {
    gathered.clear();
}

/// The name of an export.
pub fn name(_flags: &Client, _tenant: &str, day: u32) -> String {
    return format!("export-{}", month_of(day));

    fn month_of(day: u32) -> u32 {
        day / 30
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flags() -> Client {
        Client::fixed().build()
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
