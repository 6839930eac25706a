//! Murmur: the hash behind buckets and the draw of variants (`murmur3_x86_32`), over slices.
//!
//! Separate from its uses, and our own rather than a crate's, because it must take up a salt when
//! a flag is compiled and hash only the tenant when the flag is asked. The published function is
//! kept bit for bit; tests hold it against the `murmur3` crate.
//!
//! **Invariants**
//! - `Murmur::absorb(seed, a).finish(b)` is `murmur3_x86_32(a ++ b, seed)`, wherever the text is cut.

/// A hash that has taken up the beginning of its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Murmur {
    /// The state after the last whole block of four bytes.
    state: u32,
    /// The bytes after that block, lowest first; the rest is zero.
    pending: u32,
    /// How many bits of `pending` are text: 0, 8, 16 or 24.
    pending_bits: u32,
    /// Bytes taken up so far, modulo 2^32, as the function's own end asks.
    length: u32,
}

impl Murmur {
    /// Takes up the beginning of a text.
    pub(crate) const fn absorb(seed: u32, prefix: &[u8]) -> Self {
        let (mut state, mut rest) = (seed, prefix);
        while let Some((block, after)) = rest.split_first_chunk() {
            state = mix(state, u32::from_le_bytes(*block));
            rest = after;
        }
        Self {
            state,
            #[expect(clippy::cast_possible_truncation, reason = "at most three bytes")]
            pending: up_to_three(rest) as u32,
            #[expect(clippy::cast_possible_truncation, reason = "at most 24")]
            pending_bits: rest.len() as u32 * 8,
            #[expect(
                clippy::cast_possible_truncation,
                reason = "the function counts modulo 2^32"
            )]
            length: prefix.len() as u32,
        }
    }

    /// The hash of what was taken up, followed by `text`.
    #[inline]
    pub(crate) const fn finish(self, text: &[u8]) -> u32 {
        let (mut state, mut rest) = (self.state, text);
        // Each block is the pending bytes and the first bytes of the next four; what is left over
        // of those four is pending again. So the number of pending bytes never changes.
        let mut pending = self.pending as u64;
        while let Some((block, after)) = rest.split_first_chunk() {
            pending |= (u32::from_le_bytes(*block) as u64) << self.pending_bits;
            state = mix_low(state, pending);
            pending >>= 32;
            rest = after;
        }
        pending |= tail(text, rest) << self.pending_bits;
        if self.pending_bits as usize / 8 + rest.len() >= 4 {
            state = mix_low(state, pending);
            pending >>= 32;
        }
        // Nothing pending is a block of zero, which leaves the state as it is.
        #[expect(
            clippy::cast_possible_truncation,
            reason = "at most three bytes are left"
        )]
        let last = scramble(pending as u32);
        #[expect(
            clippy::cast_possible_truncation,
            reason = "the function counts modulo 2^32"
        )]
        let length = self.length.wrapping_add(text.len() as u32);
        avalanche(state ^ last ^ length)
    }
}

/// The up to three bytes `rest` that `text` ends with, as a number, the first one lowest. Without a
/// jump where there are four bytes to read: how long tenants' keys are, nobody can predict.
#[inline]
const fn tail(text: &[u8], rest: &[u8]) -> u64 {
    match text.last_chunk::<4>() {
        Some(last) => u32::from_le_bytes(*last) as u64 >> (32 - 8 * rest.len()),
        None => up_to_three(rest),
    }
}

/// Up to three bytes as a number, the first one lowest.
#[inline]
const fn up_to_three(bytes: &[u8]) -> u64 {
    match bytes {
        [a] => *a as u64,
        [a, b] => *a as u64 | (*b as u64) << 8,
        [a, b, c] => *a as u64 | (*b as u64) << 8 | (*c as u64) << 16,
        _ => 0,
    }
}

/// Mixes in the block that the low half of `blocks` is.
const fn mix_low(state: u32, blocks: u64) -> u32 {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the low half is what is wanted"
    )]
    mix(state, blocks as u32)
}

const fn mix(state: u32, block: u32) -> u32 {
    (state ^ scramble(block))
        .rotate_left(13)
        .wrapping_mul(5)
        .wrapping_add(0xe654_6b64)
}

const fn scramble(block: u32) -> u32 {
    block
        .wrapping_mul(0xcc9e_2d51)
        .rotate_left(15)
        .wrapping_mul(0x1b87_3593)
}

const fn avalanche(mut state: u32) -> u32 {
    state ^= state >> 16;
    state = state.wrapping_mul(0x85eb_ca6b);
    state ^= state >> 13;
    state = state.wrapping_mul(0xc2b2_ae35);
    state ^ (state >> 16)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn reference(seed: u32, text: &[u8]) -> u32 {
        murmur3::murmur3_32(&mut &text[..], seed).expect("a slice can be read")
    }

    #[test]
    fn known_hashes() {
        for (text, hash) in [
            (":", 723_937_430),
            ("ejOoVL", 0),
            ("bY9fO-", 1),
            ("SI7p-", 0x7fff_ffff),
            ("6LvT0", 0x8000_0000),
            ("ceQdGm", 0xffff_ffff),
        ] {
            assert_eq!(
                Murmur::absorb(0, b"").finish(text.as_bytes()),
                hash,
                "{text}"
            );
        }
    }

    #[test]
    fn every_cut_of_a_text_hashes_alike() {
        let text = "salt:tenant-Ärzte";
        for end in 0..=text.len() {
            let text = &text.as_bytes()[..end];
            for cut in 0..=end {
                let (prefix, rest) = text.split_at(cut);
                let hash = Murmur::absorb(7, prefix).finish(rest);
                assert_eq!(hash, reference(7, text), "cut at {cut} of {end}");
            }
        }
    }

    proptest! {
        #[test]
        fn agrees_with_the_reference(seed: u32, prefix: Vec<u8>, rest: Vec<u8>) {
            let text = [prefix.as_slice(), &rest].concat();
            prop_assert_eq!(Murmur::absorb(seed, &prefix).finish(&rest), reference(seed, &text));
        }
    }
}
