//! Whether anybody still asks for a flag that is to be archived.

use chrono::{DateTime, TimeDelta, Utc};
use tenantry_core::model::FlagKey;
use tenantry_store::{Mode, ProjectScope, Store, StoreError};

use super::words::{ago, count};

/// How long ago a program may have asked last. Programs tell of their questions within a minute, so a
/// day after its removal was deployed nobody does; a week would keep an overdue flag failing builds
/// that long.
const QUIET: TimeDelta = TimeDelta::days(1);

/// Who still asks for a flag, in words; `None` if nobody does.
///
/// # Errors
/// [`StoreError`].
pub(crate) async fn still_asked<M: Mode>(
    store: &Store,
    scope: &ProjectScope<M>,
    flag: &FlagKey,
    now: DateTime<Utc>,
) -> Result<Option<String>, StoreError> {
    let places = store.reference_count(scope, flag).await?;
    let code = match store.references(scope, flag, 1).await?.first() {
        None => None,
        Some(first) => {
            let (path, line) = (&first.document["path"], &first.document["line"]);
            let path = path.as_str().unwrap_or_default();
            let places = count(i64::try_from(places).unwrap_or(i64::MAX), "place");
            let repository = &first.repository;
            Some(format!(
                "code asks for it at {places}, the first of them {path}:{line} in {repository}"
            ))
        }
    };
    let asker = store.last_asker(scope, flag).await?;
    let asker = asker.filter(|(_, at)| now - *at < QUIET);
    let program = asker.map(|(token, at)| format!("{token} asked for it {}", ago(now - at)));
    let all: Vec<String> = [code, program].into_iter().flatten().collect();
    Ok((!all.is_empty()).then(|| all.join(", and ")))
}
