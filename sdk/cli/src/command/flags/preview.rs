//! What `flags set --preview` prints: who would be turned on and off.

use owo_colors::OwoColorize as _;
use serde::Deserialize;

use crate::render::{count, plain};

/// The most tenants that are named of each way.
pub(super) const LISTED: usize = 20;

/// What the server says of a draft.
#[derive(Debug, Deserialize)]
pub(super) struct Preview {
    tenants: u64,
    on_before: u64,
    on_after: u64,
    turned_on: Flips,
    turned_off: Flips,
    dependents: Vec<Dependent>,
}

#[derive(Debug, Deserialize)]
struct Flips {
    count: u64,
    share_of_requests: f64,
    #[serde(default)]
    tenants: Vec<Flip>,
}

#[derive(Debug, Deserialize)]
struct Flip {
    key: String,
    name: String,
}

#[derive(Debug, Deserialize)]
struct Dependent {
    flag: String,
    turned_on: Flips,
    turned_off: Flips,
}

impl Preview {
    /// The preview for people.
    pub(super) fn render(&self, flag: &str, environment: &str) -> String {
        let mut lines = vec![format!(
            "{} in {environment}: {} of {} would have it, {} have it now",
            flag.bold(),
            self.on_after,
            count_of(self.tenants),
            self.on_before,
        )];
        for (way, flips) in [
            ("turned on", &self.turned_on),
            ("turned off", &self.turned_off),
        ] {
            if flips.count > 0 {
                let share = flips.share_of_requests * 100.0;
                lines.push(format!(
                    "{way}: {} with {share:.1}% of the requests",
                    count_of(flips.count)
                ));
            }
            for tenant in &flips.tenants {
                let name = plain(&tenant.name);
                lines.push(format!("  {}  {}", plain(&tenant.key), name.dimmed()));
            }
            let more = flips.count.saturating_sub(flips.tenants.len() as u64);
            if more > 0 {
                lines.push(format!("  and {more} more"));
            }
        }
        for dependent in &self.dependents {
            lines.push(format!(
                "{}, which waits for it: {} turned on, {} turned off",
                plain(&dependent.flag).bold(),
                dependent.turned_on.count,
                dependent.turned_off.count,
            ));
        }
        if self.turned_on.count + self.turned_off.count == 0 {
            lines.push("no tenant of the roster would notice".to_owned());
        }
        lines.push("nothing was changed".to_owned());
        lines.join("\n")
    }
}

fn count_of(tenants: u64) -> String {
    let tenants = usize::try_from(tenants).unwrap_or(usize::MAX);
    count(tenants, "tenant", "tenants")
}

#[cfg(test)]
mod tests {
    use anstream::adapter::strip_str;
    use insta::assert_snapshot;
    use serde_json::json;

    use super::*;

    #[test]
    fn names_and_counts() {
        let preview = json!({
            "tenants": 300, "on_before": 12, "on_after": 13,
            "turned_on": {"count": 2, "share_of_requests": 0.125, "tenants": [
                {"key": "acme", "name": "Acme, Inc."}]},
            "turned_off": {"count": 1, "share_of_requests": 0.5, "tenants": [
                {"key": "globex", "name": "Globex"}]},
            "dependents": [{"flag": "on-top",
                "turned_on": {"count": 2, "share_of_requests": 0.1},
                "turned_off": {"count": 0, "share_of_requests": 0.0}}],
        });
        let preview: Preview = serde_json::from_value(preview).expect("a preview");
        assert_snapshot!(strip_str(&preview.render("new-billing", "production")), @r"
        new-billing in production: 13 of 300 tenants would have it, 12 have it now
        turned on: 2 tenants with 12.5% of the requests
          acme  Acme, Inc.
          and 1 more
        turned off: 1 tenant with 50.0% of the requests
          globex  Globex
        on-top, which waits for it: 2 turned on, 0 turned off
        nothing was changed
        ");
    }
}
