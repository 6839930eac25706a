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
pub fn price(_flags: &Client, _tenant: &str, plan: Plan) -> u32 {
    let base = 500;
    match plan {
        Plan::Team(seats) => base + seats * 90,
        Plan::Free => 0,
    }
}

/// What a customer is told.
pub fn greeting(_flags: &Client, tenant: &str, visits: u32) -> String {
    if visits > 3 {
        "Welcome back".to_owned()
    } else {
        let name = tenant.to_uppercase();
        format!("Hello {name}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arms_of_the_answer_stay() {
        let flags = Client::fixed().build();
        assert_eq!(price(&flags, "acme", Plan::Team(10)), 1400);
        assert_eq!(price(&flags, "acme", Plan::Free), 0);
        assert_eq!(greeting(&flags, "acme", 4), "Welcome back");
        assert_eq!(greeting(&flags, "acme", 1), "Hello ACME");
    }
}
