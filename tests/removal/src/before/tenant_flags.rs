//! The flags of one tenant, and closures.

use tenantry::TenantFlags;

/// The lines that are shown.
pub fn shown(flags: &TenantFlags, lines: &[u32]) -> Vec<u32> {
    let new_billing = flags.is_enabled("new-billing");
    lines
        .iter()
        .copied()
        .filter(|line| new_billing && *line > 1)
        .map(|line| if new_billing { line * 2 } else { line })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closures_read_the_answer() {
        let client = tenantry::Client::fixed().with("new-billing", true).build();
        let flags = client.for_tenant("acme").expect("a tenant");
        assert_eq!(shown(&flags, &[1, 2]), [4]);
    }
}
