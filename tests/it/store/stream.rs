//! Feeding the stream: the way from any revision leads to the whole state.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::json;
use tenantry_core::{Checksum, ItemId};
use tenantry_store::{Changes, EnvironmentState, FlagList, List};
use tenantry_tests::{DatabaseKind, TestDatabase, on_both};

use super::{Scene, segments};

/// What a client holds.
#[derive(Debug, Clone, Default, PartialEq)]
struct Held {
    revision: u64,
    items: BTreeMap<ItemId, String>,
    members: BTreeSet<(ItemId, List, String)>,
}

impl From<EnvironmentState> for Held {
    fn from(state: EnvironmentState) -> Self {
        let members = state.lists.into_iter().flat_map(|list| {
            let owner = list.owner;
            list.tenants
                .into_iter()
                .map(move |tenant| (owner.clone(), list.list, tenant))
        });
        Self {
            revision: state.revision,
            members: members.collect(),
            items: state.items.into_iter().collect(),
        }
    }
}

impl Held {
    /// Applies changes as a client does: an item that goes takes its lists along.
    fn apply(&mut self, changes: &Changes) {
        assert_eq!(changes.from, self.revision);
        for (id, text) in &changes.items {
            if let Some(text) = text {
                self.items.insert(id.clone(), text.clone());
            } else {
                self.items.remove(id);
                self.members.retain(|(owner, _, _)| owner != id);
            }
        }
        for change in &changes.members {
            let named = |tenant: &String| (change.owner.clone(), change.list, tenant.clone());
            for tenant in &change.remove {
                self.members.remove(&named(tenant));
            }
            self.members.extend(change.add.iter().map(named));
        }
        self.revision = changes.to;
    }

    fn checksum(&self) -> Checksum {
        let items = self
            .items
            .values()
            .map(|text| Checksum::of_item(text.as_bytes()));
        let members = self.members.iter();
        let members =
            members.map(|(owner, list, tenant)| Checksum::of_member(owner, list.as_str(), tenant));
        items
            .chain(members)
            .fold(Checksum::ZERO, |sum, term| sum ^ term)
    }
}

/// Something that somebody does.
#[derive(Debug, Clone)]
enum Step {
    Put {
        flag: u8,
        threshold: u32,
        allow: Vec<u8>,
    },
    Add {
        flag: u8,
        block: bool,
        tenant: u8,
    },
    Remove {
        flag: u8,
        block: bool,
        tenant: u8,
    },
    Archive {
        flag: u8,
    },
    Restore {
        flag: u8,
    },
    Segment {
        segment: u8,
    },
    Join {
        segment: u8,
        tenant: u8,
    },
    Leave {
        segment: u8,
        tenant: u8,
    },
    Dissolve {
        segment: u8,
    },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let (flag, segment, tenant) = (0..3_u8, 0..2_u8, 0..5_u8);
    let allow = proptest::collection::vec(0..5_u8, 0..4);
    let step = prop_oneof![
        (flag.clone(), 0..3_u32, allow).prop_map(|(flag, threshold, allow)| Step::Put {
            flag,
            threshold,
            allow
        }),
        (flag.clone(), any::<bool>(), tenant.clone()).prop_map(|(flag, block, tenant)| Step::Add {
            flag,
            block,
            tenant
        }),
        (flag.clone(), any::<bool>(), tenant.clone()).prop_map(|(flag, block, tenant)| {
            Step::Remove {
                flag,
                block,
                tenant,
            }
        }),
        flag.clone().prop_map(|flag| Step::Archive { flag }),
        flag.prop_map(|flag| Step::Restore { flag }),
        segment
            .clone()
            .prop_map(|segment| Step::Segment { segment }),
        (segment.clone(), tenant.clone())
            .prop_map(|(segment, tenant)| Step::Join { segment, tenant }),
        (segment.clone(), tenant).prop_map(|(segment, tenant)| Step::Leave { segment, tenant }),
        segment.prop_map(|segment| Step::Dissolve { segment }),
    ];
    proptest::collection::vec(step, 1..25)
}

impl Step {
    /// Carries the step out, unless it makes no sense now.
    async fn run(&self, scene: &Scene) {
        let name = |flag: &u8| format!("f{flag}");
        let tenant_name = |tenant: &u8| format!("t{tenant}");
        let list = |block: &bool| {
            if *block {
                FlagList::Block
            } else {
                FlagList::Allow
            }
        };
        let is_active = async |flag: &u8| scene.flag(&name(flag)).await.archived_at.is_none();
        let all = scene
            .store
            .segments(&scene.project)
            .await
            .expect("it answers");
        let exists = |segment: &u8| {
            all.iter()
                .any(|each| each.key.as_str() == format!("s{segment}"))
        };
        match self {
            Self::Put {
                flag,
                threshold,
                allow,
            } if is_active(flag).await => {
                let allow: Vec<_> = allow.iter().map(tenant_name).collect();
                let document = json!({"rollout": {"threshold": threshold}, "allow": allow});
                scene.put(&name(flag), document).await.expect("put");
            }
            Self::Add {
                flag,
                block,
                tenant,
            } if is_active(flag).await => {
                scene
                    .add(&name(flag), list(block), &[&tenant_name(tenant)])
                    .await;
            }
            Self::Remove {
                flag,
                block,
                tenant,
            } if is_active(flag).await => {
                scene
                    .remove(&name(flag), list(block), &[&tenant_name(tenant)])
                    .await;
            }
            Self::Archive { flag } => {
                scene.archive(&name(flag)).await;
            }
            Self::Restore { flag } => {
                scene.restore(&name(flag)).await;
            }
            Self::Segment { segment } if !exists(segment) => {
                segments::create(scene, &format!("s{segment}")).await;
            }
            Self::Join { segment, tenant } if exists(segment) => {
                segments::add(scene, &format!("s{segment}"), &[&tenant_name(tenant)]).await;
            }
            Self::Leave { segment, tenant } if exists(segment) => {
                segments::remove(scene, &format!("s{segment}"), &[&tenant_name(tenant)]).await;
            }
            Self::Dissolve { segment } if exists(segment) => {
                segments::delete(scene, &format!("s{segment}"))
                    .await
                    .expect("no rule asks for it");
            }
            _ => {}
        }
    }
}

/// Whatever is done, the changes since any revision lead to the very state that a full load gives,
/// and the checksum is that of the state.
async fn check(kind: DatabaseKind, steps: Vec<Step>) {
    let scene = Scene::new(TestDatabase::new(kind).await).await;
    for flag in 0..3 {
        scene.create(&format!("f{flag}")).await;
    }
    let load = async || -> (Held, Checksum) {
        let state = scene
            .store
            .load_environment(&scene.production)
            .await
            .expect("a state");
        let checksum = state.checksum;
        (Held::from(state), checksum)
    };
    let mut history = vec![Held::default()];
    for step in &steps {
        step.run(&scene).await;
        let (held, checksum) = load().await;
        assert_eq!(held.checksum(), checksum, "after {step:?}");
        history.push(held);
    }
    let (newest, checksum) = load().await;
    for mut held in history {
        let changes = scene
            .store
            .changes_since(&scene.production, held.revision)
            .await;
        let changes = changes.expect("it answers").expect("the log is whole");
        assert_eq!((changes.to, changes.checksum), (newest.revision, checksum));
        let last = changes
            .revisions
            .last()
            .map_or(changes.checksum, |last| last.checksum);
        assert_eq!(last, checksum, "the log keeps each revision's checksum");
        held.apply(&changes);
        assert_eq!(held, newest);
    }
    assert_eq!(
        scene
            .store
            .verify_audit(&scene.project)
            .await
            .expect("it answers")
            .broken,
        None
    );
}

fn check_many(kind: DatabaseKind, cases: u32) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let config = Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    };
    let outcome = TestRunner::new(config).run(&steps(), |steps| {
        runtime.block_on(check(kind, steps));
        Ok(())
    });
    outcome.expect("the changes lead to the state");
}

#[test]
fn changes_lead_to_the_state_on_sqlite() {
    check_many(DatabaseKind::Sqlite, 24);
}

#[test]
fn changes_lead_to_the_state_on_postgres() {
    check_many(DatabaseKind::Postgres, 12);
}

async fn revisions_the_log_does_not_know_need_the_whole_state(database: TestDatabase) {
    let scene = Scene::new(database).await;
    scene.create("a").await;
    let since = async |revision: u64| {
        scene
            .store
            .changes_since(&scene.production, revision)
            .await
            .expect("it answers")
    };
    let none = since(1).await.expect("nothing has changed");
    assert_eq!(
        (none.from, none.to, none.revisions.len(), none.items.len()),
        (1, 1, 0, 0)
    );
    for ahead in [2, u64::MAX] {
        assert!(
            since(ahead).await.is_none(),
            "the environment is not at {ahead}"
        );
    }
    assert!(since(0).await.is_some());
    let pool = scene.database.connect().await;
    sqlx::query("DELETE FROM change_log")
        .execute(&pool)
        .await
        .expect("forgotten");
    assert!(since(0).await.is_none());
}

async fn one_revision_says_what_it_touched(database: TestDatabase) {
    let scene = Scene::new(database).await;
    scene.create("a").await;
    scene
        .put("a", json!({"on": true, "allow": ["x"], "block": ["y"]}))
        .await
        .expect("put");
    scene.remove("a", FlagList::Allow, &["x"]).await;
    let changes = scene
        .store
        .changes_since(&scene.production, 1)
        .await
        .expect("it answers");
    let changes = changes.expect("the log says");
    let [put, removal] = &changes.revisions[..] else {
        panic!("two revisions")
    };
    assert_eq!(
        put.items
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>(),
        ["flag/a"]
    );
    let lists: Vec<_> = put
        .members
        .iter()
        .map(|each| (each.list, each.tenants.join(",")))
        .collect();
    assert_eq!(
        lists,
        [(List::Allow, "x".to_owned()), (List::Block, "y".to_owned())]
    );
    assert!(removal.items.is_empty(), "the item's text is the same");
    let now: Vec<_> = changes
        .members
        .iter()
        .map(|each| (each.list, &each.add[..], &each.remove[..]))
        .collect();
    let (x, y) = (vec!["x".to_owned()], vec!["y".to_owned()]);
    assert_eq!(
        now,
        [
            (List::Allow, &[][..], &x[..]),
            (List::Block, &y[..], &[][..])
        ]
    );
}

async fn history_goes_back_as_far_as_the_log(database: TestDatabase) {
    let scene = Scene::new(database).await;
    scene.create("a").await;
    for threshold in 0..9 {
        let document = json!({"rollout": {"threshold": threshold}, "allow": ["x"]});
        scene.put("a", document).await.expect("put");
    }
    let history = async |after: u64, upto: u64| {
        let history = scene.store.history(&scene.production, after, upto).await;
        history.expect("it answers")
    };
    let changes = scene.store.changes_since(&scene.production, 0).await;
    let all = changes.expect("it answers").expect("the log is whole");
    assert_eq!(history(0, all.to).await, all.revisions);
    assert_eq!(history(3, 7).await, all.revisions[3..7]);
    assert_eq!(history(3, u64::MAX).await, all.revisions[3..]);
    assert_eq!(history(all.to, all.to).await, []);
    let pool = scene.database.connect().await;
    sqlx::query("DELETE FROM change_log WHERE revision <= 5")
        .execute(&pool)
        .await
        .expect("forgotten");
    assert_eq!(history(0, all.to).await, all.revisions[5..]);
}

on_both!(
    history_goes_back_as_far_as_the_log,
    revisions_the_log_does_not_know_need_the_whole_state,
    one_revision_says_what_it_touched,
);
