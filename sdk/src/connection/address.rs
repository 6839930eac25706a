//! Where the stream is: from the address that people write to what a handshake needs.
//!
//! **Invariants**
//! - Nothing here holds the token, so all of it may be logged.

use std::fmt;

use tenantry_core::model::{EnvironmentKey, ProjectKey};
use tenantry_protocol::PATH;
use thiserror::Error;
use tokio_tungstenite::tungstenite::http::Uri;

/// An address that no stream can be at.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum InvalidAddress {
    /// It is no URL.
    #[error("not a URL")]
    NotAUrl,
    /// Another scheme than `http`, `https`, `ws` and `wss`, or none.
    #[error("the scheme must be http, https, ws or wss")]
    Scheme,
    /// A user or a password in it; the token has its own place.
    #[error("a user or password in the URL")]
    UserInfo,
    /// A query in it, of which nothing is known here.
    #[error("a query in the URL")]
    Query,
    /// `https` or `wss`, but this build has no TLS.
    #[error("the crate was built without its feature \"tls\"")]
    NoTls,
}

/// Where the stream is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Address {
    pub(crate) tls: bool,
    /// The host as it is resolved: a name, or an IP address without brackets.
    pub(crate) host: String,
    pub(crate) port: u16,
    /// The host, and the port if it was written, as the server is to see it.
    pub(crate) authority: String,
    /// Path and query of the stream.
    pub(crate) target: String,
}

impl Address {
    /// Reads a server's base address. A token that is not bound to an environment names one.
    pub(crate) fn parse(
        url: &str,
        project: Option<&ProjectKey>,
        environment: Option<&EnvironmentKey>,
    ) -> Result<Self, InvalidAddress> {
        let uri: Uri = url.trim().parse().map_err(|_| InvalidAddress::NotAUrl)?;
        let tls = match uri.scheme_str() {
            Some("http" | "ws") => false,
            Some("https" | "wss") if cfg!(feature = "tls") => true,
            Some("https" | "wss") => return Err(InvalidAddress::NoTls),
            _ => return Err(InvalidAddress::Scheme),
        };
        let authority = uri.authority().ok_or(InvalidAddress::NotAUrl)?;
        if authority.as_str().contains('@') {
            return Err(InvalidAddress::UserInfo);
        }
        if uri.query().is_some() {
            return Err(InvalidAddress::Query);
        }
        let host = authority
            .host()
            .trim_start_matches('[')
            .trim_end_matches(']');
        if host.is_empty() {
            return Err(InvalidAddress::NotAUrl);
        }
        // Keys of projects and environments need no escaping in a query.
        let mut target = format!("{}{PATH}", uri.path().trim_end_matches('/'));
        let names = [
            ("project", project.map(ProjectKey::as_str)),
            ("environment", environment.map(EnvironmentKey::as_str)),
        ];
        let mut separator = '?';
        for (name, key) in names {
            if let Some(key) = key {
                target.extend([separator.to_string().as_str(), name, "=", key]);
                separator = '&';
            }
        }
        Ok(Self {
            tls,
            host: host.to_owned(),
            port: authority.port_u16().unwrap_or(if tls { 443 } else { 80 }),
            authority: authority.as_str().to_owned(),
            target,
        })
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.tls { "wss" } else { "ws" };
        write!(f, "{scheme}://{}{}", self.authority, self.target)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(url: &str, expected: Result<&str, InvalidAddress>) {
        let address = Address::parse(url, None, None);
        assert_eq!(
            address.map(|address| address.to_string()),
            expected.map(str::to_owned),
            "{url}"
        );
    }

    #[test]
    fn a_base_address_leads_to_the_stream() {
        check(
            "http://localhost:8080",
            Ok("ws://localhost:8080/api/v1/stream"),
        );
        check(
            "http://localhost:8080/",
            Ok("ws://localhost:8080/api/v1/stream"),
        );
        check("ws://10.0.0.1", Ok("ws://10.0.0.1/api/v1/stream"));
        check(
            " http://a/tenantry/ \n",
            Ok("ws://a/tenantry/api/v1/stream"),
        );
        if cfg!(feature = "tls") {
            check(
                "https://flags.example",
                Ok("wss://flags.example/api/v1/stream"),
            );
            check(
                "wss://flags.example:8443/",
                Ok("wss://flags.example:8443/api/v1/stream"),
            );
        } else {
            check("https://flags.example", Err(InvalidAddress::NoTls));
        }
    }

    #[test]
    fn what_is_no_base_address_is_refused() {
        check("", Err(InvalidAddress::NotAUrl));
        check("http://", Err(InvalidAddress::NotAUrl));
        check("localhost:8080", Err(InvalidAddress::Scheme));
        check("/api", Err(InvalidAddress::Scheme));
        check("ftp://a", Err(InvalidAddress::Scheme));
        check("http://user:secret@a", Err(InvalidAddress::UserInfo));
        check("http://a/?token=secret", Err(InvalidAddress::Query));
    }

    #[test]
    fn hosts_and_ports_are_what_a_socket_needs() {
        let address = Address::parse("http://[::1]:9000/", None, None).expect("an address");
        assert_eq!((address.host.as_str(), address.port), ("::1", 9000));
        assert_eq!(address.authority, "[::1]:9000");
        assert_eq!(
            Address::parse("ws://a", None, None).map(|address| address.port),
            Ok(80)
        );
    }

    #[test]
    fn a_token_of_wider_reach_names_its_environment() {
        let project = ProjectKey::new("billing").expect("a key");
        let environment = EnvironmentKey::new("staging").expect("a key");
        let address = Address::parse("ws://a", Some(&project), Some(&environment));
        let expected = "/api/v1/stream?project=billing&environment=staging";
        assert_eq!(
            address.map(|address| address.target).as_deref(),
            Ok(expected)
        );
        let address = Address::parse("ws://a", None, Some(&environment));
        let expected = "/api/v1/stream?environment=staging";
        assert_eq!(
            address.map(|address| address.target).as_deref(),
            Ok(expected)
        );
    }
}
