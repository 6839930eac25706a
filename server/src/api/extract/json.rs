//! JSON: read once, with everything that is wrong with its form.
//!
//! **Invariants**
//! - Nesting is bounded before the parser recurses.
//! - A field that nobody reads is a problem with its path: a typing error must not be a silent no.

use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use tenantry_core::model::Problems;

use super::wording;
use crate::api::error::{ApiError, Code};

/// Deepest nesting of arrays and objects in a body.
const MAX_DEPTH: usize = 64;

/// Reads JSON, adding unknown fields and a wrong structure to `problems`. `None` only if something
/// was added.
///
/// # Errors
/// [`Code::InvalidJson`] if the text is not JSON or nested too deeply.
pub(crate) fn deserialize<T: DeserializeOwned>(
    bytes: &[u8],
    problems: &mut Problems,
) -> Result<Option<T>, ApiError> {
    if depth(bytes) > MAX_DEPTH {
        let detail = format!("the body is nested deeper than {MAX_DEPTH} levels");
        return Err(ApiError::new(Code::InvalidJson, detail));
    }
    // Structs would be read from arrays as well, field by field.
    if !bytes.trim_ascii_start().starts_with(b"{")
        && serde_json::from_slice::<IgnoredAny>(bytes).is_ok()
    {
        problems.push("", "the body must be an object");
        return Ok(None);
    }
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value = match locate(&mut json, problems) {
        // A body that goes on after its end is a syntax error, whatever came before.
        Ok(Some(value)) => json.end().map(|()| Some(value)),
        Ok(None) => Ok(None),
        Err(error) => Err(error),
    };
    match value {
        Ok(value) => Ok(value),
        Err(error) => Err(ApiError::new(Code::InvalidJson, error.to_string())),
    }
}

/// Reads what has been parsed already, as [`deserialize`] does.
pub(crate) fn deserialize_value<T: DeserializeOwned>(
    value: &Value,
    problems: &mut Problems,
) -> Option<T> {
    locate(value, problems).unwrap_or_else(|error| {
        problems.push("", error.to_string());
        None
    })
}

/// Reads a value, adding unknown fields and a wrong structure, with their paths, to `problems`.
/// `Ok(None)` only if something was added.
///
/// # Errors
/// If the text is not JSON.
fn locate<'de, T, D>(source: D, problems: &mut Problems) -> Result<Option<T>, serde_json::Error>
where
    T: DeserializeOwned,
    D: Deserializer<'de, Error = serde_json::Error>,
{
    let mut track = serde_path_to_error::Track::new();
    let located = serde_path_to_error::Deserializer::new(source, &mut track);
    let mut unknown = Vec::new();
    let outcome = serde_ignored::deserialize(located, |path| unknown.push(text_of(&path)));
    for path in unknown {
        let is_nested = path.contains(['.', '[']);
        let message = if is_nested {
            "unknown field".to_owned()
        } else {
            wording::unknown_field::<T>()
        };
        problems.push(path, message);
    }
    match outcome {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.is_data() => {
            let path = track.path().to_string();
            let path = if path == "." { "" } else { &path };
            let problem = wording::problem(path, &without_position(&error));
            problems.0.push(problem);
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// A path in the form of all others: `rules[2].effect`.
fn text_of(path: &serde_ignored::Path<'_>) -> String {
    use serde_ignored::Path;
    match path {
        Path::Root => String::new(),
        Path::Seq { parent, index } => format!("{}[{index}]", text_of(parent)),
        Path::Map { parent, key } => match text_of(parent) {
            parent if parent.is_empty() => key.clone(),
            parent => format!("{parent}.{key}"),
        },
        Path::Some { parent }
        | Path::NewtypeStruct { parent }
        | Path::NewtypeVariant { parent } => text_of(parent),
    }
}

/// Reads a field of a merge patch, where null says something else than absence does.
pub(crate) fn present<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    T::deserialize(deserializer).map(Some)
}

/// Reads a field of a merge patch that null empties (RFC 7396).
pub(crate) fn emptied<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    let value = Option::<T>::deserialize(deserializer)?;
    Ok(Some(value.unwrap_or_default()))
}

/// The message of a structural error; its path says more than line and column.
fn without_position(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.rfind(" at line ") {
        Some(end) => text[..end].to_owned(),
        None => text,
    }
}

/// How deeply arrays and objects are nested in a text, which need not be valid JSON.
fn depth(text: &[u8]) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    let (mut is_in_string, mut is_escaped) = (false, false);
    for byte in text {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if is_in_string => is_escaped = true,
            b'"' => is_in_string = !is_in_string,
            b'[' | b'{' if !is_in_string => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b']' | b'}' if !is_in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nesting_is_bounded_before_parsing() {
        let nested = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        assert_eq!(depth(nested(64).as_bytes()), 64);
        assert_eq!(depth(br#"{"a": "[[[\"[", "b": []}"#), 2);
        for levels in [65, 1_000_000] {
            let outcome = deserialize::<Value>(nested(levels).as_bytes(), &mut Problems::default());
            assert_eq!(outcome.expect_err("too deep").code(), Code::InvalidJson);
        }
    }
}
