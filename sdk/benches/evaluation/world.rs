//! The world that is measured: 1,000 flags, eight of each kind asked, for 4,096 tenants in turn.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tenantry_core::ItemId;
use tenantry_protocol::{Replica, ServerFrame};

use crate::floor::Floor;

/// All flags that are loaded.
pub(crate) const FLAGS: usize = 1_000;
/// The flags of each kind that are asked, in turn.
pub(crate) const ASKED: usize = 8;
/// The tenants that are asked for, in turn.
pub(crate) const TENANTS: usize = 4_096;
/// The length of a short allow list, and of a long one.
pub(crate) const SHORT: usize = 10;
pub(crate) const LONG: usize = 10_000;

/// The salt is the key: the floor hashes the same text as the product.
const THRESHOLD: u32 = 25_000;
const SEGMENT: &str = "design-partners";

/// What the flags that are asked have beside an allow list of ten and a share of 25 %.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Nothing.
    Short,
    /// An allow list of 10,000 instead.
    Long,
    /// It is switched off.
    Off,
    /// A rule with two conditions on attributes.
    Rule,
    /// A rule that asks a segment of 10,000 tenants.
    Segment,
    /// A prerequisite, which is plain.
    Prerequisite,
    /// Two variants.
    Variant,
    /// A rule with a regular expression.
    Regex,
    /// Nothing, for it does not exist.
    Unknown,
}

impl Kind {
    const LOADED: [Self; 8] = [
        Self::Short,
        Self::Long,
        Self::Off,
        Self::Rule,
        Self::Segment,
        Self::Prerequisite,
        Self::Variant,
        Self::Regex,
    ];

    /// The keys of the flags of this kind that are asked.
    pub(crate) fn keys(self) -> [String; ASKED] {
        let first = match self {
            Self::Unknown => FLAGS,
            loaded => loaded as usize * ASKED,
        };
        std::array::from_fn(|number| key(first + number))
    }

    fn of(number: usize) -> Self {
        let kind = Self::LOADED.get(number / ASKED);
        kind.copied().unwrap_or(Self::Short)
    }
}

/// A key of 22 bytes.
fn key(number: usize) -> String {
    format!("checkout-redesign-{number:04}")
}

/// A tenant's key of 15 bytes; the numbers are spread, since real ones are in no order.
pub(crate) fn tenant(number: usize) -> String {
    format!("tenant-{:08}", number * 48_271 % 100_000_000)
}

pub(crate) struct World {
    /// Those that are asked for.
    pub(crate) tenants: Vec<String>,
    /// By length: the allow lists. Half of the long one is asked for.
    short: Vec<String>,
    long: Vec<String>,
}

impl World {
    pub(crate) fn new() -> Self {
        let tenants: Vec<String> = (0..TENANTS).map(tenant).collect();
        let strangers = (TENANTS..).map(tenant);
        let asked = tenants.iter().step_by(2).cloned();
        let long: Vec<String> = asked.chain(strangers).take(LONG).collect();
        assert_eq!(long.iter().collect::<BTreeSet<_>>().len(), LONG);
        Self {
            short: tenants[..SHORT].to_vec(),
            tenants,
            long,
        }
    }

    /// The key of the question's flag and of its tenant are `number` modulo their count.
    pub(crate) fn tenant(&self, number: usize) -> &str {
        &self.tenants[number % TENANTS]
    }

    fn allow(&self, kind: Kind) -> &[String] {
        match kind {
            Kind::Long => &self.long,
            _ => &self.short,
        }
    }

    /// The plain flags and those that are off, as the floor has them.
    pub(crate) fn floor(&self) -> Floor {
        let keys: Vec<_> = (0..FLAGS)
            .map(|number| (Kind::of(number), key(number)))
            .collect();
        Floor::new(
            keys.iter()
                .map(|(kind, key)| (&**key, *kind != Kind::Off, THRESHOLD, self.allow(*kind))),
        )
    }

    /// The state as the server holds it.
    pub(crate) fn replica(&self) -> Replica {
        self.replica_with(None)
    }

    /// The same with one more flag, which has that allow list.
    pub(crate) fn replica_with(&self, extra: Option<(&str, Vec<String>)>) -> Replica {
        let numbers = (0..FLAGS).map(|number| (Kind::of(number), key(number)));
        let (mut items, mut lists) = (Vec::new(), Vec::new());
        for (number, (kind, key)) in numbers.enumerate() {
            items.push((
                flag_id(&key),
                flag(&key, &targeting(kind, number, THRESHOLD)),
            ));
            let list = self.allow(kind).to_vec();
            lists.push((flag_id(&key), "allow".to_owned(), list));
        }
        if let Some((key, list)) = extra {
            items.push((flag_id(key), plain_flag(key, THRESHOLD)));
            lists.push((flag_id(key), "allow".to_owned(), list));
        }
        let segment: ItemId = format!("segment/{SEGMENT}").parse().expect("an id");
        items.push((
            segment.clone(),
            json!({"segment": {"key": SEGMENT}}).to_string(),
        ));
        lists.push((segment, "members".to_owned(), self.long.clone()));
        let mut replica = Replica::default();
        let change = replica.fill(1, items, lists);
        assert!(change.refused.is_empty(), "{:?}", change.refused);
        replica
    }
}

/// The text of the frame that brings a client to the state of `replica`.
pub(crate) fn snapshot(replica: &Replica) -> String {
    ServerFrame::Snapshot(replica.to_snapshot()).to_text()
}

/// An item, as stored and streamed: the flag of that key with another share.
pub(crate) fn plain_flag(key: &str, threshold: u32) -> String {
    flag(key, &targeting(Kind::Short, 0, threshold))
}

pub(crate) fn flag_id(key: &str) -> ItemId {
    format!("flag/{key}").parse().expect("an id")
}

fn flag(key: &str, targeting: &Value) -> String {
    json!({"flag": {"key": key, "salt": key, "targeting": targeting}}).to_string()
}

fn targeting(kind: Kind, number: usize, threshold: u32) -> Value {
    let mut targeting = json!({"on": kind != Kind::Off, "rollout": {"threshold": threshold}});
    let rule = |conditions: Value| json!([{"conditions": conditions, "effect": "on"}]);
    match kind {
        Kind::Short | Kind::Long | Kind::Off | Kind::Unknown => {}
        Kind::Rule => {
            targeting["rules"] = rule(json!([
                {"operator": "in", "attribute": "plan", "values": ["team", "enterprise"]},
                {"operator": "number_gte", "attribute": "seats", "values": [500]},
            ]));
        }
        Kind::Segment => {
            targeting["rules"] = rule(json!([{"operator": "in_segment", "segment": SEGMENT}]));
        }
        Kind::Prerequisite => {
            targeting["prerequisites"] = json!([{"flag": key(number % ASKED)}]);
        }
        Kind::Variant => {
            targeting["variants"] = json!([
                {"name": "few", "weight": 1, "payload": 20},
                {"name": "many", "weight": 1, "payload": 100},
            ]);
        }
        Kind::Regex => {
            let pattern = r"^[a-z]+\.(staging|canary)\.example\.com$";
            targeting["rules"] = rule(json!([
                {"operator": "matches", "attribute": "host", "values": [pattern]},
            ]));
        }
    }
    targeting
}
