//! Keys that are constants, here and in a file of their own.

mod keys;

use tenantry::Client;

use self::keys::{EXPORT, NEW_BILLING, OLD_EXPORT};

const LOCAL: &str = "new-billing";

/// How an export is written.
pub fn format(flags: &Client, tenant: &str) -> &'static str {
    if flags.is_enabled(OLD_EXPORT, tenant) {
        "csv"
    } else if flags.is_enabled(EXPORT, tenant) {
        "parquet"
    } else {
        "json"
    }
}

/// What an export costs.
pub fn price(flags: &Client, tenant: &str) -> u32 {
    let base = if flags.is_enabled(LOCAL, tenant) {
        10
    } else {
        20
    };
    if flags.is_enabled(NEW_BILLING, tenant) {
        return base;
    }
    base * 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constants_are_followed() {
        let flags = Client::fixed()
            .with(NEW_BILLING, true)
            .with(OLD_EXPORT, false)
            .build();
        assert_eq!(format(&flags, "acme"), "json");
        assert_eq!(price(&flags, "acme"), 10);
    }
}
