//! What a preview says is what happens to the SDK's answers.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tenantry::Client;
use tenantry_tests::{TestServer, World, targeting_of, until_true};

/// Flags of the world: enough for chains of prerequisites.
const FLAGS: usize = 30;
const TENANTS: usize = 120;
const DRAFTS: usize = 1_000;

type Keys = BTreeSet<String>;

/// The tenants that a preview lists.
fn listed(flips: &Value) -> Keys {
    let tenants = flips["tenants"].as_array().expect("tenants");
    assert_eq!(flips["count"], tenants.len(), "{flips}");
    tenants
        .iter()
        .map(|it| it["key"].as_str().expect("a key").to_owned())
        .collect()
}

/// Which tenants get each flag.
fn answers(client: &Client, world: &World) -> Vec<Keys> {
    let on = |flag: &str| {
        let tenants = world.tenants.iter().map(|tenant| &tenant.key);
        tenants
            .filter(|tenant| client.is_enabled(flag, tenant))
            .cloned()
            .collect()
    };
    world.flags.iter().map(|flag| on(&flag.key)).collect()
}

#[tokio::test]
async fn the_previewed_flips_are_those_of_the_sdk() {
    let server = TestServer::on_sqlite().await;
    let world = World::new(FLAGS, TENANTS);
    let project = server.project();
    world.load(&project).await;
    let import = project.post("/tenants/import");
    import
        .body("application/x-ndjson", world.roster())
        .await
        .expect(200);
    let token = project.create_token("sdk").await.secret;
    let client = Client::builder(server.address(), &token)
        .build()
        .await
        .expect("a client");
    let newest = project.revision_of("production").await;
    until_true("everything is there", || client.status().revision == newest).await;

    let (mut flips, mut dependents) = (0, 0);
    for (flag, draft) in world.drafts(DRAFTS) {
        let before = answers(&client, &world);
        let path = targeting_of(&flag.key);
        let asked = json!({"targeting": draft, "limit": 10_000});
        let preview = project.post(format!("{path}/preview")).json(&asked).await;
        let preview = preview.ok(200);
        let put = project.put(&path).if_match("*").json(&draft).await;
        let newest = put.expect(200).revision();
        until_true("it is applied", || client.status().revision == newest).await;
        let after = answers(&client, &world);
        for ((known, before), after) in world.flags.iter().zip(before).zip(after) {
            let told = if known.key == flag.key {
                Some(&preview)
            } else {
                let all = preview["dependents"].as_array().expect("dependents");
                all.iter().find(|it| it["flag"] == *known.key)
            };
            let (on, off) = told.map_or_else(Default::default, |told| {
                (listed(&told["turned_on"]), listed(&told["turned_off"]))
            });
            let changed = |from: &Keys, to: &Keys| to.difference(from).cloned().collect::<Keys>();
            assert_eq!(on, changed(&before, &after), "{} {draft}", known.key);
            assert_eq!(off, changed(&after, &before), "{} {draft}", known.key);
            if known.key == flag.key {
                flips += on.len() + off.len();
            } else {
                dependents += on.len() + off.len();
            }
        }
    }
    assert!(
        flips > 10 * DRAFTS,
        "drafts that change little prove little"
    );
    assert!(dependents > DRAFTS, "nor those that nobody depends on");
    client.shutdown().await;
}
