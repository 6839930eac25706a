//! How far a revision has come: pure.

use chrono::{DateTime, Utc};
use serde::Serialize;
use tenantry_store::SdkInstance;
use utoipa::ToSchema;

/// How many of an environment's SDKs have acknowledged a revision, on all nodes.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Propagation {
    /// The revision.
    pub(crate) revision: u64,
    /// When it was committed; null if the change log does not, or no longer, say.
    committed_at: Option<DateTime<Utc>>,
    /// How many SDKs there are: those that are connected, and those that were lost lately, which
    /// serve on what they had.
    sdks: u64,
    /// How many of them have acknowledged the revision, or a later one.
    confirmed: u64,
    /// How many have not.
    silent: u64,
    /// The SDKs: those that are silent first, the longest first; up to the limit that was asked for.
    items: Vec<FollowingSdk>,
}

/// A program that follows the environment.
#[derive(Debug, Serialize, ToSchema)]
struct FollowingSdk {
    /// The number that it gave itself at its start, in hexadecimal digits. Of a client that names
    /// none, its node and the number of its connection there.
    instance: String,
    /// The name of its token.
    token: String,
    /// The name and version of its SDK.
    sdk: String,
    /// The newest revision that it has acknowledged; 0 for none.
    revision: u64,
    /// Whether it is connected. If not, its connection was lost without a goodbye.
    connected: bool,
    /// When its latest connection began.
    connected_at: DateTime<Utc>,
    /// Since when it has owed its acknowledgement; if it is lost, since when nothing was heard of
    /// it. Null if it has acknowledged the revision.
    silent_since: Option<DateTime<Utc>>,
}

impl Propagation {
    /// How far `revision` has come, listing `limit` SDKs at most.
    pub(crate) fn new(
        revision: u64,
        committed_at: Option<DateTime<Utc>>,
        instances: Vec<SdkInstance>,
        limit: usize,
    ) -> Self {
        let owing = |it: &SdkInstance| match (it.lost, committed_at) {
            (Some(lost), _) => lost.at,
            (None, Some(committed_at)) => committed_at.max(it.connected_at),
            (None, None) => it.connected_at,
        };
        let items = instances.into_iter().map(|it| FollowingSdk {
            silent_since: (it.revision < revision).then(|| owing(&it)),
            connected: it.lost.is_none(),
            instance: it.instance,
            token: it.token,
            sdk: it.sdk,
            revision: it.revision,
            connected_at: it.connected_at,
        });
        let mut items: Vec<FollowingSdk> = items.collect();
        let sdks = items.len();
        let silent = items.iter().filter(|it| it.silent_since.is_some()).count();
        // Stable: those with the same place stay in the order of their names.
        items.sort_by_key(|it| (it.silent_since.is_none(), it.silent_since));
        items.truncate(limit);
        Self {
            revision,
            committed_at,
            sdks: sdks as u64,
            confirmed: (sdks - silent) as u64,
            silent: silent as u64,
            items,
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use serde_json::{Value, json};
    use tenantry_store::Lost;

    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds)
    }

    fn instance(name: &str, revision: u64, connected: i64, lost: Option<i64>) -> SdkInstance {
        SdkInstance {
            instance: name.to_owned(),
            token: "billing".to_owned(),
            sdk: "raw/1".to_owned(),
            revision,
            connected_at: at(connected),
            lost: lost.map(|lost| Lost {
                at: at(lost),
                forget_at: at(lost + 900),
            }),
        }
    }

    fn check(limit: usize, committed: Option<i64>) -> Value {
        let instances = vec![
            instance("behind", 4, 10, None),
            instance("gone", 4, 10, Some(50)),
            instance("late", 0, 120, None),
            instance("through", 5, 10, None),
            instance("through-and-gone", 6, 10, Some(60)),
        ];
        json!(Propagation::new(5, committed.map(at), instances, limit))
    }

    #[test]
    fn who_owes_an_acknowledgement_is_told_first_and_since_when() {
        let found = check(10, Some(100));
        let counts = ["sdks", "confirmed", "silent"].map(|name| found[name].clone());
        assert_eq!(counts, [json!(5), json!(2), json!(3)]);
        let items = found["items"].as_array().expect("a list");
        let told: Vec<_> = items
            .iter()
            .map(|it| (it["instance"].clone(), it["silent_since"].clone()))
            .collect();
        assert_eq!(
            told,
            [
                (json!("gone"), json!(at(50))),
                (json!("behind"), json!(at(100))),
                (json!("late"), json!(at(120))),
                (json!("through"), Value::Null),
                (json!("through-and-gone"), Value::Null),
            ]
        );
        assert_eq!(items[0]["connected"], false);
    }

    #[test]
    fn counts_are_exact_whatever_is_listed_and_a_forgotten_commit_is_no_matter() {
        let found = check(1, None);
        assert_eq!((&found["silent"], &found["sdks"]), (&json!(3), &json!(5)));
        assert_eq!(found["items"].as_array().map(Vec::len), Some(1));
        assert_eq!(found["items"][0]["silent_since"], json!(at(10)));
    }
}
