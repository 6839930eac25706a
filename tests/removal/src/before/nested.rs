//! Two flags in one another, and one in its own branch.

use tenantry::Client;

/// Where a request goes.
pub fn route(flags: &Client, tenant: &str, depth: u32) -> String {
    for step in 0..depth {
        if flags.is_enabled("new-billing", tenant) {
            if step == 2 {
                if flags.is_enabled("old-export", tenant) {
                    return "old".to_owned();
                } else {
                    // Nothing to export.
                    continue;
                }
            }
            if flags.is_enabled("new-billing", tenant) && step > 3 {
                return format!("step {step}");
            }
        } else {
            break;
        }
    }
    "none".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_go() {
        let flags = Client::fixed()
            .with("new-billing", true)
            .with("old-export", false)
            .build();
        assert_eq!(route(&flags, "acme", 9), "step 4");
        assert_eq!(route(&flags, "acme", 2), "none");
    }
}
