//! Loops that run while the flag says so.

use tenantry::Client;

/// Halves a number until it is odd.
pub fn halve(flags: &Client, tenant: &str, mut number: u32) -> u32 {
    while flags.is_enabled("new-billing", tenant) && number.is_multiple_of(2) {
        number /= 2;
    }
    // The old export counted on.
    while flags.is_enabled("old-export", tenant) {
        number += 1;
    }
    number
}

/// Takes the first number that is large enough.
pub fn first_large(flags: &Client, tenant: &str, numbers: &[u32]) -> Option<u32> {
    let mut numbers = numbers.iter();
    while flags.is_enabled("new-billing", tenant) {
        let number = *numbers.next()?;
        if number > 10 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_other_condition_decides() {
        let flags = Client::fixed()
            .with("new-billing", true)
            .with("old-export", false)
            .build();
        assert_eq!(halve(&flags, "acme", 12), 3);
        assert_eq!(first_large(&flags, "acme", &[1, 11]), Some(11));
        assert_eq!(first_large(&flags, "acme", &[1]), None);
    }
}
