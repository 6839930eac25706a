//! Checks that several bodies share.

use std::fmt;

use tenantry_core::model::Problems;

/// Longest name of a thing, in bytes.
const MAX_NAME_BYTES: usize = 128;

/// A thing's name: 1 to 128 bytes, not only blanks.
pub(crate) fn name(name: String, problems: &mut Problems) -> Option<String> {
    if name.trim().is_empty() || name.len() > MAX_NAME_BYTES {
        problems.push("name", "must be 1 to 128 bytes, and not only blanks");
        return None;
    }
    Some(name)
}

/// A text that must parse.
pub(crate) fn required<T, E: fmt::Display>(
    path: &str,
    text: String,
    parse: impl FnOnce(String) -> Result<T, E>,
    problems: &mut Problems,
) -> Option<T> {
    parse(text)
        .map_err(|error| problems.push(path, error.to_string()))
        .ok()
}

/// A text that must parse if it is there. The outer `None` says that it is wrong.
#[expect(clippy::option_option, reason = "absent and wrong are different")]
pub(crate) fn parsed<T, E: fmt::Display>(
    path: &str,
    text: Option<String>,
    parse: impl FnOnce(String) -> Result<T, E>,
    problems: &mut Problems,
) -> Option<Option<T>> {
    match text {
        None => Some(None),
        Some(text) => required(path, text, parse, problems).map(Some),
    }
}

/// A reason that somebody gives for a change: up to 1,024 bytes; blanks are none.
pub(crate) fn reason(reason: Option<String>, problems: &mut Problems) -> Option<String> {
    let reason = reason.filter(|reason| !reason.trim().is_empty());
    if reason
        .as_ref()
        .is_some_and(|reason| reason.len() > MAX_REASON_BYTES)
    {
        problems.push("reason", "must be at most 1024 bytes");
    }
    reason
}

const MAX_REASON_BYTES: usize = 1_024;
