//! `eppo_core`: the engine of Eppo's SDKs. A service reads the store, and asks what it finds there.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use eppo_core::configuration_store::ConfigurationStore;
use eppo_core::eval::get_assignment;
use eppo_core::ufc::{AssignmentValue, UniversalFlagConfig};
use eppo_core::{Attributes, Configuration, SdkMetadata, Str};
use serde_json::{Map, json};

use crate::world::World;

pub(crate) struct Eppo {
    store: ConfigurationStore,
    subjects: Vec<Str>,
    attributes: Arc<Attributes>,
    now: DateTime<Utc>,
}

impl Eppo {
    pub(crate) fn new(world: &World) -> Self {
        let flags: Map<_, _> = world
            .flags()
            .map(|(key, list)| {
                let split = |shards| json!([{"variationKey": "on", "shards": shards}]);
                let flag = json!({
                    "key": key, "enabled": true, "variationType": "BOOLEAN", "totalShards": 100_000,
                    "variations": {"on": {"key": "on", "value": true}},
                    "allocations": [
                        {
                            "key": "allow", "doLog": false, "splits": split(json!([])),
                            "rules": [{"conditions": [
                                {"attribute": "id", "operator": "ONE_OF", "value": list},
                            ]}],
                        },
                        {
                            "key": "share", "doLog": false, "splits": split(json!([
                                {"salt": key, "ranges": [{"start": 0, "end": 25_000}]},
                            ])),
                        },
                    ],
                });
                (key.to_owned(), flag)
            })
            .collect();
        let document = json!({
            "createdAt": "2026-01-01T00:00:00.000Z", "format": "SERVER",
            "environment": {"name": "production"}, "flags": flags,
        });
        let sdk = SdkMetadata {
            name: "peers",
            version: "0.0.0",
        };
        let config = UniversalFlagConfig::from_json(sdk, document.to_string().into_bytes());
        let config = Configuration::from_server_response(config.expect("a configuration"), None);
        let store = ConfigurationStore::new();
        store.set_configuration(Arc::new(config));
        Self {
            store,
            subjects: world
                .tenants
                .iter()
                .map(Str::new)
                .collect(),
            attributes: Arc::default(),
            now: Utc::now(),
        }
    }

    pub(crate) fn ask(&self, key: &str, tenant: usize) -> bool {
        let config = self.store.get_configuration();
        let (subject, attributes) = (&self.subjects[tenant], &self.attributes);
        let answer = get_assignment(config.as_deref(), key, subject, attributes, None, self.now);
        matches!(answer, Ok(Some(assignment)) if assignment.value == AssignmentValue::Boolean(true))
    }
}
