//! The flags of one tenant, and closures.

use tenantry::TenantFlags;

/// The lines that are shown.
pub fn shown(_flags: &TenantFlags, lines: &[u32]) -> Vec<u32> {
    lines
        .iter()
        .copied()
        .filter(|line| *line > 1)
        .map(|line| line * 2)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closures_read_the_answer() {
        let client = tenantry::Client::fixed().build();
        let flags = client.for_tenant("acme").expect("a tenant");
        assert_eq!(shown(&flags, &[1, 2]), [4]);
    }
}
