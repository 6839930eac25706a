//! `make simulate`: plays the rollouts and writes what came of them.

use std::env::args;
use std::fs;

use anyhow::{Context, Result};
use tenantry_guard_simulation::report;

/// How many rollouts a cell has, unless told otherwise.
const ROLLOUTS: u32 = 2_000;

fn main() -> Result<()> {
    let mut args = args().skip(1);
    let file = args
        .next()
        .context("usage: tenantry-guard-simulation FILE [ROLLOUTS]")?;
    let rollouts = match args.next() {
        Some(number) => number.parse().context("ROLLOUTS is not a number")?,
        None => ROLLOUTS,
    };
    let text = report(rollouts, |cell| eprintln!("{cell}"));
    print!("{text}");
    fs::write(&file, text).with_context(|| format!("cannot write {file}"))
}
