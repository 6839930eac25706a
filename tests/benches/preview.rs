//! How long a preview over a hundred thousand tenants takes.
//!
//! A roster of 100,000 tenants with eight attributes each, 100 flags with five rules each, and 20
//! drafts. A preview is compared with a plain pass of `evaluate` over the very same pairs of ruleset,
//! flag and tenant in this process, so that the gate says the same on every machine: what a preview
//! does beside evaluating (counting, choosing whom to list, shares) may not cost more than evaluating.
//!
//! Run by `make bench`, in release. It fails if the median preview takes more than [`SLOWEST_RATIO`]
//! plain passes. Then the same roster is imported into a server in one call, and previewed there, on
//! each database.

use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tenantry_core::model::SegmentKey;
use tenantry_core::{Attributes, Context, FlagDefinition, Ruleset, TenantSet, compile};
use tenantry_server::preview::{Roster, preview};
use tenantry_store::RosterTenant;
use tenantry_tests::{DatabaseKind, TestDatabase, TestServer, World, WorldFlag, targeting_of};

const TENANTS: usize = 100_000;
const FLAGS: usize = 100;
const DRAFTS: usize = 20;
const LISTED: usize = 100;
/// Tenants that a small import changes.
const MANY: usize = 1_000;
/// Previews of a server, over HTTP.
const PREVIEWS: usize = 200;

/// The most plain passes that the median preview may take.
const SLOWEST_RATIO: f64 = 2.0;

fn main() {
    // `cargo bench` passes `--bench`, and `cargo test --benches` does not: then there is nothing to
    // measure, in a debug build.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let world = World::new(FLAGS, TENANTS);
    let ratio = against_plain_passes(&world);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    let runtime = runtime.expect("a runtime");
    println!("{PREVIEWS} previews of a server with {FLAGS} flags, over HTTP\n");
    println!(
        "first: at once after the import; one, many, gone: after a change of one tenant, of a"
    );
    println!("thousand, and without one\n");
    println!(
        "| database   | import   | first    | one      | many     | gone     | p50      | p99      |"
    );
    println!(
        "| :--------- | -------: | -------: | -------: | -------: | -------: | -------: | -------: |"
    );
    for kind in DatabaseKind::ALL {
        runtime.block_on(through_a_server(&world, kind));
    }
    assert!(
        ratio <= SLOWEST_RATIO,
        "the median preview takes {ratio:.2} plain passes, more than {SLOWEST_RATIO}"
    );
}

/// Measures all drafts, prints the medians, and yields their ratio.
fn against_plain_passes(world: &World) -> f64 {
    let roster = Roster::new(1, &tenants(world)).expect("a roster");
    let before = ruleset(world);
    let attributes = Attributes::new();
    let (mut plain, mut previews) = (Vec::new(), Vec::new());
    for (flag, draft) in world.drafts(DRAFTS) {
        let document = json!({"key": flag.key, "salt": flag.salt, "targeting": draft});
        let mut edit = before.edit();
        edit.upsert(Arc::new(compiled(&document)));
        let after = edit.build();
        let waiting = after
            .flags()
            .filter(|it| it.prerequisites().any(|key| key == flag.key));
        let keys: Vec<_> = waiting.map(|it| it.key().to_string()).collect();

        let start = Instant::now();
        for key in std::iter::once(&flag.key).chain(&keys) {
            let slot = after.slot(key).expect("a flag");
            for ruleset in [&before, &after] {
                for tenant in &world.tenants {
                    let context = Context::tenant(&tenant.key);
                    black_box(ruleset.evaluate_slot(slot, &context));
                }
            }
        }
        plain.push(start.elapsed());
        let start = Instant::now();
        black_box(preview(
            &roster,
            (&before, &after),
            &flag.key,
            &attributes,
            LISTED,
        ));
        previews.push(start.elapsed());
    }
    let slowest = *previews.iter().max().expect("drafts");
    let (plain, previewed) = (median(plain), median(previews));
    let ratio = previewed.as_secs_f64() / plain.as_secs_f64();
    println!("{TENANTS} tenants, {DRAFTS} drafts, medians\n");
    println!("| plain passes | preview  | slowest  | ratio |");
    println!("| -----------: | -------: | -------: | ----: |");
    println!("| {plain:>12.1?} | {previewed:>8.1?} | {slowest:>8.1?} | {ratio:>5.2} |\n");
    ratio
}

async fn through_a_server(world: &World, kind: DatabaseKind) {
    let server = TestServer::start(TestDatabase::new(kind).await).await;
    let project = server.project();
    world.load(&project).await;
    let start = Instant::now();
    let import = project.post("/tenants/import");
    let imported = import.body("application/x-ndjson", world.roster()).await;
    let import = start.elapsed();
    assert_eq!(imported.ok(200)["added"], TENANTS);
    let drafts = world.drafts(PREVIEWS);
    let preview = async |(flag, draft): &(&WorldFlag, Value), tenants: usize| {
        let asked = json!({"targeting": draft});
        let path = format!("{}/preview", targeting_of(&flag.key));
        let start = Instant::now();
        let found = project.post(path).json(&asked).await;
        let took = start.elapsed();
        assert_eq!(found.ok(200)["tenants"], tenants);
        took
    };
    // The same draft, so that only the roster makes a difference.
    let first = preview(&drafts[0], TENANTS).await;
    let weight = json!({"weight": 7}).to_string();
    let one = project.patch("/tenants/tenant-0").if_match("*");
    one.body("application/json", weight).await.expect(200);
    let one = preview(&drafts[0], TENANTS).await;
    let lines: Vec<_> = (world.tenants.iter().take(MANY))
        .map(|tenant| json!({"key": tenant.key, "name": "Another"}).to_string())
        .collect();
    let many = project.post("/tenants/import");
    let many = many.body("application/x-ndjson", lines.join("\n")).await;
    many.expect(200);
    let many = preview(&drafts[0], TENANTS).await;
    let gone = project.delete("/tenants/tenant-0").if_match("*").await;
    gone.expect(204);
    let gone = preview(&drafts[0], TENANTS - 1).await;
    let mut times = Vec::new();
    for draft in &drafts {
        times.push(preview(draft, TENANTS - 1).await);
    }
    times.sort_unstable();
    let (p50, p99) = (times[times.len() / 2], times[times.len() * 99 / 100]);
    let kind = kind.name();
    println!(
        "| {kind:<10} | {import:>8.1?} | {first:>8.1?} | {one:>8.1?} | {many:>8.1?} | {gone:>8.1?} | {p50:>8.1?} | {p99:>8.1?} |"
    );
}

fn tenants(world: &World) -> Vec<RosterTenant> {
    let tenants = world.tenants.iter().zip(0..);
    let tenants = tenants.map(|(tenant, weight)| RosterTenant {
        key: tenant.key.clone(),
        name: tenant.key.clone(),
        attributes: json!(tenant.attributes).to_string(),
        weight,
    });
    let mut tenants: Vec<_> = tenants.collect();
    tenants.sort_by(|a, b| a.key.cmp(&b.key));
    tenants
}

fn ruleset(world: &World) -> Ruleset {
    let mut edit = Ruleset::default().edit();
    for (key, members) in &world.segments {
        let key = SegmentKey::new(key.as_str()).expect("a segment key");
        let members: TenantSet = members.iter().collect();
        edit.set_segment(&key, Arc::new(members));
    }
    for flag in &world.flags {
        let document = json!({"key": flag.key, "salt": flag.salt, "targeting": flag.targeting});
        edit.upsert(Arc::new(compiled(&document)));
    }
    edit.build()
}

fn compiled(document: &serde_json::Value) -> tenantry_core::CompiledFlag {
    let definition = FlagDefinition::from_json(document.to_string().as_bytes());
    compile(&definition.expect("a definition")).expect("it compiles")
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}
