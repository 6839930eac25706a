//! Invoices, totalled by one of two engines: the change that this service is rolling out.
//!
//! The old engine rounds the tax of every line, the new one that of the whole. Both are here until
//! the flag is deleted, and so is the old code.

use serde::{Deserialize, Serialize};

/// The tax, in percent.
const TAX: u64 = 19;

/// What is billed.
#[derive(Debug, Deserialize)]
pub(crate) struct Order {
    /// The net amounts of the lines, in cents.
    pub(crate) lines: Vec<u32>,
}

/// The bill.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Invoice {
    net_cents: u64,
    tax_cents: u64,
    engine: &'static str,
}

/// The engine that everybody had before: tax is rounded line by line.
pub(crate) fn by_line(order: &Order) -> Invoice {
    Invoice {
        net_cents: net(order),
        tax_cents: order
            .lines
            .iter()
            .map(|cents| rounded_tax(u64::from(*cents)))
            .sum(),
        engine: "by line",
    }
}

/// The engine that is being rolled out: tax is rounded once.
pub(crate) fn as_a_whole(order: &Order) -> Invoice {
    let net_cents = net(order);
    Invoice {
        net_cents,
        tax_cents: rounded_tax(net_cents),
        engine: "as a whole",
    }
}

fn net(order: &Order) -> u64 {
    order.lines.iter().map(|cents| u64::from(*cents)).sum()
}

fn rounded_tax(cents: u64) -> u64 {
    (cents * TAX + 50) / 100
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_engines_round_at_different_places() {
        let order = Order {
            lines: vec![99, 99, 99],
        };
        assert_eq!(by_line(&order).tax_cents, 57);
        assert_eq!(as_a_whole(&order).tax_cents, 56);
    }
}
