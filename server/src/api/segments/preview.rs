//! `POST /api/v1/projects/{project}/segment-preview`
//!
//! Beside the segments and not among them, for a segment may have any key.

use std::cmp::Reverse;

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use tenantry_core::model::{Condition, Problems, SegmentKey};
use tenantry_store::{Read, Store};
use utoipa::ToSchema;

use crate::api::error::ApiError;
use crate::api::extract::path::ProjectPath;
use crate::api::extract::{Body, Check, InProject, text};
use crate::preview::{Roster, share};
use crate::publish::Publisher;
use crate::tasks::Tasks;

const DEFAULT_LIMIT: usize = 20;
const MAX_LIMIT: usize = 1_000;

/// Conditions to try out.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct PreviewSegment {
    /// What a tenant of the roster must meet: all of 1 to 32 conditions over attributes.
    #[schema(min_items = 1, max_items = 32)]
    conditions: Vec<Condition>,
    /// The key of a segment whose members these conditions would decide from then on; none if absent.
    #[schema(pattern = "^[A-Za-z0-9._~-]{1,128}$")]
    segment: Option<String>,
    /// The most tenants in each list: 0 to 1000; 20 if absent. Counts are exact whatever it is.
    #[schema(maximum = 1_000)]
    limit: Option<usize>,
}

/// Conditions to try out, checked as far as they can be by themselves.
#[derive(Debug)]
pub(crate) struct Draft {
    conditions: Vec<Condition>,
    segment: Option<SegmentKey>,
    limit: usize,
}

impl Check for PreviewSegment {
    type Checked = Draft;

    fn check(self, problems: &mut Problems) -> Option<Draft> {
        let limit = self.limit.unwrap_or(DEFAULT_LIMIT);
        if limit > MAX_LIMIT {
            problems.push("limit", format!("must be 0 to {MAX_LIMIT}"));
        }
        Some(Draft {
            segment: text::parsed("segment", self.segment, SegmentKey::new, problems)?,
            conditions: self.conditions,
            limit,
        })
    }
}

/// Who would be in a segment.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SegmentPreview {
    /// How many tenants would be in it.
    size: u64,
    /// Their share of the roster's tenants: 0 to 1.
    share_of_tenants: f64,
    /// Their share of the roster's requests, by the tenants' weights: 0 to 1.
    share_of_requests: f64,
    /// Who: the largest first, up to the limit that was asked for.
    tenants: Vec<PreviewedTenant>,
    /// Those who are not in the segment that was named; null if none was.
    joining: Option<Moves>,
    /// Those in the segment that was named who would not be any more; null if none was.
    leaving: Option<Moves>,
}

/// Tenants that would join or leave a segment.
#[derive(Debug, Serialize, ToSchema)]
struct Moves {
    /// How many.
    count: u64,
    /// Who: the largest first, up to the limit that was asked for.
    tenants: Vec<PreviewedTenant>,
}

/// A tenant.
#[derive(Debug, Serialize, ToSchema)]
struct PreviewedTenant {
    /// Its key.
    key: String,
    /// What people call it; its key if it is not on the roster.
    name: String,
    /// Its weight; 0 if it is not on the roster.
    weight: u64,
}

/// Preview a segment's conditions
///
/// Says which tenants of the roster meet them, without changing anything, and who would join and leave a
/// segment that there is. What is wrong with the conditions is said as when they are written.
#[utoipa::path(
    post,
    path = "/api/v1/projects/{project}/segment-preview",
    tag = "segments",
    params(ProjectPath),
    request_body = PreviewSegment,
    responses((status = 200, description = "Who would be in it", body = SegmentPreview))
)]
pub(crate) async fn preview_segment(
    State(store): State<Store>,
    State(publisher): State<Publisher>,
    State(tasks): State<Tasks>,
    InProject { scope, .. }: InProject<Read>,
    Body(draft): Body<PreviewSegment>,
) -> Result<Json<SegmentPreview>, ApiError> {
    let members = match &draft.segment {
        Some(key) => {
            let members = store.segment_members(&scope, key).await?;
            Some(members.ok_or_else(|| no_segment(key))?)
        }
        None => None,
    };
    let roster = publisher.roster(&scope).await?;
    let asked = tasks.compute(move || {
        let meeting = roster.meeting(&draft.conditions)?;
        Ok(SegmentPreview::of(&roster, &meeting, members, draft.limit))
    });
    let preview: Result<_, Problems> = asked.await;
    preview.map(Json).map_err(ApiError::invalid_body)
}

fn no_segment(key: &SegmentKey) -> ApiError {
    let mut problems = Problems::default();
    problems.push("segment", format!("there is no segment {key}"));
    ApiError::invalid_body(problems)
}

impl SegmentPreview {
    /// `meeting` are places on the roster, which is sorted by key, as `members` are.
    fn of(roster: &Roster, meeting: &[usize], members: Option<Vec<String>>, limit: usize) -> Self {
        let known = |place: &usize| {
            let known = roster.at(*place);
            PreviewedTenant::new(known.key, known.name, known.weight)
        };
        let weight: u64 = meeting.iter().map(|it| roster.at(*it).weight).sum();
        let joining = members.as_ref().map(|members| {
            let is_new = |place: &&usize| {
                let key = roster.at(**place).key;
                members.binary_search_by(|it| (**it).cmp(key)).is_err()
            };
            Moves::of(meeting.iter().filter(is_new).map(known).collect(), limit)
        });
        let leaving = members.map(|members| {
            let gone = members.into_iter().filter_map(|key| {
                let place = roster.place(&key);
                if place.is_some_and(|place| meeting.binary_search(&place).is_ok()) {
                    return None;
                }
                let unknown = || PreviewedTenant::new(&key, &key, 0);
                Some(place.as_ref().map_or_else(unknown, known))
            });
            Moves::of(gone.collect(), limit)
        });
        let all = Moves::of(meeting.iter().map(known).collect(), limit);
        Self {
            size: all.count,
            share_of_tenants: share(all.count, roster.len() as u64),
            share_of_requests: share(weight, roster.weight()),
            tenants: all.tenants,
            joining,
            leaving,
        }
    }
}

impl Moves {
    /// All of them, in the order of their keys.
    fn of(mut tenants: Vec<PreviewedTenant>, limit: usize) -> Self {
        let count = tenants.len() as u64;
        tenants.sort_by_key(|tenant| Reverse(tenant.weight));
        tenants.truncate(limit);
        Self { count, tenants }
    }
}

impl PreviewedTenant {
    fn new(key: &str, name: &str, weight: u64) -> Self {
        Self {
            key: key.to_owned(),
            name: name.to_owned(),
            weight,
        }
    }
}
