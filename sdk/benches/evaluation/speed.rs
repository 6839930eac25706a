//! What a question costs.

use std::cell::RefCell;

use tenantry::{AttributeValue, Attributes, Client, Context};

use crate::floor::Floor;
use crate::race::{self, Contender, Times};
use crate::report::{Report, Row};
use crate::stream::Stream;
use crate::world::{ASKED, Kind, World};

pub(crate) fn measure(world: &World, stream: &Stream, report: &mut Report) {
    // The floor counts nothing; what counting adds is measured by itself.
    let client = stream.client(|builder| builder.count_usage(false));
    let floor = world.floor();
    check_answers(world, &client, &floor);
    let last = RefCell::new(None);
    report.section("A question, held against the floor", || {
        let contenders = contenders(world, &client, &floor);
        let alone = race::alone(&contenders);
        // Two threads matter where something is shared, which a list's length does not change.
        let beside = race::beside_another(&contenders[..4]);
        let rows = rows(&alone, &beside);
        last.replace(Some((alone, beside)));
        rows
    });
    if let Some((alone, beside)) = last.take() {
        print(
            "Nanoseconds per question, median (10th to 90th percentile)",
            &alone,
        );
        print("The same, while another thread asks the same", &beside);
    }
}

/// The floor and the product must answer the same, or it is no floor.
fn check_answers(world: &World, client: &Client, floor: &Floor) {
    for kind in [Kind::Short, Kind::Long, Kind::Off, Kind::Unknown] {
        for key in &kind.keys() {
            for tenant in &world.tenants {
                let answer = client.is_enabled(key, tenant);
                assert_eq!(answer, floor.is_enabled(key, tenant), "{key} for {tenant}");
            }
        }
    }
}

fn contenders<'a>(world: &'a World, client: &'a Client, floor: &'a Floor) -> Vec<Contender<'a>> {
    let mut contenders = Vec::new();
    for (name, kind) in [("10", Kind::Short), ("10,000", Kind::Long)] {
        let keys = kind.keys();
        let handles = keys.each_ref().map(|key| client.flag(key.as_str()));
        let numbers = keys.each_ref().map(|key| floor.handle(key));
        contenders.extend([
            Contender::new(format!("floor, {name}"), {
                let keys = keys.clone();
                move |n| floor.is_enabled(&keys[n % ASKED], world.tenant(n))
            }),
            Contender::new(format!("client, {name}"), move |n| {
                client.is_enabled(&keys[n % ASKED], world.tenant(n))
            }),
            Contender::new(format!("floor's handle, {name}"), move |n| {
                floor.is_enabled_by(numbers[n % ASKED], world.tenant(n))
            }),
            Contender::new(format!("handle, {name}"), move |n| {
                handles[n % ASKED].is_enabled(world.tenant(n))
            }),
        ]);
    }
    for (name, kind) in [
        ("an unknown flag", Kind::Unknown),
        ("a flag that is off", Kind::Off),
    ] {
        let keys = kind.keys();
        contenders.push(Contender::new(format!("floor, {name}"), move |n| {
            floor.is_enabled(&keys[n % ASKED], world.tenant(n))
        }));
    }
    for (name, kind) in [
        ("an unknown flag", Kind::Unknown),
        ("a flag that is off", Kind::Off),
        ("a segment of 10,000", Kind::Segment),
        ("a prerequisite", Kind::Prerequisite),
    ] {
        let keys = kind.keys();
        contenders.push(Contender::new(name, move |n| {
            client.is_enabled(&keys[n % ASKED], world.tenant(n))
        }));
    }
    let keys = Kind::Variant.keys();
    contenders.push(Contender::new("a variant, and its value", move |n| {
        client.value(&keys[n % ASKED], world.tenant(n), 0_u32) == 20
    }));
    for (name, kind) in [
        ("a rule with two conditions", Kind::Rule),
        ("a regular expression", Kind::Regex),
    ] {
        let (keys, attributes) = (kind.keys(), attributes());
        contenders.push(Contender::new(name, move |n| {
            let context =
                Context::tenant(world.tenant(n)).with_attributes(&attributes[n % attributes.len()]);
            client.is_enabled_for(&keys[n % ASKED], &context)
        }));
    }
    contenders
}

/// What some tenants bring along: the rules hold for half of them.
pub(crate) fn attributes() -> [Attributes; 3] {
    let of = |plan: &str, seats: u32, host: &str| {
        let values: [(&str, AttributeValue); 3] = [
            ("plan", plan.into()),
            ("host", host.into()),
            ("seats", seats.into()),
        ];
        Attributes::from_iter(values)
    };
    [
        of("enterprise", 750, "acme.canary.example.com"),
        of("enterprise", 20, "globex.example.com"),
        of("free", 5, "initech.staging.example.org"),
    ]
}

fn rows(alone: &Times, beside: &Times) -> Vec<Row> {
    let mut rows = Vec::new();
    for list in ["10", "10,000"] {
        let name = |who: &str| format!("{who}, {list}");
        for (product, floor) in [("client", "floor"), ("handle", "floor's handle")] {
            rows.push(Row::ratio(
                format!("{} ÷ {floor}", name(product)),
                alone.ratio(&name(product), &name(floor)),
                1.25,
            ));
        }
    }
    for product in ["client", "handle"] {
        rows.push(Row::ratio(
            format!("{product}, 10,000 ÷ 10"),
            alone.ratio(&format!("{product}, 10,000"), &format!("{product}, 10")),
            1.7,
        ));
    }
    for (name, limit) in [("an unknown flag", 0.4), ("a flag that is off", 0.6)] {
        let ratio = alone.ratio(name, "floor, 10");
        rows.push(Row::ratio(format!("{name} ÷ floor"), ratio, limit));
    }
    for product in ["client, 10", "handle, 10"] {
        let ratio = beside.of(product).median / alone.of(product).median;
        rows.push(Row::ratio(
            format!("{product}: two threads ÷ one"),
            ratio,
            1.15,
        ));
    }
    rows
}

fn print(title: &str, times: &Times) {
    println!("\n{title}\n");
    for (name, time) in times.iter() {
        println!(
            "  {name:<28} {:6.1}  ({:.1} to {:.1})",
            time.median, time.p10, time.p90
        );
    }
}
