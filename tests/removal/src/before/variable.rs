//! The answer in a variable, read in several places.

use tenantry::Client;

/// What is printed on an invoice.
pub fn lines(flags: &Client, tenant: &str, sum: u32) -> Vec<String> {
    let new_billing = flags.is_enabled("new-billing", tenant);
    let mut lines = Vec::new();
    if new_billing {
        lines.push(format!("Total: {sum}"));
    }
    for share in [1, 2] {
        let rate = if new_billing { share * 10 } else { share };
        lines.push(format!("Rate: {rate}"));
    }
    if !new_billing && sum > 10 {
        lines.push("Thank you".to_owned());
    }
    lines
}

/// The answer is one of several that a variable has.
pub fn is_open(flags: &Client, tenant: &str, days: &[bool]) -> bool {
    let mut open = flags.is_enabled("new-billing", tenant);
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
        let flags = Client::fixed().with("new-billing", true).build();
        let expected = ["Total: 11", "Rate: 10", "Rate: 20"];
        assert_eq!(lines(&flags, "acme", 11), expected);
        assert!(is_open(&flags, "acme", &[true]));
        assert!(!is_open(&flags, "acme", &[true, false]));
    }
}
