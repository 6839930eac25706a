//! `If-Match` on everything that replaces what somebody has read.

use reqwest::Method;
use serde_json::{Value, json};
use tenantry_tests::{Caller, on_each_database, targeting_of};

/// What needs `If-Match`: method, path and a body that changes something.
fn protected(number: usize) -> [(Method, String, Value); 3] {
    let name = format!("name {number}");
    [
        (Method::PATCH, "/flags/a".to_owned(), json!({"name": name})),
        (
            Method::PATCH,
            targeting_of("a"),
            json!({"rollout": {"threshold": number}}),
        ),
        (
            Method::PUT,
            targeting_of("a"),
            json!({"rollout": {"threshold": number + 1_000}}),
        ),
    ]
}

async fn tag(project: &Caller, path: &str) -> String {
    project.get(path).await.etag()
}

#[tokio::test]
async fn without_it_nothing_is_changed() {
    on_each_database(async |server| {
        let project = server.project();
        project.create_flag("a").await;
        for (method, path, body) in protected(1) {
            let before = tag(&project, &path).await;
            let refused = project.call(&method, &path).json(&body).await;
            refused.problem(428, "precondition_required");
            assert_eq!(tag(&project, &path).await, before);
        }
    })
    .await;
}

#[tokio::test]
async fn only_the_version_that_was_read_is_changed() {
    on_each_database(async |server| {
        let project = server.project();
        project.create_flag("a").await;
        for ((method, path, body), (_, _, other)) in protected(1).into_iter().zip(protected(2)) {
            let read = tag(&project, &path).await;
            for wrong in [
                "\"0\"",
                "\"999\"",
                &format!("W/{read}"),
                "\"nonsense\"",
                "\"*\"",
            ] {
                let refused = project
                    .call(&method, &path)
                    .if_match(wrong)
                    .json(&body)
                    .await;
                refused.problem(412, "precondition_failed");
            }
            for no_tag in ["nonsense", "7", "\"7", "*, \"7\""] {
                let refused = project
                    .call(&method, &path)
                    .if_match(no_tag)
                    .json(&body)
                    .await;
                refused.problem(400, "invalid_parameter");
            }
            assert_eq!(tag(&project, &path).await, read);
            project
                .call(&method, &path)
                .if_match(&read)
                .json(&body)
                .await
                .expect(200);
            let stale = project
                .call(&method, &path)
                .if_match(&read)
                .json(&other)
                .await;
            assert!(
                stale.status == 412,
                "{method} {path} with a stale tag: {stale:#?}"
            );
        }
    })
    .await;
}

#[tokio::test]
async fn any_tag_of_a_list_and_a_star_match() {
    on_each_database(async |server| {
        let project = server.project();
        project.create_flag("a").await;
        for (method, path, body) in protected(1) {
            let list = format!("\"0\", {}", tag(&project, &path).await);
            project
                .call(&method, &path)
                .if_match(&list)
                .json(&body)
                .await
                .expect(200);
        }
        for (method, path, body) in protected(2) {
            project
                .call(&method, &path)
                .if_match("*")
                .json(&body)
                .await
                .expect(200);
        }
    })
    .await;
}

#[tokio::test]
async fn of_many_writers_who_read_the_same_one_wins() {
    on_each_database(async |server| {
        let project = server.project();
        project.create_flag("a").await;
        let read = tag(&project, &targeting_of("a")).await;
        let writes = (1..=8).map(|number| {
            let body = json!({"rollout": {"threshold": number}});
            project
                .patch(targeting_of("a"))
                .if_match(&read)
                .json(&body)
                .into_future()
        });
        let answers = futures_util::future::join_all(writes).await;
        let won = answers.iter().filter(|answer| answer.status == 200).count();
        let lost = answers.iter().filter(|answer| answer.status == 412).count();
        assert_eq!((won, lost), (1, 7), "{answers:#?}");
    })
    .await;
}
