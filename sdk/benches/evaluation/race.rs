//! Races: contenders that are asked in turns, a batch each, round after round.
//!
//! A machine's speed drifts, and others use it. In one process, in turns, whatever slows one down
//! slows the others down as well, so that the ratio of two medians is worth something where the
//! medians themselves are not.

use std::hint::black_box;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;

/// Questions in a batch: a third to two thirds of a millisecond, so that most batches end within
/// one turn that the scheduler gives.
const BATCH: usize = 16_384;
/// Batches per contender.
const ROUNDS: usize = 300;

/// Somebody who answers.
pub(crate) struct Contender<'a> {
    name: String,
    /// Asks a batch of questions; how many were answered with "on".
    batch: Box<dyn Fn() -> usize + Sync + 'a>,
}

impl<'a> Contender<'a> {
    /// `ask` is given the number of a question. It is compiled into the loop that asks it.
    pub(crate) fn new(name: impl Into<String>, ask: impl Fn(usize) -> bool + Sync + 'a) -> Self {
        Self {
            name: name.into(),
            batch: Box::new(move || {
                let asked = (0..BATCH).filter(|&number| ask(black_box(number)));
                black_box(asked.count())
            }),
        }
    }
}

/// What a contender needs per question, in nanoseconds: the median of its batches, and the tenth
/// and the ninetieth percentile.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Time {
    pub(crate) median: f64,
    pub(crate) p10: f64,
    pub(crate) p90: f64,
}

/// The times of all contenders, by name.
pub(crate) struct Times(Vec<(String, Time)>);

impl Times {
    pub(crate) fn of(&self, name: &str) -> Time {
        let found = self.0.iter().find(|(known, _)| known == name);
        found.unwrap_or_else(|| panic!("nobody is called {name}")).1
    }

    /// How many times as long the first needs as the second.
    pub(crate) fn ratio(&self, one: &str, other: &str) -> f64 {
        self.of(one).median / self.of(other).median
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, Time)> {
        self.0.iter().map(|(name, time)| (&**name, *time))
    }
}

/// Races on one thread.
pub(crate) fn alone(contenders: &[Contender<'_>]) -> Times {
    race(contenders, |batch| nanoseconds_per_question(batch))
}

/// Races with a second thread that asks the same contender all the while.
pub(crate) fn beside_another(contenders: &[Contender<'_>]) -> Times {
    const NOBODY: usize = usize::MAX;
    /// Whom the other thread asks, and whether it has begun.
    struct Orders {
        contender: AtomicUsize,
        is_asking: AtomicBool,
        is_over: AtomicBool,
    }
    let orders = Orders {
        contender: AtomicUsize::new(NOBODY),
        is_asking: AtomicBool::new(false),
        is_over: AtomicBool::new(false),
    };
    thread::scope(|scope| {
        scope.spawn(|| {
            while !orders.is_over.load(Ordering::Acquire) {
                if let Some(contender) = contenders.get(orders.contender.load(Ordering::Acquire)) {
                    orders.is_asking.store(true, Ordering::Release);
                    (contender.batch)();
                } else {
                    orders.is_asking.store(false, Ordering::Release);
                    thread::yield_now();
                }
            }
        });
        let wait_until = |is_asking| {
            while orders.is_asking.load(Ordering::Acquire) != is_asking {
                thread::yield_now();
            }
        };
        let times = race_by_number(contenders, |number, batch| {
            orders.contender.store(number, Ordering::Release);
            wait_until(true);
            let time = nanoseconds_per_question(batch);
            orders.contender.store(NOBODY, Ordering::Release);
            wait_until(false);
            time
        });
        orders.is_over.store(true, Ordering::Release);
        times
    })
}

fn race(contenders: &[Contender<'_>], measure: impl Fn(&dyn Fn() -> usize) -> f64) -> Times {
    race_by_number(contenders, |_, batch| measure(batch))
}

fn race_by_number(
    contenders: &[Contender<'_>],
    measure: impl Fn(usize, &dyn Fn() -> usize) -> f64,
) -> Times {
    let mut times = vec![Vec::with_capacity(ROUNDS); contenders.len()];
    for contender in contenders {
        (contender.batch)();
    }
    for _ in 0..ROUNDS {
        for (number, contender) in contenders.iter().enumerate() {
            times[number].push(measure(number, &contender.batch));
        }
    }
    let names = contenders.iter().map(|contender| contender.name.clone());
    Times(names.zip(times.into_iter().map(summary)).collect())
}

fn nanoseconds_per_question(batch: &dyn Fn() -> usize) -> f64 {
    let start = Instant::now();
    batch();
    #[expect(clippy::cast_precision_loss, reason = "small numbers")]
    let questions = BATCH as f64;
    start.elapsed().as_secs_f64() * 1e9 / questions
}

fn summary(mut times: Vec<f64>) -> Time {
    times.sort_unstable_by(f64::total_cmp);
    let at = |percent| times[(times.len() - 1) * percent / 100];
    Time {
        median: at(50),
        p10: at(10),
        p90: at(90),
    }
}
