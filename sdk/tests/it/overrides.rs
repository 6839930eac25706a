//! Overrides of a fixed client's flags: what they change, for whom, and until when.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;

use serde_json::json;
use tenantry::{Client, Context, Reason};

fn is_on(flags: &Client) -> bool {
    flags.is_enabled("f", "acme")
}

#[test]
fn a_flag_is_what_it_was_when_the_scope_is_over() {
    let flags = Client::fixed()
        .with_tenant("f", "acme", true)
        .with_value("size", 7)
        .build();
    let handle = flags.flag("f");
    assert!(!flags.with_flag("f", false, || is_on(&flags)));
    assert!(flags.with_flag("f", true, || flags.is_enabled("f", "globex")));
    assert!(!flags.with_flag("f", false, || handle.is_enabled("acme")));
    assert!(is_on(&flags) && handle.is_enabled("acme"));
    assert!(!flags.is_enabled("f", "globex"));

    let unknown = flags.flag("unknown");
    assert!(flags.with_flag("unknown", true, || unknown.is_enabled("acme")));
    let answer = flags.evaluate("unknown", &Context::tenant("acme"));
    assert_eq!(answer.reason, Reason::FlagNotFound);

    let value = || flags.value("size", "acme", 0);
    assert_eq!(flags.with_flag("size", true, value), 7, "variants stay");
    assert_eq!(flags.with_flag("size", false, value), 0);
    assert_eq!(flags.value("size", "acme", json!(0)), json!(7));
    assert!(
        !flags.with_flag("f", true, || flags.is_enabled("f", "")),
        "nobody is no tenant"
    );
}

#[test]
fn a_panic_ends_the_scope() {
    let flags = Client::fixed().with("f", false).build();
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        flags.with_flag("f", true, || {
            assert!(!is_on(&flags), "on purpose");
        });
    }));
    panicked.expect_err("it panicked");
    assert!(!is_on(&flags));
    assert!(
        flags.with_flag("f", true, || is_on(&flags)),
        "and the next works"
    );
}

#[test]
fn of_several_the_one_that_began_last_counts_in_whatever_order_they_end() {
    let flags = Client::fixed().with("f", false).with("g", true).build();
    let first = flags.override_flag("f", true);
    let second = flags.override_flag("f", false);
    let other = flags.override_flag("g", false);
    assert!(!is_on(&flags));
    drop(first);
    assert!(!is_on(&flags), "the second is alive");
    let third = flags.override_flag("f", true);
    drop(second);
    assert!(is_on(&flags), "the third is alive");
    drop(third);
    assert!(!is_on(&flags));
    assert!(!flags.is_enabled("g", "acme"));
    drop(other);
    assert!(flags.is_enabled("g", "acme"));
}

#[test]
fn all_threads_see_it_and_scopes_of_many_threads_undo_nothing_of_each_other() {
    let flags = Client::fixed().build();
    flags.with_flag("f", true, || {
        thread::scope(|threads| {
            assert!(threads.spawn(|| is_on(&flags)).join().expect("an answer"));
        });
    });
    thread::scope(|threads| {
        for number in 0..8 {
            let flags = &flags;
            threads.spawn(move || {
                let key = format!("flag-{number}");
                for _ in 0..200 {
                    let seen = flags.with_flag(&key, true, || flags.is_enabled(&key, "acme"));
                    assert!(seen);
                    assert!(!flags.is_enabled(&key, "acme"));
                }
            });
        }
    });
}

#[tokio::test]
async fn a_scope_may_wait_and_may_be_dropped_while_it_does() {
    let flags = Client::fixed().build();
    let seen = flags.with_flag_async("f", true, async || {
        tokio::task::yield_now().await;
        is_on(&flags)
    });
    assert!(seen.await);
    assert!(!is_on(&flags));

    let never = async || std::future::pending::<()>().await;
    let mut endless = Box::pin(flags.with_flag_async("f", true, never));
    assert!(!is_on(&flags), "not before it is polled");
    assert!(futures_util::FutureExt::now_or_never(&mut endless).is_none());
    assert!(is_on(&flags), "between polls");
    drop(endless);
    assert!(!is_on(&flags));
}
