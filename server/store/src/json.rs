//! Documents as text.

use std::fmt::Display;

use serde::Serialize;
use serde_json::Value;

use crate::error::StoreError;

/// The JSON of a document of ours. Their maps have text keys and their numbers are finite, so there is
/// always one.
pub(crate) fn text(document: &impl Serialize) -> String {
    serde_json::to_string(document).expect("documents have text keys and finite numbers")
}

/// Reads a document of ours back.
pub(crate) fn read(
    table: &'static str,
    column: &'static str,
    id: impl Display,
    text: &str,
) -> Result<Value, StoreError> {
    serde_json::from_str(text).map_err(|error| StoreError::corrupt(table, column, id, error))
}
