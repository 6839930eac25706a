//! Filling the demo: the flags with a history of some months.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use tenantry_core::model::{FlagKey, SegmentKey, TenantKey};
use tenantry_store::{
    Action, Change, Expected, NewFlag, NewSegment, ProjectScope, Store, Target, Write,
};

use super::flags::{DemoFlag, PARTNERS, PARTNERS_KEY, all};
use super::{DemoError, environment, targeting, tenants};

/// Fills the project.
pub(super) async fn fill(
    store: &Store,
    project: &ProjectScope<Write>,
    now: DateTime<Utc>,
) -> Result<(), DemoError> {
    let mut flags = all();
    // The oldest first, so that the history is in order, and a prerequisite before who waits for it.
    flags.sort_by_key(|flag| std::cmp::Reverse(flag.created_days_ago));
    let oldest = flags.first().map_or(0, |flag| flag.created_days_ago);
    add_partners(store, project, now - TimeDelta::days(oldest + 1)).await?;
    tenants::import(store, project, now - TimeDelta::days(oldest)).await?;
    for flag in flags {
        add_flag(store, project, flag, now).await?;
    }
    Ok(())
}

async fn add_partners(
    store: &Store,
    project: &ProjectScope<Write>,
    now: DateTime<Utc>,
) -> Result<(), DemoError> {
    let key: SegmentKey = PARTNERS_KEY.parse()?;
    let tenants: Result<Vec<TenantKey>, _> = PARTNERS
        .iter()
        .map(|tenant| TenantKey::new(*tenant))
        .collect();
    let mut tx = store.begin(project).await?;
    tx.insert_segment(
        NewSegment {
            key: key.clone(),
            name: "Design partners".to_owned(),
            conditions: None,
        },
        now,
    )
    .await?;
    tx.add_members(&key, &tenants?, now).await?;
    tx.commit(
        Change::new(Action::SegmentCreate, Target::Segment(key)),
        now,
    )
    .await?;
    Ok(())
}

async fn add_flag(
    store: &Store,
    project: &ProjectScope<Write>,
    flag: DemoFlag,
    now: DateTime<Utc>,
) -> Result<(), DemoError> {
    let key: FlagKey = flag.key.parse()?;
    let change = |action| Change::new(action, Target::Flag(key.clone()));
    let created = now - TimeDelta::days(flag.created_days_ago);
    let expires_on = flag
        .expires_in_days
        .map(|days| now.date_naive() + TimeDelta::days(days));
    // An extension is a later date than the one before: go back a month for each.
    let first_date = expires_on.map(|day| day - TimeDelta::days(30 * i64::from(flag.extensions)));

    let mut tx = store.begin(project).await?;
    let new = NewFlag {
        name: Some(flag.name.to_owned()),
        description: flag.description.to_owned(),
        kind: flag.kind,
        owner: Some(flag.owner.to_owned()),
        tags: flag.tags.iter().map(ToString::to_string).collect(),
        expires_on: first_date,
        ..NewFlag::new(key.clone())
    };
    tx.insert_flag(new, created).await?;
    tx.commit(change(Action::FlagCreate), created).await?;

    for (hours, (environment_key, document, reason)) in (1..).zip(flag.targeting) {
        let at = (created + TimeDelta::hours(20 * hours)).min(now);
        let Some(scope) = environment(store, project, environment_key).await? else {
            continue;
        };
        let mut tx = store.begin(project).await?;
        tx.put_targeting(&scope, &key, Expected::Any, targeting(document)?, at)
            .await?;
        tx.commit(
            change(Action::TargetingUpdate).because(Some(reason.to_owned())),
            at,
        )
        .await?;
    }
    for times in (0..flag.extensions).rev() {
        let Some(day) = expires_on else { break };
        extend(
            store,
            project,
            &key,
            day - TimeDelta::days(30 * i64::from(times)),
        )
        .await?;
    }
    if flag.is_archived {
        let mut tx = store.begin(project).await?;
        tx.archive_flag(&key, Expected::Any, now).await?;
        let reason = Some("Everybody has it; the code is gone".to_owned());
        tx.commit(change(Action::FlagArchive).because(reason), now)
            .await?;
    }
    Ok(())
}

/// Puts the expiry off to `day`, a week before the date that it had.
async fn extend(
    store: &Store,
    project: &ProjectScope<Write>,
    key: &FlagKey,
    day: NaiveDate,
) -> Result<(), DemoError> {
    let at = (day - TimeDelta::days(37))
        .and_time(chrono::NaiveTime::MIN)
        .and_utc();
    let mut tx = store.begin(project).await?;
    tx.extend_flag(key, day, at).await?;
    let change = Change::new(Action::FlagExtend, Target::Flag(key.clone()));
    let reason = Some("Two large customers still need the old behaviour".to_owned());
    tx.commit(change.because(reason), at).await?;
    Ok(())
}
