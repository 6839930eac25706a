//! Questions through what `tenantry codegen` wrote.

pub mod flags;

use tenantry::Client;

use self::flags::Flags;

/// What is shown of an account.
pub fn account(client: &Client, tenant: &str) -> Vec<&'static str> {
    let flags = Flags::new(client);
    let mut shown = vec!["name"];
    shown.push("balance");
    let export = flags.export_v3();
    if export.is_enabled(tenant) {
        shown.push("export");
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn generated_code_asks_too() {
        let client = Client::fixed().with("export-v3", true).build();
        assert_eq!(account(&client, "acme"), ["name", "balance", "export"]);
    }
}
