//! Flags that programs ask for and that do not exist.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::of_minute;
use crate::access::{EnvironmentScope, Mode};
use crate::db::{args, number, statements};
use crate::error::ListError;
use crate::page::{self, Page};
use crate::store::Store;

/// Most askers of a page of flags.
const MAX_ASKERS: i64 = 1_000;

/// A flag that programs ask for and that does not exist, or is archived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownFlag {
    /// Its key.
    pub key: String,
    /// Who asks for it; at least one.
    pub askers: Vec<Asker>,
}

/// Who asks for a flag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asker {
    /// The name of the token.
    pub token: String,
    /// The name and version of the SDK.
    pub sdk: String,
    /// How often it asked.
    pub calls: u64,
    /// When it asked first, to the minute.
    pub first_seen: DateTime<Utc>,
    /// When it asked last, to the minute.
    pub last_seen: DateTime<Utc>,
}

statements! { "flag_seen";
    FLAGS = "SELECT DISTINCT s.flag FROM flag_seen s
            LEFT JOIN flag f ON f.project_id = s.project_id AND f.key = s.flag AND f.archived_at IS NULL
        WHERE s.project_id = $1 AND s.environment_id = $2 AND s.flag > $3 AND NOT s.is_known
            AND f.id IS NULL
        ORDER BY s.flag LIMIT $4";
    ASKERS = "SELECT flag, token, sdk, calls, first_minute, last_minute FROM flag_seen
        WHERE project_id = $1 AND environment_id = $2 AND flag >= $3 AND flag <= $4 AND NOT is_known
        ORDER BY flag, token, sdk LIMIT $5";
}

type AskerRow = (String, String, String, i64, i64, i64);

impl Store {
    /// Lists flags that programs ask for and that do not exist, by key.
    ///
    /// # Errors
    /// [`ListError`].
    pub async fn unknown_flags<M: Mode>(
        &self,
        scope: &EnvironmentScope<M>,
        limit: u32,
        cursor: Option<&str>,
    ) -> Result<Page<UnknownFlag>, ListError> {
        let limit = limit.clamp(1, 200);
        let after: String = cursor.map(page::decode).transpose()?.unwrap_or_default();
        let (project, environment) = (scope.project().id(), scope.id());
        let mut conn = self.read(scope.project()).await?;
        let keys: Vec<(String,)> = conn
            .all(
                &FLAGS,
                args![project, environment, after, i64::from(limit) + 1],
            )
            .await?;
        let keys: Vec<String> = keys.into_iter().map(|(key,)| key).collect();
        let keys = page::cut(keys, limit, String::clone);
        let (Some(first), Some(last)) = (keys.items.first(), keys.items.last()) else {
            return Ok(Page {
                items: Vec::new(),
                next_cursor: None,
            });
        };
        let rows: Vec<AskerRow> = conn
            .all(
                &ASKERS,
                args![
                    project,
                    environment,
                    first.as_str(),
                    last.as_str(),
                    MAX_ASKERS
                ],
            )
            .await?;
        let mut askers: BTreeMap<String, Vec<Asker>> = BTreeMap::new();
        for (flag, token, sdk, calls, first, last) in rows {
            let asker = Asker {
                token,
                sdk,
                calls: number("flag_seen", "calls", &flag, calls)?,
                first_seen: of_minute(first),
                last_seen: of_minute(last),
            };
            askers.entry(flag).or_default().push(asker);
        }
        let items = keys.items.into_iter().map(|key| UnknownFlag {
            askers: askers.remove(&key).unwrap_or_default(),
            key,
        });
        Ok(Page {
            items: items.collect(),
            next_cursor: keys.next_cursor,
        })
    }
}
