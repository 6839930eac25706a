//! The floor: the same question answered by the least code that we know to answer it.
//!
//! It stands for what this machine allows, so that the product can be held against it in the same
//! process, whatever the machine and whatever else runs on it. It knows one kind of flag (a switch,
//! an allow list, a share by tenant), no reasons, no rules, no defaults, no counting. What it does
//! is what measuring found to be fastest without `unsafe`, and shares no code with the product:
//!
//! - The snapshot is read through `ArcSwap::load`, which touches no shared count.
//! - The flag is found in a table with a fast keyed hash; a handle holds its number instead.
//! - `<salt>:` is taken up by the hash when the flag is made; only the tenant is hashed when it is
//!   asked.
//! - The allow list is one arena of bytes and a table of positions.
//! - List and share are both asked and joined without a branch: which of the two lets a tenant in
//!   is a coin toss for the processor.
//!
//! It pays for what answers are made of, too: `murmur3_x86_32`, bit for bit, and the two divisions
//! of the bucket. The benchmark compares its answers with the product's before it measures.

use std::hash::{BuildHasher, Hasher};
use std::sync::Arc;

use arc_swap::ArcSwap;
use foldhash::fast::RandomState;
use hashbrown::HashTable;

/// All flags, behind a pointer that a writer could swap.
pub(crate) struct Floor(ArcSwap<Snapshot>);

/// A flag's number, found once.
#[derive(Clone, Copy)]
pub(crate) struct Handle(u32);

#[derive(Default)]
struct Snapshot {
    keys: Vec<Box<str>>,
    numbers: HashTable<u32>,
    flags: Vec<Flag>,
    hasher: RandomState,
}

struct Flag {
    on: bool,
    threshold: u32,
    salted: Murmur,
    allow: Tenants,
}

impl Floor {
    /// Flags by key; the key is the salt.
    pub(crate) fn new<'a>(flags: impl Iterator<Item = (&'a str, bool, u32, &'a [String])>) -> Self {
        let mut snapshot = Snapshot::default();
        for (key, on, threshold, allow) in flags {
            let number = u32::try_from(snapshot.keys.len()).expect("few flags");
            let Snapshot {
                keys,
                numbers,
                flags,
                hasher,
            } = &mut snapshot;
            keys.push(key.into());
            flags.push(Flag {
                on,
                threshold,
                salted: Murmur::absorb(format!("{key}:").as_bytes()),
                allow: Tenants::new(allow),
            });
            numbers.insert_unique(hash(hasher, key.as_bytes()), number, |number| {
                hash(hasher, keys[*number as usize].as_bytes())
            });
        }
        Self(ArcSwap::new(Arc::new(snapshot)))
    }

    /// The question by key. The table of performance figures calls it L2b.
    #[inline]
    pub(crate) fn is_enabled(&self, flag: &str, tenant: &str) -> bool {
        let snapshot = self.0.load();
        match snapshot.find(flag) {
            Some(number) => snapshot.flags[number as usize].is_on_for(tenant),
            None => false,
        }
    }

    pub(crate) fn handle(&self, flag: &str) -> Handle {
        Handle(self.0.load().find(flag).expect("a flag that is there"))
    }

    /// The question by number. The table of performance figures calls it L4.
    #[inline]
    pub(crate) fn is_enabled_by(&self, handle: Handle, tenant: &str) -> bool {
        self.0.load().flags[handle.0 as usize].is_on_for(tenant)
    }
}

impl Snapshot {
    #[inline]
    fn find(&self, key: &str) -> Option<u32> {
        let is_key = |number: &u32| *self.keys[*number as usize] == *key;
        let hash = hash(&self.hasher, key.as_bytes());
        self.numbers.find(hash, is_key).copied()
    }
}

impl Flag {
    #[inline]
    fn is_on_for(&self, tenant: &str) -> bool {
        if !self.on {
            return false;
        }
        let hash = self.salted.finish(tenant.as_bytes());
        let bucket = (hash % 100) * 1_000 + (hash / 100) % 1_000;
        let is_allowed = self.allow.contains(tenant);
        let is_admitted = bucket < self.threshold;
        is_allowed | is_admitted
    }
}

/// An allow list: one arena of bytes, and a table of positions in it.
pub(crate) struct Tenants {
    /// Records: a byte with the key's length, then the key.
    arena: Box<[u8]>,
    positions: HashTable<u32>,
    hasher: RandomState,
}

impl Tenants {
    pub(crate) fn new(tenants: &[String]) -> Self {
        let hasher = RandomState::default();
        let bytes = tenants.iter().map(|tenant| 1 + tenant.len()).sum();
        let mut arena = Vec::with_capacity(bytes);
        let mut positions = HashTable::with_capacity(tenants.len());
        for tenant in tenants {
            let position = u32::try_from(arena.len()).expect("less than 4 GiB");
            arena.push(u8::try_from(tenant.len()).expect("short keys"));
            arena.extend_from_slice(tenant.as_bytes());
            positions.insert_unique(hash(&hasher, tenant.as_bytes()), position, |position| {
                hash(&hasher, record(&arena, *position))
            });
        }
        Self {
            arena: arena.into(),
            positions,
            hasher,
        }
    }

    #[inline]
    fn contains(&self, tenant: &str) -> bool {
        let key = tenant.as_bytes();
        self.positions
            .find(hash(&self.hasher, key), |position| {
                record(&self.arena, *position) == key
            })
            .is_some()
    }
}

#[inline]
fn record(arena: &[u8], position: u32) -> &[u8] {
    let record = &arena[position as usize..];
    &record[1..=usize::from(record[0])]
}

#[inline]
fn hash(hasher: &RandomState, key: &[u8]) -> u64 {
    let mut hasher = hasher.build_hasher();
    hasher.write(key);
    hasher.finish()
}

/// `murmur3_x86_32` with seed 0, which has taken up the beginning of its text.
#[derive(Clone, Copy)]
struct Murmur {
    state: u32,
    /// What does not fill a block of four bytes yet, lowest byte first.
    pending: u64,
    pending_bits: u32,
    length: u32,
}

impl Murmur {
    fn absorb(text: &[u8]) -> Self {
        let mut hash = Self {
            state: 0,
            pending: 0,
            pending_bits: 0,
            length: u32::try_from(text.len()).expect("a short salt"),
        };
        for byte in text {
            hash.pending |= u64::from(*byte) << hash.pending_bits;
            hash.pending_bits += 8;
            if hash.pending_bits == 32 {
                hash.state = mix(hash.state, low(hash.pending));
                (hash.pending, hash.pending_bits) = (0, 0);
            }
        }
        hash
    }

    #[inline]
    fn finish(self, text: &[u8]) -> u32 {
        let (mut state, mut pending) = (self.state, self.pending);
        let (blocks, rest) = text.as_chunks::<4>();
        for block in blocks {
            pending |= u64::from(u32::from_le_bytes(*block)) << self.pending_bits;
            state = mix(state, low(pending));
            pending >>= 32;
        }
        let mut bits = self.pending_bits;
        for byte in rest {
            pending |= u64::from(*byte) << bits;
            bits += 8;
        }
        if bits >= 32 {
            state = mix(state, low(pending));
            pending >>= 32;
        }
        state ^= scramble(low(pending));
        #[expect(clippy::cast_possible_truncation, reason = "counted modulo 2^32")]
        let mut hash = state ^ self.length.wrapping_add(text.len() as u32);
        hash = (hash ^ (hash >> 16)).wrapping_mul(0x85eb_ca6b);
        hash = (hash ^ (hash >> 13)).wrapping_mul(0xc2b2_ae35);
        hash ^ (hash >> 16)
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the low half is wanted")]
const fn low(blocks: u64) -> u32 {
    blocks as u32
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
