//! `match` on the answer, and guards that ask.

use tenantry::Client;

/// What a customer pays for.
#[derive(Clone, Copy)]
pub enum Plan {
    /// Nothing.
    Free,
    /// By seats.
    Team(u32),
}

/// A price in cents.
pub fn price(flags: &Client, tenant: &str, plan: Plan) -> u32 {
    let base = match flags.is_enabled("new-billing", tenant) {
        true => 500,
        false => 700,
    };
    match plan {
        Plan::Team(seats) if flags.is_enabled("new-billing", tenant) => base + seats * 90,
        Plan::Team(seats) if flags.is_enabled("old-export", tenant) => {
            let discount = seats / 10;
            base + seats * 100 - discount
        }
        Plan::Team(seats) => base + seats * 100,
        Plan::Free => 0,
    }
}

/// What a customer is told.
pub fn greeting(flags: &Client, tenant: &str, visits: u32) -> String {
    match flags.is_enabled("new-billing", tenant) {
        true if visits > 3 => "Welcome back".to_owned(),
        true => {
            let name = tenant.to_uppercase();
            format!("Hello {name}")
        }
        false => "Hello".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arms_of_the_answer_stay() {
        let flags = Client::fixed()
            .with("new-billing", true)
            .with("old-export", false)
            .build();
        assert_eq!(price(&flags, "acme", Plan::Team(10)), 1400);
        assert_eq!(price(&flags, "acme", Plan::Free), 0);
        assert_eq!(greeting(&flags, "acme", 4), "Welcome back");
        assert_eq!(greeting(&flags, "acme", 1), "Hello ACME");
    }
}
