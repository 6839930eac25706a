//! What a minute costs a guarded stage of 10,000 tenants with four metrics at three lengths, held
//! against the floor: one plain pass over the same rows.
//!
//! The metrics are two of errors, one of latency with 20 bounds and one judged by the caller; every
//! tenant has a row in each, in each minute. Measured are the steps of an hour, from the first to
//! the one in which all windows close. The floor adds each row to its tenant's sums, no more. Both
//! run in this thread in turns, and the best of several hours counts, so that a busy machine changes
//! neither.
//!
//! Run by `make bench`, or alone by `cargo bench -p tenantry-guard`. It fails if a step costs more
//! than [`MOST`] floors.

use std::hint::black_box;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use tenantry_guard::{
    Arm, Cohort, CustomBaseline, CustomRow, Design, ErrorHistory, ErrorRow, Guard, LatencyHistory,
    LatencyRow, Metric, MetricKind, Rows, Settings, WindowLength,
};

const TENANTS: u32 = 10_000;
const BOUNDS: usize = 20;
const MINUTES: u32 = 60;
const HOURS: usize = 7;

/// How many times the floor a minute may cost, on average over an hour.
const MOST: f64 = 12.0;

/// The rows of one minute.
struct Minute {
    errors: [Vec<ErrorRow>; 2],
    latency: Vec<[u32; BOUNDS + 1]>,
    custom: Vec<CustomRow>,
}

fn main() -> ExitCode {
    // `cargo bench` passes `--bench`, and `cargo test --benches` does not. Without optimisation
    // there is nothing to measure.
    if cfg!(debug_assertions) || !std::env::args().any(|argument| argument == "--bench") {
        return ExitCode::SUCCESS;
    }
    let hour: Vec<Minute> = (0..MINUTES).map(minute).collect();
    let guard = guard(&hour);
    let mut steps = [Duration::MAX; MINUTES as usize];
    let mut floors = steps;
    for _ in 0..HOURS {
        let mut guard = guard.clone();
        let mut sums = Sums::new();
        for ((minute, step), floor) in hour.iter().zip(&mut steps).zip(&mut floors) {
            *step = (*step).min(minute.step(&mut guard));
            *floor = (*floor).min(minute.pass(&mut sums));
        }
    }
    let step = mean(&steps);
    let floor = mean(&floors);
    let ratio = step.as_secs_f64() / floor.as_secs_f64();
    let worst = steps.iter().max().expect("an hour has minutes");
    println!("one minute of {TENANTS} tenants, 4 metrics, 3 lengths:");
    println!("  step   {step:>10.1?} on average, {worst:.1?} where it is slowest");
    println!("  floor  {floor:>10.1?} (a plain pass over the same rows)");
    println!("  ratio  {ratio:>10.1} (at most {MOST})");
    if ratio <= MOST {
        ExitCode::SUCCESS
    } else {
        eprintln!("a step costs too much");
        ExitCode::FAILURE
    }
}

fn mean(minutes: &[Duration]) -> Duration {
    minutes.iter().sum::<Duration>() / MINUTES
}

/// Figures that look like chance and are the same at each run.
fn figure(minute: u32, tenant: u32, kind: u32) -> u32 {
    let mixed =
        (minute * 31 + kind).wrapping_mul(2_654_435_761) ^ tenant.wrapping_mul(2_246_822_519);
    (mixed ^ (mixed >> 15)).wrapping_mul(2_654_435_769) >> 16
}

fn minute(number: u32) -> Minute {
    let errors = |kind| {
        (0..TENANTS)
            .map(|tenant| ErrorRow {
                tenant,
                requests: 20 + figure(number, tenant, kind) % 200,
                bad: match figure(number, tenant, kind + 10) % 1_000 {
                    0 => 19,
                    draw => u32::from(draw < 100),
                },
            })
            .collect()
    };
    Minute {
        errors: [errors(1), errors(2)],
        latency: (0..TENANTS)
            .map(|tenant| {
                let mut counts = [0; BOUNDS + 1];
                let usual = (figure(number, tenant, 3) % 12) as usize;
                counts[usual] = 20;
                counts[usual + 2] = 40;
                counts[usual + 5] = 3;
                counts
            })
            .collect(),
        custom: (0..TENANTS)
            .flat_map(|tenant| {
                WindowLength::ALL
                    .into_iter()
                    .filter(|length| length.closes_with(number))
                    .map(move |length| CustomRow {
                        tenant,
                        length,
                        bad: figure(number, tenant, 4).is_multiple_of(1_000),
                    })
            })
            .collect(),
    }
}

fn guard(hour: &[Minute]) -> Guard {
    let errors = |metric: usize| {
        let mut history = ErrorHistory::new(TENANTS as usize, MINUTES);
        for minute in hour {
            history
                .minute(&minute.errors[metric])
                .expect("the tenants exist");
        }
        MetricKind::Errors(history.finish())
    };
    let mut latency = LatencyHistory::new(
        (1_u16..)
            .take(BOUNDS)
            .map(|bound| f32::from(bound) / 10.0)
            .collect(),
        TENANTS as usize,
        MINUTES,
    );
    for minute in hour {
        latency
            .minute(&latency_rows(&minute.latency))
            .expect("the tenants exist");
    }
    let kinds = [
        errors(0),
        errors(1),
        MetricKind::Latency(latency.finish()),
        MetricKind::Custom(CustomBaseline::new(vec![true; TENANTS as usize])),
    ];
    let arm = |tenant| {
        if figure(0, tenant, 5).is_multiple_of(4) {
            Arm::Treated
        } else {
            Arm::Control
        }
    };
    Guard::new(Design {
        settings: Settings::new(3, 25_000),
        cohort: Cohort::new((0..TENANTS).map(arm).collect()),
        metrics: kinds
            .into_iter()
            .map(|kind| Metric {
                name: String::new(),
                kind,
            })
            .collect(),
    })
    .expect("the design is valid")
}

fn latency_rows(counts: &[[u32; BOUNDS + 1]]) -> Vec<LatencyRow<'_>> {
    (0..)
        .zip(counts)
        .map(|(tenant, counts)| LatencyRow { tenant, counts })
        .collect()
}

impl Minute {
    fn step(&self, guard: &mut Guard) -> Duration {
        let latency = latency_rows(&self.latency);
        let rows = [
            Rows::Errors(&self.errors[0]),
            Rows::Errors(&self.errors[1]),
            Rows::Latency(&latency),
            Rows::Custom(&self.custom),
        ];
        let number = guard.progress().minutes();
        let began = Instant::now();
        black_box(guard.step(number, black_box(&rows)).expect("the rows fit"));
        began.elapsed()
    }

    fn pass(&self, sums: &mut Sums) -> Duration {
        let latency = latency_rows(&self.latency);
        let began = Instant::now();
        for (errors, sums) in black_box(&self.errors).iter().zip(&mut sums.errors) {
            for row in errors {
                let sum = &mut sums[row.tenant as usize];
                sum[0] += u64::from(row.requests);
                sum[1] += u64::from(row.bad);
            }
        }
        for row in black_box(&latency) {
            let sum = &mut sums.latency[row.tenant as usize];
            for (sum, count) in sum.iter_mut().zip(row.counts) {
                *sum += u64::from(*count);
            }
        }
        for row in black_box(&self.custom) {
            sums.custom[row.tenant as usize] += u64::from(row.bad);
        }
        black_box(sums);
        began.elapsed()
    }
}

/// Sums by tenant.
struct Sums {
    errors: [Vec<[u64; 2]>; 2],
    latency: Vec<[u64; BOUNDS + 1]>,
    custom: Vec<u64>,
}

impl Sums {
    fn new() -> Self {
        let tenants = TENANTS as usize;
        Self {
            errors: [vec![[0; 2]; tenants], vec![[0; 2]; tenants]],
            latency: vec![[0; BOUNDS + 1]; tenants],
            custom: vec![0; tenants],
        }
    }
}
