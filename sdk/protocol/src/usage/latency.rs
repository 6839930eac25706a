//! Latencies in buckets: fixed bounds, so that counts from anywhere can be added up.
//!
//! The bounds are at 1, 1.25, 1.5 and 1.75 times each power of two, from 128 µs to 67 s. So a
//! quantile that is read from them is at most 25 % away, which is what a guard calls a change, and
//! a bucket is found by shifting bits.
//!
//! **Invariants**
//! - The bounds never change: they are part of the protocol.

use std::time::Duration;

/// The exponent of the first bound: 2^7 = 128 µs.
const FIRST: u32 = 7;
/// Buckets for each power of two: 2^2.
const STEPS: u32 = 2;

/// How many buckets there are: one below the first bound, 19 octaves of four, one above the last.
pub const LATENCY_BUCKETS: u8 = 78;

/// The number of the bucket that a latency falls into: 0 below 128 µs, the last from 67.108864 s
/// on.
///
/// ```
/// use std::time::Duration;
/// use tenantry_protocol::usage::{latency_bounds, latency_bucket};
///
/// let bucket = latency_bucket(Duration::from_millis(20));
/// let (from, to) = latency_bounds(bucket);
/// assert_eq!((from, to), (Duration::from_micros(16_384), Some(Duration::from_micros(20_480))));
/// ```
#[must_use]
pub fn latency_bucket(latency: Duration) -> u8 {
    let micros = u64::try_from(latency.as_micros()).unwrap_or(u64::MAX);
    if micros < 1 << FIRST {
        return 0;
    }
    let octave = micros.ilog2();
    let step = (micros >> (octave - STEPS)) & ((1 << STEPS) - 1);
    let bucket = 1 + u64::from((octave - FIRST) << STEPS) + step;
    u8::try_from(bucket).map_or(LATENCY_BUCKETS - 1, |it| it.min(LATENCY_BUCKETS - 1))
}

/// The bounds of a bucket: from (inclusive) and to (exclusive; `None` for the last, which has no
/// end).
#[must_use]
pub fn latency_bounds(bucket: u8) -> (Duration, Option<Duration>) {
    let from = if bucket == 0 { 0 } else { lower(bucket) };
    let to = (bucket + 1 < LATENCY_BUCKETS).then(|| Duration::from_micros(lower(bucket + 1)));
    (Duration::from_micros(from), to)
}

/// The lower bound of a bucket from the second on, in microseconds.
fn lower(bucket: u8) -> u64 {
    let index = u32::from(bucket.min(LATENCY_BUCKETS - 1)) - 1;
    let (octave, step) = (FIRST + (index >> STEPS), index & ((1 << STEPS) - 1));
    (1 << octave) + (u64::from(step) << (octave - STEPS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bucket_begins_where_the_last_one_ends_and_holds_its_own_bounds() {
        let mut end = Duration::ZERO;
        for bucket in 0..LATENCY_BUCKETS {
            let (from, to) = latency_bounds(bucket);
            assert_eq!(from, end, "{bucket}");
            assert_eq!(latency_bucket(from), bucket);
            match to {
                Some(to) => {
                    assert_eq!(
                        latency_bucket(to.saturating_sub(Duration::from_nanos(1))),
                        bucket
                    );
                    assert!(
                        bucket == 0 || to <= from.mul_f64(1.25),
                        "{bucket} is too wide"
                    );
                    end = to;
                }
                None => assert_eq!(bucket, LATENCY_BUCKETS - 1),
            }
        }
        assert_eq!(end, Duration::from_micros(1 << 26));
        assert_eq!(latency_bucket(Duration::MAX), LATENCY_BUCKETS - 1);
        assert_eq!(latency_bucket(Duration::ZERO), 0);
    }
}
