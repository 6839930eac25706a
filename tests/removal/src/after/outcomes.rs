//! Outcomes that are told of the flag go with it.

use tenantry::Client;

/// Sends an invoice.
pub fn send(_flags: &Client, tenant: &str, sent: &mut Vec<String>) {
    sent.push(format!("invoice for {tenant}"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_sent() {
        let flags = Client::fixed().build();
        let mut sent = Vec::new();
        send(&flags, "acme", &mut sent);
        assert_eq!(sent, ["invoice for acme"]);
    }
}
