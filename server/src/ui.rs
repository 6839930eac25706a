//! Serves the web interface from the binary: the files that `build.rs` chose, and the interface's
//! first page for every address that is one of its own. Separate from the API, because it knows
//! nothing of flags and needs no state.
//!
//! **Invariants**: nothing is read from disk at run time. Only names that carry their content's
//! hash are cached without asking. The first page is never the answer to a request for something
//! else (a script, an API route): such a request gets 404.

use std::borrow::Cow;
use std::fmt::Write as _;

use axum::body::{Body, Bytes};
use axum::http::header::{
    ACCEPT, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, ETAG, IF_NONE_MATCH,
};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use rust_embed::{Embed, EmbeddedFile};

/// What the interface's pages may load: only what this server serves. `unsafe-inline` is for
/// styles alone; the component library sets sizes and colours through `style` attributes. Sent
/// with every answer of the server, by `api::edge`.
pub(crate) const CONTENT_SECURITY_POLICY_VALUE: &str = "default-src 'none'; script-src 'self'; \
    style-src 'self' 'unsafe-inline'; connect-src 'self'; img-src 'self' data:; font-src 'self'; \
    object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// The folder of the files whose names carry a hash of their content.
const HASHED: &str = "assets/";

/// The first path segments that belong to the server itself, never to the interface.
const SERVER_ROUTES: [&str; 6] = ["api", "ofrep", "unleash", "health", "metrics", "docs"];

/// The interface's own pages. A flag's key may contain dots, so below this segment a dot does not
/// make a file name.
const PAGES: &str = "projects";

#[derive(Embed)]
#[folder = "$UI_DIST"]
struct Interface;

/// Answers what no other route answers: a file of the interface, its first page, or 404. Mount it
/// as the router's fallback.
pub(crate) async fn serve_ui(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    if method != Method::GET && method != Method::HEAD {
        return StatusCode::NOT_FOUND.into_response();
    }
    let path = uri.path().trim_start_matches('/');
    if let Some(file) = Interface::get(path) {
        return file_response(path, file, &method, &headers);
    }
    match Interface::get("index.html") {
        Some(page) if is_page(path, &headers) => {
            file_response("index.html", page, &method, &headers)
        }
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

fn file_response(path: &str, file: EmbeddedFile, method: &Method, asked: &HeaderMap) -> Response {
    let etag = etag(&file);
    let mut answer = Response::new(Body::empty());
    let headers = answer.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(cache_control(path)));
    if is_fresh(asked, &etag) {
        insert(headers, ETAG, &etag);
        *answer.status_mut() = StatusCode::NOT_MODIFIED;
        return answer;
    }
    insert(headers, ETAG, &etag);
    insert(headers, CONTENT_TYPE, &content_type(&file));
    headers.insert(CONTENT_LENGTH, file.data.len().into());
    if method == Method::GET {
        *answer.body_mut() = Body::from(match file.data {
            Cow::Borrowed(bytes) => Bytes::from_static(bytes),
            Cow::Owned(bytes) => Bytes::from(bytes),
        });
    }
    answer
}

fn insert(headers: &mut HeaderMap, name: axum::http::HeaderName, value: &str) {
    let value = HeaderValue::from_str(value).expect("a hash or a media type is visible ASCII");
    headers.insert(name, value);
}

/// Whether the path is an address inside the interface that a person opened or reloaded.
fn is_page(path: &str, headers: &HeaderMap) -> bool {
    let first = path.split('/').next().unwrap_or_default();
    let last = path.rsplit('/').next().unwrap_or_default();
    let accepted = || {
        headers
            .get_all(ACCEPT)
            .iter()
            .filter_map(|it| it.to_str().ok())
    };
    let accepts_html = accepted().any(|it| it.contains("text/html"))
        // There is nothing else at the root, so whoever takes anything gets the page.
        || path.is_empty() && (accepted().any(|it| it.contains("*/*")) || accepted().next().is_none());
    accepts_html && !SERVER_ROUTES.contains(&first) && (first == PAGES || !last.contains('.'))
}

/// Weak, because the same tag stands for the compressed and the plain bytes.
fn etag(file: &EmbeddedFile) -> String {
    let mut etag = String::from("W/\"");
    for byte in &file.metadata.sha256_hash()[..16] {
        write!(etag, "{byte:02x}").expect("writing to a string does not fail");
    }
    etag.push('"');
    etag
}

fn is_fresh(headers: &HeaderMap, etag: &str) -> bool {
    let opaque = etag.trim_start_matches("W/");
    headers
        .get_all(IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .any(|tag| tag == "*" || tag.trim_start_matches("W/") == opaque)
}

fn cache_control(path: &str) -> &'static str {
    if path.starts_with(HASHED) {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    }
}

fn content_type(file: &EmbeddedFile) -> Cow<'_, str> {
    let media_type = file.metadata.mimetype();
    if media_type.starts_with("text/") {
        Cow::Owned(format!("{media_type}; charset=utf-8"))
    } else {
        Cow::Borrowed(media_type)
    }
}

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;

    use super::*;

    async fn ask(
        method: Method,
        path: &str,
        headers: &[(axum::http::HeaderName, &str)],
    ) -> Response {
        let headers = headers
            .iter()
            .map(|(name, value)| (name.clone(), HeaderValue::from_str(value).expect("ASCII")))
            .collect();
        serve_ui(method, path.parse().expect("a path"), headers).await
    }

    const HTML: (axum::http::HeaderName, &str) = (ACCEPT, "text/html,application/xhtml+xml");

    #[tokio::test]
    async fn the_first_page_answers_the_interfaces_addresses() {
        for path in [
            "/",
            "/sign-in",
            "/projects/default/environments/production/flags",
            "/projects/default/environments/production/flags/billing.v2",
        ] {
            let answer = ask(Method::GET, path, &[HTML]).await;
            assert_eq!(answer.status(), StatusCode::OK, "{path}");
            assert_eq!(answer.headers()[CONTENT_TYPE], "text/html; charset=utf-8");
            assert_eq!(answer.headers()[CACHE_CONTROL], "no-cache");
            let body = to_bytes(answer.into_body(), usize::MAX)
                .await
                .expect("a body");
            assert!(body.starts_with(b"<!doctype html>"), "{path}");
        }
        for headers in [&[(ACCEPT, "*/*")][..], &[]] {
            let answer = ask(Method::GET, "/", headers).await;
            assert_eq!(answer.status(), StatusCode::OK, "{headers:?}");
        }
    }

    #[tokio::test]
    async fn the_first_page_never_stands_for_something_else() {
        for (path, accept) in [
            ("/api/v1/nothing", "text/html"),
            ("/docs/nothing", "text/html"),
            ("/assets/gone-1a2b3c4d.js", "text/html"),
            ("/favicon.ico", "text/html"),
            ("/sign-in", "application/json"),
            ("/", "application/json"),
            ("/projects/default", "*/*"),
        ] {
            let answer = ask(Method::GET, path, &[(ACCEPT, accept)]).await;
            assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{path} {accept}");
        }
        let answer = ask(Method::POST, "/", &[HTML]).await;
        assert_eq!(answer.status(), StatusCode::NOT_FOUND);
    }

    #[tokio::test]
    async fn a_page_that_the_browser_has_is_not_sent_again() {
        let first = ask(Method::GET, "/index.html", &[]).await;
        let etag = first.headers()[ETAG].to_str().expect("ASCII").to_owned();
        for tags in [etag.clone(), format!("\"other\", {etag}"), "*".to_owned()] {
            let again = ask(Method::GET, "/", &[HTML, (IF_NONE_MATCH, &tags)]).await;
            assert_eq!(again.status(), StatusCode::NOT_MODIFIED, "{tags}");
            assert_eq!(again.headers()[ETAG], etag.as_str());
        }
        let other = ask(Method::GET, "/", &[HTML, (IF_NONE_MATCH, "W/\"other\"")]).await;
        assert_eq!(other.status(), StatusCode::OK);
    }

    #[tokio::test]
    async fn head_answers_like_get_without_a_body() {
        let get = ask(Method::GET, "/", &[HTML]).await;
        let head = ask(Method::HEAD, "/", &[HTML]).await;
        assert_eq!(head.status(), StatusCode::OK);
        assert_eq!(head.headers(), get.headers());
        let body = to_bytes(head.into_body(), usize::MAX)
            .await
            .expect("a body");
        assert!(body.is_empty());
    }

    #[test]
    fn only_hashed_names_are_kept_without_asking() {
        assert!(cache_control("assets/index-1a2b3c4d.js").contains("immutable"));
        assert_eq!(cache_control("index.html"), "no-cache");
        assert_eq!(cache_control("color-scheme.js"), "no-cache");
    }
}
