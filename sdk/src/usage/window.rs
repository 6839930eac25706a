//! The window through which questions are seen: who asked what how often, by all threads at once.
//!
//! What is asked (a flag, and a tenant) has a tag, 64 bits of a keyed hash. Each thread
//! counts by tag in a table of its own; the first time, under a lock, it learns whether the tag is
//! named in the table of all. So once a tenant is known to a thread, a count is a hash, a look at
//! one cache line, and an addition to memory that no other thread writes.
//!
//! **Invariants**
//! - A tag, once in a table, stays at its place, so a count can never go to somebody else's. When
//!   too many are named, another window takes the place of this one.
//! - Counts only rise. Reports are made of differences, so reading needs no standstill: what is
//!   counted while it is read is told now or next time, once.
//! - Whether a tenant is named is one decision for all threads: what is told of it is all there is.
//! - A page has one writer, its thread, and is read for the last time after that thread has let go
//!   of it. Threads that have no page of their own add atomically to one that they share.
//! - The counters of a tag have 32 bits. Whoever makes one begin again says so under the lock; until
//!   then it is behind what was told of it, and no more is told.
//!
//! Two things with the same tag would be counted as one: among 4,096 that happens once in 2^41
//! windows, and nobody outside can bring it about, since the hash is keyed at random.

use std::collections::HashMap;
// Text is immutable, so it is shared as it always is.
use std::sync::Arc as Shared;
use std::sync::{OnceLock, PoisonError};

use tenantry_core::FlagKey;
use tenantry_core::model::TenantKey;
use tenantry_protocol::usage::{Calls, Tally};

use super::sketch::{Registers, Sketch};
use super::sync::{Arc, AtomicBool, AtomicU32, AtomicU64, Mutex, MutexGuard, Ordering};
use super::table::{Counters, Counts, Tags};

/// The size of the tables in use: half of it is named, 4,096 different things, and a thread that
/// asks takes 128 KiB.
pub(crate) const TABLE: usize = 8_192;
/// Most threads that have a page of their own; the others share one.
const OWN_PAGES: usize = 64;
/// Most unknown flags that are named.
const MAX_UNKNOWN: usize = 100;

/// Cells of the rest, by flag and answer, are made so many at once, and at most so many times.
const CELLS: usize = 64;
const CHUNKS: usize = 256;

/// Who asked what how often.
#[derive(Debug)]
pub(crate) struct Window {
    /// How many tags each table has room for, of which half may be there.
    size: usize,
    /// The tags that are named. Written under the lock of `names`, read by all threads without.
    named: Tags,
    /// What the tags stand for.
    names: Mutex<Names>,
    /// Whether no more tenants are named. Set under the lock of `names`.
    is_full: AtomicBool,
    /// Whether no more unknown flags are named; as above.
    has_all_unknown: AtomicBool,
    /// The pages of threads, the one that is shared first.
    pages: Mutex<Vec<Arc<Page>>>,
}

/// What is asked.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Asked<'a> {
    /// A flag that answered.
    Flag {
        key: &'a str,
        /// The flag's number.
        slot: usize,
        tenant: &'a str,
    },
    /// A flag that is not there.
    Unknown(&'a str),
}

/// What tags stand for, and what was told of them.
#[derive(Debug, Default)]
struct Names {
    tagged: Vec<Tagged>,
    unknown: usize,
    /// By slot.
    flags: HashMap<usize, Flag>,
    /// How much of what cannot be told of any flag was told.
    lost_told: u64,
}

#[derive(Debug)]
struct Tagged {
    tag: u64,
    name: Name,
    /// How much was told, by answer.
    told: [u64; 2],
    /// How much of that was told last.
    told_last: u64,
}

#[derive(Debug, Clone)]
enum Name {
    Flag {
        slot: usize,
        key: Shared<str>,
        tenant: Shared<str>,
    },
    Unknown(Shared<str>),
}

#[derive(Debug)]
struct Flag {
    key: Shared<str>,
    /// How much of the rest was told, by answer.
    told: [u64; 2],
}

/// What one thread counts, or several that have no page of their own.
#[derive(Debug)]
pub(crate) struct Page {
    /// Whether only one thread counts here.
    is_own: bool,
    /// By tag. Tags are added under the lock of the window's names.
    pub(super) counts: Counts,
    /// What is not named, by slot and answer.
    rest: Box<[OnceLock<Box<[Cell]>>]>,
    /// What has no cell either.
    lost: AtomicU64,
}

#[derive(Debug, Default)]
struct Cell {
    calls: AtomicU64,
    tenants: Sketch,
}

impl Window {
    /// An empty window with tables of this size.
    pub(crate) fn new(size: usize) -> Self {
        Self {
            size,
            named: Tags::new(size),
            names: Mutex::new(Names::default()),
            is_full: AtomicBool::new(false),
            has_all_unknown: AtomicBool::new(false),
            pages: Mutex::new(vec![Arc::new(Page::new(size, false))]),
        }
    }

    /// A page for a thread to count on: its own, unless very many threads have one.
    pub(crate) fn page(&self) -> Arc<Page> {
        let mut pages = self.pages();
        if pages.len() > OWN_PAGES {
            return Arc::clone(&pages[0]);
        }
        let page = Arc::new(Page::new(self.size, true));
        pages.push(Arc::clone(&page));
        page
    }

    /// The page of threads that have none of their own.
    pub(crate) fn shared_page(&self) -> Arc<Page> {
        Arc::clone(&self.pages()[0])
    }

    /// Counts an answer. `tag` is never 0, and the same for the same thing asked, whoever asks. What
    /// that is nobody needs to know who has seen the tag before.
    #[inline]
    pub(crate) fn count<'a>(
        &self,
        page: &Page,
        tag: u64,
        on: bool,
        asked: impl FnOnce() -> Asked<'a>,
    ) {
        match page.counts.get(tag) {
            Some(calls) => self.increase(page, calls, tag, on),
            None => self.miss(page, tag, on, asked()),
        }
    }

    #[inline]
    fn increase(&self, page: &Page, calls: &Counters, tag: u64, on: bool) {
        // The answer comes last: the processor finds the counters while it still works that out.
        if page.increase_small(&calls[usize::from(on)]) == 0 {
            self.carry(tag, on);
        }
    }

    /// A counter has begun again.
    #[cold]
    pub(super) fn carry(&self, tag: u64, on: bool) {
        let mut names = self.names();
        let told = names.tagged.iter_mut().find(|tagged| tagged.tag == tag);
        if let Some(Tagged { told, .. }) = told {
            let told = &mut told[usize::from(on)];
            *told = told.wrapping_sub(1 << 32);
        }
    }

    /// Counts a call that names no tenant.
    #[cold]
    pub(crate) fn count_nobody(&self, page: &Page, key: &str, slot: usize) {
        self.add_rest(page, key, slot, false, None);
    }

    /// Counts what this page has not seen yet.
    #[inline(never)]
    fn miss(&self, page: &Page, tag: u64, on: bool, asked: Asked<'_>) {
        if self.is_named(tag, asked) {
            // A page that is shared takes in one tag after the other.
            let names = self.names();
            let calls = page.counts.get_or_insert(tag);
            drop(names);
            return self.increase(page, calls, tag, on);
        }
        match asked {
            Asked::Flag { key, slot, .. } => self.add_rest(page, key, slot, on, Some(tag)),
            Asked::Unknown(_) => page.increase(&page.lost),
        }
    }

    /// Whether a tag is named: it is, or it can be and now is.
    fn is_named(&self, tag: u64, asked: Asked<'_>) -> bool {
        if self.named.contains(tag) {
            return true;
        }
        let can_be = match asked {
            Asked::Flag { tenant, .. } => {
                !self.is_full.load(Ordering::Relaxed) && TenantKey::new(tenant).is_ok()
            }
            Asked::Unknown(key) => {
                !self.has_all_unknown.load(Ordering::Relaxed) && FlagKey::new(key).is_ok()
            }
        };
        can_be && self.name(&mut self.names(), tag, |names| names.name(asked))
    }

    /// Names a tag if there is room.
    fn name(&self, names: &mut Names, tag: u64, name: impl FnOnce(&mut Names) -> Name) -> bool {
        // Another thread may have been first.
        if self.named.contains(tag) {
            return true;
        }
        if names.tagged.len() >= self.size / 2 {
            self.is_full.store(true, Ordering::Relaxed);
            self.has_all_unknown.store(true, Ordering::Relaxed);
            return false;
        }
        let name = name(names);
        if let Name::Unknown(_) = name {
            if names.unknown == MAX_UNKNOWN {
                self.has_all_unknown.store(true, Ordering::Relaxed);
                return false;
            }
            names.unknown += 1;
        }
        names.tagged.push(Tagged {
            tag,
            name,
            told: [0; 2],
            told_last: 0,
        });
        self.named.insert(tag);
        true
    }

    /// Counts without a name: by flag and answer, with a sketch of the tenants.
    fn add_rest(&self, page: &Page, key: &str, slot: usize, on: bool, tag: Option<u64>) {
        let index = slot * 2 + usize::from(on);
        let Some(chunk) = page.rest.get(index / CELLS) else {
            return page.increase(&page.lost);
        };
        let cells = chunk.get_or_init(|| (0..CELLS).map(|_| Cell::default()).collect());
        let cell = &cells[index % CELLS];
        if cell.calls.load(Ordering::Relaxed) == 0 {
            self.names().flag(slot, key);
        }
        page.increase(&cell.calls);
        if let Some(tag) = tag {
            cell.tenants.note(tag, page.is_own);
        }
    }

    /// Whether there was no room to name everything.
    pub(crate) fn is_full(&self) -> bool {
        self.is_full.load(Ordering::Relaxed)
    }

    /// The window to count in after this one, which already names who was told of last. Where there
    /// were very many, those that asked most, so that half of the room is left to others.
    pub(crate) fn successor(&self) -> Self {
        let next = Self::new(self.size);
        let names = self.names();
        let mut asked: Vec<&Tagged> = names
            .tagged
            .iter()
            .filter(|tagged| tagged.told_last > 0)
            .collect();
        let room = self.size / 4;
        if asked.len() > room {
            asked.select_nth_unstable_by_key(room, |tagged| u64::MAX - tagged.told_last);
            asked.truncate(room);
        }
        let mut known = next.names();
        for Tagged { tag, name, .. } in asked {
            next.name(&mut known, *tag, |known| {
                if let Name::Flag { slot, key, .. } = name {
                    known.flag(*slot, key);
                }
                name.clone()
            });
        }
        drop(known);
        next
    }

    /// Adds to a tally what was counted since the last time; how much that was.
    pub(crate) fn read(&self, tally: &mut Tally<Calls>) -> u64 {
        let mut read = 0;
        let mut pages = self.pages();
        // Asked first: what a thread counted before it let go of its page is there to be read.
        let left: Vec<bool> = pages.iter_mut().map(page_is_left).collect();
        let mut names = self.names();
        let Names {
            tagged,
            flags,
            lost_told,
            ..
        } = &mut *names;
        let sum = |count: &mut dyn FnMut(&Page) -> u64| {
            let counts = pages.iter().map(|page| count(page));
            counts.fold(0, u64::wrapping_add)
        };
        for tagged in tagged.iter_mut() {
            tagged.told_last = 0;
            for (told, on) in tagged.told.iter_mut().zip([false, true]) {
                let all = sum(&mut |page| page.calls(tagged.tag, on));
                let calls = since_carried(told, all);
                tagged.told_last += calls;
                read += calls;
                match &tagged.name {
                    _ if calls == 0 => {}
                    Name::Flag { key, tenant, .. } => tally.add(key, on, tenant, &Calls(calls)),
                    Name::Unknown(key) => tally.add_unknown(key, Calls(calls)),
                }
            }
        }
        for (slot, Flag { key, told }) in flags.iter_mut() {
            for (told, on) in told.iter_mut().zip([false, true]) {
                let mut tenants = Registers::default();
                let all = sum(&mut |page| {
                    if let Some(cell) = page.cell(*slot, on) {
                        cell.tenants.take_into(&mut tenants);
                    }
                    page.calls_of_rest(*slot, on)
                });
                let calls = since(told, all);
                read += calls;
                if calls > 0 {
                    tally.add_rest(key, on, tenants.estimate(), &Calls(calls));
                }
            }
        }
        let all = sum(&mut |page| page.lost.load(Ordering::Relaxed));
        let lost = since(lost_told, all);
        read += lost;
        tally.add_lost(lost);

        // Pages that are left are no part of the next sums.
        let mut left = left.into_iter();
        pages.retain(|page| {
            let is_left = left.next().unwrap_or(false);
            if is_left {
                for tagged in tagged.iter_mut() {
                    for (told, on) in tagged.told.iter_mut().zip([false, true]) {
                        *told = told.wrapping_sub(page.calls(tagged.tag, on));
                    }
                }
                for (slot, flag) in flags.iter_mut() {
                    for (told, on) in flag.told.iter_mut().zip([false, true]) {
                        *told = told.wrapping_sub(page.calls_of_rest(*slot, on));
                    }
                }
                *lost_told = lost_told.wrapping_sub(page.lost.load(Ordering::Relaxed));
            }
            !is_left
        });
        read
    }

    fn pages(&self) -> MutexGuard<'_, Vec<Arc<Page>>> {
        // Nothing under the lock panics half-way.
        self.pages.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn names(&self) -> MutexGuard<'_, Names> {
        // Nor here.
        self.names.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Names {
    fn name(&mut self, asked: Asked<'_>) -> Name {
        match asked {
            Asked::Unknown(key) => Name::Unknown(key.into()),
            Asked::Flag { key, slot, tenant } => Name::Flag {
                slot,
                key: self.flag(slot, key),
                tenant: tenant.into(),
            },
        }
    }

    /// A flag's key, once for all its tenants.
    fn flag(&mut self, slot: usize, key: &str) -> Shared<str> {
        let flag = self.flags.entry(slot).or_insert_with(|| Flag {
            key: key.into(),
            told: [0; 2],
        });
        Shared::clone(&flag.key)
    }
}

impl Page {
    fn new(size: usize, is_own: bool) -> Self {
        Self {
            is_own,
            counts: Counts::new(size),
            rest: (0..CHUNKS).map(|_| OnceLock::new()).collect(),
            lost: AtomicU64::new(0),
        }
    }

    /// Adds one.
    #[inline]
    fn increase(&self, counter: &AtomicU64) {
        if self.is_own {
            let count = counter.load(Ordering::Relaxed);
            counter.store(count.wrapping_add(1), Ordering::Relaxed);
        } else {
            counter.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// The same with a small counter; what it is now.
    #[inline]
    pub(super) fn increase_small(&self, counter: &AtomicU32) -> u32 {
        if self.is_own {
            let count = counter.load(Ordering::Relaxed).wrapping_add(1);
            counter.store(count, Ordering::Relaxed);
            count
        } else {
            counter.fetch_add(1, Ordering::Relaxed).wrapping_add(1)
        }
    }

    /// How often this was counted, since its counter began again.
    fn calls(&self, tag: u64, on: bool) -> u64 {
        let calls = self.counts.get(tag);
        calls.map_or(0, |calls| {
            u64::from(calls[usize::from(on)].load(Ordering::Relaxed))
        })
    }

    fn calls_of_rest(&self, slot: usize, on: bool) -> u64 {
        let cell = self.cell(slot, on);
        cell.map_or(0, |cell| cell.calls.load(Ordering::Relaxed))
    }

    fn cell(&self, slot: usize, on: bool) -> Option<&Cell> {
        let index = slot * 2 + usize::from(on);
        let cells = self.rest.get(index / CELLS)?.get()?;
        cells.get(index % CELLS)
    }
}

/// Whether its thread has let go of a page.
fn page_is_left(page: &mut Arc<Page>) -> bool {
    page.is_own && Arc::get_mut(page).is_some()
}

/// The same where counters begin again: nothing while one has that nobody has said so of.
fn since_carried(told: &mut u64, all: u64) -> u64 {
    let new = all.wrapping_sub(*told);
    if new.cast_signed() < 0 {
        return 0;
    }
    *told = all;
    new
}

/// How much has come to what was told, which is told now.
fn since(told: &mut u64, all: u64) -> u64 {
    all.wrapping_sub(std::mem::replace(told, all))
}
