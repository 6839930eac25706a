//! A world of flags, tenants and segments that is large, varied and the same every time.
//!
//! Separate from the tests because the equality of SDK and server and the benchmark of the stream
//! are both about such a world.
//!
//! **Invariants**
//! - The same sizes give the same world, on every machine.
//! - Every operator, every effect and every list occurs; no flag answers the same for everybody
//!   only because its document is empty.

use serde_json::{Map, Value, json};
use tenantry_core::Attributes;

use crate::caller::Caller;

/// Rules of each flag.
const RULES: usize = 5;

/// Segments of a world, each with a tenth of the tenants.
const SEGMENTS: usize = 10;

/// A prime: steps of this length visit every pair once before they come back to the first.
const STEP: usize = 1_000_003;

/// Flags, tenants and segments.
#[derive(Debug)]
pub struct World {
    /// The flags, in an order in which they can be created: prerequisites first.
    pub flags: Vec<WorldFlag>,
    /// The tenants.
    pub tenants: Vec<WorldTenant>,
    /// The segments: key and members.
    pub segments: Vec<(String, Vec<String>)>,
}

/// A flag of a [`World`].
#[derive(Debug)]
pub struct WorldFlag {
    /// The key.
    pub key: String,
    /// The salt.
    pub salt: String,
    /// The targeting document.
    pub targeting: Value,
}

/// A tenant of a [`World`].
#[derive(Debug)]
pub struct WorldTenant {
    /// The key.
    pub key: String,
    /// What calls for this tenant are told about it.
    pub attributes: Map<String, Value>,
}

impl WorldTenant {
    /// The attributes as evaluations take them.
    #[must_use]
    pub fn compiled_attributes(&self) -> Attributes {
        Attributes::from(&self.attributes)
    }
}

impl World {
    /// A world of so many flags, with five rules each, and so many tenants.
    #[must_use]
    pub fn new(flags: usize, tenants: usize) -> Self {
        let mut dice = Dice(0x7e9a_2771);
        let tenants: Vec<_> = (0..tenants)
            .map(|number| tenant(number, &mut dice))
            .collect();
        let flags = (0..flags)
            .map(|number| flag(number, &tenants, &mut dice))
            .collect();
        let segments = (0..SEGMENTS)
            .map(|number| (segment(number), members(&tenants, &mut dice)))
            .collect();
        Self {
            flags,
            tenants,
            segments,
        }
    }

    /// So many pairs of a flag and a tenant, spread over all flags and all tenants, none twice.
    pub fn pairs(&self, count: usize) -> impl Iterator<Item = (&WorldFlag, &WorldTenant)> {
        let all = self.flags.len() * self.tenants.len();
        assert!(count <= all, "there are only {all} pairs");
        assert!(
            !all.is_multiple_of(STEP),
            "the step would not visit every pair"
        );
        (0..count).map(move |index| index * STEP % all).map(|pair| {
            (
                &self.flags[pair % self.flags.len()],
                &self.tenants[pair / self.flags.len()],
            )
        })
    }

    /// So many drafts: a flag and another targeting for it, with prerequisites that close no cycle.
    #[must_use]
    pub fn drafts(&self, count: usize) -> Vec<(&WorldFlag, Value)> {
        let mut dice = Dice(0x00d1_ce00);
        let drafts = (0..count).map(|_| {
            let number = dice.below(self.flags.len());
            let draft = flag(number, &self.tenants, &mut dice);
            (&self.flags[number], draft.targeting)
        });
        drafts.collect()
    }

    /// The tenants as a file to import: one JSON object a line, with weights.
    #[must_use]
    pub fn roster(&self) -> String {
        let lines = self.tenants.iter().enumerate().map(|(number, tenant)| {
            let line = json!({
                "key": tenant.key,
                "name": format!("Tenant {number}"),
                "weight": number % 1_000,
                "attributes": tenant.attributes,
            });
            format!("{line}\n")
        });
        lines.collect()
    }

    /// Creates all segments and flags in a project and gives them their targeting in `production`, through the
    /// API.
    pub async fn load(&self, project: &Caller) {
        for (key, members) in &self.segments {
            let new = json!({"key": key});
            project.post("/segments").json(&new).await.expect(201);
            let request = project.post(format!("/segments/{key}/members"));
            request.json(&json!({"tenants": members})).await.expect(200);
        }
        for WorldFlag {
            key,
            salt,
            targeting,
        } in &self.flags
        {
            project
                .post("/flags")
                .json(&json!({"key": key, "salt": salt}))
                .await
                .expect(201);
            let path = format!("/environments/production/flags/{key}/targeting");
            project
                .put(path)
                .if_match("*")
                .json(targeting)
                .await
                .expect(200);
        }
    }
}

/// Pseudo-random numbers (`SplitMix64`).
struct Dice(u64);

impl Dice {
    fn throw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 to `sides` - 1.
    fn below(&mut self, sides: usize) -> usize {
        usize::try_from(self.throw() % sides as u64).expect("below a usize")
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }

    /// True once in so many throws.
    fn once_in(&mut self, throws: usize) -> bool {
        self.below(throws) == 0
    }
}

const PLANS: [&str; 4] = ["free", "team", "business", "enterprise"];
const REGIONS: [&str; 5] = ["eu-west", "eu-central", "us-east", "us-west", "ap-south"];
const VERSIONS: [&str; 6] = ["1.0.0", "1.9.9", "2.0.0-rc.1", "2.0.0", "2.10.3", "3.0.0"];

fn tenant(number: usize, dice: &mut Dice) -> WorldTenant {
    // Keys as customers have them: names, numbers, identifiers, and letters of all kinds.
    let key = match number % 4 {
        0 => format!("tenant-{number}"),
        1 => format!("{:032x}", u128::from(dice.throw()) << 32 | number as u128),
        2 => format!("Müller & Söhne {number}"),
        _ => number.to_string(),
    };
    let mut attributes = json!({
        "plan": dice.pick(&PLANS),
        "seats": dice.below(1_000),
        "beta": dice.once_in(3),
        "version": dice.pick(&VERSIONS),
        "since": format!("20{:02}-{:02}-{:02}", 20 + dice.below(7), 1 + dice.below(12), 1 + dice.below(28)),
        "address": format!("10.{}.{}.7", dice.below(4), dice.below(256)),
        "contact": format!("Admin{}@{}.example", dice.below(50), dice.pick(&REGIONS)),
        "regions": [dice.pick(&REGIONS), dice.pick(&REGIONS)],
    });
    let attributes = attributes.as_object_mut().expect("an object");
    // Nobody knows everything about everybody.
    for name in ["plan", "seats", "version", "regions"] {
        if dice.once_in(8) {
            attributes.remove(name);
        }
    }
    WorldTenant {
        key,
        attributes: std::mem::take(attributes),
    }
}

fn flag(number: usize, tenants: &[WorldTenant], dice: &mut Dice) -> WorldFlag {
    let mut some_tenants = |most: usize| -> Vec<&str> {
        let count = dice.below(most + 1);
        (0..count)
            .map(|_| dice.pick(tenants).key.as_str())
            .collect()
    };
    let (allow, block) = (some_tenants(20), some_tenants(10));
    let rules: Vec<_> = (0..RULES).map(|_| rule(dice)).collect();
    let mut targeting = json!({
        "on": !dice.once_in(20),
        "allow": allow,
        "block": block,
        "rules": rules,
        "rollout": {"threshold": dice.pick(&[0, 1, 500, 5_000, 25_000, 33_333, 50_000, 99_999, 100_000])},
    });
    if number % 10 == 9 {
        // A tenth of the number: chains of prerequisites grow with the logarithm.
        let on = !dice.once_in(4);
        targeting["prerequisites"] = json!([{"flag": key(number / 10), "on": on}]);
    }
    if number.is_multiple_of(5) {
        targeting["variants"] = json!([
            {"name": "blue", "weight": 1 + dice.below(10), "payload": "#00f"},
            {"name": "green", "weight": dice.below(10), "payload": {"shade": dice.below(9)}},
            {"name": "none", "weight": dice.below(1_000)},
        ]);
    }
    if number.is_multiple_of(7) {
        targeting["variant_salt"] = json!(format!("variants-{number}"));
    }
    WorldFlag {
        key: key(number),
        salt: format!("{:016x}", dice.throw()),
        targeting,
    }
}

fn key(number: usize) -> String {
    format!("flag-{number:04}")
}

fn rule(dice: &mut Dice) -> Value {
    let conditions: Vec<_> = (0..=dice.below(2)).map(|_| condition(dice)).collect();
    let effect = match dice.below(4) {
        0 => json!("on"),
        1 => json!("off"),
        2 => json!({"rollout": {"threshold": dice.below(100_001)}}),
        _ => {
            json!({"rollout": {"threshold": dice.below(100_001), "salt": format!("rule-{}", dice.below(3))}})
        }
    };
    json!({"conditions": conditions, "effect": effect})
}

fn segment(number: usize) -> String {
    format!("segment-{number}")
}

fn members(tenants: &[WorldTenant], dice: &mut Dice) -> Vec<String> {
    let of_ten = |_: &&WorldTenant| dice.once_in(10);
    let members = tenants.iter().filter(of_ten);
    members.map(|tenant| tenant.key.clone()).collect()
}

fn condition(dice: &mut Dice) -> Value {
    if dice.once_in(8) {
        let operator = dice.pick(&["in_segment", "not_in_segment"]);
        let segment = segment(dice.below(SEGMENTS));
        return json!({"operator": operator, "segment": segment});
    }
    let (operator, attribute, values) = match dice.below(20) {
        0 => ("in", "plan", json!([dice.pick(&PLANS), dice.pick(&PLANS)])),
        1 => ("not_in", "plan", json!([dice.pick(&PLANS)])),
        2 => ("in", "seats", json!([dice.below(1_000), dice.below(1_000)])),
        3 => ("in", "beta", json!([true])),
        4 => ("contains", "contact", json!([dice.pick(&REGIONS)])),
        5 => (
            "starts_with",
            "contact",
            json!([format!("ADMIN{}", dice.below(5))]),
        ),
        6 => (
            "ends_with",
            "contact",
            json!(["east.example", "south.example"]),
        ),
        7 => ("number_gt", "seats", json!([dice.below(1_000)])),
        8 => ("number_lte", "seats", json!([dice.below(1_000)])),
        9 => ("number_eq", "seats", json!([dice.below(1_000)])),
        10 => ("semver_gte", "version", json!([dice.pick(&VERSIONS)])),
        11 => ("semver_lt", "version", json!([dice.pick(&VERSIONS)])),
        12 => ("semver_eq", "version", json!([dice.pick(&VERSIONS)])),
        13 => (
            "date_before",
            "since",
            json!([format!("202{}-06-15", dice.below(7))]),
        ),
        14 => (
            "date_after",
            "since",
            json!([format!("202{}-06-15T12:00:00Z", dice.below(7))]),
        ),
        15 => (
            "matches",
            "contact",
            json!([format!("^admin[{}-9]+@(eu|us)-", dice.below(9))]),
        ),
        16 => (
            "in_cidr",
            "address",
            json!([format!("10.{}.0.0/16", dice.below(4)), "10.0.64.0/18"]),
        ),
        17 => ("exists", "plan", Value::Null),
        18 => ("does_not_exist", "regions", Value::Null),
        _ => ("in", "regions", json!([dice.pick(&REGIONS)])),
    };
    let mut condition = json!({"operator": operator, "attribute": attribute});
    if !values.is_null() {
        condition["values"] = values;
    }
    if matches!(operator, "starts_with" | "matches") {
        condition["ignore_case"] = json!(true);
    }
    condition
}
