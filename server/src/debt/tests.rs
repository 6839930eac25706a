//! The policy on chosen days, states and sentences together.

use chrono::{DateTime, NaiveDate, Utc};
use tenantry_protocol::report::{IndebtedFlag, Keep, OwnersDebt, Policy, State, Summary};

use super::*;

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

fn at(text: &str) -> DateTime<Utc> {
    format!("{text}Z").parse().expect("a moment")
}

fn facts() -> FlagFacts {
    FlagFacts {
        key: "new-billing".to_owned(),
        name: "New billing".to_owned(),
        owner: Some("ana".to_owned()),
        has_living_owner: true,
        kind: "release",
        is_temporary: true,
        tags: Vec::new(),
        expires_on: Some(day("2026-03-01")),
        extensions: 0,
        created_at: at("2025-12-01T00:00:00"),
        references: 0,
        needed_by: Vec::new(),
        asked: None,
        environments: Vec::new(),
    }
}

fn project(flags: Vec<FlagFacts>) -> ProjectFacts {
    ProjectFacts {
        project: "default".to_owned(),
        flags,
        ..ProjectFacts::default()
    }
}

/// The flag's part of the report.
fn judged(now: &str, facts: &ProjectFacts) -> Option<IndebtedFlag> {
    let mut report = report(facts, Policy::default(), &Filter::default(), at(now));
    assert!(report.flags.len() <= 1, "{:#?}", report.flags);
    report.flags.pop()
}

/// The states at a moment, and how the explanation begins.
fn check(now: &str, flag: FlagFacts, expected: &[State], explanation: &str) {
    let flag = judged(now, &project(vec![flag]));
    let states = flag.as_ref().map_or(&[][..], |flag| &flag.states);
    assert_eq!(states, expected, "at {now}");
    let text = flag.as_ref().map_or("", |flag| &flag.explanation);
    assert!(text.starts_with(explanation), "at {now}: {text}");
}

#[test]
fn a_flag_passes_from_due_to_expired_to_overdue_at_midnight_utc() {
    use State::{Due, Expired, Overdue};
    check("2026-02-14T23:59:59", facts(), &[], "");
    check(
        "2026-02-15T00:00:00",
        facts(),
        &[Due],
        "Expires in 14 days.",
    );
    check("2026-02-28T12:00:00", facts(), &[Due], "Expires in 1 day.");
    let today = "Expires at the end of today (UTC).";
    check("2026-03-01T23:59:59", facts(), &[Due], today);
    let expired = "Expired 1 day ago. Delete it, or extend it with a reason.";
    check("2026-03-02T00:00:00", facts(), &[Expired], expired);
    check(
        "2026-03-15T23:59:59",
        facts(),
        &[Expired],
        "Expired 14 days ago.",
    );
    let overdue = "Expired 15 days ago, longer than the grace allows. Delete it.";
    check("2026-03-16T00:00:00", facts(), &[Overdue], overdue);
}

#[test]
fn a_temporary_flag_needs_a_living_owner() {
    let unowned = FlagFacts {
        has_living_owner: false,
        ..facts()
    };
    let text = "Nobody owns it any more: name an owner.";
    check(
        "2026-01-01T00:00:00",
        unowned.clone(),
        &[State::Unowned],
        text,
    );
    let both = format!("Expires in 1 day. {text}");
    let states = [State::Due, State::Unowned];
    check("2026-02-28T00:00:00", unowned.clone(), &states, &both);
    let permanent = FlagFacts {
        kind: "ops",
        is_temporary: false,
        expires_on: None,
        ..unowned
    };
    check("2026-06-01T00:00:00", permanent, &[], "");
}

#[test]
fn extensions_are_counted_against_the_policy() {
    let extended = |extensions| FlagFacts {
        extensions,
        expires_on: Some(day("2026-12-01")),
        ..facts()
    };
    check("2026-06-01T00:00:00", extended(2), &[], "");
    let text = "Its expiry has been put off 3 times: make it permanent or remove it.";
    check(
        "2026-06-01T00:00:00",
        extended(3),
        &[State::OverExtended],
        text,
    );
}

const NOW: &str = "2026-06-15T12:00:00";

/// An environment that has served one answer since 3 May.
fn environment(name: &str, keep: Keep) -> EnvironmentFacts {
    EnvironmentFacts {
        environment: name.to_owned(),
        tenants: 214,
        answers: Answers {
            on: keep == Keep::On,
            off: keep == Keep::Off,
        },
        variants: 0,
        set_at: at("2026-05-03T08:00:00"),
        last_on: (keep == Keep::On).then(|| at(NOW)),
        last_off: (keep == Keep::Off).then(|| at(NOW)),
        has_plan: false,
        laggards: Vec::new(),
    }
}

/// A project whose one flag, not expired, serves these environments.
fn serving(environments: Vec<EnvironmentFacts>) -> ProjectFacts {
    let flag = FlagFacts {
        expires_on: Some(day("2026-12-01")),
        asked: Some(Asked {
            at: at("2026-06-15T09:30:00"),
            by: "billing-api".to_owned(),
        }),
        environments,
        ..facts()
    };
    ProjectFacts {
        usage_since: Some(at("2026-01-01T00:00:00")),
        ..project(vec![flag])
    }
}

#[test]
fn a_flag_that_has_served_one_answer_to_all_for_long_is_ready() {
    let facts = serving(vec![
        environment("staging", Keep::On),
        environment("production", Keep::On),
    ]);
    let flag = judged(NOW, &facts).expect("in debt");
    assert_eq!(flag.states, [State::Ready]);
    let removal = flag.removal.expect("judged");
    assert_eq!((removal.keep, removal.blockers.len()), (Some(Keep::On), 0));
    assert_eq!(
        flag.explanation,
        "Safe to remove, keeping the code for on: \
        staging has served on to all of its 214 tenants since 3 May. \
        production has served on to all of its 214 tenants since 3 May. \
        Last asked 2 hours ago by billing-api."
    );
    let off = serving(vec![environment("production", Keep::Off)]);
    let removal = judged(NOW, &off).and_then(|flag| flag.removal);
    assert_eq!(removal.and_then(|it| it.keep), Some(Keep::Off));
}

#[test]
fn where_nobody_lives_has_no_say() {
    let idle = EnvironmentFacts {
        tenants: 0,
        last_off: None,
        ..environment("development", Keep::Off)
    };
    let facts = serving(vec![idle.clone(), environment("production", Keep::On)]);
    let flag = judged(NOW, &facts).expect("in debt");
    assert_eq!(flag.states, [State::Ready]);
    assert!(
        flag.explanation
            .contains("development has had no tenants for 30 days"),
        "{}",
        flag.explanation
    );
    assert_eq!(
        judged(NOW, &serving(vec![idle])),
        None,
        "nobody proves nothing"
    );
}

/// What keeps a flag from going, of which there is one thing.
fn blocker(facts: &ProjectFacts) -> String {
    let removal = super::judge::proof(facts, "new-billing", Policy::default(), at(NOW));
    let removal = removal.expect("a flag");
    assert_eq!(removal.keep, None, "{removal:?}");
    let [only] = removal.blockers.as_slice() else {
        panic!("not one blocker: {:?}", removal.blockers);
    };
    only.clone()
}

#[test]
fn what_keeps_a_flag_is_named() {
    let on = || environment("production", Keep::On);
    let with = |environment| blocker(&serving(vec![environment]));
    assert_eq!(
        with(EnvironmentFacts {
            answers: Answers {
                on: true,
                off: true
            },
            ..on()
        }),
        "production serves on to some tenants and off to others."
    );
    assert_eq!(
        blocker(&serving(vec![on(), environment("staging", Keep::Off)])),
        "production serves on, staging serves off."
    );
    assert_eq!(
        with(EnvironmentFacts {
            set_at: at("2026-06-01T00:00:00"),
            ..on()
        }),
        "production has been set to on for all only since 1 June; 30 days are asked for."
    );
    assert_eq!(
        with(EnvironmentFacts {
            last_off: Some(at("2026-06-14T11:00:00")),
            ..on()
        }),
        "production answered off 1 day ago."
    );
    assert_eq!(
        with(EnvironmentFacts {
            has_plan: true,
            ..on()
        }),
        "production has a plan for it that is not finished."
    );
    assert_eq!(
        with(EnvironmentFacts {
            variants: 3,
            ..on()
        }),
        "production draws one of 3 variants."
    );
    assert_eq!(
        with(EnvironmentFacts {
            laggards: vec!["an SDK of billing (7f)".to_owned()],
            ..on()
        }),
        "In production an SDK of billing (7f) has not heard of its setting of 3 May."
    );
}

#[test]
fn proof_rests_on_usage_and_on_nobody_who_waits() {
    let mut facts = serving(vec![environment("production", Keep::On)]);
    facts.flags[0].needed_by = vec!["checkout".to_owned()];
    assert_eq!(blocker(&facts), "checkout has it as a prerequisite.");
    facts.flags[0].needed_by.clear();
    facts.usage_since = None;
    assert_eq!(
        blocker(&facts),
        "No program has told of its usage yet, so nobody knows what tenants get."
    );
    facts.usage_since = Some(at("2026-06-10T00:00:00"));
    assert_eq!(
        blocker(&facts),
        "Programs have told of their usage only since 10 June; 30 days are asked for."
    );
}

#[test]
fn a_late_flag_says_what_keeps_it() {
    let mut facts = serving(vec![environment("production", Keep::On)]);
    facts.flags[0].expires_on = Some(day("2026-06-10"));
    facts.flags[0].needed_by = vec!["checkout".to_owned()];
    let flag = judged(NOW, &facts).expect("in debt");
    assert_eq!(
        flag.explanation,
        "Expired 5 days ago. Delete it, or extend it with a reason. \
        What keeps it: checkout has it as a prerequisite."
    );
}

#[test]
fn a_flag_that_nobody_asks_for_is_unused_as_far_as_usage_is_told() {
    let mut facts = serving(Vec::new());
    facts.flags[0].references = 2;
    facts.flags[0].asked = Some(Asked {
        at: at("2026-05-01T00:00:00"),
        by: "billing-api".to_owned(),
    });
    let flag = judged(NOW, &facts).expect("in debt");
    assert_eq!(flag.states, [State::Unused]);
    assert_eq!(
        flag.explanation,
        "Last asked 45 days ago by billing-api, though code does at 2 places."
    );
    facts.flags[0].asked = None;
    let flag = judged(NOW, &facts).expect("in debt");
    assert!(flag.explanation.starts_with("Nobody has ever asked for it"));

    facts.flags[0].created_at = at("2026-06-01T00:00:00");
    assert_eq!(judged(NOW, &facts), None, "it is too young");
    facts.flags[0].created_at = at("2026-01-01T00:00:00");
    facts.usage_since = None;
    assert_eq!(judged(NOW, &facts), None, "nobody tells");
}

#[test]
fn what_is_asked_for_and_does_not_exist_is_unknown() {
    let unknown = |archived_at, references| ProjectFacts {
        unknown: vec![UnknownFacts {
            key: "ghost".to_owned(),
            asked: Some(Asked {
                at: at("2026-06-15T11:55:00"),
                by: "billing-api".to_owned(),
            }),
            environments: vec!["staging".to_owned(), "production".to_owned()],
            references,
            archived_at,
        }],
        ..project(Vec::new())
    };
    let flag = judged(NOW, &unknown(None, 1)).expect("in debt");
    assert_eq!((flag.states, flag.kind), (vec![State::Unknown], None));
    assert_eq!(
        flag.explanation,
        "There is no such flag, and billing-api asked for it in staging and production \
        5 minutes ago, and code asks for it at 1 place: callers get their default. \
        Take it out of the code, or create it."
    );
    let flag = judged(NOW, &unknown(Some(at("2026-06-01T00:00:00")), 0)).expect("in debt");
    assert!(flag.explanation.starts_with("It is archived since 1 June"));
}

#[test]
fn the_report_is_sorted_counted_and_summed_up() {
    let late = FlagFacts {
        key: "b".to_owned(),
        references: 2,
        extensions: 1,
        tags: vec!["money".to_owned()],
        ..facts()
    };
    let unowned = FlagFacts {
        key: "a".to_owned(),
        has_living_owner: false,
        ..facts()
    };
    let facts = project(vec![late, unowned]);
    let now = at("2026-05-01T00:00:00");
    let all = report(&facts, Policy::default(), &Filter::default(), now);
    let keys: Vec<_> = all.flags.iter().map(|flag| flag.key.as_str()).collect();
    assert_eq!(keys, ["a", "b"]);
    assert_eq!(all.flags[0].owner, None, "an owner who is gone is nobody");
    assert_eq!(
        all.summary,
        Summary {
            overdue: 2,
            unowned: 1,
            ..Summary::default()
        }
    );
    // 61 days × (1 + 2 references) × (1 + 1 extension).
    assert_eq!((all.flags[0].debt, all.flags[1].debt), (61, 366));
    assert_eq!(all.debt, 61 + 366);
    let owner = |owner: Option<&str>, debt| OwnersDebt {
        owner: owner.map(str::to_owned),
        flags: 1,
        debt,
    };
    assert_eq!(all.owners, [owner(Some("ana"), 366), owner(None, 61)]);
    assert_eq!(all.generated_at, "2026-05-01T00:00:00.000Z");

    let filter = |filter: Filter| {
        let report = report(&facts, Policy::default(), &filter, now);
        let keys = report.flags.into_iter().map(|flag| flag.key);
        (keys.collect::<Vec<_>>(), report.debt)
    };
    let by_tag = Filter {
        tag: Some("money".to_owned()),
        ..Filter::default()
    };
    assert_eq!(filter(by_tag), (vec!["b".to_owned()], 366));
    let by_owner = Filter {
        owner: Some(String::new()),
        ..Filter::default()
    };
    assert_eq!(filter(by_owner), (vec!["a".to_owned()], 61));
}
