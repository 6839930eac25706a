//! `then` and `then_some`.

use tenantry::Client;

/// The parts of a page.
pub fn parts(_flags: &Client, tenant: &str) -> [Option<String>; 3] {
    [Some(tenant.to_uppercase()), None, Some(String::new())]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_some_or_none() {
        let flags = Client::fixed().build();
        let expected = [Some("ACME".to_owned()), None, Some(String::new())];
        assert_eq!(parts(&flags, "acme"), expected);
    }
}
