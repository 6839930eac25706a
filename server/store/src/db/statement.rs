//! Statements: SQL texts as constants, one list per module.
//!
//! **Invariants**
//! - A statement is a constant. Nothing that a caller says becomes part of its text.
//! - Declaring one puts it into its module's list, and a list that is not prepared by
//!   `Store::check_statements` is dead code, which the compiler reports.

use super::Dialect;

/// One SQL text for each database, most often the same.
#[derive(Debug)]
pub(crate) struct Statement {
    /// The table that a failure is reported for.
    pub(crate) table: &'static str,
    pub(crate) sqlite: &'static str,
    pub(crate) postgres: &'static str,
}

impl Statement {
    pub(crate) fn text(&self, dialect: Dialect) -> &'static str {
        match dialect {
            Dialect::Sqlite => self.sqlite,
            Dialect::Postgres => self.postgres,
        }
    }
}

/// Declares statements over a table and their list, `ALL`.
///
/// `NAME = "…";` is one text for both databases, `NAME = "…" or "…";` is SQLite's and PostgreSQL's.
macro_rules! statements {
    ($table:literal; $($(#[$doc:meta])* $name:ident = $sqlite:literal $(or $postgres:literal)?;)+) => {
        $(
            $(#[$doc])*
            pub(super) const $name: $crate::db::Statement = $crate::db::statements!(
                @pick $table, $sqlite $(, $postgres)?
            );
        )+
        /// Every statement of this module, for preparing them.
        pub(crate) const ALL: &[$crate::db::Statement] = &[$($name),+];
    };
    (@pick $table:literal, $both:literal) => {
        $crate::db::Statement { table: $table, sqlite: $both, postgres: $both }
    };
    (@pick $table:literal, $sqlite:literal, $postgres:literal) => {
        $crate::db::Statement { table: $table, sqlite: $sqlite, postgres: $postgres }
    };
}
pub(crate) use statements;

/// The arguments of a statement, in the order of its placeholders.
macro_rules! args {
    ($($value:expr),* $(,)?) => {
        sea_query_sqlx::SqlxValues(sea_query::Values(vec![$(sea_query::Value::from($value)),*]))
    };
}
pub(crate) use args;
