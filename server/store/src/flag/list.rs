//! Listing flags: filters, sorting and pages.

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use sea_query::{Expr, ExprTrait, Order, Query, SelectStatement, Value};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tenantry_core::model::EnvironmentKey;

use super::row::{COLUMNS, FlagRow, add_environments};
use super::{Flag, FlagKind};
use crate::access::{Mode, ProjectScope};
use crate::db::{Dialect, number};
use crate::error::{ListError, StoreError};
use crate::ids::ProjectId;
use crate::page::{self, Page};
use crate::store::Store;
use crate::text::contains;

/// Which flags to list, and how.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FlagFilter {
    /// Part of the key, name or description; ASCII letters match in either case.
    pub q: Option<String>,
    /// Of this kind.
    pub kind: Option<FlagKind>,
    /// With this owner.
    pub owner: Option<String>,
    /// With this tag.
    pub tag: Option<String>,
    /// Archived or not.
    pub state: FlagState,
    /// Expiring in this range.
    pub expires: Option<ExpiryRange>,
    /// Switched on in this environment.
    pub on_in: Option<EnvironmentKey>,
    /// Switched off in this environment.
    pub off_in: Option<EnvironmentKey>,
    /// What to sort by; ties are settled by the key.
    pub sort: FlagSort,
    /// Largest first.
    pub descending: bool,
    /// How many at most, 1 to 200.
    pub limit: u32,
    /// Where the last page ended.
    pub cursor: Option<String>,
}

/// Whether archived flags are listed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum FlagState {
    /// Only those in use.
    #[default]
    Active,
    /// Only archived ones.
    Archived,
    /// Both.
    All,
}

/// A range of expiry dates, both ends included. Flags without expiry are never in it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ExpiryRange {
    /// The first day; any if absent.
    pub from: Option<NaiveDate>,
    /// The last day; any if absent.
    pub to: Option<NaiveDate>,
}

/// What flags are sorted by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum FlagSort {
    /// The key.
    #[default]
    Key,
    /// The name.
    Name,
    /// When it was created.
    CreatedAt,
    /// When its own facts were last changed.
    UpdatedAt,
    /// When it expires; those that never do come last.
    ExpiresOn,
}

/// Where a page ended: by which column, at which value and key.
#[derive(Debug, Serialize, Deserialize)]
struct Position {
    sort: String,
    descending: bool,
    value: String,
    key: String,
}

impl Store {
    /// Lists flags.
    ///
    /// # Errors
    /// [`ListError`].
    pub async fn flags<M: Mode>(
        &self,
        scope: &ProjectScope<M>,
        filter: &FlagFilter,
    ) -> Result<Page<Flag>, ListError> {
        let mut conn = self.read(scope).await?;
        let query = filter.query(scope.id(), conn.dialect())?;
        let rows = conn.select::<FlagRow>("flag", &query).await?;
        let flags = rows
            .into_iter()
            .map(Flag::try_from)
            .collect::<Result<_, _>>()?;
        let mut page = page::cut(flags, filter.limit.clamp(1, 200), |flag| {
            filter.position(flag)
        });
        add_environments(&mut conn, scope.id(), &mut page.items).await?;
        Ok(page)
    }
}

impl Store {
    /// Counts the flags that a filter means, on all pages.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn count_flags<M: Mode>(
        &self,
        scope: &ProjectScope<M>,
        filter: &FlagFilter,
    ) -> Result<u64, StoreError> {
        let mut conn = self.read(scope).await?;
        let mut query = filter.rows(scope.id(), conn.dialect());
        query.expr(Expr::cust("COUNT(*)"));
        let rows = conn.select::<(i64,)>("flag", &query).await?;
        let count = rows.first().map_or(0, |(count,)| *count);
        number("flag", "count", scope.id(), count)
    }
}

impl FlagFilter {
    /// The rows that are meant, on all pages.
    fn rows(&self, project: ProjectId, dialect: Dialect) -> SelectStatement {
        let mut query = Query::select();
        query
            .from("flag")
            .and_where(Expr::col("project_id").eq(project))
            .and_where_option(self.kind.map(|kind| Expr::col("kind").eq(kind.as_str())))
            .and_where_option(
                self.owner
                    .as_ref()
                    .map(|owner| Expr::col("owner").eq(owner)),
            )
            .and_where_option(
                self.q
                    .as_deref()
                    .map(|q| contains(["key", "name", "description"], q)),
            )
            .and_where_option(self.tag.as_deref().map(|tag| has_tag(tag, dialect)))
            .and_where_option(self.on_in.as_ref().map(|key| is_on(project, key, true)))
            .and_where_option(self.off_in.as_ref().map(|key| is_on(project, key, false)));
        match self.state {
            FlagState::Active => query.and_where(Expr::col("archived_at").is_null()),
            FlagState::Archived => query.and_where(Expr::col("archived_at").is_not_null()),
            FlagState::All => &mut query,
        };
        if let Some(range) = self.expires {
            let day = || Expr::col("expires_on");
            query
                .and_where(day().is_not_null())
                .and_where_option(range.from.map(|from| day().gte(from)))
                .and_where_option(range.to.map(|to| day().lte(to)));
        }
        query
    }

    fn query(&self, project: ProjectId, dialect: Dialect) -> Result<SelectStatement, ListError> {
        let mut query = self.rows(project, dialect);
        query
            .columns(COLUMNS)
            .limit(u64::from(self.limit.clamp(1, 200)) + 1);
        let sorted_by = || [self.sort.expression(self.descending), Expr::col("key")];
        if let Some(cursor) = &self.cursor {
            let (value, key) = self.after(cursor)?;
            let end = Expr::tuple([Expr::val(value), Expr::val(key)]);
            let row = Expr::tuple(sorted_by());
            query.and_where(if self.descending {
                row.lt(end)
            } else {
                row.gt(end)
            });
        }
        let order = if self.descending {
            Order::Desc
        } else {
            Order::Asc
        };
        for expression in sorted_by() {
            query.order_by_expr(expression, order.clone());
        }
        Ok(query)
    }

    /// Where a page that ends with `flag` ends.
    fn position(&self, flag: &Flag) -> Position {
        let time = |time: DateTime<Utc>| time.to_rfc3339_opts(SecondsFormat::Micros, true);
        let value = match self.sort {
            FlagSort::Key => flag.key.to_string(),
            FlagSort::Name => flag.name.clone(),
            FlagSort::CreatedAt => time(flag.created_at),
            FlagSort::UpdatedAt => time(flag.updated_at),
            FlagSort::ExpiresOn => flag
                .expires_on
                .unwrap_or(never(self.descending))
                .to_string(),
        };
        Position {
            sort: self.sort.column().to_owned(),
            descending: self.descending,
            value,
            key: flag.key.to_string(),
        }
    }

    /// The value and the key that a cursor names.
    fn after(&self, cursor: &str) -> Result<(Value, String), ListError> {
        let Position {
            sort,
            descending,
            value,
            key,
        } = page::decode(cursor)?;
        if sort != self.sort.column() || descending != self.descending {
            return Err(ListError::Cursor);
        }
        let value = match self.sort {
            FlagSort::Key | FlagSort::Name => value.into(),
            FlagSort::CreatedAt | FlagSort::UpdatedAt => value
                .parse::<DateTime<Utc>>()
                .map_err(|_| ListError::Cursor)?
                .into(),
            FlagSort::ExpiresOn => value
                .parse::<NaiveDate>()
                .map_err(|_| ListError::Cursor)?
                .into(),
        };
        Ok((value, key))
    }
}

impl FlagSort {
    fn column(self) -> &'static str {
        match self {
            Self::Key => "key",
            Self::Name => "name",
            Self::CreatedAt => "created_at",
            Self::UpdatedAt => "updated_at",
            Self::ExpiresOn => "expires_on",
        }
    }

    /// What rows are compared by: the column, with a stand-in where it may be empty.
    fn expression(self, descending: bool) -> Expr {
        let column = Expr::col(self.column());
        match self {
            Self::ExpiresOn => column.if_null(never(descending)),
            Self::Key | Self::Name | Self::CreatedAt | Self::UpdatedAt => column,
        }
    }
}

/// The day that stands for "never" and sorts last.
fn never(descending: bool) -> NaiveDate {
    let year = if descending { 1 } else { 9999 };
    NaiveDate::from_yo_opt(year, 1).unwrap_or_default()
}

/// The tags hold `tag`. JSON is one of the few things the two databases ask in different ways.
fn has_tag(tag: &str, dialect: Dialect) -> Expr {
    match dialect {
        Dialect::Sqlite => {
            let holds = "EXISTS (SELECT 1 FROM json_each(flag.tags) WHERE json_each.value = ?)";
            Expr::cust_with_values(holds, [tag])
        }
        Dialect::Postgres => Expr::cust_with_values("tags @> $1", [json!([tag])]),
    }
}

/// The flag is switched on, or off, in the environment.
fn is_on(project: ProjectId, environment: &EnvironmentKey, on: bool) -> Expr {
    let named = Query::select()
        .column("id")
        .from("environment")
        .and_where(Expr::col("project_id").eq(project))
        .and_where(Expr::col("key").eq(environment.as_str()))
        .take();
    let flags = Query::select()
        .column("flag_id")
        .from("targeting")
        .and_where(Expr::col("project_id").eq(project))
        .and_where(Expr::col("environment_id").in_subquery(named))
        .and_where(Expr::col("is_on").eq(on))
        .take();
    Expr::col("id").in_subquery(flags)
}
