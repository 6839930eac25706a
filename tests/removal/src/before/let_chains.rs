//! `if let`, `let … else` and chains of both.

use tenantry::Client;

/// The discount of a customer, in percent.
pub fn discount(flags: &Client, tenant: &str, code: Option<&str>) -> usize {
    if flags.is_enabled("new-billing", tenant)
        && let Some(code) = code
        && code.starts_with("SAVE")
    {
        return code.len();
    }
    if let Some(code) = code
        && flags.is_enabled("old-export", tenant)
    {
        return code.len() * 2;
    }
    0
}

/// The rate of a customer who has one.
pub fn rate(flags: &Client, tenant: &str, rates: &[u32]) -> u32 {
    let true = flags.is_enabled("new-billing", tenant) else {
        return 0;
    };
    let Some(rate) = rates.first() else {
        return 1;
    };
    *rate
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_else_is_asked_stays() {
        let flags = Client::fixed()
            .with("new-billing", true)
            .with("old-export", false)
            .build();
        assert_eq!(discount(&flags, "acme", Some("SAVE10")), 6);
        assert_eq!(discount(&flags, "acme", Some("TEN")), 0);
        assert_eq!(rate(&flags, "acme", &[7]), 7);
        assert_eq!(rate(&flags, "acme", &[]), 1);
    }
}
