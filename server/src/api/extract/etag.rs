//! Entity tags: which version of a thing a caller has seen, and which it means to change.
//!
//! A tag is `"<version>"` or `"<version>.<rest>"`: the version counts the changes that `If-Match`
//! protects, the rest stands for what is shown with the thing but changes on its own.
//!
//! **Invariants**
//! - What can be changed under `If-Match` is never changed without it: 428.
//! - Tags are compared as RFC 9110 says: strongly for `If-Match`, weakly for `If-None-Match`; any
//!   member of a list matches.

use std::fmt;

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::http::header::{AsHeaderName, CACHE_CONTROL, ETAG, IF_MATCH, IF_NONE_MATCH};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};

use tenantry_store::Expected;

use crate::api::error::{ApiError, Code};

/// What a browser may do with an answer that has a tag: keep it, and ask each time.
pub(crate) const REVALIDATE: HeaderValue = HeaderValue::from_static("private, no-cache");

/// The tag of one version of a thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Etag(String);

impl Etag {
    /// The tag of a thing's version.
    pub(crate) fn version(version: impl fmt::Display) -> Self {
        Self(format!("\"{version}\""))
    }

    /// The tag of a thing's version, shown with something that has a version of its own.
    pub(crate) fn version_with(version: impl fmt::Display, rest: impl fmt::Display) -> Self {
        Self(format!("\"{version}.{rest}\""))
    }
}

impl From<&Etag> for HeaderValue {
    fn from(tag: &Etag) -> Self {
        Self::from_str(&tag.0).expect("versions are digits and dots")
    }
}

/// The `If-Match` header, which must be there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum IfMatch {
    /// `*`: whatever is there.
    Any,
    /// One of these versions.
    Versions(Vec<u64>),
}

impl IfMatch {
    /// What to tell the store, given the thing's version as it was just read: the change is
    /// refused if that is not one that the caller means.
    pub(crate) fn expect(&self, version: u64) -> Result<Expected, ApiError> {
        match self {
            Self::Any => Ok(Expected::Any),
            Self::Versions(versions) if versions.contains(&version) => {
                Ok(Expected::Version(version))
            }
            Self::Versions(_) => Err(ApiError::stale()),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        if !parts.headers.contains_key(IF_MATCH) {
            let detail = "send the ETag of what you read as If-Match, or * to overwrite anything";
            return Err(ApiError::new(Code::PreconditionRequired, detail));
        }
        let tags: Vec<_> = members(&parts.headers, IF_MATCH).collect();
        if tags == ["*"] {
            return Ok(Self::Any);
        }
        if tags.is_empty() || !tags.iter().all(|tag| is_tag(tag)) {
            let message = "must be the ETag of what you read, with its quotes, or *";
            return Err(ApiError::invalid_parameter("If-Match", message));
        }
        // A weak tag never matches strongly; a tag that is none of ours matches nothing either.
        let strong = tags
            .iter()
            .filter_map(|tag| tag.strip_prefix('"')?.strip_suffix('"'));
        let versions = strong.filter_map(|tag| tag.split('.').next()?.parse().ok());
        Ok(Self::Versions(versions.collect()))
    }
}

impl<S: Send + Sync> OptionalFromRequestParts<S> for IfMatch {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Option<Self>, ApiError> {
        if !parts.headers.contains_key(IF_MATCH) {
            return Ok(None);
        }
        <Self as FromRequestParts<S>>::from_request_parts(parts, state)
            .await
            .map(Some)
    }
}

/// The `If-None-Match` header, which need not be there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct IfNoneMatch(Vec<String>);

impl IfNoneMatch {
    /// The header of a request.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let tags = members(headers, IF_NONE_MATCH);
        Self(
            tags.map(|tag| tag.strip_prefix("W/").unwrap_or(tag).to_owned())
                .collect(),
        )
    }

    /// Whether the caller has this version already.
    pub(crate) fn has(&self, tag: &Etag) -> bool {
        self.0.iter().any(|seen| *seen == tag.0 || seen == "*")
    }

    /// The answer 304, if the caller has this version already.
    pub(crate) fn answer(&self, tag: &Etag) -> Option<Response> {
        let headers = [(ETAG, HeaderValue::from(tag)), (CACHE_CONTROL, REVALIDATE)];
        self.has(tag)
            .then(|| (StatusCode::NOT_MODIFIED, headers).into_response())
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IfNoneMatch {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self::of(&parts.headers))
    }
}

/// Whether a text is an entity tag, strong or weak.
fn is_tag(text: &str) -> bool {
    let quoted = text.strip_prefix("W/").unwrap_or(text);
    let opaque = quoted
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'));
    opaque.is_some_and(|opaque| !opaque.contains('"'))
}

/// The members of a list of tags. Our tags hold no commas.
fn members(headers: &HeaderMap, name: impl AsHeaderName) -> impl Iterator<Item = &str> {
    let values = headers
        .get_all(name)
        .into_iter()
        .filter_map(|value| value.to_str().ok());
    values
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .filter(|tag| !tag.is_empty())
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    async fn if_match(value: Option<&str>) -> Result<IfMatch, Code> {
        let mut request = Request::builder();
        if let Some(value) = value {
            request = request.header(IF_MATCH, value);
        }
        let (mut parts, ()) = request.body(()).expect("a request").into_parts();
        <IfMatch as FromRequestParts<()>>::from_request_parts(&mut parts, &())
            .await
            .map_err(|error| error.code())
    }

    #[tokio::test]
    async fn a_change_names_the_version_it_means() {
        assert_eq!(if_match(None).await, Err(Code::PreconditionRequired));
        for (value, version, is_match) in [
            ("*", 7, true),
            ("\"7\"", 7, true),
            ("\"7.12\"", 7, true),
            ("\"6\", \"7\"", 7, true),
            ("\"6\"", 7, false),
            ("W/\"7\"", 7, false),
            ("\"*\"", 7, false),
            ("\"nonsense\"", 7, false),
        ] {
            let header = if_match(Some(value)).await.expect("a header");
            assert_eq!(header.expect(version).is_ok(), is_match, "{value}");
        }
        for value in ["", "7", "nonsense", "\"7", "W/7", "*, \"7\"", "\"6\", 7"] {
            assert_eq!(
                if_match(Some(value)).await,
                Err(Code::InvalidParameter),
                "{value}"
            );
        }
    }

    #[test]
    fn a_reader_is_told_whether_it_is_up_to_date() {
        let tag = Etag::version_with(7, 12);
        for (value, is_seen) in [
            ("\"7.12\"", true),
            ("W/\"7.12\"", true),
            ("\"1\", \"7.12\"", true),
            ("*", true),
            ("\"7\"", false),
            ("", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(IF_NONE_MATCH, HeaderValue::from_static(value));
            assert_eq!(IfNoneMatch::of(&headers).has(&tag), is_seen, "{value}");
        }
        assert!(!IfNoneMatch::default().has(&tag));
    }
}
