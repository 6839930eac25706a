//! Handles: in a variable, in a field, and asked at once.

use tenantry::{Client, Flag};

/// A shop.
pub struct Shop {
    new_billing: Flag,
    prices: Vec<u32>,
}

impl Shop {
    /// A shop with some prices.
    #[must_use]
    pub fn open(flags: &Client, prices: Vec<u32>) -> Self {
        Self {
            new_billing: flags.flag("new-billing").default_on(true),
            prices,
        }
    }

    /// What all things cost together.
    #[must_use]
    pub fn total(&self, tenant: &str) -> u32 {
        let sum: u32 = self.prices.iter().sum();
        if self.new_billing.is_enabled(tenant) {
            sum + 1
        } else {
            sum
        }
    }
}

/// What a thing costs.
pub fn price(flags: &Client, tenant: &str) -> u32 {
    let old_export = flags.flag("old-export");
    let mut price = 10;
    if old_export.is_enabled(tenant) {
        price += 1;
    }
    if flags.flag("new-billing").is_enabled(tenant) {
        price += 5;
    }
    price
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handle_goes_with_its_questions() {
        let flags = Client::fixed()
            .with("new-billing", true)
            .with("old-export", false)
            .build();
        assert_eq!(Shop::open(&flags, vec![1, 2]).total("acme"), 4);
        assert_eq!(price(&flags, "acme"), 15);
    }
}
