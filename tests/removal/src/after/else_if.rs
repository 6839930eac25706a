//! Chains: the flag first, in the middle and last.

use tenantry::Client;

/// The flag decides first.
pub fn first(_flags: &Client, _tenant: &str, size: u32) -> &'static str {
    if size > 10 { "zip" } else { "json" }
}

/// The flag decides in the middle.
pub fn middle(_flags: &Client, _tenant: &str, size: u32) -> &'static str {
    if size > 10 { "zip" } else { "json" }
}

/// The flag decides last.
pub fn last(_flags: &Client, _tenant: &str, size: u32) -> Vec<u32> {
    let mut sizes = vec![size];
    if size > 10 {
        sizes.clear();
    }
    sizes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_others_decide() {
        let flags = Client::fixed().build();
        assert_eq!(first(&flags, "acme", 11), "zip");
        assert_eq!(first(&flags, "acme", 1), "json");
        assert_eq!(middle(&flags, "acme", 6), "json");
        assert_eq!(last(&flags, "acme", 1), [1]);
    }
}
