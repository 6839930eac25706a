//! Listing the roster: filters, sorting and pages.

use chrono::{DateTime, SecondsFormat, Utc};
use sea_query::{Expr, ExprTrait, Order, Query, SelectStatement, Value};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::Tenant;
use super::row::{COLUMNS, TenantRow};
use crate::access::{Mode, ProjectScope};
use crate::db::{Dialect, signed};
use crate::error::ListError;
use crate::ids::ProjectId;
use crate::page::{self, Page};
use crate::store::Store;
use crate::text::contains;

/// Which tenants to list, and how.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TenantFilter {
    /// Part of the key or the name; ASCII letters match in either case.
    pub q: Option<String>,
    /// With this attribute.
    pub attribute: Option<String>,
    /// With that attribute having this value, or a list that has it. A number or a truth value is
    /// found by its text.
    pub value: Option<String>,
    /// What to sort by; ties are settled by the key.
    pub sort: TenantSort,
    /// Largest first.
    pub descending: bool,
    /// How many at most, 1 to 1000.
    pub limit: u32,
    /// Where the last page ended.
    pub cursor: Option<String>,
}

/// What tenants are sorted by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum TenantSort {
    /// The key.
    #[default]
    Key,
    /// The name.
    Name,
    /// The weight.
    Weight,
    /// When it came onto the roster.
    CreatedAt,
    /// When it was last changed.
    UpdatedAt,
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
    /// Lists tenants of the roster.
    ///
    /// # Errors
    /// [`ListError`].
    pub async fn tenants<M: Mode>(
        &self,
        scope: &ProjectScope<M>,
        filter: &TenantFilter,
    ) -> Result<Page<Tenant>, ListError> {
        let mut conn = self.read(scope).await?;
        let query = filter.query(scope.id(), conn.dialect())?;
        let rows = conn.select::<TenantRow>("tenant", &query).await?;
        let tenants = rows
            .into_iter()
            .map(Tenant::try_from)
            .collect::<Result<_, _>>()?;
        Ok(page::cut(tenants, filter.limit.clamp(1, 1_000), |tenant| {
            filter.position(tenant)
        }))
    }
}

impl TenantFilter {
    fn query(&self, project: ProjectId, dialect: Dialect) -> Result<SelectStatement, ListError> {
        let attribute = self.attribute.as_deref();
        let mut query = Query::select();
        query
            .columns(COLUMNS)
            .from("tenant")
            .and_where(Expr::col("project_id").eq(project))
            .and_where_option(self.q.as_deref().map(|q| contains(["key", "name"], q)))
            .and_where_option(attribute.map(|name| match &self.value {
                None => has_attribute(name, dialect),
                Some(value) => has_value(name, value, dialect),
            }))
            .limit(u64::from(self.limit.clamp(1, 1_000)) + 1);
        let sorted_by = || [Expr::col(self.sort.column()), Expr::col("key")];
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

    /// Where a page that ends with `tenant` ends.
    fn position(&self, tenant: &Tenant) -> Position {
        let time = |time: DateTime<Utc>| time.to_rfc3339_opts(SecondsFormat::Micros, true);
        let value = match self.sort {
            TenantSort::Key => tenant.key.to_string(),
            TenantSort::Name => tenant.name.clone(),
            TenantSort::Weight => tenant.weight.to_string(),
            TenantSort::CreatedAt => time(tenant.created_at),
            TenantSort::UpdatedAt => time(tenant.updated_at),
        };
        Position {
            sort: self.sort.column().to_owned(),
            descending: self.descending,
            value,
            key: tenant.key.to_string(),
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
            TenantSort::Key | TenantSort::Name => value.into(),
            TenantSort::Weight => {
                let weight = value.parse::<u64>().map_err(|_| ListError::Cursor)?;
                signed(weight).into()
            }
            TenantSort::CreatedAt | TenantSort::UpdatedAt => value
                .parse::<DateTime<Utc>>()
                .map_err(|_| ListError::Cursor)?
                .into(),
        };
        Ok((value, key))
    }
}

impl TenantSort {
    fn column(self) -> &'static str {
        match self {
            Self::Key => "key",
            Self::Name => "name",
            Self::Weight => "weight",
            Self::CreatedAt => "created_at",
            Self::UpdatedAt => "updated_at",
        }
    }
}

/// The attribute is there. JSON is one of the few things the two databases ask in different ways.
fn has_attribute(name: &str, dialect: Dialect) -> Expr {
    match dialect {
        Dialect::Sqlite => {
            let has = "EXISTS (SELECT 1 FROM json_each(tenant.attributes) a WHERE a.key = ?)";
            Expr::cust_with_values(has, [name])
        }
        Dialect::Postgres => Expr::cust_with_values("jsonb_exists(attributes, $1)", [name]),
    }
}

/// The attribute is `value`, as a text, a number or a truth value, or a list that has the text.
fn has_value(name: &str, value: &str, dialect: Dialect) -> Expr {
    let number = value.parse::<f64>().ok().filter(|it| it.is_finite());
    let truth = value.parse::<bool>().ok();
    match dialect {
        Dialect::Sqlite => {
            let has = "EXISTS (SELECT 1 FROM json_each(tenant.attributes) a WHERE a.key = ? AND (
                (a.type = 'text' AND a.value = ?)
                OR (a.type IN ('integer', 'real') AND a.value = ?)
                OR (a.type = ?)
                OR EXISTS (SELECT 1
                    FROM json_each(CASE a.type WHEN 'array' THEN a.value ELSE '[]' END) e
                    WHERE e.value = ?)))";
            let values: [Value; 5] = [
                name.into(),
                value.into(),
                number.into(),
                truth.map(|truth| truth.to_string()).into(),
                value.into(),
            ];
            Expr::cust_with_values(has, values)
        }
        Dialect::Postgres => {
            let mut wanted = vec![json!({name: value}), json!({name: [value]})];
            wanted.extend(number.map(|number| json!({name: number})));
            wanted.extend(truth.map(|truth| json!({name: truth})));
            let is =
                |wanted: serde_json::Value| Expr::cust_with_values("attributes @> $1", [wanted]);
            wanted
                .into_iter()
                .map(is)
                .reduce(Expr::or)
                .unwrap_or_else(|| Expr::val(false))
        }
    }
}
