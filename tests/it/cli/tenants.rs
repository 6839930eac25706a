//! `tenantry tenants …`, and what a change of a flag would do to them.

use serde_json::json;
use tenantry_tests::{TestServer, targeting_of};

use super::run;

#[tokio::test]
async fn a_roster_is_imported_looked_at_and_previewed() {
    let server = TestServer::on_sqlite().await;
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        let file = folder.path().join(name);
        std::fs::write(&file, text).expect("a file");
        file.to_str().expect("a plain path").to_owned()
    };
    let file = write(
        "customers.csv",
        "key,name,weight,attributes.plan\nacme,Acme,70,pro\nglobex,Globex,30,free\n",
    );
    let done = run(&server, &["tenants", "import", &file]).await.expect(0);
    assert!(done.out.contains("2 added"), "{done:#?}");
    let file = write("more.jsonl", "{\"key\": \"acme\", \"weight\": \"x\"}\n");
    let refused = run(&server, &["tenants", "import", &file]).await.expect(3);
    assert!(refused.err.contains("lines[1].weight"), "{refused:#?}");
    run(&server, &["tenants", "import", "/no/such/file.csv"])
        .await
        .expect(2);
    let unknown = run(&server, &["tenants", "import", "-"]).await.expect(2);
    assert!(unknown.err.contains("--kind"), "{unknown:#?}");
    let json = ["tenants", "import", "-", "--kind", "ndjson", "-o", "json"];
    let nothing = run(&server, &json).await.expect(0).json();
    assert_eq!(nothing["added"], 0, "an empty standard input: {nothing}");

    let plan = ["tenants", "list", "--attribute", "plan", "--value", "pro"];
    let list = run(&server, &plan).await.expect(0);
    assert!(
        list.out.contains("Acme") && !list.out.contains("Globex"),
        "{list:#?}"
    );
    let first = ["tenants", "list", "--limit", "1", "--sort", "-weight"];
    let list = run(&server, &first).await.expect(0);
    assert!(
        list.out.contains("acme") && !list.out.contains("globex") && list.err.contains("--limit"),
        "{list:#?}"
    );
    let none = ["tenants", "list", "-q", "nobody"];
    let none = run(&server, &none).await.expect(0);
    assert!(none.err.contains("no tenant"), "{none:#?}");
    let got = run(&server, &["tenants", "get", "acme"]).await.expect(0);
    assert!(
        got.out.contains("Acme") && got.out.contains("pro"),
        "{got:#?}"
    );
    let got = run(&server, &["tenants", "get", "acme", "-o", "json"]).await;
    assert_eq!(got.expect(0).json()["tenant"]["weight"], 70);
    let nobody = run(&server, &["tenants", "get", "nobody"]).await.expect(0);
    assert!(nobody.err.contains("not on the roster"), "{nobody:#?}");
    let nowhere = ["tenants", "get", "acme", "-e", "moon"];
    run(&server, &nowhere).await.expect(3);

    let project = server.project();
    project
        .create_targeted("a", &json!({"on": true, "allow": ["acme"]}))
        .await;
    let got = run(&server, &["tenants", "get", "acme"]).await.expect(0);
    let revision = project.revision_of("production").await;
    for text in ["on", "allow list", &format!("r{revision}"), "bootstrap"] {
        assert!(got.out.contains(text), "{text}: {got:#?}");
    }
    let learned = run(&server, &["tenants", "learn", "--weights"]).await;
    assert_eq!(
        learned.expect(0).out,
        "0 added, 0 changed, 0 as they were\n"
    );
    let set = "flags set a --unallow acme --allow globex --preview";
    let words: Vec<&str> = set.split(' ').collect();
    let preview = run(&server, &words).await.expect(0);
    for text in ["turned on: 1 tenant with 30.0%", "globex", "turned off: 1"] {
        assert!(preview.out.contains(text), "{text}: {preview:#?}");
    }
    let words = [&words[..], &["-o", "json"]].concat();
    let preview = run(&server, &words).await.expect(0).json();
    assert_eq!(preview["turned_on"]["tenants"][0]["key"], "globex");
    let targeting = project.get(targeting_of("a")).await.ok(200);
    assert_eq!(targeting["allow"], json!(["acme"]), "nothing was changed");
}
