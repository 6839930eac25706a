//! A sketch of how many different tenants there were: 32 bytes, whatever their number.
//!
//! This is `HyperLogLog` with 32 registers: a number from it is off by 18 % typically. It only ever
//! says "and some 250 others".
//!
//! **Invariants**
//! - Sketches merge by the larger of each two registers.

use super::sync::{AtomicU64, Ordering};

/// Words of eight registers each.
const WORDS: usize = 4;
const REGISTERS: usize = WORDS * 8;

/// A sketch that threads count in.
#[derive(Debug)]
pub(crate) struct Sketch([AtomicU64; WORDS]);

impl Default for Sketch {
    fn default() -> Self {
        Self(std::array::from_fn(|_| AtomicU64::new(0)))
    }
}

impl Sketch {
    /// Notes a hash. `is_alone` says that no other thread notes anything here.
    pub(crate) fn note(&self, hash: u64, is_alone: bool) {
        let register = (hash >> 59) as usize;
        let rank = u64::from((hash << 5 | 1 << 4).leading_zeros()) + 1;
        let (word, shift) = (&self.0[register / 8], register % 8 * 8);
        let raised = |old: u64| {
            let known = old >> shift & 0xff;
            (rank > known).then(|| old & !(0xff << shift) | rank << shift)
        };
        let old = word.load(Ordering::Relaxed);
        match raised(old) {
            None => {}
            Some(new) if is_alone => word.store(new, Ordering::Relaxed),
            Some(_) => {
                word.fetch_update(Ordering::Relaxed, Ordering::Relaxed, raised)
                    .ok();
            }
        }
    }

    /// Adds what was noted here to `registers`, and begins anew. A thread that notes something at
    /// this very moment may bring old registers back: then the next number is larger than it
    /// should be.
    pub(crate) fn take_into(&self, registers: &mut Registers) {
        for (word, registers) in self.0.iter().zip(registers.0.chunks_exact_mut(8)) {
            let bytes = word.swap(0, Ordering::Relaxed).to_le_bytes();
            for (register, byte) in registers.iter_mut().zip(bytes) {
                *register = byte.max(*register);
            }
        }
    }
}

/// Sketches that were merged.
#[derive(Debug, Clone, Default)]
pub(crate) struct Registers([u8; REGISTERS]);

impl Registers {
    /// How many different hashes were noted, roughly.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "it is a rough number, and far from the limits"
    )]
    pub(crate) fn estimate(&self) -> u64 {
        let count = REGISTERS as f64;
        let zeros: u32 = self.0.iter().map(|rank| u32::from(*rank == 0)).sum();
        let sum: f64 = self
            .0
            .iter()
            .map(|rank| 0.5_f64.powi(i32::from(*rank)))
            .sum();
        let raw = 0.697 * count * count / sum;
        let estimate = if raw <= 2.5 * count && zeros > 0 {
            count * (count / f64::from(zeros)).ln()
        } else {
            raw
        };
        estimate.round() as u64
    }
}
