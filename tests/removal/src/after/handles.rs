//! Handles: in a variable, in a field, and asked at once.

use tenantry::Client;

/// A shop.
pub struct Shop {
    prices: Vec<u32>,
}

impl Shop {
    /// A shop with some prices.
    #[must_use]
    pub fn open(_flags: &Client, prices: Vec<u32>) -> Self {
        Self { prices }
    }

    /// What all things cost together.
    #[must_use]
    pub fn total(&self, _tenant: &str) -> u32 {
        let sum: u32 = self.prices.iter().sum();
        sum + 1
    }
}

/// What a thing costs.
pub fn price(_flags: &Client, _tenant: &str) -> u32 {
    let mut price = 10;
    price += 5;
    price
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handle_goes_with_its_questions() {
        let flags = Client::fixed().build();
        assert_eq!(Shop::open(&flags, vec![1, 2]).total("acme"), 4);
        assert_eq!(price(&flags, "acme"), 15);
    }
}
