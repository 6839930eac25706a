//! What counting adds to a question, and whether threads that count get in each other's way.

use tenantry::Client;

use crate::race::{self, Contender};
use crate::report::{Report, Row};
use crate::stream::Stream;
use crate::world::{ASKED, Kind, World};

pub(crate) fn measure(world: &World, stream: &Stream, report: &mut Report) {
    // Each row has clients of its own: a minute's window holds what is asked of one kind.
    let silent = stream.client(|builder| builder.count_usage(false));
    let [by_key, by_handle, crowded] = [(); 3].map(|()| stream.client(|builder| builder));
    fill(&crowded);
    report.section("Counting", || {
        let contenders = [
            asking("not counted", &silent, world),
            asking("counted", &by_key, world),
            by_handles("handle, not counted", &silent, world),
            by_handles("handle, counted", &by_handle, world),
            asking("counted among too many", &crowded, world),
            few("few, not counted", &silent, world),
            few("few, counted", &by_key, world),
        ];
        let alone = race::alone(&contenders);
        let beside = race::beside_another(&contenders);
        let adds = |product, without| (alone.ratio(product, without) - 1.0) * 100.0;
        let mut rows = vec![
            Row::limited(
                "counting adds, of a question by key",
                adds("counted", "not counted"),
                "%",
                15.0,
            ),
            Row::told(
                "counting adds, of a question by handle",
                adds("handle, counted", "handle, not counted"),
                "%",
            ),
            Row::told(
                "counting adds, if more tenants are asked for than are named",
                adds("counted among too many", "not counted"),
                "%",
            ),
        ];
        for product in ["counted", "handle, counted", "counted among too many"] {
            let ratio = beside.of(product).median / alone.of(product).median;
            let name = format!("{product}: two threads ÷ one");
            rows.push(Row::ratio(name, ratio, 1.15));
        }
        for (name, time) in alone.iter() {
            rows.push(Row::told(name, time.median, "ns"));
        }
        rows
    });
}

/// Asks for more tenants than a window names.
fn fill(client: &Client) {
    let key = &Kind::Rule.keys()[0];
    for number in 0..20_000 {
        let _ = client.is_enabled(key, &format!("passer-by-{number}"));
    }
}

fn asking<'a>(name: &str, client: &'a Client, world: &'a World) -> Contender<'a> {
    let keys = Kind::Short.keys();
    Contender::new(name, move |n| {
        client.is_enabled(&keys[n % ASKED], world.tenant(n))
    })
}

fn few<'a>(name: &str, client: &'a Client, world: &'a World) -> Contender<'a> {
    let keys = Kind::Short.keys();
    Contender::new(name, move |n| {
        client.is_enabled(&keys[n % ASKED], world.tenant(n % 256))
    })
}

fn by_handles<'a>(name: &str, client: &Client, world: &'a World) -> Contender<'a> {
    let handles = Kind::Short.keys().map(|key| client.flag(key.as_str()));
    Contender::new(name, move |n| {
        handles[n % ASKED].is_enabled(world.tenant(n))
    })
}
