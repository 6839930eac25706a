//! The desk: which window is open, and what a thread needs to count in it.
//!
//! **Invariants**
//! - Whether another window is open costs a thread one look at a number that hardly ever changes.
//! - Once the desk is closed it stays closed.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tenantry_core::HashedKey;

use super::sync;
use super::window::{Asked, Page, TABLE, Window};

/// What the slot of an unknown flag would be.
const UNKNOWN: u64 = u64::MAX;

/// Which window is open.
#[derive(Debug)]
pub(crate) struct Desk {
    /// Rises whenever another window is opened, or the last is closed.
    version: AtomicU64,
    open: Mutex<Option<Arc<Window>>>,
}

/// What a thread counts on: a page of the window that was open when it looked last.
#[derive(Debug)]
pub(crate) struct Sheet {
    version: u64,
    /// Absent if nothing is counted.
    page: Option<(Arc<Window>, sync::Arc<Page>)>,
}

impl Desk {
    /// With a window that is open, or for ever without.
    pub(crate) fn new(counts: bool) -> Self {
        Self {
            version: AtomicU64::new(0),
            open: Mutex::new(counts.then(|| Arc::new(Window::new(TABLE)))),
        }
    }

    /// A page for this thread.
    pub(crate) fn sheet(&self) -> Sheet {
        self.sheet_with(Window::page)
    }

    /// The page of threads that have none of their own.
    pub(crate) fn shared_sheet(&self) -> Sheet {
        self.sheet_with(Window::shared_page)
    }

    fn sheet_with(&self, page: impl FnOnce(&Window) -> sync::Arc<Page>) -> Sheet {
        let open = self.open();
        Sheet {
            version: self.version.load(Ordering::Relaxed),
            page: open
                .as_ref()
                .map(|window| (Arc::clone(window), page(window))),
        }
    }

    /// The window that is open.
    pub(super) fn window(&self) -> Option<Arc<Window>> {
        self.open().clone()
    }

    /// What was counted since the last time.
    #[cfg(test)]
    pub(super) fn read_for_test(
        &self,
        tally: &mut tenantry_protocol::usage::Tally<tenantry_protocol::usage::Calls>,
    ) {
        self.window().expect("it is open").read(tally);
    }

    /// Opens another window, or closes the desk.
    pub(super) fn turn(&self, next: Option<Arc<Window>>) -> Option<Arc<Window>> {
        let mut open = self.open();
        let next = next.filter(|_| open.is_some());
        let before = std::mem::replace(&mut *open, next);
        self.version.fetch_add(1, Ordering::Relaxed);
        before
    }

    fn open(&self) -> MutexGuard<'_, Option<Arc<Window>>> {
        // Nothing under the lock panics half-way.
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sheet {
    /// Takes a page of the window that is open now, if that is another one.
    #[inline]
    pub(crate) fn renew(&mut self, desk: &Desk) {
        if desk.version.load(Ordering::Relaxed) != self.version {
            self.take_another(desk);
        }
    }

    #[cold]
    fn take_another(&mut self, desk: &Desk) {
        *self = desk.sheet();
    }

    /// Counts an answer.
    #[inline]
    pub(crate) fn count(&self, key: &str, slot: usize, tenant: HashedKey<'_>, on: bool) {
        let Some((window, page)) = &self.page else {
            return;
        };
        let tag = tag(tenant, slot as u64);
        window.count(page, tag, on, || Asked::Flag {
            key,
            slot,
            tenant: tenant.key(),
        });
    }

    /// Counts a question without a tenant, which is always answered with off.
    #[cold]
    pub(crate) fn count_nobody(&self, key: &str, slot: usize) {
        if let Some((window, page)) = &self.page {
            window.count_nobody(page, key, slot);
        }
    }

    /// Counts a question about a flag that is not there.
    #[inline]
    pub(crate) fn count_unknown(&self, key: &str) {
        if let Some((window, page)) = &self.page {
            let tag = tag(HashedKey::new(key), UNKNOWN);
            window.count(page, tag, false, || Asked::Unknown(key));
        }
    }
}

/// The tag of a key and what is asked of it. It means the same in every window.
#[inline]
const fn tag(key: HashedKey<'_>, what: u64) -> u64 {
    // The hash is even over all its bits, and a sum with a constant stays so.
    let tag = key
        .hash()
        .wrapping_add(what.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    // Not 0, which is no tag.
    tag | 1
}
