//! `then` and `then_some`.

use tenantry::Client;

/// The parts of a page.
pub fn parts(flags: &Client, tenant: &str) -> [Option<String>; 3] {
    [
        flags
            .is_enabled("new-billing", tenant)
            .then(|| tenant.to_uppercase()),
        flags
            .is_enabled("old-export", tenant)
            .then(|| tenant.to_lowercase()),
        flags
            .is_enabled("new-billing", tenant)
            .then_some(String::new()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_some_or_none() {
        let flags = Client::fixed()
            .with("new-billing", true)
            .with("old-export", false)
            .build();
        let expected = [Some("ACME".to_owned()), None, Some(String::new())];
        assert_eq!(parts(&flags, "acme"), expected);
    }
}
