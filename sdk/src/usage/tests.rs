//! Tests of counting by real threads. What orders of steps there are, loom tries: `tests/loom`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use tenantry_protocol::ClientFrame;
use tenantry_protocol::usage::{Calls, Outcomes, Tally};

use super::window::{Asked, Window};
use super::{Desk, Ledger, Outcome};
use crate::seats::Current;

/// What a thread asks, in a row that differs by thread and holds some tenants far more often.
fn questions(thread: usize, tenants: usize) -> impl Iterator<Item = (usize, bool, usize)> {
    (0..20_000).map(move |number: usize| {
        let mixed = (number * 48_271 + thread * 7_919) % 1_000_003;
        // The square of a share: small numbers come often.
        let tenant = mixed * mixed / 1_000_003 * tenants / 1_000_003;
        (mixed % 7, mixed.is_multiple_of(3), tenant)
    })
}

/// Asks from several threads, while another reads, and holds what was told against a model.
fn check(threads: usize, tenants: usize) -> Tally<Calls> {
    let current = Current::new(true);
    let mut told = Tally::new(100_000);
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        let asking: Vec<_> = (0..threads)
            .map(|thread| {
                let current = &current;
                scope.spawn(move || {
                    for (slot, on, tenant) in questions(thread, tenants) {
                        let (flag, tenant) = (format!("flag-{slot}"), format!("tenant-{tenant}"));
                        current
                            .ask(|_, sheet| sheet.count(&flag, slot, tenant.as_str().into(), on));
                    }
                })
            })
            .collect();
        let reading = scope.spawn(|| {
            let mut told = Tally::new(100_000);
            while !is_over.load(Ordering::Acquire) {
                current.desk().read_for_test(&mut told);
                thread::yield_now();
            }
            told
        });
        for thread in asking {
            thread.join().expect("no panic");
        }
        is_over.store(true, Ordering::Release);
        told.merge(&reading.join().expect("no panic"));
    });
    current.desk().read_for_test(&mut told);

    let mut model: BTreeMap<(usize, bool), (u64, BTreeMap<usize, u64>)> = BTreeMap::new();
    for thread in 0..threads {
        for (slot, on, tenant) in questions(thread, tenants) {
            let (sum, by_tenant) = model.entry((slot, on)).or_default();
            *sum += 1;
            *by_tenant.entry(tenant).or_default() += 1;
        }
    }
    for ((slot, on), (sum, by_tenant)) in model {
        let answer = told
            .answer(&format!("flag-{slot}"), on)
            .expect("it was asked");
        assert_eq!(answer.total(), Calls(sum), "flag-{slot} {on}");
        for (tenant, calls) in &answer.tenants {
            let number: usize = tenant["tenant-".len()..].parse().expect("a number");
            assert_eq!(calls.0, by_tenant[&number], "flag-{slot} {on} {tenant}");
        }
        let others = by_tenant.len() - answer.tenants.len();
        assert_eq!(others > 0, answer.rest != Calls(0));
    }
    assert_eq!(told.lost(), 0);
    told
}

#[test]
fn what_several_threads_count_is_exact_by_tenant() {
    let told = check(4, 250);
    assert!(told.answers().all(|(_, _, answer)| answer.rest == Calls(0)));
}

#[test]
fn what_more_threads_count_than_have_pages_is_exact_as_well() {
    check(80, 100);
}

#[test]
fn beyond_the_limit_tenants_are_summed_and_those_named_are_exact() {
    let told = check(4, 40_000);
    let named: BTreeSet<_> = told
        .answers()
        .flat_map(|(flag, _, answer)| answer.tenants.keys().map(move |tenant| (flag, tenant)))
        .collect();
    assert_eq!(named.len(), super::window::TABLE / 2);
    let others: u64 = told
        .answers()
        .map(|(_, _, answer)| answer.rest_tenants)
        .sum();
    assert!(others > 1_000, "{others}");
}

#[test]
fn a_sketch_says_roughly_how_many_others_there_are() {
    for count in [0_u64, 1, 10, 100, 1_000, 100_000] {
        let sketch = super::sketch::Sketch::default();
        for number in 0..count {
            for _ in 0..3 {
                // A mixed number stands for a hash.
                let hash = (number + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
                sketch.note(
                    (hash ^ hash >> 29).wrapping_mul(0xbf58_476d_1ce4_e5b9),
                    number % 2 == 0,
                );
            }
        }
        let mut registers = super::sketch::Registers::default();
        sketch.take_into(&mut registers);
        let estimate = registers.estimate();
        assert!(
            estimate.abs_diff(count) <= count / 2,
            "{estimate} for {count}"
        );
    }
}

#[test]
fn a_crowded_window_is_replaced_by_one_that_names_who_asks_most() {
    let (desk, ledger) = (Desk::new(true), Ledger::new());
    let ask = |tenant: &str, times: usize| {
        let sheet = desk.sheet();
        for _ in 0..times {
            sheet.count("a", 0, tenant.into(), true);
        }
    };
    for number in 0..4_096 {
        ask(&format!("passer-by-{number}"), 1);
    }
    for number in 0..100 {
        ask(&format!("regular-{number}"), 5);
    }
    let before = desk.window().expect("it counts");
    ledger.close(&desk);
    let after = desk.window().expect("it counts");
    assert!(!Arc::ptr_eq(&before, &after), "it was full");
    for number in 0..100 {
        ask(&format!("regular-{number}"), 5);
    }
    let mut tally = Tally::new(10_000);
    after.read(&mut tally);
    let answer = tally.answer("a", true).expect("it was asked");
    assert_eq!((answer.tenants.len(), answer.rest), (100, Calls(0)));
}

/// What frames tell, each of one kind.
fn heard(frames: &[String]) -> (Tally<Calls>, Tally<Outcomes>) {
    let (mut calls, mut outcomes) = (Tally::new(100_000), Tally::new(100_000));
    for text in frames {
        match ClientFrame::parse(text).expect("a frame") {
            Some(ClientFrame::Usage(frame)) => calls.add_frame(&frame),
            Some(ClientFrame::Outcomes(frame)) => outcomes.add_frame(&frame),
            other => panic!("{other:?}"),
        }
    }
    (calls, outcomes)
}

#[tokio::test(start_paused = true)]
async fn of_a_report_that_was_cut_off_what_was_not_sent_is_told_later_and_nothing_twice() {
    let tenants: Vec<String> = (0..4_000)
        .map(|number| format!("tenant-with-a-rather-long-key-{number}"))
        .collect();
    let (mut sent, mut count) = (0, 1);
    // After as many frames as there are, the report is whole.
    while sent < count {
        let (desk, ledger) = (Desk::new(true), Ledger::new());
        let sheet = desk.sheet();
        for tenant in &tenants {
            sheet.count("a", 0, tenant.as_str().into(), true);
            ledger.record("a", true, tenant, Outcome::failure());
        }
        sheet.count_unknown("old-flag");
        ledger.close(&desk);
        let frames = ledger.take();
        count = frames.len();
        assert!(count > 4, "{count}");
        ledger.take_back(&frames[sent..]);
        // Meanwhile somebody asks again.
        sheet.count("a", 0, "late".into(), true);
        ledger.close(&desk);
        let mut all = frames[..sent].to_vec();
        all.extend(ledger.take());
        let (calls, outcomes) = heard(&all);
        let calls_of_a = calls.answer("a", true).expect("it was asked");
        let outcomes_of_a = outcomes.answer("a", true).expect("it was recorded");
        for tenant in &tenants {
            assert_eq!(calls_of_a.tenants[tenant.as_str()], Calls(1), "{sent}");
            assert_eq!(outcomes_of_a.tenants[tenant.as_str()].failures, 1, "{sent}");
        }
        assert_eq!(
            (calls.weight(), outcomes.weight()),
            (4_002, 4_000),
            "{sent}"
        );
        ledger.close(&desk);
        assert!(ledger.take().is_empty(), "nothing is told twice");
        sent += 1;
    }
}

#[test]
fn a_late_count_in_a_window_that_was_replaced_is_told_late() {
    let (desk, ledger) = (Desk::new(true), Ledger::new());
    let sheet = desk.sheet();
    for number in 0..5_000 {
        sheet.count("a", 0, format!("tenant-{number}").as_str().into(), true);
    }
    let before = desk.window().expect("it counts");
    ledger.close(&desk);
    assert!(
        !Arc::ptr_eq(&before, &desk.window().expect("it counts")),
        "it was full"
    );
    drop(before);
    let told = heard(&ledger.take()).0;
    assert_eq!(told.weight(), 5_000);
    // The question began before, and is counted in between and after several readings.
    for late in 1..=3_u64 {
        sheet.count("a", 0, "tenant-7".into(), true);
        sheet.count("b", 1, "not-named".into(), false);
        ledger.close(&desk);
        let told = heard(&ledger.take()).0;
        let of_a = told.answer("a", true).expect("it was asked");
        assert_eq!(of_a.tenants["tenant-7"], Calls(1), "{late}");
        assert_eq!(told.weight(), 2, "{late}");
    }
    // Also what is counted right before it is let go.
    sheet.count("a", 0, "tenant-7".into(), true);
    drop(sheet);
    ledger.close(&desk);
    assert_eq!(heard(&ledger.take()).0.weight(), 1);
    ledger.close(&desk);
    assert!(ledger.take().is_empty());
}

#[test]
fn windows_that_only_idle_threads_hold_are_let_go() {
    let (desk, ledger) = (Desk::new(true), Ledger::new());
    let crowd = |round: usize| {
        let sheet = desk.sheet();
        for number in 0..5_000 {
            let tenant = format!("tenant-{round}-{number}");
            sheet.count("a", 0, tenant.as_str().into(), true);
        }
        let before = desk.window().expect("it counts");
        ledger.close(&desk);
        let was_replaced = !Arc::ptr_eq(&before, &desk.window().expect("it counts"));
        (sheet, was_replaced)
    };
    let idle: Vec<_> = (0..4).map(crowd).collect();
    assert!(idle.iter().all(|(_, was_replaced)| *was_replaced));
    assert!(!crowd(4).1, "as many wait as may");
    // One of them is not idle.
    for _ in 0..20 {
        idle[0].0.count("a", 0, "tenant-0-7".into(), true);
        ledger.close(&desk);
    }
    for round in 5..8 {
        assert!(crowd(round).1, "{round}");
    }
    let told = heard(&ledger.take()).0;
    assert_eq!(told.weight(), 8 * 5_000 + 20);
}

#[test]
fn unknown_flags_are_named_up_to_a_bound_and_none_is_named_by_a_text_that_is_no_key() {
    let desk = Desk::new(true);
    let sheet = desk.sheet();
    sheet.count_unknown("no key");
    for number in 0..200 {
        for _ in 0..2 {
            sheet.count_unknown(&format!("unknown-{number}"));
        }
    }
    let mut tally = Tally::new(10);
    desk.read_for_test(&mut tally);
    assert_eq!(tally.unknown().count(), 100);
    assert!(tally.unknown().all(|(_, calls)| calls == Calls(2)));
    assert_eq!(tally.lost(), 201);
}

#[test]
fn a_counter_that_begins_again_loses_nothing() {
    let (window, mut told) = (Window::new(16), Tally::new(10));
    let page = window.page();
    let ask = || {
        window.count(&page, 7, true, || Asked::Flag {
            key: "a",
            slot: 0,
            tenant: "acme",
        });
    };
    let mut told_now = || {
        window.read(&mut told);
        let answer = told.answer("a", true).expect("it was asked");
        answer.tenants["acme"].0
    };
    ask();
    let counter = &page.counts.get(7).expect("it was counted")[1];
    counter.store(u32::MAX - 1, Ordering::Relaxed);
    ask();
    assert_eq!(told_now(), u64::from(u32::MAX));

    // Between the step of the counter and the word about it, nothing is told.
    page.increase_small(counter);
    assert_eq!(told_now(), u64::from(u32::MAX));
    window.carry(7, true);
    ask();
    assert_eq!(told_now(), (1 << 32) + 1);
}
