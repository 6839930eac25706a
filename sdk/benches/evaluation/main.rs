//! How fast a question is answered, what it allocates and what flags occupy, held against the floor.
//!
//! The flag that is measured is on for an allow list of 10 or 10,000 tenants, else for 25 % by
//! tenant. 1,000 flags are loaded; eight of a kind are asked, for 4,096 tenants of 15 bytes in turn.
//! The product is the whole client with an open stream; the floor is the least code that gives the
//! same answers (see `floor.rs`). Both run in this process in turns (see `race.rs`).
//!
//! Run by `make bench`, or alone by `cargo bench -p tenantry --bench evaluation`. It fails if a ratio
//! or a count misses its limit (see `report.rs`).

mod allocations;
mod counting;
mod floor;
mod lists;
mod memory;
mod publications;
mod race;
mod report;
mod speed;
mod stream;
mod world;

use std::process::ExitCode;

use self::report::Report;
use self::stream::Stream;
use self::world::World;

fn main() -> ExitCode {
    // `cargo bench` passes `--bench`, and `cargo test --benches` does not. Without optimisation
    // there is nothing to measure.
    if cfg!(debug_assertions) || !std::env::args().any(|argument| argument == "--bench") {
        return ExitCode::SUCCESS;
    }
    let world = World::new();
    let replica = world.replica();
    let stream = Stream::start(world::snapshot(&replica));
    let mut report = Report::default();
    speed::measure(&world, &stream, &mut report);
    counting::measure(&world, &stream, &mut report);
    allocations::measure(&world, &stream, &mut report);
    publications::measure(&world, &stream, &replica, &mut report);
    memory::measure(&mut report);
    lists::measure(&world, &mut report);
    report.end()
}
