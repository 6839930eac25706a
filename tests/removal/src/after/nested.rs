//! Two flags in one another, and one in its own branch.

use tenantry::Client;

/// Where a request goes.
pub fn route(_flags: &Client, _tenant: &str, depth: u32) -> String {
    for step in 0..depth {
        if step == 2 {
            // Nothing to export.
            continue;
        }
        if step > 3 {
            return format!("step {step}");
        }
    }
    "none".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_go() {
        let flags = Client::fixed().build();
        assert_eq!(route(&flags, "acme", 9), "step 4");
        assert_eq!(route(&flags, "acme", 2), "none");
    }
}
