//! Tenantry: the client that applications use, started from a file.

use serde_json::json;
use tenantry::{Client, Flag};
use tokio::runtime::Runtime;

use crate::world::{ASKED, World};

pub(crate) struct Ours {
    pub(crate) client: Client,
    /// The same, which does not count what it is asked, as the engines of others do not.
    pub(crate) silent: Client,
    pub(crate) handles: Vec<Flag>,
}

impl Ours {
    pub(crate) fn new(world: &World, runtime: &Runtime) -> Self {
        let items: Vec<_> = world
            .flags()
            .map(|(key, list)| {
                let targeting =
                    json!({"on": true, "allow": list, "rollout": {"threshold": 25_000}});
                json!({"flag": {"key": key, "salt": key, "targeting": targeting}})
            })
            .collect();
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), json!({"items": items}).to_string()).expect("a disk");
        // Nobody listens there: the file is what it answers from.
        let [client, silent] = [true, false].map(|counts| {
            let builder = Client::builder("http://127.0.0.1:1", "no-token")
                .bootstrap(file.path())
                .count_usage(counts);
            runtime.block_on(builder.build()).expect("a client")
        });
        let handles = world.keys[..ASKED]
            .iter()
            .map(|key| client.flag(key.as_str()));
        Self {
            handles: handles.collect(),
            client,
            silent,
        }
    }
}
