//! Pages of lists.

use crate::api::error::ApiError;

const DEFAULT_LIMIT: u32 = 50;
const MAX_LIMIT: u32 = 200;

/// How many rows a page holds at most.
///
/// # Errors
/// An invalid parameter, beyond 1 to 200.
pub(crate) fn limit(limit: Option<u32>) -> Result<u32, ApiError> {
    limit_to(limit, MAX_LIMIT)
}

/// The same where a page may hold more: rows of which somebody may want a hundred thousand.
///
/// # Errors
/// An invalid parameter, beyond 1 to `most`.
pub(crate) fn limit_to(limit: Option<u32>, most: u32) -> Result<u32, ApiError> {
    let limit = limit.unwrap_or(DEFAULT_LIMIT);
    if (1..=most).contains(&limit) {
        Ok(limit)
    } else {
        let message = format!("must be 1 to {most}");
        Err(ApiError::invalid_parameter("limit", message))
    }
}
