//! Windows of usage and outcomes: what is counted is what is told, within every bound.

use proptest::prelude::*;
use tenantry_protocol::ClientFrame;
use tenantry_protocol::usage::{
    Calls, LATENCY_BUCKETS, MAX_COUNT, MAX_FRAME_BYTES, MAX_FRAMES, Measure, Outcomes, Span, Tally,
};

/// The tally that a server makes of these frames.
fn told<M: Measure>(
    frames: &[String],
    limit: usize,
    add: impl Fn(&mut Tally<M>, ClientFrame),
) -> Tally<M> {
    let mut tally = Tally::new(limit);
    for text in frames {
        assert!(text.len() <= MAX_FRAME_BYTES, "{} bytes", text.len());
        let frame = ClientFrame::parse(text)
            .expect("a frame")
            .expect("a known kind");
        assert_eq!(frame.to_text(), *text, "it is written as a frame is");
        add(&mut tally, frame);
    }
    tally
}

fn told_calls(frames: &[String], limit: usize) -> Tally<Calls> {
    told(frames, limit, |tally, frame| match frame {
        ClientFrame::Usage(frame) => tally.add_frame(&frame),
        other => panic!("{other:?}"),
    })
}

/// All that a tally says, in one order.
fn said<M: Measure>(tally: &Tally<M>) -> Vec<String> {
    let mut said: Vec<_> = tally
        .answers()
        .flat_map(|(flag, on, answer)| {
            let rest = (answer.rest != M::default()).then(|| {
                format!(
                    "{flag} {on} {} others: {:?}",
                    answer.rest_tenants, answer.rest
                )
            });
            let named = answer.tenants.iter();
            named
                .map(move |(tenant, measure)| format!("{flag} {on} {tenant:?}: {measure:?}"))
                .chain(rest)
        })
        .chain(
            tally
                .unknown()
                .map(|(flag, calls)| format!("unknown {flag}: {calls:?}")),
        )
        .collect();
    said.push(format!("lost {}", tally.lost()));
    said.sort();
    said
}

#[derive(Debug, Clone)]
struct Counted {
    flag: u8,
    on: bool,
    tenant: String,
    calls: u64,
}

fn counted() -> impl Strategy<Value = Counted> {
    // Keys of all kinds, many of them the same, some that grow when they are written, some none.
    let tenant = prop_oneof![
        4 => (0..200_u32).prop_map(|number| format!("tenant-{number}")),
        1 => "\\PC{0,80}",
        1 => "[\\x00-\\x1f\"\\\\]{1,256}",
    ];
    (0..6_u8, any::<bool>(), tenant, 1..1_000_u64).prop_map(|(flag, on, tenant, calls)| Counted {
        flag,
        on,
        tenant,
        calls,
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn frames_say_what_was_counted(
        counted in prop::collection::vec(counted(), 0..600),
        unknown in prop::collection::vec((0..150_u8, 1..9_u64), 0..200),
        lost in 0..9_u64,
    ) {
        let mut tally = Tally::<Calls>::new(10_000);
        for it in &counted {
            tally.add(&format!("flag-{}", it.flag), it.on, &it.tenant, &Calls(it.calls));
        }
        for (flag, calls) in &unknown {
            tally.add_unknown(&format!("unknown-{flag}"), Calls(*calls));
        }
        tally.add_lost(lost);
        let before = said(&tally);
        let all = counted.iter().map(|it| it.calls).sum::<u64>()
            + unknown.iter().map(|(_, calls)| calls).sum::<u64>() + lost;
        prop_assert_eq!(tally.weight(), all);
        let heard = told_calls(&tally.take_frames(Span::default()), 10_000);
        prop_assert_eq!(said(&heard), before);
    }

    #[test]
    fn whatever_is_cut_the_sum_stays_and_the_largest_are_named(
        counted in prop::collection::vec(counted(), 0..600),
        limit in 0..40_usize,
    ) {
        let (mut all, mut bounded) = (Tally::<Calls>::new(10_000), Tally::<Calls>::new(limit));
        for it in &counted {
            let flag = format!("flag-{}", it.flag);
            all.add(&flag, it.on, &it.tenant, &Calls(it.calls));
            bounded.add(&flag, it.on, &it.tenant, &Calls(it.calls));
            prop_assert!(bounded.named() <= 2 * limit);
        }
        prop_assert_eq!(bounded.weight(), all.weight());
        for (flag, on, answer) in all.answers() {
            let kept = bounded.answer(flag, on).expect("it was asked");
            prop_assert_eq!(kept.total(), answer.total());
        }
        let named = all.named();
        let mut weights: Vec<u64> = all.answers()
            .flat_map(|(_, _, answer)| answer.tenants.values().map(|calls| calls.0))
            .collect();
        weights.sort_unstable();
        let heaviest: u64 = weights.iter().rev().take(limit).sum();
        let mut cut = Tally::<Calls>::new(limit);
        cut.merge(&all);
        cut.cut();
        prop_assert_eq!(cut.named(), limit.min(named));
        prop_assert_eq!(cut.weight(), all.weight());
        if named <= 2 * limit {
            let kept: u64 = cut.answers()
                .flat_map(|(_, _, answer)| answer.tenants.values().map(|calls| calls.0))
                .sum();
            prop_assert_eq!(kept, heaviest);
        }
    }

    #[test]
    fn outcomes_add_up_in_any_order(
        outcomes in prop::collection::vec((any::<bool>(), prop::option::of(0..LATENCY_BUCKETS)), 1..100),
    ) {
        let (mut forwards, mut backwards) = (Outcomes::default(), Outcomes::default());
        for (failed, latency) in &outcomes {
            forwards.merge(&Outcomes::one(*failed, *latency));
        }
        for (failed, latency) in outcomes.iter().rev() {
            backwards.merge(&Outcomes::one(*failed, *latency));
        }
        prop_assert_eq!(&forwards, &backwards);
        prop_assert_eq!(forwards.requests, outcomes.len() as u64);
        let mut tally = Tally::<Outcomes>::new(10);
        tally.add("a", true, "acme", &forwards);
        let before = said(&tally);
        let heard = told(&tally.take_frames(Span::default()), 10, |tally, frame| match frame {
            ClientFrame::Outcomes(frame) => tally.add_frame(&frame),
            other => panic!("{other:?}"),
        });
        prop_assert_eq!(said(&heard), before);
    }
}

#[test]
fn a_window_of_very_many_long_keys_takes_frames_enough_and_no_more() {
    let mut tally = Tally::<Calls>::new(20_000);
    for number in 0..20_000_u64 {
        let tenant = format!("{number:\u{1}>250}");
        tally.add(
            &format!("flag-{}", number % 50),
            number % 2 == 0,
            &tenant,
            &Calls(1 + number),
        );
    }
    let weight = tally.weight();
    let frames = tally.take_frames(Span::default());
    assert!((2..=MAX_FRAMES).contains(&frames.len()), "{}", frames.len());
    let heard = told_calls(&frames, 20_000);
    assert_eq!(heard.weight(), weight);
    assert!(heard.named() > 100, "{}", heard.named());
    let (_, _, answer) = heard.answers().next().expect("an answer");
    assert!(answer.rest_tenants > 100, "{}", answer.rest_tenants);
}

#[test]
fn nothing_takes_no_frame() {
    let mut nothing = Tally::<Calls>::new(10);
    assert!(nothing.take_frames(Span::default()).is_empty());
}

#[test]
fn of_very_many_flags_no_more_is_taken_at_once_than_a_server_reads_and_nothing_is_lost() {
    let mut tally = Tally::<Outcomes>::new(8_192);
    let one = |number: usize| {
        let bucket = u8::try_from(number % usize::from(LATENCY_BUCKETS)).expect("a bucket");
        Outcomes::one(number.is_multiple_of(3), Some(bucket))
    };
    for number in 0..2_300 * 80 {
        let (flag, on) = (format!("flag-{}", number % 2_300), number % 7 < 4);
        tally.add_rest(&flag, on, 9, &one(number));
    }
    for number in 0..3_000 {
        // Of these two the tenants take more than a frame.
        let flag = if number < 1_500 { "flag-7" } else { "flag-999" };
        tally.add(flag, true, &format!("{number:x>40}"), &one(number));
    }
    let before = said(&tally);
    let (mut heard, mut times) = (Tally::new(8_192), 0);
    while !tally.is_empty() {
        let frames = tally.take_frames(Span::default());
        assert!((1..=MAX_FRAMES).contains(&frames.len()), "{}", frames.len());
        heard.merge(&told(&frames, 8_192, |tally, frame| match frame {
            ClientFrame::Outcomes(frame) => tally.add_frame(&frame),
            other => panic!("{other:?}"),
        }));
        times += 1;
    }
    assert!(times > 1, "{times}");
    assert_eq!(said(&heard), before);
}

#[test]
fn what_cannot_be_is_refused() {
    let usage = |fields: &str| format!(r#"{{"type":"usage","age":0,"length":0,{fields}}}"#);
    for good in [
        usage(r#""flags":[]"#),
        usage(r#""tenants":["acme"],"flags":[{"flag":"a","on":[[0,0]]}]"#),
        usage(&format!(
            r#""flags":[{{"flag":"a","on_rest":[0,{MAX_COUNT}]}}]"#
        )),
    ] {
        assert!(ClientFrame::parse(&good).is_ok(), "{good}");
    }
    for bad in [
        r#"{"type":"usage"}"#.to_owned(),
        r#"{"type":"usage","age":-1,"length":0,"flags":[]}"#.to_owned(),
        r#"{"type":"usage","age":0.5,"length":0,"flags":[]}"#.to_owned(),
        usage(r#""tenants":[""],"flags":[]"#),
        usage(&format!(r#""tenants":["{}"],"flags":[]"#, "x".repeat(257))),
        usage(r#""tenants":[7],"flags":[]"#),
        usage(r#""flags":[{"flag":"a","on":[[0,1]]}]"#),
        usage(r#""tenants":["acme"],"flags":[{"flag":"a","on":[[1,1]]}]"#),
        usage(r#""tenants":["acme"],"flags":[{"flag":"a","on":[[-1,1]]}]"#),
        usage(r#""tenants":["acme"],"flags":[{"flag":"a","on":[[0]]}]"#),
        usage(r#""tenants":["acme"],"flags":[{"flag":"a","on":[[]]}]"#),
        usage(r#""tenants":["acme"],"flags":[{"flag":"a","on":[[0,-1]]}]"#),
        usage(r#""tenants":["acme"],"flags":[{"flag":"a","on":[[0,1e3]]}]"#),
        usage(&format!(
            r#""tenants":["acme"],"flags":[{{"flag":"a","on":[[0,{}]]}}]"#,
            MAX_COUNT + 1
        )),
        usage(r#""flags":[{"flag":"a/b"}]"#),
        usage(r#""flags":[{"on":[]}]"#),
        usage(r#""flags":[],"unknown":[["",1]]"#),
        usage(r#""flags":[],"unknown":[["a"]]"#),
        usage(r#""flags":[],"lost":-1"#),
        usage(r#""flags":{}"#),
    ] {
        assert!(ClientFrame::parse(&bad).is_err(), "{bad}");
    }
    let outcomes = |row: &str| {
        format!(
            r#"{{"type":"outcomes","age":0,"length":0,"tenants":["acme"],"flags":[{{"flag":"a","on":[{row}]}}]}}"#
        )
    };
    for good in ["[0,1,0]", "[0,1,1,[[3,1]]]", "[0,1,0,[],{}]"] {
        assert!(ClientFrame::parse(&outcomes(good)).is_ok(), "{good}");
    }
    for bad in [
        "[0,1]",
        "[0,1,2]",
        "[0,1,0,[[78,1]]]",
        "[0,1,0,[[3,0]]]",
        "[0,2,0,[[3,1],[3,1]]]",
        "[0,2,0,[[4,1],[3,1]]]",
        "[0,1,0,[[3]]]",
        "[0,1,0,7]",
    ] {
        assert!(ClientFrame::parse(&outcomes(bad)).is_err(), "{bad}");
    }
}
