//! Outcomes that are told of the flag go with it.

use tenantry::{Client, Outcome};

/// Sends an invoice.
pub fn send(flags: &Client, tenant: &str, sent: &mut Vec<String>) {
    let new_billing = flags.is_enabled("new-billing", tenant);
    sent.push(if new_billing {
        format!("invoice for {tenant}")
    } else {
        tenant.to_owned()
    });
    // The guard watches this.
    flags.record("new-billing", tenant, Outcome::success());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_sent() {
        let flags = Client::fixed().with("new-billing", true).build();
        let mut sent = Vec::new();
        send(&flags, "acme", &mut sent);
        assert_eq!(sent, ["invoice for acme"]);
    }
}
