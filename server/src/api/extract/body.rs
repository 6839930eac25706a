//! Request bodies: JSON, read once, with everything that is wrong reported at once.
//!
//! A value of the wrong type and a field that is missing are the exception: the parser stops there,
//! so the first of them is reported, with the unknown fields before it. All else waits until the
//! body has the right shape.
//!
//! **Invariants**
//! - The media type is JSON, so that no HTML form can send it.
//! - Size is bounded before the body is in memory.

use axum::Extension;
use axum::body::{Bytes, HttpBody as _};
use axum::extract::{DefaultBodyLimit, FromRequest, Request};
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use serde::de::DeserializeOwned;
use tenantry_core::model::Problems;

use super::json::deserialize;
use crate::api::error::{ApiError, Code};

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
        let is_nothing = matches!(bytes.trim_ascii(), b"" | b"null");
        parse::<T>(if is_nothing { b"{}" } else { &bytes }).map(Self)
    }
}

/// How large the body of a route may be, in bytes; kept with the request for the message.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limit(usize);

/// The layers that bound the bodies of some routes.
pub(crate) fn limit(bytes: usize) -> (DefaultBodyLimit, Extension<Limit>) {
    (DefaultBodyLimit::max(bytes), Extension(Limit(bytes)))
}

/// Reads the whole body, if it is declared as JSON and not too large.
pub(crate) async fn read<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, ApiError> {
    expect_json(request.headers())?;
    let limit = request.extensions().get::<Limit>().copied();
    Bytes::from_request(request, state)
        .await
        .map_err(|rejection| {
            let status = axum::response::IntoResponse::into_response(rejection).status();
            if status == Code::BodyTooLarge.status() {
                let detail = match limit {
                    Some(Limit(bytes)) => format!("the body may have at most {bytes} bytes here"),
                    None => "the body is larger than this route reads".to_owned(),
                };
                ApiError::new(Code::BodyTooLarge, detail)
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

#[cfg(test)]
mod tests {
    use serde::Deserialize;

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
            "color: unknown field; there are name, inner; inner[0].weight: unknown field; \
             name: must not be empty",
        );
        check(
            r#"{"name": "a", "inner": [{"size": 1}, {"size": "3"}]}"#,
            r#"inner[1].size: must be a whole number from 0 to 4294967295, not "3""#,
        );
        check("{}", "name: is missing");
        check(r#"{"name": "a", "name": "b"}"#, "name: is given twice");
        check(
            r#"{"name": "a", "inner": [{}]}"#,
            "inner[0].size: is missing",
        );
        check(
            r#"{"name": {"a": 1}, "x": 1}"#,
            "name: must be a string, not an object",
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
}
