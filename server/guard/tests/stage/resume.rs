//! A controller that is killed and started again comes to the same end.

use proptest::prelude::*;
use tenantry_guard::{
    CustomBaseline, CustomRow, Design, ErrorRow, Guard, LatencyHistory, LatencyRow, Metric,
    MetricKind, Progress, ResumeError, Rows, Verdict, WindowLength,
};

use crate::world::{design, minute};

/// Errors, latency and a metric of the caller's, of eight tenants.
fn three_metrics() -> Design {
    let mut design = design(8, 3);
    let mut history = LatencyHistory::new(vec![0.1, 0.3, 0.7], 8, 60);
    for number in 0..60 {
        let counts = [30, number % 3, 0, 0];
        let rows: Vec<_> = (0..8)
            .map(|tenant| LatencyRow {
                tenant,
                counts: &counts,
            })
            .collect();
        history.minute(&rows).expect("the tenants exist");
    }
    design.metrics.push(Metric {
        name: "latency".into(),
        kind: MetricKind::Latency(history.finish()),
    });
    design.metrics.push(Metric {
        name: "checkout".into(),
        kind: MetricKind::Custom(CustomBaseline::new(vec![true; 8])),
    });
    design.cohort = design.cohort.with_strata(vec![0, 1, 0, 1, 0, 1, 0, 1]);
    design
}

/// What one tenant does in one minute: requests, bad ones, slow ones, and the caller's word.
type Deed = (u32, u32, u32, u32, bool);

fn step(guard: &mut Guard, deeds: &[Deed]) -> Verdict {
    let number = guard.progress().minutes();
    let errors: Vec<_> = deeds
        .iter()
        .map(|&(tenant, requests, bad, ..)| ErrorRow {
            tenant,
            requests,
            bad,
        })
        .collect();
    let counts: Vec<_> = deeds
        .iter()
        .map(|&(_, requests, _, slow, _)| [requests, 0, slow / 2, slow])
        .collect();
    let latency: Vec<_> = deeds
        .iter()
        .zip(&counts)
        .map(|(deed, counts)| LatencyRow {
            tenant: deed.0,
            counts,
        })
        .collect();
    let custom: Vec<_> = deeds
        .iter()
        .flat_map(|&(tenant, .., bad)| {
            WindowLength::ALL
                .into_iter()
                .filter(move |length| length.closes_with(number))
                .map(move |length| CustomRow {
                    tenant,
                    length,
                    bad,
                })
        })
        .collect();
    guard
        .step(
            number,
            &[
                Rows::Errors(&errors),
                Rows::Latency(&latency),
                Rows::Custom(&custom),
            ],
        )
        .expect("the rows fit the design")
}

/// Through the text that a database would hold, as it stands in another process.
fn killed(guard: &Guard) -> Guard {
    let design = serde_json::to_string(guard.design()).expect("a design is JSON");
    let progress = serde_json::to_string(guard.progress()).expect("progress is JSON");
    let design = serde_json::from_str(&design).expect("it was written so");
    let progress = serde_json::from_str(&progress).expect("it was written so");
    Guard::resume(design, progress).expect("they belong together")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn a_cut_anywhere_changes_nothing(
        world in prop::collection::vec(
            prop::collection::vec((0..8_u32, 0..90_u32, 0..40_u32, 0..9_u32, any::<bool>()), 0..9),
            1..90,
        ),
        cuts in prop::collection::vec(any::<bool>(), 90),
    ) {
        let mut whole = Guard::new(three_metrics()).expect("the design is valid");
        let mut cut = whole.clone();
        for (deeds, is_cut) in world.iter().zip(cuts) {
            if is_cut {
                cut = killed(&cut);
            }
            prop_assert_eq!(step(&mut whole, deeds), step(&mut cut, deeds));
        }
        prop_assert_eq!(whole, cut);
    }
}

#[test]
fn progress_of_another_stage_is_refused() {
    let mut guard = Guard::new(design(20, 5)).expect("the design is valid");
    minute(&mut guard, &[7]);
    let progress = guard.progress().clone();
    assert_eq!(
        Guard::resume(design(10, 5), progress.clone()),
        Err(ResumeError::Mismatch)
    );
    assert_eq!(
        Guard::resume(three_metrics(), progress.clone()),
        Err(ResumeError::Mismatch)
    );

    // Somebody who went bad twice.
    let mut document = serde_json::to_value(&progress).expect("progress is JSON");
    let departures = &mut document["metrics"][0]["departures"][0];
    assert_eq!(departures[0]["tenants"], serde_json::json!([7]));
    let again = departures[0].clone();
    departures.as_array_mut().expect("a list").push(again);
    let progress: Progress = serde_json::from_value(document).expect("of the right shape");
    assert_eq!(
        Guard::resume(design(20, 5), progress),
        Err(ResumeError::Mismatch)
    );
}
