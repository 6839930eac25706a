//! The answer in a variable, read in several places.

use tenantry::Client;

/// What is printed on an invoice.
pub fn lines(_flags: &Client, _tenant: &str, sum: u32) -> Vec<String> {
    let mut lines = Vec::new();
    lines.push(format!("Total: {sum}"));
    for share in [1, 2] {
        let rate = share * 10;
        lines.push(format!("Rate: {rate}"));
    }
    lines
}

/// The answer is one of several that a variable has.
pub fn is_open(_flags: &Client, _tenant: &str, days: &[bool]) -> bool {
    let mut open = true;
    for day in days {
        open &= day;
    }
    open
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_use_is_answered() {
        let flags = Client::fixed().build();
        let expected = ["Total: 11", "Rate: 10", "Rate: 20"];
        assert_eq!(lines(&flags, "acme", 11), expected);
        assert!(is_open(&flags, "acme", &[true]));
        assert!(!is_open(&flags, "acme", &[true, false]));
    }
}
