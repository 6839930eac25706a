//! LaunchDarkly's server SDK, with its own source for tests and without events. The contexts are
//! made ahead.

use std::time::Duration;

use launchdarkly_server_sdk::{
    Client, ConfigBuilder, Context, ContextBuilder, NullEventProcessorBuilder, TestData,
};
use serde_json::json;
use tokio::runtime::Runtime;

use crate::world::World;

pub(crate) struct LaunchDarkly {
    client: Client,
    contexts: Vec<Context>,
}

impl LaunchDarkly {
    pub(crate) fn new(world: &World, runtime: &Runtime) -> Self {
        let data = TestData::new();
        for (key, list) in world.flags() {
            let flag = json!({
                "key": key, "version": 1, "on": true, "salt": key, "variations": [true, false],
                "offVariation": 1, "prerequisites": [], "rules": [], "deleted": false, "trackEvents": false,
                "trackEventsFallthrough": false, "debugEventsUntilDate": null, "targets": [{"values": list, "variation": 0}],
                "fallthrough": {"rollout": {"kind": "rollout", "variations": [
                    {"variation": 0, "weight": 25_000}, {"variation": 1, "weight": 75_000},
                ]}},
            });
            data.use_preconfigured_flag(serde_json::from_value(flag).expect("a flag"));
        }
        let config = ConfigBuilder::new("no-key")
            .data_source(&data)
            .event_processor(&NullEventProcessorBuilder::new())
            .build()
            .expect("a configuration");
        let client = Client::build(config).expect("a client");
        runtime.block_on(async {
            client.start_with_default_executor();
            let ready = client
                .wait_for_initialization(Duration::from_secs(30))
                .await;
            assert_eq!(ready, Some(true));
        });
        let context = |tenant: &String| ContextBuilder::new(tenant.as_str()).build();
        let contexts = world.tenants.iter().map(context);
        Self {
            client,
            contexts: contexts.collect::<Result<_, _>>().expect("contexts"),
        }
    }

    pub(crate) fn ask(&self, key: &str, tenant: usize) -> bool {
        self.client
            .bool_variation(&self.contexts[tenant], key, false)
    }
}
