//! Listing flags: filters, sorting, pages.

use std::collections::BTreeSet;

use chrono::NaiveDate;
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

/// Four flags that differ in all that can be asked for. `gone` is archived, `zz` is on in production.
async fn four_flags(database: TestDatabase) -> Scene {
    let scene = Scene::new(database).await;
    let new = |key: &str| NewFlag::new(flag_key(key));
    let billing = NewFlag {
        name: Some("New 100% Billing".to_owned()),
        tags: vec!["b\"2b".to_owned(), "x".to_owned()],
        expires_on: Some(day("2026-12-01")),
        ..new("new-billing")
    };
    let switch = NewFlag {
        description: "an Old_One".to_owned(),
        kind: FlagKind::Ops,
        owner: Some("ops".to_owned()),
        ..new("kill-switch")
    };
    let zz = NewFlag {
        tags: vec!["x".to_owned()],
        expires_on: Some(day("2027-01-01")),
        ..new("zz")
    };
    for (second, flag) in (1..).zip([billing, switch, zz, new("gone")]) {
        insert(&scene, second, flag).await;
    }
    scene.archive("gone").await;
    scene.put("zz", json!({"on": true})).await.expect("put");
    scene
}

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

/// Lists with a filter, and compares the keys.
async fn check(scene: &Scene, filter: FlagFilter, wanted: &[&str]) {
    assert_eq!(keys(scene, filter.clone()).await, wanted, "{filter:?}");
}

async fn flags_are_found_by_text(database: TestDatabase) {
    let scene = four_flags(database).await;
    for (q, wanted) in [
        ("BILL", &["new-billing"][..]),
        ("00%", &["new-billing"]),
        ("old_o", &["kill-switch"]),
        ("zz", &["zz"]),
        ("0%0", &[]),
        ("oldxone", &[]),
        ("\\", &[]),
        ("nothing", &[]),
    ] {
        let q = Some(q.to_owned());
        check(&scene, FlagFilter { q, ..all() }, wanted).await;
    }
}

async fn flags_are_found_by_what_they_are(database: TestDatabase) {
    let scene = four_flags(database).await;
    check(&scene, all(), &["kill-switch", "new-billing", "zz"]).await;
    let kind = Some(FlagKind::Ops);
    check(&scene, FlagFilter { kind, ..all() }, &["kill-switch"]).await;
    let owner = Some("ops".to_owned());
    check(&scene, FlagFilter { owner, ..all() }, &["kill-switch"]).await;
    for (tag, wanted) in [
        ("x", &["new-billing", "zz"][..]),
        ("b\"2b", &["new-billing"]),
        ("2b", &[]),
    ] {
        let tag = Some(tag.to_owned());
        check(&scene, FlagFilter { tag, ..all() }, wanted).await;
    }
    for (state, wanted) in [
        (FlagState::Archived, &["gone"][..]),
        (
            FlagState::All,
            &["gone", "kill-switch", "new-billing", "zz"],
        ),
    ] {
        check(&scene, FlagFilter { state, ..all() }, wanted).await;
    }
    for (from, to, wanted) in [
        (None, Some(day("2026-12-01")), &["new-billing"][..]),
        (Some(day("2026-12-02")), None, &["zz"]),
        (None, None, &["new-billing", "zz"]),
    ] {
        let expires = Some(ExpiryRange { from, to });
        check(&scene, FlagFilter { expires, ..all() }, wanted).await;
    }
}

async fn flags_are_found_by_where_they_are_on(database: TestDatabase) {
    let scene = four_flags(database).await;
    let key = |key: &str| Some(key.parse().expect("an environment key"));
    for (environment, on, off) in [
        (
            "production",
            &["zz"][..],
            &["kill-switch", "new-billing"][..],
        ),
        ("staging", &[], &["kill-switch", "new-billing", "zz"]),
        ("nowhere", &[], &[]),
    ] {
        let on_in = FlagFilter {
            on_in: key(environment),
            ..all()
        };
        check(&scene, on_in, on).await;
        let off_in = FlagFilter {
            off_in: key(environment),
            ..all()
        };
        check(&scene, off_in, off).await;
    }
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
    flags_are_found_by_text,
    flags_are_found_by_what_they_are,
    flags_are_found_by_where_they_are_on,
    every_sorting_pages_through_everything_once,
    a_cursor_belongs_to_its_list,
);
