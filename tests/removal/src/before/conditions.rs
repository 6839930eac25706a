//! And, or, not, parentheses and comparisons.

use tenantry::Client;

/// An order, as far as it matters here.
pub struct Order {
    /// Whether it was paid.
    pub paid: bool,
    /// How many things were ordered.
    pub amount: u32,
}

impl Order {
    fn is_large(&self) -> bool {
        self.amount > 100
    }
}

/// Whether an order may be shipped.
pub fn may_ship(flags: &Client, tenant: &str, order: &Order) -> bool {
    flags.is_enabled("new-billing", tenant) && order.paid
}

/// Whether somebody must look at an order.
pub fn needs_review(flags: &Client, tenant: &str, order: &Order) -> bool {
    order.is_large() && (!flags.is_enabled("new-billing", tenant) || order.amount == 7)
}

/// Whether an order is free.
pub fn is_free(flags: &Client, tenant: &str, order: &Order) -> bool {
    if flags.is_enabled("old-export", tenant) || order.paid {
        return false;
    }
    if order.is_large() && flags.is_enabled("old-export", tenant) {
        return false;
    }
    !(flags.is_enabled("new-billing", tenant) && order.amount > 0)
}

/// Whether an order is odd.
pub fn is_odd(flags: &Client, tenant: &str, order: &Order) -> bool {
    let on = flags.is_enabled("new-billing", tenant);
    (order.paid == on) != (order.amount % 2 == 0) && flags.is_enabled("old-export", tenant) == false
}

/// Whether a large order waits, written over several lines.
pub fn waits(flags: &Client, tenant: &str, order: &Order) -> bool {
    if flags.is_enabled("new-billing", tenant)
        && (order.is_large() || order.amount == 0)
        && !order.paid
    {
        return true;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rest_of_a_condition_stays() {
        let flags = Client::fixed()
            .with("new-billing", true)
            .with("old-export", false)
            .build();
        let order = |paid, amount| Order { paid, amount };
        assert!(may_ship(&flags, "acme", &order(true, 1)));
        assert!(!needs_review(&flags, "acme", &order(true, 101)));
        assert!(is_free(&flags, "acme", &order(false, 0)));
        assert!(is_odd(&flags, "acme", &order(true, 1)));
        assert!(!is_odd(&flags, "acme", &order(true, 2)));
        assert!(waits(&flags, "acme", &order(false, 0)));
    }
}
