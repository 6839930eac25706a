//! A branch at the end of a function, in its tail.

use tenantry::Client;

/// What an invoice comes to, in cents.
pub fn total(flags: &Client, tenant: &str, lines: &[u32]) -> u32 {
    let sum: u32 = lines.iter().sum();
    if flags.is_enabled("new-billing", tenant) {
        // Rounded once, not line by line.
        let rounded = sum.div_ceil(10) * 10;
        rounded + 5
    } else {
        sum + 10
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_rounded_once() {
        let flags = Client::fixed().with("new-billing", true).build();
        assert_eq!(total(&flags, "acme", &[1, 2]), 15);
    }
}
