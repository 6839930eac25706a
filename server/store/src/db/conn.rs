//! A transaction on either database.
//!
//! **Invariants**
//! - Dropping a [`Conn`] rolls back; only [`Conn::commit`] keeps what was written. Readers just drop
//!   theirs.
//! - A statement's rows are read to the end before the next one runs.

use sea_query::{PostgresQueryBuilder, SelectStatement, SqliteQueryBuilder};
use sea_query_sqlx::{SqlxBinder, SqlxValues};
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, Executor, FromRow, Postgres, SqlSafeStr, Sqlite, Transaction};

use super::{Dialect, Statement};
use crate::error::StoreError;

/// A row that either database can yield.
pub(crate) trait Row:
    for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin
{
}

impl<R> Row for R where R: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin
{}

/// An open transaction.
#[derive(Debug)]
pub(crate) enum Conn {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

/// Runs one body on whichever transaction it is, and says what a failure means.
macro_rules! on {
    ($conn:expr, $table:expr, |$tx:ident| $body:expr) => {
        match $conn {
            Conn::Sqlite($tx) => $body,
            Conn::Postgres($tx) => $body,
        }
        .map_err(|error| StoreError::from_sqlx($table, error))
    };
}

impl Conn {
    /// Runs a statement and says how many rows it wrote.
    pub(crate) async fn execute(
        &mut self,
        statement: &Statement,
        args: SqlxValues,
    ) -> Result<u64, StoreError> {
        let sql = statement.text(self.dialect());
        on!(self, statement.table, |tx| sqlx::query_with(sql, args)
            .execute(&mut **tx)
            .await
            .map(|done| done.rows_affected()))
    }

    /// Runs a statement that yields one row.
    pub(crate) async fn one<R: Row>(
        &mut self,
        statement: &Statement,
        args: SqlxValues,
    ) -> Result<R, StoreError> {
        let sql = statement.text(self.dialect());
        on!(self, statement.table, |tx| sqlx::query_as_with(sql, args)
            .fetch_one(&mut **tx)
            .await)
    }

    /// Runs a statement that yields one row or none.
    pub(crate) async fn optional<R: Row>(
        &mut self,
        statement: &Statement,
        args: SqlxValues,
    ) -> Result<Option<R>, StoreError> {
        let sql = statement.text(self.dialect());
        on!(self, statement.table, |tx| sqlx::query_as_with(sql, args)
            .fetch_optional(&mut **tx)
            .await)
    }

    /// Runs a statement that yields any number of rows.
    pub(crate) async fn all<R: Row>(
        &mut self,
        statement: &Statement,
        args: SqlxValues,
    ) -> Result<Vec<R>, StoreError> {
        let sql = statement.text(self.dialect());
        on!(self, statement.table, |tx| sqlx::query_as_with(sql, args)
            .fetch_all(&mut **tx)
            .await)
    }

    /// Runs a query that was built for a list's filters.
    pub(crate) async fn select<R: Row>(
        &mut self,
        table: &'static str,
        query: &SelectStatement,
    ) -> Result<Vec<R>, StoreError> {
        let (sql, args) = match self.dialect() {
            Dialect::Sqlite => query.build_sqlx(SqliteQueryBuilder),
            Dialect::Postgres => query.build_sqlx(PostgresQueryBuilder),
        };
        // Safe: the builder's text holds column names and placeholders; values are arguments.
        on!(self, table, |tx| sqlx::query_as_with(
            AssertSqlSafe(sql),
            args
        )
        .fetch_all(&mut **tx)
        .await)
    }

    /// Prepares a statement without running it: it fits the tables there are.
    pub(crate) async fn prepare(&mut self, statement: &Statement) -> Result<(), StoreError> {
        let sql = statement.text(self.dialect()).into_sql_str();
        on!(self, statement.table, |tx| (&mut **tx)
            .prepare(sql)
            .await
            .map(drop))
    }

    /// Keeps what was written.
    pub(crate) async fn commit(self) -> Result<(), StoreError> {
        on!(self, "the transaction", |tx| tx.commit().await)
    }

    pub(crate) fn dialect(&self) -> Dialect {
        match self {
            Self::Sqlite(_) => Dialect::Sqlite,
            Self::Postgres(_) => Dialect::Postgres,
        }
    }
}
