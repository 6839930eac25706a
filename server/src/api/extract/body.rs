//! Request bodies: JSON, read once, with everything that is wrong reported at once.
//!
//! **Invariants**
//! - The media type is JSON, so that no HTML form can send it.
//! - Nesting is bounded before the parser recurses; size is bounded before the body is in memory.
//! - A field that nobody reads is an error with its path: a typing error must not be a silent no.

use axum::body::{Bytes, HttpBody as _};
use axum::extract::{FromRequest, Request};
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use tenantry_core::model::Problems;

use crate::api::error::{ApiError, Code};

/// Deepest nesting of arrays and objects in a body.
pub(crate) const MAX_DEPTH: usize = 64;

/// A body as it is written, which knows how to become what the handler wants.
pub(crate) trait Check: DeserializeOwned {
    /// What the handler wants.
    type Checked;

    /// Checks the body, adding everything that is wrong to `problems`. `None` only if something
    /// was added.
    fn check(self, problems: &mut Problems) -> Option<Self::Checked>;
}

/// The checked body of a request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Body<T: Check>(pub(crate) T::Checked);

impl<S, T> FromRequest<S> for Body<T>
where
    S: Send + Sync,
    T: Check,
{
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let bytes = read(request, state).await?;
        parse::<T>(&bytes).map(Self)
    }
}

/// The checked body of a request that may come without one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OptionalBody<T: Check>(pub(crate) T::Checked);

impl<S, T> FromRequest<S> for OptionalBody<T>
where
    S: Send + Sync,
    T: Check,
{
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let is_empty = request.body().is_end_stream();
        if is_empty && !request.headers().contains_key(CONTENT_TYPE) {
            return parse::<T>(b"{}").map(Self);
        }
        let bytes = read(request, state).await?;
        parse::<T>(if bytes.is_empty() { b"{}" } else { &bytes }).map(Self)
    }
}

/// Reads the whole body, if it is declared as JSON and not too large.
pub(crate) async fn read<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, ApiError> {
    expect_json(request.headers())?;
    Bytes::from_request(request, state)
        .await
        .map_err(|rejection| {
            let status = axum::response::IntoResponse::into_response(rejection).status();
            if status == Code::BodyTooLarge.status() {
                ApiError::new(
                    Code::BodyTooLarge,
                    "the body is larger than this route reads",
                )
            } else {
                ApiError::new(Code::InvalidJson, "the body ended before it was complete")
            }
        })
}

/// Refuses a body that is not declared as JSON.
fn expect_json(headers: &HeaderMap) -> Result<(), ApiError> {
    let media_type = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or("");
    let essence = media_type
        .split(';')
        .next()
        .unwrap_or("")
        .trim()
        .to_ascii_lowercase();
    if matches!(
        essence.as_str(),
        "application/json" | "application/merge-patch+json"
    ) {
        Ok(())
    } else {
        Err(ApiError::new(
            Code::UnsupportedMediaType,
            "send the body as application/json",
        ))
    }
}

/// Parses and checks a body.
pub(crate) fn parse<T: Check>(bytes: &[u8]) -> Result<T::Checked, ApiError> {
    let mut problems = Problems::default();
    let checked =
        deserialize::<T>(bytes, &mut problems)?.and_then(|body| body.check(&mut problems));
    match checked {
        Some(checked) if problems.0.is_empty() => Ok(checked),
        _ => Err(ApiError::invalid_body(problems)),
    }
}

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
        problems.push(path, "unknown field");
    }
    match outcome {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.is_data() => {
            let path = track.path().to_string();
            problems.push(
                if path == "." { "" } else { &path },
                without_position(&error),
            );
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

    #[derive(Debug, Deserialize)]
    struct Outer {
        name: String,
        #[serde(default)]
        inner: Vec<Inner>,
    }

    #[derive(Debug, Deserialize)]
    struct Inner {
        size: u32,
    }

    impl Check for Outer {
        type Checked = (String, Vec<u32>);

        fn check(self, problems: &mut Problems) -> Option<Self::Checked> {
            if self.name.is_empty() {
                problems.push("name", "must not be empty");
            }
            Some((
                self.name,
                self.inner.into_iter().map(|inner| inner.size).collect(),
            ))
        }
    }

    fn check(body: &str, expected: &str) {
        let outcome = match parse::<Outer>(body.as_bytes()) {
            Ok(value) => format!("{value:?}"),
            Err(error) if error.problems().is_empty() => error.code().as_str().to_owned(),
            Err(error) => Problems(error.problems().to_vec()).to_string(),
        };
        assert_eq!(outcome, expected, "{body}");
    }

    #[test]
    fn everything_wrong_is_reported_with_its_path() {
        check(r#"{"name": "a", "inner": [{"size": 3}]}"#, r#"("a", [3])"#);
        check(
            r#"{"name": "", "color": 1, "inner": [{"size": 3, "weight": 4}]}"#,
            "color: unknown field; inner[0].weight: unknown field; name: must not be empty",
        );
        check(
            r#"{"name": "a", "inner": [{"size": 1}, {"size": "3"}]}"#,
            r#"inner[1].size: invalid type: string "3", expected u32"#,
        );
        check("{}", "missing field `name`");
        check(
            r#"{"name": {"a": 1}, "x": 1}"#,
            "name: invalid type: map, expected a string",
        );
        check("[]", "the body must be an object");
    }

    #[test]
    fn what_is_not_json_is_a_syntax_error() {
        for body in [
            "",
            "{",
            r#"{"name": "a"} x"#,
            "// no",
            "\u{feff}{}",
            r#"{"name": "a",}"#,
        ] {
            check(body, "invalid_json");
        }
    }

    #[test]
    fn nesting_is_bounded_before_parsing() {
        let nested = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        assert_eq!(depth(nested(64).as_bytes()), 64);
        assert_eq!(depth(br#"{"a": "[[[\"[", "b": []}"#), 2);
        check(&nested(65), "invalid_json");
        check(&nested(1_000_000), "invalid_json");
    }
}
