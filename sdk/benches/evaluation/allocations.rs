//! What a question allocates: nothing.

use std::hint::black_box;

use allocation_counter::measure as count;
use tenantry::{Client, Context};

use crate::report::{Report, Row};
use crate::speed::attributes;
use crate::stream::Stream;
use crate::world::{Kind, World};

pub(crate) fn measure(world: &World, stream: &Stream, report: &mut Report) {
    let client = stream.client(|builder| builder);
    let of = |kind| allocations(world, &client, kind);
    report.section("Allocations of a question, by key and by handle", || {
        let mut rows: Vec<Row> = [
            (
                "a hit or a miss in a list of 10, long tenant keys",
                Kind::Short,
            ),
            ("a hit or a miss in a list of 10,000", Kind::Long),
            ("a flag that is off", Kind::Off),
            ("an unknown flag", Kind::Unknown),
            ("a rule with two conditions", Kind::Rule),
            ("a segment", Kind::Segment),
            ("a prerequisite", Kind::Prerequisite),
            ("a variant, and its value", Kind::Variant),
        ]
        .into_iter()
        .map(|(name, kind)| Row::limited(name, of(kind), "", 0.0))
        .collect();
        rows.push(Row::told("a regular expression", of(Kind::Regex), ""));
        rows
    });
}

/// The most allocations that a question makes, the first of a thread left out: what a thread sets
/// up for itself is no question's.
fn allocations(world: &World, client: &Client, kind: Kind) -> f64 {
    let (uuid, longest) = ("0b9f7a52-6a3c-4c0e-9a52-3f0d1c7b8e21", "x".repeat(256));
    let tenants = world.tenants.iter().map(String::as_str);
    let tenants = tenants.take(200).chain([uuid, &longest, "Ärzte GmbH", ""]);
    let attributes = attributes();
    let mut most = 0;
    for key in &kind.keys() {
        let handle = client.flag(key.as_str());
        for (number, tenant) in tenants.clone().enumerate() {
            let context =
                Context::tenant(tenant).with_attributes(&attributes[number % attributes.len()]);
            let ask = || {
                black_box(client.is_enabled(key, tenant));
                black_box(handle.is_enabled(tenant));
                black_box(client.is_enabled_for(key, &context));
                black_box(handle.is_enabled_for(&context));
                black_box(client.value(key, tenant, 0_u32));
                black_box(handle.value(tenant, 0_u32));
            };
            ask();
            most = most.max(count(ask).count_total);
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "a small number")]
    let most = most as f64;
    most
}
