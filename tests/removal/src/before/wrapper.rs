//! A function of the program's own that passes a key on, told in `tenantry.toml`.

use tenantry::Client;

/// Whether a feature is on, for anybody who asks.
pub fn feature_on(flags: &Client, key: &str, tenant: &str) -> bool {
    flags.is_enabled(key, tenant)
}

/// What is shown at the top.
pub fn header(flags: &Client, tenant: &str) -> String {
    let mut header = String::from("Invoices");
    if feature_on(flags, "new-billing", tenant) {
        header.push_str(" (new)");
    }
    if feature_on(flags, "export-v3", tenant) && !feature_on(flags, "old-export", tenant) {
        header.push('!');
    }
    header
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrapper_is_a_question() {
        let flags = Client::fixed()
            .with("new-billing", true)
            .with("old-export", false)
            .with("export-v3", true)
            .build();
        assert_eq!(header(&flags, "acme"), "Invoices (new)!");
    }
}
