//! `GET /api/v1/projects/{project}/flags`

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use tenantry_core::model::EnvironmentKey;
use tenantry_protocol::report::Policy;
use tenantry_store::{ExpiryRange, FlagFilter, FlagSort, Store};
use utoipa::{IntoParams, ToSchema};

use super::{Flag, FlagKind};
use crate::api::error::ApiError;
use crate::api::extract::path::ProjectPath;
use crate::api::extract::scope::known_environment;
use crate::api::extract::{InProjectOrCi, Query, page, text};
use crate::clock::SharedClock;

/// Which flags to list, and how.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListFlags {
    /// Part of the key, the name or the description.
    #[param(max_length = 256)]
    q: Option<String>,
    /// Of this kind.
    #[param(inline)]
    kind: Option<FlagKind>,
    /// With this owner.
    #[param(max_length = 256)]
    owner: Option<String>,
    /// With this tag.
    #[param(max_length = 64)]
    tag: Option<String>,
    /// In use (by default), archived, or both.
    #[param(inline)]
    state: Option<FlagState>,
    /// Expired, or due within the notice of the debt policy.
    #[param(inline)]
    expiry: Option<Expiry>,
    /// Switched on in this environment, or off: see `on`.
    #[param(value_type = Option<String>, pattern = "^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$")]
    environment: Option<EnvironmentKey>,
    /// With `environment`: false for the flags that are switched off there. True if absent.
    on: Option<bool>,
    /// What to sort by; a `-` before it puts the largest first. By key if absent.
    #[param(inline)]
    sort: Option<Sort>,
    /// How many at most: 1 to 200; 50 if absent.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
    /// The `next_cursor` of the page before.
    #[param(max_length = 4096)]
    cursor: Option<String>,
}

/// Whether archived flags are listed.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum FlagState {
    Active,
    Archived,
    All,
}

/// When the listed flags expire.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Expiry {
    Expired,
    Due,
}

/// What flags are sorted by.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
enum Sort {
    #[serde(rename = "key")]
    Key,
    #[serde(rename = "-key")]
    KeyDescending,
    #[serde(rename = "name")]
    Name,
    #[serde(rename = "-name")]
    NameDescending,
    #[serde(rename = "created_at")]
    CreatedAt,
    #[serde(rename = "-created_at")]
    CreatedAtDescending,
    #[serde(rename = "updated_at")]
    UpdatedAt,
    #[serde(rename = "-updated_at")]
    UpdatedAtDescending,
    #[serde(rename = "expires_on")]
    ExpiresOn,
    #[serde(rename = "-expires_on")]
    ExpiresOnDescending,
}

/// A page of flags.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FlagList {
    /// The flags.
    items: Vec<Flag>,
    /// How many flags there are of those that were asked for, on all pages.
    total: u64,
    /// Ask with this `cursor` for the rest; null at the end.
    next_cursor: Option<String>,
}

impl ListFlags {
    fn filter(self, now: DateTime<Utc>) -> Result<FlagFilter, ApiError> {
        let (sort, descending) = self.sort.unwrap_or(Sort::Key).order();
        let (on_in, off_in) = match self.on {
            Some(false) => (None, self.environment),
            Some(true) | None => (self.environment, None),
        };
        Ok(FlagFilter {
            q: text::parameter("q", self.q, 256)?.filter(|text| !text.is_empty()),
            kind: self.kind.map(Into::into),
            owner: text::parameter("owner", self.owner, 256)?,
            tag: text::parameter("tag", self.tag, 64)?,
            state: match self.state {
                None | Some(FlagState::Active) => tenantry_store::FlagState::Active,
                Some(FlagState::Archived) => tenantry_store::FlagState::Archived,
                Some(FlagState::All) => tenantry_store::FlagState::All,
            },
            expires: self.expiry.map(|expiry| expiry.range(now)),
            on_in,
            off_in,
            sort,
            descending,
            limit: page::limit(self.limit)?,
            cursor: self.cursor,
        })
    }
}

impl Expiry {
    /// The expiry dates that are meant, as the debt policy judges them.
    fn range(self, now: DateTime<Utc>) -> ExpiryRange {
        let today = now.date_naive();
        let notice = TimeDelta::days(Policy::default().notice_days.into());
        match self {
            Self::Expired => ExpiryRange {
                from: None,
                to: today.pred_opt(),
            },
            Self::Due => ExpiryRange {
                from: Some(today),
                to: today.checked_add_signed(notice),
            },
        }
    }
}

impl Sort {
    /// The column, and whether the largest comes first.
    fn order(self) -> (FlagSort, bool) {
        match self {
            Self::Key => (FlagSort::Key, false),
            Self::KeyDescending => (FlagSort::Key, true),
            Self::Name => (FlagSort::Name, false),
            Self::NameDescending => (FlagSort::Name, true),
            Self::CreatedAt => (FlagSort::CreatedAt, false),
            Self::CreatedAtDescending => (FlagSort::CreatedAt, true),
            Self::UpdatedAt => (FlagSort::UpdatedAt, false),
            Self::UpdatedAtDescending => (FlagSort::UpdatedAt, true),
            Self::ExpiresOn => (FlagSort::ExpiresOn, false),
            Self::ExpiresOnDescending => (FlagSort::ExpiresOn, true),
        }
    }
}

/// List a project's flags
#[utoipa::path(
    get,
    path = "/api/v1/projects/{project}/flags",
    tag = "flags",
    params(ProjectPath, ListFlags),
    responses((status = 200, description = "A page of flags", body = FlagList))
)]
pub(crate) async fn list_flags(
    State(store): State<Store>,
    State(clock): State<SharedClock>,
    InProjectOrCi { scope, .. }: InProjectOrCi<ProjectPath>,
    Query(query): Query<ListFlags>,
) -> Result<Json<FlagList>, ApiError> {
    if query.on.is_some() && query.environment.is_none() {
        let message = "name the `environment` in which the flags are on or off";
        return Err(ApiError::invalid_parameter("on", message));
    }
    known_environment(&store, &scope, query.environment.as_ref()).await?;
    let filter = query.filter(clock.now())?;
    let page = store.flags(&scope, &filter).await?;
    let total = store.count_flags(&scope, &filter).await?;
    let items = page.items.into_iter().map(Flag::from).collect();
    Ok(Json(FlagList {
        items,
        total,
        next_cursor: page.next_cursor,
    }))
}
