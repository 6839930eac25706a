//! The routes of the API, as `openapi/openapi.json` lists them.
//!
//! Separate so that tests about every route find a new one by themselves.
//!
//! **Invariants**
//! - The list is the file's, not the code's: another test keeps the file true to the code.

use std::path::Path;

use reqwest::Method;
use serde_json::Value;

/// One operation of the API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// The operation's id.
    pub operation: String,
    /// The method.
    pub method: Method,
    /// The path, with its parameters in braces.
    pub path: String,
    /// Whether it can be called without a credential.
    pub is_public: bool,
}

impl Route {
    /// The path with every parameter replaced by the same text.
    #[must_use]
    pub fn path_with(&self, text: &str) -> String {
        self.path_by(|_| text.to_owned())
    }

    /// The path with every parameter replaced by what `value` says for its name.
    #[must_use]
    pub fn path_by(&self, value: impl Fn(&str) -> String) -> String {
        let mut path = String::new();
        for segment in self.path.split('/').skip(1) {
            let name = segment
                .strip_prefix('{')
                .and_then(|it| it.strip_suffix('}'));
            path.push('/');
            path.push_str(&name.map_or(segment.to_owned(), &value));
        }
        path
    }

    /// Whether the path has this parameter.
    #[must_use]
    pub fn has(&self, parameter: &str) -> bool {
        self.path.contains(&format!("{{{parameter}}}"))
    }
}

/// The document that is checked in.
#[must_use]
pub fn document() -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../openapi/openapi.json");
    std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// All operations, in the document's order.
#[must_use]
pub fn routes() -> Vec<Route> {
    let document: Value = serde_json::from_str(&document()).expect("the document is JSON");
    let paths = document["paths"].as_object().expect("paths");
    let mut routes = Vec::new();
    for (path, item) in paths {
        for (name, operation) in item.as_object().expect("an object") {
            let Ok(method) = Method::from_bytes(name.to_uppercase().as_bytes()) else {
                continue;
            };
            let Some(id) = operation["operationId"].as_str() else {
                continue;
            };
            let security = operation["security"].as_array();
            let is_public = security.is_some_and(|all| {
                all.iter()
                    .all(|each| each.as_object().is_some_and(serde_json::Map::is_empty))
            });
            let (operation, path) = (id.to_owned(), path.clone());
            routes.push(Route {
                operation,
                method,
                path,
                is_public,
            });
        }
    }
    assert!(!routes.is_empty(), "the document lists no operation");
    routes
}
