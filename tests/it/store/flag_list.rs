//! Listing flags: filters, sorting, pages.

use std::collections::BTreeSet;

use serde_json::json;
use tenantry_store::{
    Action, ExpiryRange, FlagFilter, FlagKind, FlagSort, FlagState, ListError, NewFlag,
};
use tenantry_tests::{TestDatabase, on_both};

use super::{Scene, at, change, flag_key};

fn all() -> FlagFilter {
    FlagFilter {
        limit: 200,
        ..FlagFilter::default()
    }
}

async fn keys(scene: &Scene, filter: FlagFilter) -> Vec<String> {
    let page = scene
        .store
        .flags(&scene.project, &filter)
        .await
        .expect("it answers");
    page.items
        .into_iter()
        .map(|flag| flag.key.to_string())
        .collect()
}

async fn insert(scene: &Scene, second: i64, new: NewFlag) {
    let mut tx = scene.begin().await;
    let key = new.key.clone();
    tx.insert_flag(new, at(second)).await.expect("a flag");
    tx.commit(change(Action::FlagCreate, key.as_str()), at(second))
        .await
        .expect("a commit");
}

async fn flags_are_found(database: TestDatabase) {
    let scene = Scene::new(database).await;
    let new = |key: &str| NewFlag::new(flag_key(key));
    let day = |text: &str| Some(text.parse().expect("a day"));
    insert(
        &scene,
        1,
        NewFlag {
            name: Some("New 100% Billing".into()),
            tags: vec!["b\"2b".into(), "x".into()],
            expires_on: day("2026-12-01"),
            ..new("new-billing")
        },
    )
    .await;
    insert(
        &scene,
        2,
        NewFlag {
            description: "an Old_One".into(),
            kind: FlagKind::Ops,
            owner: Some("ops".into()),
            ..new("kill-switch")
        },
    )
    .await;
    insert(
        &scene,
        3,
        NewFlag {
            tags: vec!["x".into()],
            expires_on: day("2027-01-01"),
            ..new("zz")
        },
    )
    .await;
    insert(&scene, 4, new("gone")).await;
    scene.archive("gone").await;
    scene.put("zz", json!({"on": true})).await.expect("put");

    let found = async |filter: FlagFilter| keys(&scene, filter).await;
    assert_eq!(found(all()).await, ["kill-switch", "new-billing", "zz"]);
    for (q, wanted) in [
        ("BILL", "new-billing"),
        ("00%", "new-billing"),
        ("old_o", "kill-switch"),
        ("zz", "zz"),
    ] {
        assert_eq!(
            found(FlagFilter {
                q: Some(q.into()),
                ..all()
            })
            .await,
            [wanted],
            "{q}"
        );
    }
    for q in ["0%0", "oldxone", "\\", "nothing"] {
        assert!(
            found(FlagFilter {
                q: Some(q.into()),
                ..all()
            })
            .await
            .is_empty(),
            "{q}"
        );
    }
    assert_eq!(
        found(FlagFilter {
            kind: Some(FlagKind::Ops),
            ..all()
        })
        .await,
        ["kill-switch"]
    );
    assert_eq!(
        found(FlagFilter {
            owner: Some("ops".into()),
            ..all()
        })
        .await,
        ["kill-switch"]
    );
    assert_eq!(
        found(FlagFilter {
            tag: Some("x".into()),
            ..all()
        })
        .await,
        ["new-billing", "zz"]
    );
    assert_eq!(
        found(FlagFilter {
            tag: Some("b\"2b".into()),
            ..all()
        })
        .await,
        ["new-billing"]
    );
    assert!(
        found(FlagFilter {
            tag: Some("2b".into()),
            ..all()
        })
        .await
        .is_empty(),
        "the whole tag"
    );
    assert_eq!(
        found(FlagFilter {
            state: FlagState::Archived,
            ..all()
        })
        .await,
        ["gone"]
    );
    assert_eq!(
        found(FlagFilter {
            state: FlagState::All,
            ..all()
        })
        .await
        .len(),
        4
    );
    let on_in = |key: &str| FlagFilter {
        on_in: Some(key.parse().expect("a key")),
        ..all()
    };
    assert_eq!(found(on_in("production")).await, ["zz"]);
    assert!(found(on_in("staging")).await.is_empty());
    let off_in = |key: &str| FlagFilter {
        off_in: Some(key.parse().expect("a key")),
        ..all()
    };
    assert_eq!(
        found(off_in("production")).await,
        ["kill-switch", "new-billing"]
    );
    assert_eq!(found(off_in("staging")).await.len(), 3);
    let expires = |from, to| FlagFilter {
        expires: Some(ExpiryRange { from, to }),
        ..all()
    };
    assert_eq!(
        found(expires(None, day("2026-12-01"))).await,
        ["new-billing"]
    );
    assert_eq!(found(expires(day("2026-12-02"), None)).await, ["zz"]);
    assert_eq!(
        found(expires(None, None)).await,
        ["new-billing", "zz"],
        "kill-switch never expires"
    );

    let page = scene
        .store
        .flags(&scene.project, &all())
        .await
        .expect("it answers");
    assert_eq!(
        page.items[2],
        scene.flag("zz").await,
        "with its environments"
    );
}

async fn every_sorting_pages_through_everything_once(database: TestDatabase) {
    let scene = Scene::new(database).await;
    for number in 0..9_i64 {
        let kind = if number % 3 == 0 {
            FlagKind::Ops
        } else {
            FlagKind::Release
        };
        // Names and times come in pairs, so that ties have to be settled.
        let name = Some(format!("name {}", number / 2));
        let expires_on = (number % 3 != 0).then(|| at(86_400 * (number / 2 + 1)).date_naive());
        let new = NewFlag {
            kind,
            name,
            expires_on,
            ..NewFlag::new(flag_key(&format!("f{}", 8 - number)))
        };
        insert(&scene, number / 2, new).await;
    }
    let sorts = [
        FlagSort::Key,
        FlagSort::Name,
        FlagSort::CreatedAt,
        FlagSort::UpdatedAt,
        FlagSort::ExpiresOn,
    ];
    for (sort, descending) in sorts
        .into_iter()
        .flat_map(|sort| [(sort, false), (sort, true)])
    {
        let whole = keys(
            &scene,
            FlagFilter {
                sort,
                descending,
                ..all()
            },
        )
        .await;
        assert_eq!(whole.iter().collect::<BTreeSet<_>>().len(), 9);
        let mut filter = FlagFilter {
            sort,
            descending,
            limit: 2,
            ..FlagFilter::default()
        };
        let mut paged = Vec::new();
        loop {
            let page = scene
                .store
                .flags(&scene.project, &filter)
                .await
                .expect("a page");
            assert!(page.items.len() <= 2);
            paged.extend(page.items.into_iter().map(|flag| flag.key.to_string()));
            filter.cursor = page.next_cursor;
            if filter.cursor.is_none() {
                break;
            }
        }
        assert_eq!(paged, whole, "{sort:?}, descending: {descending}");
    }
    let sorted = async |sort, descending| {
        keys(
            &scene,
            FlagFilter {
                sort,
                descending,
                ..all()
            },
        )
        .await
    };
    assert_eq!(sorted(FlagSort::Key, true).await[0], "f8");
    assert_eq!(sorted(FlagSort::CreatedAt, false).await[..2], ["f7", "f8"]);
    for descending in [false, true] {
        let last = &sorted(FlagSort::ExpiresOn, descending).await[6..];
        let never: BTreeSet<_> = last.iter().map(String::as_str).collect();
        assert_eq!(
            never,
            BTreeSet::from(["f2", "f5", "f8"]),
            "never comes last"
        );
    }
}

async fn a_cursor_belongs_to_its_list(database: TestDatabase) {
    let scene = Scene::new(database).await;
    for key in ["a", "b"] {
        scene.create(key).await;
    }
    let filter = FlagFilter {
        limit: 1,
        ..FlagFilter::default()
    };
    let page = scene
        .store
        .flags(&scene.project, &filter)
        .await
        .expect("a page");
    let cursor = page.next_cursor;
    assert!(cursor.is_some());
    for filter in [
        FlagFilter {
            sort: FlagSort::Name,
            cursor: cursor.clone(),
            ..all()
        },
        FlagFilter {
            descending: true,
            cursor,
            ..all()
        },
        FlagFilter {
            cursor: Some("7b7d".to_owned()),
            ..all()
        },
        FlagFilter {
            cursor: Some("é".to_owned()),
            ..all()
        },
    ] {
        let refused = scene
            .store
            .flags(&scene.project, &filter)
            .await
            .expect_err("no cursor of this");
        assert!(matches!(refused, ListError::Cursor));
    }
    // A limit out of bounds is taken to the nearest that is in.
    assert_eq!(
        keys(
            &scene,
            FlagFilter {
                limit: 0,
                ..FlagFilter::default()
            }
        )
        .await,
        ["a"]
    );
    assert_eq!(
        keys(
            &scene,
            FlagFilter {
                limit: u32::MAX,
                ..FlagFilter::default()
            }
        )
        .await
        .len(),
        2
    );
}

on_both!(
    flags_are_found,
    every_sorting_pages_through_everything_once,
    a_cursor_belongs_to_its_list,
);
