//! Usage and outcomes: what is recorded adds up, is bounded in time, and stays in its project.

use chrono::TimeDelta;
use tenantry_store::{
    AskerCalls, EnvironmentScope, FlagCalls, OutcomeFilter, PrunePolicy, Read, TenantCalls,
    TenantOutcomes, TokenType, UsageBatch, UsageFilter, UsageStep, UsageWrite, Write,
};
use tenantry_tests::{TestDatabase, on_both};

use super::{Scene, at, flag_key, tokens};

/// Production, as an SDK's token opens it.
async fn opened(scene: &Scene) -> EnvironmentScope<Read> {
    let (_, secret) = tokens::create(scene, "billing", TokenType::Sdk, Some("production")).await;
    let access = scene.store.authenticate(&secret, at(0)).await;
    let access = access.expect("it answers").expect("the secret is good");
    access.environment_scope().expect("it is bound to one")
}

fn batch(environment: &EnvironmentScope<Read>, seconds: i64) -> UsageBatch {
    let outcomes = |tenant: &str, failures, latency: &[(u8, u64)]| TenantOutcomes {
        flag: "a".to_owned(),
        on: true,
        tenant: tenant.to_owned(),
        at: at(seconds),
        requests: 10,
        failures,
        latency: latency.to_vec(),
    };
    UsageBatch {
        environment: environment.clone(),
        at: at(seconds),
        flags: vec![FlagCalls {
            flag: "a".to_owned(),
            on: 10,
            off: 7,
            other_tenants: 3,
        }],
        tenants: vec![TenantCalls {
            flag: "a".to_owned(),
            tenant: "acme".to_owned(),
            on: 8,
            off: 0,
        }],
        outcomes: vec![
            outcomes("acme", 1, &[(3, 4), (30, 6)]),
            outcomes("", 2, &[]),
        ],
        askers: vec![
            AskerCalls {
                flag: "a".to_owned(),
                is_known: true,
                token: "billing".to_owned(),
                sdk: "tenantry-rust/0.1.0".to_owned(),
                calls: 17,
            },
            AskerCalls {
                flag: "gone".to_owned(),
                is_known: false,
                token: "billing".to_owned(),
                sdk: "tenantry-rust/0.1.0".to_owned(),
                calls: 2,
            },
        ],
        seen: vec!["acme".to_owned()],
    }
}

fn filter(step: UsageStep, hours: i64, until: i64) -> UsageFilter {
    UsageFilter {
        flag: flag_key("a"),
        from: at(until) - TimeDelta::hours(hours),
        to: at(until),
        step,
        limit: 50,
        cursor: None,
    }
}

async fn record(scene: &Scene, batches: &[UsageBatch]) {
    let write = UsageWrite::first(at(0));
    let recorded = scene.store.record_usage(write, batches, at(0)).await;
    recorded.expect("it is recorded");
}

async fn outcomes(scene: &Scene, scope: &EnvironmentScope<Write>) -> Vec<TenantOutcomes> {
    let all = OutcomeFilter {
        flag: flag_key("a"),
        from: at(-86_400),
        to: at(40 * 86_400),
    };
    let outcomes = scene.store.outcomes(scope, &all).await;
    outcomes.expect("it answers")
}

async fn what_comes_in_parts_adds_up(database: TestDatabase) {
    let scene = Scene::new(database).await;
    scene.create("a").await;
    let environment = opened(&scene).await;
    let revision = scene.revision().await;
    record(&scene, &[batch(&environment, 0), batch(&environment, 60)]).await;
    record(&scene, &[batch(&environment, 0)]).await;
    record(&scene, &[]).await;
    assert_eq!(scene.revision().await, revision, "it is no change");

    let usage = scene
        .store
        .flag_usage(&scene.production, &filter(UsageStep::Minute, 1, 120))
        .await
        .expect("it answers");
    let steps: Vec<_> = usage.steps.iter().map(|it| (it.on, it.off)).collect();
    assert_eq!(steps, [(20, 14), (10, 7)]);
    assert_eq!(usage.tenants.items[0].on, 24);
    assert_eq!((usage.others.on, usage.others.off), (6, 21));
    assert_eq!(usage.other_tenants, 3);
    for step in [UsageStep::Hour, UsageStep::Day] {
        let usage = scene
            .store
            .flag_usage(&scene.production, &filter(step, 1, 120))
            .await;
        let usage = usage.expect("it answers");
        assert_eq!((usage.steps.len(), usage.steps[0].on), (1, 30), "{step:?}");
    }

    let told = outcomes(&scene, &scene.production).await;
    let told: Vec<_> = told
        .iter()
        .map(|it| (&*it.tenant, it.requests, it.failures, it.latency.clone()))
        .collect();
    let acme = |times| {
        (
            "acme",
            10 * times,
            times,
            vec![(3, 4 * times), (30, 6 * times)],
        )
    };
    let others = |times: u64| ("", 10 * times, 2 * times, vec![]);
    assert_eq!(told, [others(2), acme(2), others(1), acme(1)]);

    let unknown = scene.store.unknown_flags(&scene.production, 50, None).await;
    let unknown = unknown.expect("it answers").items;
    assert_eq!((unknown.len(), &*unknown[0].key), (1, "gone"));
    assert_eq!(unknown[0].askers[0].calls, 6);
    let gap = unknown[0].askers[0].last_seen - unknown[0].askers[0].first_seen;
    assert_eq!(gap, TimeDelta::minutes(1));
}

async fn a_write_that_is_tried_again_is_counted_once(database: TestDatabase) {
    let scene = Scene::new(database).await;
    scene.create("a").await;
    let environment = opened(&scene).await;
    let (first, other) = (UsageWrite::first(at(0)), UsageWrite::first(at(0)));
    let second = first.next();
    for write in [first, first, other, second, second, first, other] {
        let batches = [batch(&environment, 0)];
        let recorded = scene.store.record_usage(write, &batches, at(0)).await;
        recorded.expect("it is recorded, or was");
    }
    let usage = scene
        .store
        .flag_usage(&scene.production, &filter(UsageStep::Hour, 1, 60))
        .await;
    assert_eq!(usage.expect("it answers").steps[0].on, 3 * 10);
    let told = outcomes(&scene, &scene.production).await;
    assert!(told.iter().all(|it| it.requests == 3 * 10), "{told:?}");
    // A node that is silent for long starts from where it was.
    let pruned = scene.store.prune(PrunePolicy::default(), at(9 * 86_400));
    pruned.await.expect("pruned");
    let batches = [batch(&environment, 0)];
    let recorded = scene
        .store
        .record_usage(second.next(), &batches, at(9 * 86_400));
    recorded.await.expect("it is recorded");
}

async fn old_usage_is_taken_away(database: TestDatabase) {
    let scene = Scene::new(database).await;
    scene.create("a").await;
    let environment = opened(&scene).await;
    record(&scene, &[batch(&environment, 0)]).await;
    let hours = 2_000;
    for (days, minutes, tenants, outcomes_kept, steps, unknown) in [
        (1, 1, 1, 2, 1, 1),
        (3, 0, 1, 2, 1, 1),
        (9, 0, 0, 0, 1, 1),
        (91, 0, 0, 0, 1, 0),
        (401, 0, 0, 0, 0, 0),
    ] {
        let now = days * 86_400;
        let pruned = scene.store.prune(PrunePolicy::default(), at(now)).await;
        pruned.expect("pruned");
        let production = &scene.production;
        let by_minute = filter(UsageStep::Minute, hours * 5, now);
        let usage = scene.store.flag_usage(production, &by_minute).await;
        let usage = usage.expect("it answers");
        assert_eq!(usage.steps.len(), minutes, "minutes after {days} days");
        assert_eq!(
            usage.tenants.items.len(),
            tenants,
            "tenants after {days} days"
        );
        let by_hour = filter(UsageStep::Hour, hours * 5, now);
        let usage = scene.store.flag_usage(production, &by_hour).await;
        assert_eq!(usage.expect("it answers").steps.len(), steps, "{days} days");
        let kept = outcomes(&scene, production).await.len();
        assert_eq!(kept, outcomes_kept, "outcomes after {days} days");
        let gone = scene.store.unknown_flags(production, 50, None).await;
        assert_eq!(
            gone.expect("it answers").items.len(),
            unknown,
            "{days} days"
        );
    }
}

async fn another_project_sees_none_of_it(database: TestDatabase) {
    let (scene, other) = super::isolation::two_projects(database).await;
    let environment = opened(&scene).await;
    record(&scene, &[batch(&environment, 0)]).await;
    let theirs = Scene::environment_of(&scene.store, &other, "production").await;
    let usage = scene
        .store
        .flag_usage(&theirs, &filter(UsageStep::Hour, 1, 60))
        .await
        .expect("it answers");
    assert!(usage.steps.is_empty() && usage.tenants.items.is_empty());
    assert_eq!((usage.others.on, usage.other_tenants), (0, 0));
    assert!(outcomes(&scene, &theirs).await.is_empty());
    let unknown = scene.store.unknown_flags(&theirs, 50, None).await;
    assert!(unknown.expect("it answers").items.is_empty());
    let staging = scene.environment("staging").await;
    assert!(
        outcomes(&scene, &staging).await.is_empty(),
        "nor another environment"
    );
}

on_both!(
    what_comes_in_parts_adds_up,
    a_write_that_is_tried_again_is_counted_once,
    old_usage_is_taken_away,
    another_project_sees_none_of_it,
);
