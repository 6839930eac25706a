//! Many at a time: the same for each of many inputs, on several threads.
//!
//! A large snapshot is read and compiled in the time that matters most: a service starts and waits
//! for it. The threads live as long as the call.
//!
//! **Invariants**
//! - The outcome is that of doing it one by one, in the order of the inputs.
//! - A thread that cannot be had makes it slower, nothing else.

use std::panic;
use std::thread;

/// Fewer inputs than this are done by the caller's thread: a thread costs as much as some of them.
const MANY: usize = 1_000;
/// The most threads, so that a service that starts is not brought to a halt.
const MOST_THREADS: usize = 4;

/// Does `each` to every input.
pub(crate) fn map_all<T: Sync, R: Send>(inputs: &[T], each: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let threads =
        thread::available_parallelism().map_or(1, |threads| threads.get().min(MOST_THREADS));
    if inputs.len() < MANY || threads == 1 {
        return inputs.iter().map(each).collect();
    }
    let share = |inputs: &[T]| -> Vec<R> { inputs.iter().map(&each).collect() };
    thread::scope(|scope| {
        let workers: Vec<_> = inputs
            .chunks(inputs.len().div_ceil(threads))
            .map(|chunk| {
                let worker = thread::Builder::new().spawn_scoped(scope, move || share(chunk));
                worker.map_err(|_| chunk)
            })
            .collect();
        let mut outcomes = Vec::with_capacity(inputs.len());
        for worker in workers {
            outcomes.extend(match worker {
                Ok(worker) => worker
                    .join()
                    .unwrap_or_else(|cause| panic::resume_unwind(cause)),
                Err(chunk) => share(chunk),
            });
        }
        outcomes
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_is_that_of_the_inputs_however_many_there_are() {
        for count in [0, 1, MANY - 1, MANY, MANY + 1, 10 * MANY + 7] {
            let inputs: Vec<usize> = (0..count).collect();
            let outcomes = map_all(&inputs, |input| input * 2);
            assert!(
                outcomes
                    .iter()
                    .copied()
                    .eq((0..count).map(|input| input * 2)),
                "{count}"
            );
        }
    }
}
