//! Keys that are constants, here and in a file of their own.

mod keys;

use tenantry::Client;

use self::keys::EXPORT;

/// How an export is written.
pub fn format(flags: &Client, tenant: &str) -> &'static str {
    if flags.is_enabled(EXPORT, tenant) {
        "parquet"
    } else {
        "json"
    }
}

/// What an export costs.
pub fn price(_flags: &Client, _tenant: &str) -> u32 {
    let base = 10;
    base
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constants_are_followed() {
        let flags = Client::fixed().build();
        assert_eq!(format(&flags, "acme"), "json");
        assert_eq!(price(&flags, "acme"), 10);
    }
}
