//! Callers: one credential, one place below the server's address, and the requests made there.
//!
//! Separate from the servers because the same calls go to a server in this process and to one in
//! its own.
//!
//! **Invariants**
//! - What a test sends is what travels: no redirect is followed, nothing is retried.
//! - An answer that is not the expected one fails the test with the whole answer in the message.

use std::fmt::Display;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::sync::OnceLock;
use std::time::Duration;

use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue, IF_MATCH};
use reqwest::{Method, StatusCode};
use serde_json::Value;

/// How long one answer may take before the test has failed.
const PATIENCE: Duration = Duration::from_secs(30);

/// Somebody who calls a server: with one credential or none, below one path.
#[derive(Debug, Clone)]
pub struct Caller {
    http: reqwest::Client,
    /// Where paths are appended to: the server's address and perhaps a path.
    base: String,
    credential: Option<HeaderValue>,
}

/// A request that is sent when it is awaited.
#[derive(Debug)]
#[must_use = "a request is sent when it is awaited"]
pub struct Request {
    builder: reqwest::RequestBuilder,
    line: String,
}

/// What a server answered.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, whatever it is.
    pub text: String,
    /// The request's method and address.
    pub line: String,
}

impl Caller {
    /// A caller without a credential at the root of a server, such as `http://127.0.0.1:8080`.
    #[must_use]
    pub fn at(address: &str) -> Self {
        // Every test has its own runtime, and a pooled connection dies with the runtime that
        // opened it: no pool is shared beyond one caller's copies.
        install_crypto();
        let http = reqwest::Client::builder()
            .timeout(PATIENCE)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .expect("a client without settings that could be wrong");
        Self {
            http,
            base: address.trim_end_matches('/').to_owned(),
            credential: None,
        }
    }

    /// The same caller with this token.
    #[must_use]
    pub fn with_token(&self, token: &str) -> Self {
        let header = HeaderValue::from_str(&format!("Bearer {token}")).expect("a printable token");
        Self {
            credential: Some(header),
            ..self.clone()
        }
    }

    /// The same caller without a credential.
    #[must_use]
    pub fn without_token(&self) -> Self {
        Self {
            credential: None,
            ..self.clone()
        }
    }

    /// The same caller, further down: `path` begins with a slash.
    #[must_use]
    pub fn below(&self, path: impl Display) -> Self {
        Self {
            base: format!("{}{path}", self.base),
            ..self.clone()
        }
    }

    /// The address that paths are appended to.
    #[must_use]
    pub fn base(&self) -> &str {
        &self.base
    }

    /// What is shown as `Authorization`.
    #[must_use]
    pub fn credential(&self) -> Option<&str> {
        self.credential
            .as_ref()
            .map(|value| value.to_str().expect("a printable token"))
    }

    /// A request; `path` is empty or begins with a slash.
    pub fn call(&self, method: &Method, path: impl Display) -> Request {
        let url = format!("{}{path}", self.base);
        let line = format!("{method} {url}");
        let mut builder = self.http.request(method.clone(), url);
        if let Some(credential) = &self.credential {
            builder = builder.header(AUTHORIZATION, credential);
        }
        Request { builder, line }
    }

    /// A GET request.
    pub fn get(&self, path: impl Display) -> Request {
        self.call(&Method::GET, path)
    }

    /// A POST request.
    pub fn post(&self, path: impl Display) -> Request {
        self.call(&Method::POST, path)
    }

    /// A PUT request.
    pub fn put(&self, path: impl Display) -> Request {
        self.call(&Method::PUT, path)
    }

    /// A PATCH request.
    pub fn patch(&self, path: impl Display) -> Request {
        self.call(&Method::PATCH, path)
    }

    /// A DELETE request.
    pub fn delete(&self, path: impl Display) -> Request {
        self.call(&Method::DELETE, path)
    }
}

impl Request {
    /// With a JSON body.
    pub fn json(self, body: &Value) -> Self {
        Self {
            builder: self.builder.json(body),
            ..self
        }
    }

    /// With a body of this media type.
    pub fn body(self, media_type: &str, body: impl Into<reqwest::Body>) -> Self {
        self.header("content-type", media_type).with_body(body)
    }

    fn with_body(self, body: impl Into<reqwest::Body>) -> Self {
        Self {
            builder: self.builder.body(body),
            ..self
        }
    }

    /// With a header.
    pub fn header(self, name: &str, value: impl AsRef<[u8]>) -> Self {
        let value = HeaderValue::from_bytes(value.as_ref()).expect("bytes that a header may have");
        Self {
            builder: self.builder.header(name, value),
            ..self
        }
    }

    /// Only if the thing still has this tag; `*` for whatever it has.
    pub fn if_match(self, tag: &str) -> Self {
        self.header(IF_MATCH.as_str(), tag)
    }

    /// Sends the request.
    ///
    /// # Errors
    /// What the client says if there is no whole answer: the server is gone, say.
    pub async fn try_send(self) -> Result<Answer, reqwest::Error> {
        let response = self.builder.send().await?;
        let (status, headers) = (response.status(), response.headers().clone());
        let text = response.text().await?;
        Ok(Answer {
            status,
            headers,
            text,
            line: self.line,
        })
    }
}

/// Sends the request.
impl IntoFuture for Request {
    type Output = Answer;
    type IntoFuture = Pin<Box<dyn Future<Output = Answer> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let line = self.line.clone();
            match self.try_send().await {
                Ok(answer) => answer,
                Err(error) => panic!("{line}: no answer: {error:?}"),
            }
        })
    }
}

impl Answer {
    /// The body as JSON.
    #[must_use]
    pub fn json(&self) -> Value {
        match serde_json::from_str(&self.text) {
            Ok(value) => value,
            Err(error) => panic!("{error} in {self:#?}"),
        }
    }

    /// This answer, which must have this status.
    #[expect(
        clippy::must_use_candidate,
        clippy::return_self_not_must_use,
        reason = "often the check alone is wanted"
    )]
    pub fn expect(self, status: u16) -> Self {
        assert!(
            self.status.as_u16() == status,
            "expected {status}: {self:#?}"
        );
        self
    }

    /// The body as JSON; the status must be this one.
    #[must_use]
    pub fn ok(self, status: u16) -> Value {
        self.expect(status).json()
    }

    /// The problem document, which must have this status and code and the form of all of them.
    #[expect(
        clippy::must_use_candidate,
        reason = "often the checks alone are wanted"
    )]
    pub fn problem(&self, status: u16, code: &str) -> Value {
        assert!(
            self.status.as_u16() == status,
            "expected {status} {code}: {self:#?}"
        );
        assert_eq!(
            self.header("content-type"),
            "application/problem+json",
            "{self:#?}"
        );
        let problem = self.json();
        assert_eq!(problem["code"], code, "{self:#?}");
        assert_eq!(problem["status"], status, "{self:#?}");
        assert_eq!(
            problem["request_id"],
            self.header("x-request-id"),
            "{self:#?}"
        );
        for text in ["type", "title", "detail"] {
            let is_sentence = problem[text].as_str().is_some_and(|text| !text.is_empty());
            assert!(is_sentence, "no {text}: {self:#?}");
        }
        problem
    }

    /// The paths of everything that is wrong with the body: a 422 `invalid_body`.
    #[must_use]
    pub fn invalid_paths(&self) -> Vec<String> {
        paths(&self.problem(422, "invalid_body"))
    }

    /// A header as text; empty if there is none.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().expect("a plain header"))
    }

    /// The entity tag.
    #[must_use]
    pub fn etag(&self) -> String {
        let tag = self.header("etag");
        assert!(
            tag.starts_with('"') && tag.ends_with('"') && tag.len() > 2,
            "no tag: {self:#?}"
        );
        tag.to_owned()
    }

    /// The environment's revision after a change.
    #[must_use]
    pub fn revision(&self) -> u64 {
        let revision = self.header("tenantry-revision").parse();
        revision.unwrap_or_else(|_| panic!("no revision: {self:#?}"))
    }
}

/// The paths of a problem document's problems, in its order.
#[must_use]
pub fn paths(problem: &Value) -> Vec<String> {
    let problems = problem["problems"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    problems
        .iter()
        .map(|problem| problem["path"].as_str().expect("a path").to_owned())
        .collect()
}

/// Chooses the cryptography of TLS for this process; the clients insist on a choice even where
/// they use none.
pub(crate) fn install_crypto() {
    static INSTALLED: OnceLock<()> = OnceLock::new();
    INSTALLED.get_or_init(|| {
        // An error says that a part under test was quicker, with the same provider.
        let _was_installed = rustls::crypto::ring::default_provider().install_default();
    });
}
