//! Counting under every order in which threads can take their steps: the very code of the client,
//! over loom's atomics and locks.

#![expect(dead_code, reason = "the client uses more of it than this test")]

mod sync {
    pub(super) use loom::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
    pub(super) use loom::sync::{Arc, Mutex, MutexGuard};
}
#[path = "../../src/usage/sketch.rs"]
mod sketch;
#[path = "../../src/usage/table.rs"]
mod table;
#[path = "../../src/usage/window.rs"]
mod window;

use loom::sync::Arc;
use loom::thread;
use tenantry_protocol::usage::{Calls, Tally};

use self::sync::Ordering;
use self::window::{Asked, Page, Window};

/// The smallest tables: eight tags may be named.
const SIZE: usize = 16;

/// Tries every order with up to two interruptions of a thread, which is where such bugs hide; all
/// orders would take hours.
fn check(model: impl Fn() + Sync + Send + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(2);
    builder.check(model);
}

fn asked<'a>(tenant: &'a str) -> impl FnOnce() -> Asked<'a> {
    move || Asked::Flag {
        key: "a",
        slot: 0,
        tenant,
    }
}

/// What was told of a tenant.
fn calls(tally: &Tally<Calls>, tenant: &str) -> u64 {
    let answer = tally.answer("a", true).expect("the flag was asked");
    answer.tenants.get(tenant).map_or(0, |calls| calls.0)
}

#[test]
fn two_threads_that_name_the_same_tenant_and_one_that_reads_lose_nothing() {
    check(|| {
        let window = Arc::new(Window::new(SIZE));
        let threads = [(); 2].map(|()| {
            let window = Arc::clone(&window);
            thread::spawn(move || {
                let page = window.page();
                window.count(&page, 7, true, asked("acme"));
                window.count(&page, 7, true, asked("acme"));
            })
        });
        let mut tally = Tally::new(100);
        // While they count, and again when they have ended and let go of their pages.
        window.read(&mut tally);
        for thread in threads {
            thread.join().expect("no panic");
        }
        window.read(&mut tally);
        assert_eq!(calls(&tally, "acme"), 4);
        let mut nothing = Tally::new(100);
        window.read(&mut nothing);
        assert!(nothing.is_empty(), "nothing is told twice");
    });
}

#[test]
fn threads_that_share_a_page_do_not_undo_each_others_counts() {
    check(|| {
        let window = Arc::new(Window::new(SIZE));
        let threads = [("acme", 7), ("globex", 23)].map(|(tenant, tag)| {
            let window = Arc::clone(&window);
            thread::spawn(move || {
                // The tags fall into the same bucket.
                let page = window.shared_page();
                window.count(&page, tag, true, asked(tenant));
                window.count(&page, 7, true, asked("acme"));
            })
        });
        for thread in threads {
            thread.join().expect("no panic");
        }
        let mut tally = Tally::new(100);
        window.read(&mut tally);
        assert_eq!((calls(&tally, "acme"), calls(&tally, "globex")), (3, 1));
    });
}

/// A page on which acme was counted so often that its counter begins again after one more, and that
/// was told.
fn nearly_full(window: &Window, page: &Page, tally: &mut Tally<Calls>) {
    window.count(page, 7, true, asked("acme"));
    let counters = page.counts.get(7).expect("it was counted");
    counters[1].store(u32::MAX, Ordering::Relaxed);
    window.read(tally);
    assert_eq!(calls(tally, "acme"), u64::from(u32::MAX));
}

#[test]
fn a_counter_that_begins_again_while_it_is_read_loses_nothing() {
    check(|| {
        let window = Arc::new(Window::new(SIZE));
        let page = window.page();
        let mut tally = Tally::new(100);
        nearly_full(&window, &page, &mut tally);
        let thread = {
            let window = Arc::clone(&window);
            thread::spawn(move || {
                window.count(&page, 7, true, asked("acme"));
                window.count(&page, 7, true, asked("acme"));
            })
        };
        window.read(&mut tally);
        let before = calls(&tally, "acme");
        assert!(
            (u64::from(u32::MAX)..=(1 << 32) + 1).contains(&before),
            "{before}"
        );
        thread.join().expect("no panic");
        // The thread has let go of its page, which is read for the last time.
        window.read(&mut tally);
        window.read(&mut tally);
        assert_eq!(calls(&tally, "acme"), (1 << 32) + 1);
    });
}

#[test]
fn a_shared_counter_that_begins_again_while_others_count_on_it_loses_nothing() {
    check(|| {
        let window = Arc::new(Window::new(SIZE));
        let mut tally = Tally::new(100);
        nearly_full(&window, &window.shared_page(), &mut tally);
        let threads = [(); 2].map(|()| {
            let window = Arc::clone(&window);
            thread::spawn(move || {
                let page = window.shared_page();
                window.count(&page, 7, true, asked("acme"));
            })
        });
        window.read(&mut tally);
        for thread in threads {
            thread.join().expect("no panic");
        }
        window.read(&mut tally);
        assert_eq!(calls(&tally, "acme"), (1 << 32) + 1);
    });
}
