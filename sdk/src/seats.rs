//! Seats: what a thread keeps of the clients that it asks, so that asking touches nothing shared.
//!
//! Separate from the publication, which is the writer's. A load from an `ArcSwap` takes two atomic
//! exchanges, which on common processors cost as much as all the rest of an answer; a thread that
//! has asked before compares one pointer.
//!
//! **Invariants**
//! - A seat is compared with what the client answers from now whenever it is used.
//! - A thread keeps one ruleset per client: the one that it asked last, until it asks again. Seats
//!   of clients that are gone are given up when the thread asks another client for the first time.
//! - Nothing is freed by giving up a replaced ruleset: the writer keeps it until no seat has it.
//! - Whoever asks while it is being answered, or while its thread ends, is answered without a seat.

use std::cell::RefCell;
use std::ptr;
use std::sync::{Arc, Weak};

use arc_swap::{ArcSwap, Cache, Guard};
use tenantry_core::Ruleset;

use crate::usage::{Desk, Sheet};

thread_local! {
    static SEATS: RefCell<Vec<Seat>> = const { RefCell::new(Vec::new()) };
}

/// What a thread keeps of one client.
struct Seat {
    /// The ruleset asked last, and where to look for a newer one.
    cache: Cache<Arc<ArcSwap<Ruleset>>, Arc<Ruleset>>,
    /// What the thread counts its questions on.
    sheet: Sheet,
    client: Weak<()>,
}

/// What a client answers from. Replaced whole by the writer.
#[derive(Debug)]
pub(crate) struct Current {
    ruleset: Arc<ArcSwap<Ruleset>>,
    /// Where questions are counted.
    desk: Desk,
    /// Gone with the client, which the seats are not.
    alive: Arc<()>,
}

impl Current {
    /// Nothing yet. Questions are counted only if `counts`.
    pub(crate) fn new(counts: bool) -> Self {
        Self {
            ruleset: Arc::default(),
            desk: Desk::new(counts),
            alive: Arc::default(),
        }
    }

    /// Asks the ruleset of now, which may be counted on the thread's sheet.
    #[inline]
    pub(crate) fn ask<R>(&self, question: impl Fn(&Ruleset, &Sheet) -> R) -> R {
        let answer = self.with_seat(|seat| {
            seat.sheet.renew(&self.desk);
            question(seat.cache.load(), &seat.sheet)
        });
        match answer {
            Some(answer) => answer,
            None => self.ask_standing(question),
        }
    }

    /// Counts a question that was asked of a ruleset already.
    pub(crate) fn count(&self, count: impl Fn(&Sheet)) {
        let counted = self.with_seat(|seat| {
            seat.sheet.renew(&self.desk);
            count(&seat.sheet);
        });
        if counted.is_none() {
            self.ask_standing(|_, sheet| count(sheet));
        }
    }

    #[inline]
    fn with_seat<R>(&self, use_it: impl FnOnce(&mut Seat) -> R) -> Option<R> {
        let used = SEATS.try_with(|seats| {
            let mut seats = seats.try_borrow_mut().ok()?;
            let mine =
                |seat: &&mut Seat| ptr::eq(seat.cache.arc_swap(), Arc::as_ptr(&self.ruleset));
            Some(use_it(seats.iter_mut().find(mine)?))
        });
        used.ok().flatten()
    }

    /// The same without a seat; the thread gets one, if it can, for the next time.
    #[cold]
    #[inline(never)]
    fn ask_standing<R>(&self, question: impl Fn(&Ruleset, &Sheet) -> R) -> R {
        SEATS
            .try_with(|seats| {
                if let Ok(mut seats) = seats.try_borrow_mut() {
                    seats.retain(|seat| seat.client.strong_count() > 0);
                    seats.push(Seat {
                        cache: Cache::new(Arc::clone(&self.ruleset)),
                        sheet: self.desk.sheet(),
                        client: Arc::downgrade(&self.alive),
                    });
                }
            })
            .ok();
        question(&self.ruleset.load(), &self.desk.shared_sheet())
    }

    /// Where questions are counted.
    pub(crate) fn desk(&self) -> &Desk {
        &self.desk
    }

    /// The ruleset of now, to keep.
    pub(crate) fn load_full(&self) -> Arc<Ruleset> {
        self.ruleset.load_full()
    }

    /// The ruleset of now, for the length of a call.
    pub(crate) fn load(&self) -> Guard<Arc<Ruleset>> {
        self.ruleset.load()
    }

    /// Answers from this from now on; what was there before.
    pub(crate) fn swap(&self, ruleset: Arc<Ruleset>) -> Arc<Ruleset> {
        self.ruleset.swap(ruleset)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::thread;

    use super::*;

    /// A ruleset that differs from the empty one by the slot of a key.
    fn ruleset(key: &str) -> Arc<Ruleset> {
        let mut edit = Ruleset::default().edit();
        edit.reserve(key);
        Arc::new(edit.build())
    }

    fn seats() -> usize {
        SEATS.with_borrow(Vec::len)
    }

    #[test]
    fn a_seat_follows_what_is_published_and_each_client_has_its_own() {
        let (one, two) = (Current::new(true), Current::new(true));
        let knows = |current: &Current, key| current.ask(|ruleset, _| ruleset.slot(key).is_some());
        for key in ["a", "b", "c"] {
            assert!(!knows(&one, key) && !knows(&two, key));
            one.swap(ruleset(key));
            assert!(knows(&one, key) && !knows(&two, key));
        }
        thread::scope(|scope| {
            scope.spawn(|| assert!(knows(&one, "c") && !knows(&two, "c")));
        });
        assert_eq!(seats(), 2);
        drop(one);
        assert!(!knows(&Current::new(true), "c"));
        assert_eq!(
            seats(),
            2,
            "the seat of the first was given up for that of the third"
        );
    }

    #[test]
    fn a_question_within_a_question_is_answered() {
        let current = Current::new(true);
        for _ in 0..2 {
            let answer = current.ask(|_, _| current.ask(|ruleset, _| ruleset.slot("a")));
            assert_eq!(answer, None);
        }
        assert_eq!(seats(), 1);
    }

    #[test]
    fn a_thread_that_ends_is_answered() {
        thread_local! {
            static LAST: RefCell<Option<AsksAtTheEnd>> = const { RefCell::new(None) };
        }
        type Answers = Mutex<Vec<bool>>;
        struct AsksAtTheEnd(Arc<Current>, Arc<Answers>);
        impl Drop for AsksAtTheEnd {
            fn drop(&mut self) {
                let answer = self.0.ask(|ruleset, _| ruleset.is_empty());
                self.1.lock().expect("no panic").push(answer);
            }
        }
        let (current, answers) = (Arc::new(Current::new(true)), Arc::<Answers>::default());
        let asks = AsksAtTheEnd(Arc::clone(&current), Arc::clone(&answers));
        thread::spawn(move || {
            // Whichever of the two a thread takes down first.
            LAST.set(Some(asks));
            current.ask(|ruleset, _| ruleset.is_empty());
        })
        .join()
        .expect("no panic");
        assert_eq!(*answers.lock().expect("no panic"), [true]);
    }
}
