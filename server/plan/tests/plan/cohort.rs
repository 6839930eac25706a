//! Whom a cohort draws.

use proptest::prelude::*;
use tenantry_plan::{Candidate, Cohort, CohortSize, Size, fill, size_class};

fn cohort(size: CohortSize) -> Cohort {
    Cohort {
        size,
        never: Vec::new(),
        max_share_of_requests: None,
        small_first: false,
    }
}

const TENANTS: [Candidate<'static>; 5] = [
    Candidate {
        key: "giant",
        weight: 1_000,
        bucket: 10,
    },
    Candidate {
        key: "b",
        weight: 5,
        bucket: 30,
    },
    Candidate {
        key: "a",
        weight: 5,
        bucket: 30,
    },
    Candidate {
        key: "small",
        weight: 1,
        bucket: 90,
    },
    Candidate {
        key: "medium",
        weight: 89,
        bucket: 20,
    },
];

const ROSTER: Size = Size {
    tenants: 5,
    weight: 1_100,
};

fn drawn(cohort: &Cohort, before: Size) -> String {
    let places = fill(cohort, ROSTER, before, &TENANTS);
    let keys: Vec<_> = places.into_iter().map(|place| TENANTS[place].key).collect();
    keys.join(" ")
}

#[test]
fn tenants_are_drawn_in_the_order_of_their_buckets_within_the_limits() {
    let none = Size::default();
    assert_eq!(
        drawn(&cohort(CohortSize::Tenants(3)), none),
        "giant medium a"
    );
    assert_eq!(
        drawn(&cohort(CohortSize::ShareOfTenants(50_000)), none),
        "giant medium"
    );
    assert_eq!(
        drawn(&cohort(CohortSize::Tenants(9)), none),
        "giant medium a b small"
    );
    let before = Size {
        tenants: 2,
        weight: 10,
    };
    assert_eq!(
        drawn(&cohort(CohortSize::Tenants(3)), before),
        "giant",
        "two were drawn before"
    );
    // 10 % of the requests are 110: the giant is passed over.
    assert_eq!(
        drawn(&cohort(CohortSize::ShareOfRequests(10_000)), none),
        "medium a b small"
    );
    let limited = Cohort {
        max_share_of_requests: Some(1_000),
        ..cohort(CohortSize::Tenants(4))
    };
    assert_eq!(drawn(&limited, none), "a b small");
    let small_first = Cohort {
        small_first: true,
        ..cohort(CohortSize::Tenants(4))
    };
    assert_eq!(drawn(&small_first, none), "a b small medium");
}

#[test]
fn sizes_are_classed_by_their_digits() {
    for (weight, class) in [(0, 0), (1, 1), (9, 1), (10, 2), (99_999, 5)] {
        assert_eq!(size_class(weight), class, "{weight}");
    }
}

proptest! {
    #[test]
    fn a_larger_cohort_holds_the_smaller(
        weights in prop::collection::vec((0_u64..5_000, 0_u32..100_000), 1..60),
        (less, more) in (1_u64..40, 0_u64..30),
        small_first in any::<bool>(),
    ) {
        let keys: Vec<String> = (0..weights.len()).map(|number| format!("t{number}")).collect();
        let candidates: Vec<_> = keys.iter().zip(&weights).map(|(key, (weight, bucket))| Candidate {
            key, weight: *weight, bucket: *bucket,
        }).collect();
        let roster = Size {
            tenants: candidates.len() as u64,
            weight: weights.iter().map(|it| it.0).sum(),
        };
        let of = |count| Cohort { small_first, ..cohort(CohortSize::Tenants(count)) };
        let first = fill(&of(less), roster, Size::default(), &candidates);
        prop_assert_eq!(first.len() as u64, less.min(roster.tenants), "exactly so many");
        let rest: Vec<_> = (0..candidates.len()).filter(|place| !first.contains(place)).collect();
        let left: Vec<_> = rest.iter().map(|place| candidates[*place]).collect();
        let size = Size {
            tenants: first.len() as u64,
            weight: first.iter().map(|place| candidates[*place].weight).sum(),
        };
        let second = fill(&of(less + more), roster, size, &left);
        let mut both = first;
        both.extend(second.into_iter().map(|place| rest[place]));
        let at_once = fill(&of(less + more), roster, Size::default(), &candidates);
        prop_assert_eq!(both, at_once, "in two steps as in one");
    }
}
