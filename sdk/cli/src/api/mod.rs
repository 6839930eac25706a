//! The client of the server's HTTP API and of its stream.
//!
//! Separate from the commands so that authentication, errors and addresses are dealt with once.
//! The documents are those of `tenantry-core` and `tenantry-protocol`; only what has no type there
//! is declared here.
//!
//! **Invariants**
//! - The token is a sensitive header and nothing else: neither `Debug` nor a message shows it.
//! - Redirects are reported, not followed: a token goes only to the server that was named.
//! - A request ends within [`PATIENCE`], or [`PATIENCE_WITH_FILES`].

mod flag;
mod issued;
mod refusal;
mod stream;
mod token;

use std::time::Duration;

use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, ETAG, HeaderMap, IF_MATCH, LOCATION};
use reqwest::{Method, Response, redirect};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tenantry_core::model::FlagKey;
use url::Url;

pub(crate) use flag::{EnvironmentState, Flag, Page};
pub(crate) use issued::{IssuedToken, TokenInfo};
pub(crate) use refusal::Refusal;
pub(crate) use stream::{Interruption, Stream};
pub(crate) use token::Token;

use crate::arguments::Global;
use crate::console::Console;
use crate::failure::Failure;

/// How long one request may take, from the first byte out to the last byte in.
const PATIENCE: Duration = Duration::from_secs(30);

/// The same for one that sends a file of a hundred thousand lines, say.
const PATIENCE_WITH_FILES: Duration = Duration::from_mins(5);

/// What the program calls itself.
pub(crate) const USER_AGENT: &str = concat!("tenantry-cli/", env!("CARGO_PKG_VERSION"));

/// One server, one token, one project and environment.
pub(crate) struct Client<'a> {
    http: reqwest::Client,
    token: Token,
    global: &'a Global,
}

/// What the server answered.
pub(crate) struct Answer<T> {
    /// The document.
    pub(crate) body: T,
    /// Its version, to be sent back with the change that it leads to.
    pub(crate) etag: Option<String>,
    /// The environment's revision after a change.
    pub(crate) revision: Option<u64>,
}

/// A request under construction.
pub(crate) struct Request<'a> {
    client: &'a Client<'a>,
    method: Method,
    url: Url,
    headers: HeaderMap,
    /// Its media type and its bytes.
    body: Option<(&'static str, Vec<u8>)>,
    patience: Duration,
}

impl<'a> Client<'a> {
    /// A client with the arguments' settings and the token of the environment or the file.
    pub(crate) fn new(global: &'a Global, console: &mut Console) -> Result<Self, Failure> {
        let token = Token::find(global)?;
        if travels_in_the_clear(&global.url) {
            console.note(format!(
                "warning: the token travels unencrypted to {}; use https://",
                global.url.host_str().unwrap_or_default()
            ));
        }
        let http = reqwest::Client::builder()
            .user_agent(USER_AGENT)
            .connect_timeout(Duration::from_secs(5))
            .redirect(redirect::Policy::none())
            .build()
            .map_err(|source| Failure::Unreachable {
                url: global.url.clone(),
                source,
            })?;
        Ok(Self {
            http,
            token,
            global,
        })
    }

    /// The settings of this run.
    pub(crate) fn global(&self) -> &'a Global {
        self.global
    }

    /// A request for something of the project: `/api/v1/projects/{project}/{path…}`.
    pub(crate) fn project(&self, method: Method, path: &[&str]) -> Request<'_> {
        let mut request = self.request(method, &["projects", self.global.project.as_str()]);
        extend(&mut request.url, path);
        request
    }

    /// A request for something of the API: `/api/v1/{path…}`.
    pub(crate) fn request(&self, method: Method, path: &[&str]) -> Request<'_> {
        let mut url = self.address(&["api", "v1"]);
        extend(&mut url, path);
        Request {
            client: self,
            method,
            url,
            headers: HeaderMap::new(),
            body: None,
            patience: PATIENCE,
        }
    }

    /// A request for something of a flag in the environment:
    /// `/api/v1/projects/{project}/environments/{environment}/flags/{flag}/{path…}`.
    pub(crate) fn flag_here(&self, method: Method, flag: &FlagKey, path: &[&str]) -> Request<'_> {
        let environment = self.global.environment.as_str();
        let mut request = self.project(
            method,
            &["environments", environment, "flags", flag.as_str()],
        );
        extend(&mut request.url, path);
        request
    }

    /// The server's address with a path added to the path it may have already.
    fn address(&self, path: &[&str]) -> Url {
        let mut url = self.global.url.clone();
        extend(&mut url, path);
        url
    }
}

impl Request<'_> {
    /// Adds a query parameter, if there is a value for it.
    pub(crate) fn query(mut self, name: &str, value: Option<&str>) -> Self {
        if let Some(value) = value {
            self.url.query_pairs_mut().append_pair(name, value);
        }
        self
    }

    /// Changes the document only if it still is the version `etag`; without one, whichever it is.
    pub(crate) fn if_match(mut self, etag: Option<&str>) -> Self {
        let etag = etag.and_then(|etag| etag.parse().ok());
        self.headers.insert(
            IF_MATCH,
            etag.unwrap_or(const { reqwest::header::HeaderValue::from_static("*") }),
        );
        self
    }

    /// Sends `document` along.
    pub(crate) fn json(mut self, document: &impl Serialize) -> Self {
        let document = serde_json::json!(document).to_string();
        self.body = Some(("application/json", document.into_bytes()));
        self
    }

    /// Sends a file along, and gives the server time to work through it.
    pub(crate) fn file(mut self, media_type: &'static str, bytes: Vec<u8>) -> Self {
        self.body = Some((media_type, bytes));
        self.patience = PATIENCE_WITH_FILES;
        self
    }

    /// Sends the request and reads the answer's document.
    pub(crate) async fn send<T: DeserializeOwned>(self) -> Result<Answer<T>, Failure> {
        let Self {
            client,
            method,
            url,
            headers,
            body,
            patience,
        } = self;
        let unreachable = |source: reqwest::Error| Failure::Unreachable {
            url: client.global.url.clone(),
            // The address is in the message already.
            source: source.without_url(),
        };
        let mut request = client
            .http
            .request(method, url.clone())
            .headers(headers)
            .header(AUTHORIZATION, client.token.header())
            .timeout(patience);
        if let Some((media_type, bytes)) = body {
            request = request.header(CONTENT_TYPE, media_type).body(bytes);
        }
        let response = request.send().await.map_err(unreachable)?;
        let status = response.status();
        if status.is_redirection() {
            return Err(redirected(client.global.url.clone(), &response));
        }
        let header = |name: &str| {
            response
                .headers()
                .get(name)?
                .to_str()
                .ok()
                .map(str::to_owned)
        };
        let etag = header(ETAG.as_str());
        let revision = header("tenantry-revision").and_then(|text| text.parse().ok());
        let bytes = response.bytes().await.map_err(unreachable)?;
        if !status.is_success() {
            let target = url
                .path()
                .rsplit_once("/api/v1/")
                .map_or(url.path(), |(_, path)| path);
            return Err(Failure::Refused(Box::new(Refusal::read(
                status, target, &bytes,
            ))));
        }
        // No content reads as null.
        let bytes = if bytes.is_empty() {
            "null".into()
        } else {
            bytes
        };
        match serde_json::from_slice(&bytes) {
            Ok(body) => Ok(Answer {
                body,
                etag,
                revision,
            }),
            Err(source) => Err(Failure::NotUnderstood {
                url: client.global.url.clone(),
                source,
            }),
        }
    }
}

fn redirected(url: Url, response: &Response) -> Failure {
    let target = response
        .headers()
        .get(LOCATION)
        .and_then(|target| target.to_str().ok());
    Failure::Redirected {
        url,
        target: target.unwrap_or("somewhere it does not name").to_owned(),
    }
}

/// Appends segments to the path of an address, escaping each.
fn extend(url: &mut Url, path: &[&str]) {
    // `Global::url` is http or https, and those have path segments.
    if let Ok(mut segments) = url.path_segments_mut() {
        segments.pop_if_empty().extend(path);
    }
}

/// Whether a token sent to `url` can be read on the way.
fn travels_in_the_clear(url: &Url) -> bool {
    let loopback = match url.host() {
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        None => false,
    };
    url.scheme() == "http" && !loopback
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_may_have_a_path_of_its_own() {
        for (base, whole) in [
            ("http://h", "http://h/api/v1/a%2Fb"),
            ("http://h/", "http://h/api/v1/a%2Fb"),
            ("https://h/flags/", "https://h/flags/api/v1/a%2Fb"),
        ] {
            let mut url: Url = base.parse().expect(base);
            extend(&mut url, &["api", "v1", "a/b"]);
            assert_eq!(url.as_str(), whole);
        }
    }

    #[test]
    fn only_plain_http_beyond_this_machine_is_warned_of() {
        for (url, warned) in [
            ("http://127.0.0.1:8080", false),
            ("http://[::1]:8080", false),
            ("http://localhost", false),
            ("https://flags.example.com", false),
            ("http://flags.example.com", true),
            ("http://10.0.0.7", true),
        ] {
            assert_eq!(
                travels_in_the_clear(&url.parse().expect(url)),
                warned,
                "{url}"
            );
        }
    }
}
