//! Sources: where a request names its tenant.
//!
//! **Invariants**
//! - Looking changes nothing in the request.

use std::any::type_name;
use std::fmt;
use std::sync::Arc;

use axum::extract::rejection::RawPathParamsRejection;
use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::HeaderName;
use axum::http::request::Parts;
use futures_util::FutureExt as _;

/// Where a request names its tenant.
#[derive(Clone)]
pub(super) enum Source {
    Header(HeaderName),
    Path(Arc<str>),
    Extension {
        /// The type of the extension.
        name: &'static str,
        find: Find,
    },
    Request(Find),
}

type Find = Arc<dyn Fn(&Parts) -> Option<String> + Send + Sync>;

/// What a source found.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    Tenant(String),
    Missing(String),
    Malformed(String),
}

impl Source {
    pub(super) fn extension<T, F>(tenant_of: F) -> Self
    where
        T: Clone + Send + Sync + 'static,
        F: Fn(&T) -> Option<String> + Send + Sync + 'static,
    {
        Self::Extension {
            name: type_name::<T>(),
            find: Arc::new(move |parts| tenant_of(parts.extensions.get::<T>()?)),
        }
    }

    /// The tenant that the request names. Whether it can be one is not looked at here.
    pub(super) fn find(&self, parts: &mut Parts) -> Found {
        match self {
            Self::Header(name) => header(parts, name),
            Self::Path(name) => path(parts, name),
            Self::Extension { name, find } => find(parts).map_or_else(
                || Found::Missing(format!("no {name} of the request names one")),
                Found::Tenant,
            ),
            Self::Request(find) => find(parts).map_or_else(
                || Found::Missing("the request names none".to_owned()),
                Found::Tenant,
            ),
        }
    }
}

fn header(parts: &Parts, name: &HeaderName) -> Found {
    let mut values = parts.headers.get_all(name).iter();
    let Some(value) = values.next() else {
        return Found::Missing(format!("there is no header {name}"));
    };
    // Which of two is the right one is not ours to guess: a proxy may have checked the other.
    if values.next().is_some() {
        return Found::Malformed(format!("the header {name} is there more than once"));
    }
    match std::str::from_utf8(value.as_bytes()) {
        Ok(tenant) => Found::Tenant(tenant.to_owned()),
        Err(_) => Found::Malformed(format!("the header {name} is not UTF-8")),
    }
}

fn path(parts: &mut Parts, name: &str) -> Found {
    // It waits for nothing, so it is done when it is first asked.
    let parameters = RawPathParams::from_request_parts(parts, &()).now_or_never();
    match parameters {
        Some(Ok(parameters)) => parameters
            .iter()
            .find(|(parameter, _)| *parameter == name)
            .map_or_else(
                || Found::Missing(format!("the route has no parameter {name}")),
                |(_, tenant)| Found::Tenant(tenant.to_owned()),
            ),
        Some(Err(RawPathParamsRejection::InvalidUtf8InPathParam(_))) => {
            Found::Malformed(format!("the parameter {name} of the path is not UTF-8"))
        }
        Some(Err(_)) | None => Found::Missing(format!("the route has no parameter {name}")),
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Header(name) => f.debug_tuple("Header").field(name).finish(),
            Self::Path(name) => f.debug_tuple("Path").field(name).finish(),
            Self::Extension { name, .. } => f.debug_tuple("Extension").field(name).finish(),
            Self::Request(_) => f.write_str("Request"),
        }
    }
}
