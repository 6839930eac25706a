//! Pages of lists.

use crate::api::error::ApiError;

const DEFAULT_LIMIT: u32 = 50;
const MAX_LIMIT: u32 = 200;

/// How many rows a page holds at most.
///
/// # Errors
/// An invalid parameter, beyond 1 to 200.
pub(crate) fn limit(limit: Option<u32>) -> Result<u32, ApiError> {
    match limit.unwrap_or(DEFAULT_LIMIT) {
        limit @ 1..=MAX_LIMIT => Ok(limit),
        _ => Err(ApiError::invalid_parameter("limit", "must be 1 to 200")),
    }
}
