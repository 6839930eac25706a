//! A sorted map that is cheap to copy: chunks of entries, shared until one of them changes.
//!
//! Separate because two things rest on it: a delta is tried on a copy of the replica and the copy
//! is thrown away if it does not fit, and the server publishes an immutable replica per revision.
//! Both would cost a copy of everything with a map of the standard library.
//!
//! **Invariants**
//! - Entries are sorted by key, within a chunk and from chunk to chunk; no key occurs twice.
//! - No chunk is empty, and none holds more than [`CHUNK`] entries.

use std::borrow::Borrow;
use std::sync::Arc;

/// The most entries in a chunk. A change copies one chunk, a copy of the map one pointer per chunk;
/// this keeps both small up to hundreds of thousands of entries.
const CHUNK: usize = 256;

/// A sorted map whose copies share what they have in common.
#[derive(Debug, Clone)]
pub(crate) struct ChunkedMap<K, V> {
    chunks: Vec<Arc<Vec<(K, V)>>>,
}

impl<K, V> Default for ChunkedMap<K, V> {
    fn default() -> Self {
        Self { chunks: Vec::new() }
    }
}

impl<K: Ord + Clone, V: Clone> ChunkedMap<K, V> {
    /// The value of a key.
    pub(crate) fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        let chunk = self.chunks.get(self.chunk_of(key))?;
        let found = chunk
            .binary_search_by(|(known, _)| known.borrow().cmp(key))
            .ok()?;
        Some(&chunk[found].1)
    }

    /// The value of a key, to change it; made by `make` if the key is new.
    pub(crate) fn get_or_insert_with(&mut self, key: &K, make: impl FnOnce() -> V) -> &mut V {
        if self.chunks.is_empty() {
            self.chunks.push(Arc::default());
        }
        let mut index = self.chunk_of(key).min(self.chunks.len() - 1);
        let mut found = self.chunks[index].binary_search_by(|(known, _)| known.cmp(key));
        if let Err(place) = found
            && self.chunks[index].len() == CHUNK
        {
            (index, found) = self.split(index, place);
        }
        let chunk = Arc::make_mut(&mut self.chunks[index]);
        let place = found.unwrap_or_else(|place| {
            chunk.insert(place, (key.clone(), make()));
            place
        });
        &mut chunk[place].1
    }

    /// Takes a key out; its value if it was there.
    pub(crate) fn remove<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        let index = self.chunk_of(key);
        let chunk = self.chunks.get_mut(index)?;
        let found = chunk
            .binary_search_by(|(known, _)| known.borrow().cmp(key))
            .ok()?;
        let (_, value) = Arc::make_mut(chunk).remove(found);
        if chunk.is_empty() {
            self.chunks.remove(index);
        }
        Some(value)
    }

    /// All entries, sorted by key.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.chunks
            .iter()
            .flat_map(|chunk| chunk.iter().map(|(key, value)| (key, value)))
    }

    /// The entries from `key` on, sorted by key.
    pub(crate) fn from<Q: Ord + ?Sized>(&self, key: &Q) -> impl Iterator<Item = (&K, &V)>
    where
        K: Borrow<Q>,
    {
        let index = self.chunk_of(key);
        let skipped = self.chunks.get(index).map_or(0, |chunk| {
            chunk.partition_point(|(known, _)| known.borrow() < key)
        });
        self.chunks
            .get(index..)
            .into_iter()
            .flatten()
            .flat_map(|chunk| chunk.iter().map(|(key, value)| (key, value)))
            .skip(skipped)
    }

    /// The number of entries.
    pub(crate) fn len(&self) -> usize {
        self.chunks.iter().map(|chunk| chunk.len()).sum()
    }

    /// The chunk that `key` is in if it is there: the first one that does not end before it.
    fn chunk_of<Q: Ord + ?Sized>(&self, key: &Q) -> usize
    where
        K: Borrow<Q>,
    {
        self.chunks
            .partition_point(|chunk| chunk.last().is_some_and(|(last, _)| last.borrow() < key))
    }

    /// Makes room in a full chunk for an entry at `place`, and says where that place is now.
    /// Entries that come in order fill their chunks; others are given half a chunk of room.
    fn split(&mut self, index: usize, place: usize) -> (usize, Result<usize, usize>) {
        let at = if place == CHUNK { CHUNK } else { CHUNK / 2 };
        let tail = Arc::make_mut(&mut self.chunks[index]).split_off(at);
        self.chunks.insert(index + 1, Arc::new(tail));
        if place < at || place == at && at < CHUNK {
            (index, Err(place))
        } else {
            (index + 1, Err(place - at))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    impl<K: Ord + Clone, V: Clone> ChunkedMap<K, V> {
        fn check_invariants(&self) {
            assert!(
                self.chunks
                    .iter()
                    .all(|chunk| (1..=CHUNK).contains(&chunk.len()))
            );
            assert!(
                self.iter()
                    .zip(self.iter().skip(1))
                    .all(|((a, _), (b, _))| a < b)
            );
        }
    }

    #[test]
    fn entries_that_come_in_order_fill_their_chunks() {
        let mut map = ChunkedMap::default();
        for key in 0..1_000_u32 {
            map.get_or_insert_with(&key, || key);
        }
        map.check_invariants();
        assert_eq!(map.chunks.len(), 1_000_usize.div_ceil(CHUNK));
        assert_eq!(map.len(), 1_000);
    }

    #[test]
    fn a_copy_shares_all_but_what_changes() {
        let mut map = ChunkedMap::default();
        for key in 0..10_000_u32 {
            map.get_or_insert_with(&key, || key);
        }
        let before = map.clone();
        *map.get_or_insert_with(&5_000, || 0) = 0;
        let shared = map
            .chunks
            .iter()
            .zip(&before.chunks)
            .filter(|(a, b)| Arc::ptr_eq(a, b));
        assert_eq!(shared.count(), map.chunks.len() - 1);
        assert_eq!(before.get(&5_000), Some(&5_000), "the copy is as it was");
    }

    proptest! {
        #[test]
        fn it_does_what_a_sorted_map_does(
            steps in proptest::collection::vec((any::<bool>(), 0..2_000_u16), 0..4_000),
            from in 0..2_000_u16,
        ) {
            let mut map = ChunkedMap::default();
            let mut model = BTreeMap::new();
            for (number, (put, key)) in steps.into_iter().enumerate() {
                if put {
                    *map.get_or_insert_with(&key, || number) = number;
                    model.insert(key, number);
                } else {
                    prop_assert_eq!(map.remove(&key), model.remove(&key));
                }
            }
            map.check_invariants();
            prop_assert!(map.iter().eq(model.iter()));
            prop_assert!(map.from(&from).eq(model.range(from..)));
            prop_assert_eq!(map.get(&from), model.get(&from));
        }
    }
}
