//! Checks that several bodies share.

use std::fmt;
use std::ops::RangeInclusive;

use tenantry_core::model::Problems;

use crate::api::error::ApiError;

/// What projects, environments and tokens may be called, in bytes.
const NAME: RangeInclusive<usize> = 1..=128;
/// What a reason may say, in bytes.
const REASON: RangeInclusive<usize> = 0..=1_024;

/// A text of so many bytes. NUL is no text: not every database can keep it.
pub(crate) fn check(
    path: &str,
    text: &str,
    bytes: &RangeInclusive<usize>,
    problems: &mut Problems,
) {
    if !bytes.contains(&text.len()) {
        let (least, most) = (bytes.start(), bytes.end());
        problems.push(path, format!("must be {least} to {most} bytes long"));
    }
    if text.contains('\0') {
        problems.push(path, "must not contain a NUL character");
    }
}

/// A parameter of so many characters at most.
///
/// # Errors
/// An invalid parameter, if it is longer.
pub(crate) fn parameter(
    name: &str,
    text: Option<String>,
    characters: usize,
) -> Result<Option<String>, ApiError> {
    match text {
        Some(text) if text.chars().count() > characters => Err(ApiError::invalid_parameter(
            name,
            format!("must be at most {characters} characters long"),
        )),
        text => Ok(text),
    }
}

/// A thing's name.
pub(crate) fn name(name: String, problems: &mut Problems) -> String {
    check("name", &name, &NAME, problems);
    name
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

/// A reason that somebody gives for a change; blanks are none.
pub(crate) fn reason(reason: Option<String>, problems: &mut Problems) -> Option<String> {
    let reason = reason.filter(|reason| !reason.trim().is_empty())?;
    check("reason", &reason, &REASON, problems);
    Some(reason)
}
