//! From columns to domain values and back. What does not fit is a corrupt row.

use std::fmt::Display;
use std::str::FromStr;

use chrono::{DateTime, SubsecRound, Utc};

use crate::error::StoreError;

/// Parses a text column.
pub(crate) fn parsed<T>(
    table: &'static str,
    column: &'static str,
    id: impl Display,
    text: &str,
) -> Result<T, StoreError>
where
    T: FromStr<Err: std::error::Error + Send + Sync + 'static>,
{
    text.parse()
        .map_err(|error: T::Err| StoreError::corrupt(table, column, id, error))
}

/// Reads a column that counts, so is never negative.
pub(crate) fn number<T>(
    table: &'static str,
    column: &'static str,
    id: impl Display,
    value: i64,
) -> Result<T, StoreError>
where
    T: TryFrom<i64, Error: std::error::Error + Send + Sync + 'static>,
{
    T::try_from(value).map_err(|error| StoreError::corrupt(table, column, id, error))
}

/// A number as the databases keep it. They have no unsigned ones; a number beyond theirs names
/// nothing that they hold, as does the largest of theirs.
pub(crate) fn signed(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

/// Cuts a time down to what PostgreSQL keeps, so that both databases give back what was written.
pub(crate) fn micros(time: DateTime<Utc>) -> DateTime<Utc> {
    time.trunc_subsecs(6)
}
