//! Pages: how long lists are handed out, a piece at a time.
//!
//! **Invariants**
//! - A cursor names the last row handed out, by the very columns that the list is sorted by, so
//!   rows added or removed meanwhile neither repeat nor hide others.
//! - A cursor is opaque to callers and checked when it comes back.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::ListError;
use crate::{hex, json};

/// One piece of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The rows, at most as many as were asked for.
    pub items: Vec<T>,
    /// Ask with this for the rest; `None` at the end.
    pub next_cursor: Option<String>,
}

/// Cuts `rows`, read with a limit one higher than `limit`, into a page whose cursor is made of the
/// last row on it.
pub(crate) fn cut<T, C: Serialize>(
    mut rows: Vec<T>,
    limit: u32,
    cursor: impl Fn(&T) -> C,
) -> Page<T> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next_cursor = rows.last().filter(|_| more).map(|row| encode(&cursor(row)));
    Page {
        items: rows,
        next_cursor,
    }
}

/// Writes a cursor: for pages that [`cut`] does not know to go on.
pub(crate) fn encode(position: &impl Serialize) -> String {
    hex::encode(json::text(position).as_bytes())
}

/// Reads a cursor made by [`cut`].
///
/// # Errors
/// [`ListError::Cursor`] if it was not made by this list.
pub(crate) fn decode<C: DeserializeOwned>(cursor: &str) -> Result<C, ListError> {
    let json = hex::decode(cursor).ok_or(ListError::Cursor)?;
    serde_json::from_slice(&json).map_err(|_| ListError::Cursor)
}
