//! Loops that run while the flag says so.

use tenantry::Client;

/// Halves a number until it is odd.
pub fn halve(_flags: &Client, _tenant: &str, mut number: u32) -> u32 {
    while number.is_multiple_of(2) {
        number /= 2;
    }
    number
}

/// Takes the first number that is large enough.
pub fn first_large(_flags: &Client, _tenant: &str, numbers: &[u32]) -> Option<u32> {
    let mut numbers = numbers.iter();
    loop {
        let number = *numbers.next()?;
        if number > 10 {
            return Some(number);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_other_condition_decides() {
        let flags = Client::fixed().build();
        assert_eq!(halve(&flags, "acme", 12), 3);
        assert_eq!(first_large(&flags, "acme", &[1, 11]), Some(11));
        assert_eq!(first_large(&flags, "acme", &[1]), None);
    }
}
