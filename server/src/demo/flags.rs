//! What is in the demo: the flags of an imaginary service for businesses.

use serde_json::{Value, json};
use tenantry_store::FlagKind;

/// The flag whose rollout moves.
pub(super) const MOVING: &str = "new-billing";
/// The segment that some rules ask for.
pub(super) const PARTNERS_KEY: &str = "design-partners";
/// Its tenants.
pub(super) const PARTNERS: [&str; 4] = ["acme-corp", "globex", "initech", "umbrella"];

/// A flag that was made and that no program ever asked for.
const NEVER_ASKED: &str = "bulk-import";

/// Whether programs ask for a flag.
pub(super) fn is_asked(flag: &str) -> bool {
    flag != NEVER_ASKED
}

/// A flag of the demo.
pub(super) struct DemoFlag {
    pub(super) key: &'static str,
    pub(super) name: &'static str,
    pub(super) description: &'static str,
    pub(super) kind: FlagKind,
    /// Who answers for it; empty for nobody any more.
    pub(super) owner: &'static str,
    pub(super) tags: &'static [&'static str],
    pub(super) created_days_ago: i64,
    /// Negative for a flag that has expired.
    pub(super) expires_in_days: Option<i64>,
    pub(super) extensions: u8,
    /// Each change of its targeting: where, what, and why.
    pub(super) targeting: Vec<(&'static str, Value, &'static str)>,
    pub(super) is_archived: bool,
}

const DEVELOPMENT: &str = "development";
const STAGING: &str = "staging";
const PRODUCTION: &str = "production";

/// A flag that lives for a while and is off everywhere.
fn release(key: &'static str, name: &'static str, description: &'static str) -> DemoFlag {
    DemoFlag {
        key,
        name,
        description,
        kind: FlagKind::Release,
        owner: "team-platform",
        tags: &[],
        created_days_ago: 20,
        expires_in_days: Some(70),
        extensions: 0,
        targeting: Vec::new(),
        is_archived: false,
    }
}

/// A flag that may stay.
fn permanent(key: &'static str, name: &'static str, description: &'static str) -> DemoFlag {
    DemoFlag {
        expires_in_days: None,
        ..release(key, name, description)
    }
}

/// On for everybody.
fn everybody() -> Value {
    json!({"on": true, "rollout": {"threshold": 100_000}})
}

/// What the flag whose rollout moves is before its plan.
pub(super) fn before_the_plan() -> Value {
    json!({"on": true, "allow": ["acme-corp", "globex"], "block": ["stark-industries"]})
}

/// All flags of the demo.
pub(super) fn all() -> Vec<DemoFlag> {
    let mut flags = under_way();
    flags.extend(in_debt());
    flags.extend(staying());
    flags
}

/// Flags that are being rolled out.
fn under_way() -> Vec<DemoFlag> {
    vec![
        DemoFlag {
            owner: "team-payments",
            tags: &["billing", "q4"],
            targeting: vec![
                (DEVELOPMENT, everybody(), "On for all of us"),
                (STAGING, everybody(), "Ready to be tested"),
                (PRODUCTION, before_the_plan(), "Our friends first"),
            ],
            ..release(
                MOVING,
                "New billing",
                "Invoices from the new ledger. Watch the error rate of /invoices.",
            )
        },
        DemoFlag {
            kind: FlagKind::Experiment,
            owner: "team-growth",
            tags: &["checkout", "ab-test"],
            created_days_ago: 12,
            targeting: vec![(
                PRODUCTION,
                json!({
                    "on": true,
                    "rollout": {"threshold": 60_000},
                    "variants": [
                        {"name": "control", "weight": 50, "payload": {"steps": 3, "color": "blue"}},
                        {"name": "short", "weight": 25, "payload": {"steps": 1, "color": "blue"}},
                        {"name": "bold", "weight": 25, "payload": {"steps": 3, "color": "orange"}},
                    ],
                }),
                "Start the comparison",
            )],
            ..release(
                "checkout-redesign",
                "Checkout redesign",
                "Does a shorter checkout sell more?",
            )
        },
        DemoFlag {
            tags: &["search"],
            created_days_ago: 30,
            targeting: vec![
                (STAGING, everybody(), "Index is built"),
                (PRODUCTION, everybody(), "Index is built"),
            ],
            ..release(
                "search-index-v2",
                "Search index v2",
                "Write to the new search index.",
            )
        },
        DemoFlag {
            tags: &["search"],
            created_days_ago: 9,
            targeting: vec![(
                PRODUCTION,
                json!({
                    "on": true,
                    "prerequisites": [{"flag": "search-index-v2"}],
                    "rules": [{
                        "description": "Design partners see it first",
                        "conditions": [{"operator": "in_segment", "segment": PARTNERS_KEY}],
                        "effect": "on",
                    }],
                    "rollout": {"threshold": 1_000},
                }),
                "One percent",
            )],
            ..release("search-v2", "Search v2", "Read from the new search index.")
        },
        DemoFlag {
            owner: "team-payments",
            tags: &["billing"],
            created_days_ago: 3,
            targeting: vec![(DEVELOPMENT, everybody(), "Work has begun")],
            ..release(
                "usage-based-pricing",
                "Usage-based pricing",
                "Charge by the request.",
            )
        },
    ]
}

/// Flags that should be gone, or soon.
fn in_debt() -> Vec<DemoFlag> {
    vec![
        DemoFlag {
            owner: "team-data",
            tags: &["export"],
            created_days_ago: 200,
            expires_in_days: Some(-45),
            extensions: 2,
            targeting: vec![(PRODUCTION, everybody(), "Done")],
            ..release(
                "export-to-parquet",
                "Export to Parquet",
                "Replaces the CSV export.",
            )
        },
        DemoFlag {
            tags: &["ui"],
            created_days_ago: 100,
            expires_in_days: Some(-6),
            targeting: vec![(PRODUCTION, everybody(), "Everybody likes it")],
            ..release("dark-mode", "Dark mode", "The dark colour scheme.")
        },
        DemoFlag {
            kind: FlagKind::Experiment,
            owner: "team-growth",
            tags: &["ai", "ab-test"],
            created_days_ago: 80,
            expires_in_days: Some(9),
            targeting: vec![(
                PRODUCTION,
                json!({
                    "on": true,
                    "rollout": {"threshold": 25_000},
                    "variants": [
                        {"name": "small-model", "weight": 50, "payload": "small"},
                        {"name": "large-model", "weight": 50, "payload": "large"},
                    ],
                }),
                "Compare the models",
            )],
            ..release(
                "ai-summaries",
                "AI summaries",
                "Which model writes the better summary?",
            )
        },
        DemoFlag {
            owner: "",
            tags: &["import"],
            created_days_ago: 60,
            expires_in_days: Some(30),
            ..release(
                NEVER_ASKED,
                "Bulk import",
                "Import a whole workspace at once.",
            )
        },
        DemoFlag {
            tags: &["mobile"],
            created_days_ago: 150,
            expires_in_days: Some(-20),
            targeting: vec![(PRODUCTION, everybody(), "Done")],
            is_archived: true,
            ..release("mobile-push", "Mobile push", "Push notifications.")
        },
    ]
}

/// Flags that may stay.
fn staying() -> Vec<DemoFlag> {
    vec![
        DemoFlag {
            kind: FlagKind::Permission,
            owner: "team-identity",
            tags: &["enterprise", "login"],
            created_days_ago: 120,
            targeting: vec![(
                PRODUCTION,
                json!({
                    "on": true,
                    "allow": ["acme-corp", "hooli", "wayne-enterprises", "wonka", "cyberdyne"],
                }),
                "The contracts of this quarter",
            )],
            ..permanent(
                "single-sign-on",
                "Single sign-on",
                "Sold with the enterprise plan.",
            )
        },
        DemoFlag {
            kind: FlagKind::Permission,
            owner: "team-platform",
            tags: &["compliance", "eu"],
            created_days_ago: 90,
            targeting: vec![(
                PRODUCTION,
                json!({
                    "on": true,
                    "rules": [{
                        "description": "Customers in the European Union",
                        "conditions": [{
                            "operator": "in",
                            "attribute": "country",
                            "values": ["AT", "BE", "DE", "ES", "FR", "IT", "NL", "PL"],
                        }],
                        "effect": "on",
                    }],
                }),
                "As agreed with legal",
            )],
            ..permanent(
                "eu-storage",
                "EU storage",
                "Keep a customer's files within the EU.",
            )
        },
        DemoFlag {
            kind: FlagKind::Ops,
            owner: "team-platform",
            tags: &["kill-switch"],
            created_days_ago: 300,
            targeting: vec![
                (STAGING, everybody(), "Normal operation"),
                (PRODUCTION, everybody(), "Normal operation"),
            ],
            ..permanent(
                "webhook-delivery",
                "Webhook delivery",
                "Off stops all outgoing webhooks.",
            )
        },
        DemoFlag {
            kind: FlagKind::Ops,
            owner: "team-platform",
            tags: &["limits"],
            created_days_ago: 250,
            targeting: vec![(
                PRODUCTION,
                json!({
                    "on": true,
                    "rollout": {"threshold": 100_000},
                    "variants": [{"name": "usual", "weight": 1, "payload": 1_000}],
                }),
                "A thousand requests a minute",
            )],
            ..permanent(
                "api-rate-limit",
                "API rate limit",
                "Requests a minute for each customer.",
            )
        },
    ]
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use tenantry_core::compile;
    use tenantry_core::model::FlagDefinition;

    use super::*;

    #[test]
    fn every_flag_compiles_and_has_a_key_of_its_own() {
        let flags = all();
        let keys: BTreeSet<_> = flags.iter().map(|flag| flag.key).collect();
        assert_eq!(keys.len(), flags.len());
        for flag in flags {
            for (_, document, _) in flag.targeting {
                let definition = FlagDefinition {
                    key: flag.key.parse().expect("a key"),
                    salt: String::new(),
                    targeting: serde_json::from_value(document).expect("a targeting"),
                };
                assert!(compile(&definition).is_ok(), "{}", flag.key);
            }
        }
    }
}
