//! `GET /api/v1/projects/{project}/environments/{environment}/compare`

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use tenantry_core::Ruleset;
use tenantry_store::{Past, PastPoint, Read, Store};
use utoipa::{IntoParams, ToSchema};

use crate::api::error::{ApiError, Code};
use crate::api::extract::path::EnvironmentPath;
use crate::api::extract::{InEnvironment, Query, way_back};
use crate::clock::SharedClock;
use crate::past::{NotUndone, Rewound, Touched};
use crate::preview::{FlagFlips, Roster, compare};
use crate::publish::Publisher;
use crate::tasks::Tasks;

const DEFAULT_LIMIT: usize = 100;
const MAX_LIMIT: usize = 10_000;

/// Which revisions to compare.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct CompareRevisions {
    /// The earlier revision. The change log keeps those of 90 days, and the newest 10000.
    from: u64,
    /// The later revision; the newest if absent. It may be the earlier one of the two.
    to: Option<u64>,
    /// The most tenants in each list: 0 to 10000; 100 if absent. Counts are exact whatever it is.
    #[param(maximum = 10_000)]
    limit: Option<usize>,
}

/// Whose answers differ between two revisions.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ComparedRevisions {
    from: ComparedRevision,
    to: ComparedRevision,
    /// How many tenants are on the roster, as it is now.
    tenants: u64,
    /// The flags that tenants of the roster came to have, or lost, on the way; by key.
    flags: Vec<FlagFlips>,
}

/// A revision that was compared.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ComparedRevision {
    /// Its number.
    revision: u64,
    /// When it was committed; null for revision 0, before which there was nothing.
    committed_at: Option<DateTime<Utc>>,
}

/// Compare two revisions of an environment
///
/// By the tenants of the roster whose answers differ, flag by flag, as calls without attributes are
/// answered. The roster is that of today; segments are what they were.
#[utoipa::path(
    get,
    path = "/api/v1/projects/{project}/environments/{environment}/compare",
    tag = "environments",
    params(EnvironmentPath, CompareRevisions),
    responses((status = 200, description = "Who came to have which flags, and who lost them",
        body = ComparedRevisions))
)]
pub(crate) async fn compare_revisions(
    State(store): State<Store>,
    State(publisher): State<Publisher>,
    State(clock): State<SharedClock>,
    State(tasks): State<Tasks>,
    InEnvironment { scope, .. }: InEnvironment<Read, EnvironmentPath>,
    Query(query): Query<CompareRevisions>,
) -> Result<Json<ComparedRevisions>, ApiError> {
    let limit = query.limit.unwrap_or(DEFAULT_LIMIT);
    if limit > MAX_LIMIT {
        let message = format!("must be 0 to {MAX_LIMIT}");
        return Err(ApiError::invalid_parameter("limit", message));
    }
    let newest = publisher.reread(scope.id()).await;
    let newest = newest
        .ok_or_else(|| ApiError::new(Code::Unavailable, "this environment is not published yet"))?;
    let to = query.to.unwrap_or(newest.revision());
    let (earlier, name) = if query.from <= to {
        (query.from, "from")
    } else {
        (to, "to")
    };
    let later = query.from.max(to);
    let past = way_back(&store, &scope, (PastPoint::Revision(earlier), name), None).await?;
    if later > past.newest {
        let name = if later == to { "to" } else { "from" };
        let message = format!("must be at most {}, the newest", past.newest);
        return Err(ApiError::invalid_parameter(name, message));
    }
    let revision = async |revision| {
        Ok::<_, ApiError>(ComparedRevision {
            revision,
            committed_at: store.committed_at(&scope, revision).await?,
        })
    };
    let (from, to) = (revision(query.from).await?, revision(to).await?);
    let roster = publisher.roster_in(&scope, clock.now()).await?;
    let is_backwards = from.revision > to.revision;
    let tenants = roster.len() as u64;
    let compared = tasks.compute(move || {
        let present = newest.publication().replica().ruleset();
        flips(&past, present, &roster, later, is_backwards, limit)
    });
    let flags = compared.await.map_err(ApiError::internal)?;
    Ok(Json(ComparedRevisions {
        from,
        to,
        tenants,
        flags,
    }))
}

fn flips(
    past: &Past,
    published: &Ruleset,
    roster: &Roster,
    later: u64,
    is_backwards: bool,
    limit: usize,
) -> Result<Vec<FlagFlips>, NotUndone> {
    let mut rewound = Rewound::new(past);
    let (newer, between): (Vec<_>, _) = past
        .changes
        .iter()
        .partition(|change| change.revision > later);
    for change in newer {
        rewound.undo(change)?;
    }
    let after = rewound.over(published, &rewound.all());
    let mut touched = Touched::default();
    for change in between {
        touched.extend(rewound.undo(change)?);
    }
    let before = rewound.over(&after, &touched);
    let asks = |ruleset: &Ruleset| -> Vec<String> {
        let flags = ruleset.flags().filter(|flag| {
            touched.is_all
                || touched.flags.contains(flag.key())
                || flag.segments().any(|key| touched.has_segment(key))
        });
        flags.map(|flag| flag.key().to_string()).collect()
    };
    let mut changed = asks(&before);
    changed.extend(asks(&after));
    changed.sort_unstable();
    changed.dedup();
    let changed = changed.iter().map(String::as_str).collect();
    let rulesets = if is_backwards {
        (&after, &before)
    } else {
        (&before, &after)
    };
    Ok(compare(roster, rulesets, changed, limit))
}
