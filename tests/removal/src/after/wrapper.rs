//! A function of the program's own that passes a key on, told in `tenantry.toml`.

use tenantry::Client;

/// Whether a feature is on, for anybody who asks.
pub fn feature_on(flags: &Client, key: &str, tenant: &str) -> bool {
    flags.is_enabled(key, tenant)
}

/// What is shown at the top.
pub fn header(flags: &Client, tenant: &str) -> String {
    let mut header = String::from("Invoices");
    header.push_str(" (new)");
    if feature_on(flags, "export-v3", tenant) {
        header.push('!');
    }
    header
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrapper_is_a_question() {
        let flags = Client::fixed().with("export-v3", true).build();
        assert_eq!(header(&flags, "acme"), "Invoices (new)!");
    }
}
