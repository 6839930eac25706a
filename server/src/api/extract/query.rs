//! Query parameters: known ones only, each with its own message.

use axum::extract::FromRequestParts;
use axum::http::Uri;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use super::wording;
use crate::api::error::ApiError;

/// The query of a request. Its type denies unknown fields: a typing error in a filter must not
/// answer everything.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Query<T>(pub(crate) T);

impl<S, T> FromRequestParts<S> for Query<T>
where
    S: Send + Sync,
    T: DeserializeOwned,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        parse(&parts.uri).map(Self)
    }
}

fn parse<T: DeserializeOwned>(uri: &Uri) -> Result<T, ApiError> {
    match axum::extract::Query::try_from_uri(uri) {
        Ok(axum::extract::Query(value)) => Ok(value),
        Err(rejection) => {
            let text = rejection.body_text();
            // "Failed to deserialize query string: limit: invalid digit found in string"
            let text = text
                .split_once(": ")
                .map_or(text.as_str(), |(_, reason)| reason);
            let (name, message) = text.split_once(": ").unwrap_or(("", text));
            let problem = wording::problem(name, message);
            Err(ApiError::invalid_parameter(problem.path, problem.message))
        }
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Page {
        limit: Option<u32>,
        q: Option<String>,
    }

    fn check(uri: &'static str, expected: &Result<Page, &str>) {
        let outcome = parse::<Page>(&Uri::from_static(uri));
        assert_eq!(
            outcome.as_ref().map_err(ApiError::detail),
            expected.as_ref().map_err(|it| *it)
        );
    }

    #[test]
    fn a_wrong_parameter_is_named() {
        let q = Some("a b".to_owned());
        check("/?limit=3&q=a%20b", &Ok(Page { limit: Some(3), q }));
        check(
            "/",
            &Ok(Page {
                limit: None,
                q: None,
            }),
        );
        check("/?limit=x", &Err("limit: must be a whole number"));
        check(
            "/?limmit=1",
            &Err("limmit: there is no such name; it may be limit or q"),
        );
    }
}
