//! Tables of tags: sets of 64-bit numbers that grow under a lock and are searched without one.
//!
//! Tags lie in buckets of a cache line each. The tags of a bucket are compared all at once and
//! without a branch, because which of them it is, no processor could guess.
//!
//! **Invariants**
//! - A tag, once in a table, stays at its place.
//! - The lowest bit of a tag says nothing: it is set, which tells a tag from a free place.
//! - Half of each table stays free, so a search ends: at the first bucket that has room.

use super::sync::{AtomicU32, AtomicU64, Ordering};

/// No tag.
const FREE: u64 = 0;

/// Tags of a table that only says whether they are there.
const WIDE: usize = 8;
/// Tags of a table that counts: half of a cache line, the other half are the counts.
const COUNTED: usize = 4;

/// Which tags there are.
#[derive(Debug)]
pub(super) struct Tags(Box<[Bucket<WIDE>]>);

/// How often something was asked, by its answer: off, on.
pub(super) type Counters = [AtomicU32; 2];

/// Which tags there are, and how often each was counted.
#[derive(Debug)]
pub(super) struct Counts(Box<[CountedBucket]>);

#[derive(Debug)]
#[repr(align(64))]
struct Bucket<const N: usize>([AtomicU64; N]);

#[derive(Debug)]
#[repr(align(64))]
struct CountedBucket {
    tags: [AtomicU64; COUNTED],
    counts: [Counters; COUNTED],
}

/// A place in a table: bucket, and place in it.
type Place = (usize, usize);

impl Tags {
    /// A table for so many tags, of which half may be there: a power of two, 16 at least.
    pub(super) fn new(size: usize) -> Self {
        assert!(size.is_power_of_two(), "buckets are cut out of tags");
        Self((0..size / WIDE).map(|_| Bucket(zeros())).collect())
    }

    /// Whether a tag is there.
    #[inline]
    pub(super) fn contains(&self, tag: u64) -> bool {
        search(tag, self.0.len(), |bucket| &self.0[bucket].0).is_ok()
    }

    /// Adds a tag that is not there. Under a lock.
    pub(super) fn insert(&self, tag: u64) {
        let found = search(tag, self.0.len(), |bucket| &self.0[bucket].0);
        if let Err((bucket, place)) = found {
            self.0[bucket].0[place].store(tag, Ordering::Relaxed);
        }
    }
}

impl Counts {
    /// A table for so many tags; as above.
    pub(super) fn new(size: usize) -> Self {
        assert!(size.is_power_of_two(), "buckets are cut out of tags");
        let bucket = |_| CountedBucket {
            tags: zeros(),
            counts: std::array::from_fn(|_| std::array::from_fn(|_| AtomicU32::new(0))),
        };
        Self((0..size / COUNTED).map(bucket).collect())
    }

    /// The counters of a tag, if it is there.
    #[inline]
    pub(super) fn get(&self, tag: u64) -> Option<&Counters> {
        let bucket = &self.0[(tag >> 1) as usize & (self.0.len() - 1)];
        match place_in(tag, &bucket.tags) {
            place if place < COUNTED => Some(&bucket.counts[place]),
            _ => self.get_from_others(tag),
        }
    }

    /// The same, where the tag's own bucket may be full.
    #[cold]
    fn get_from_others(&self, tag: u64) -> Option<&Counters> {
        let (bucket, place) = self.search(tag).ok()?;
        Some(&self.0[bucket].counts[place])
    }

    /// The counters of a tag, which are added if they are not there. Under a lock.
    pub(super) fn get_or_insert(&self, tag: u64) -> &Counters {
        let (bucket, place) = self.search(tag).unwrap_or_else(|(bucket, place)| {
            self.0[bucket].tags[place].store(tag, Ordering::Relaxed);
            (bucket, place)
        });
        &self.0[bucket].counts[place]
    }

    fn search(&self, tag: u64) -> Result<Place, Place> {
        search(tag, self.0.len(), |bucket| &self.0[bucket].tags)
    }
}

fn zeros<const N: usize>() -> [AtomicU64; N] {
    std::array::from_fn(|_| AtomicU64::new(FREE))
}

/// Where a tag is in a bucket; `N` if it is not.
#[inline]
fn place_in<const N: usize>(tag: u64, bucket: &[AtomicU64; N]) -> usize {
    let mut found = N;
    for (place, known) in bucket.iter().enumerate() {
        // A selection, not a branch.
        found = if known.load(Ordering::Relaxed) == tag {
            place
        } else {
            found
        };
    }
    found
}

/// Where a tag is, or would be.
#[inline]
fn search<'t, const N: usize>(
    tag: u64,
    buckets: usize,
    tags: impl Fn(usize) -> &'t [AtomicU64; N],
) -> Result<Place, Place> {
    let mut bucket = (tag >> 1) as usize & (buckets - 1);
    loop {
        let place = place_in(tag, tags(bucket));
        if place < N {
            return Ok((bucket, place));
        }
        // Filled from the front, so the first free place ends the search.
        let free = |known: &AtomicU64| known.load(Ordering::Relaxed) == FREE;
        if let Some(place) = tags(bucket).iter().position(free) {
            return Err((bucket, place));
        }
        bucket = (bucket + 1) & (buckets - 1);
    }
}
