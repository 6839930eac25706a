//! Proxies: which one leads to the server, if any.
//!
//! A stream goes through an HTTP proxy by `CONNECT`, encrypted or not, because a WebSocket needs a
//! connection of its own. What is said to the proxy is in [`tunnel`].
//!
//! **Invariants**
//! - The password is in the header for the proxy and nowhere else: neither in a log nor in a debug
//!   form.

mod environment;
pub(super) mod tunnel;

use std::fmt;

use data_encoding::BASE64;
use thiserror::Error;
use tokio_tungstenite::tungstenite::http::Uri;

pub(crate) use environment::from_environment;

use super::address::Address;
use crate::client::Token;

/// An address that no proxy can be at.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum InvalidProxy {
    /// It is no URL.
    #[error("not a URL")]
    NotAUrl,
    /// Another scheme than `http` and `https`.
    #[error("the scheme must be http or https")]
    Scheme,
    /// A path or a query, which proxies have none of.
    #[error("a path or a query in a proxy's URL")]
    Path,
    /// `https`, but this build has no TLS.
    #[error("the crate was built without its feature \"tls\"")]
    NoTls,
}

/// Which way the application wants.
#[derive(Debug, Clone, Default)]
pub(crate) enum Choice {
    /// The one that the environment says.
    #[default]
    Environment,
    /// None, whatever the environment says.
    Direct,
    /// This one, whatever the environment says.
    Through(Result<Proxy, InvalidProxy>),
}

impl Choice {
    /// The proxy on the way to an address.
    pub(crate) fn proxy_for(self, address: &Address) -> Result<Option<Proxy>, InvalidProxy> {
        match self {
            Self::Direct => Ok(None),
            Self::Through(proxy) => proxy.map(Some),
            Self::Environment => {
                let variable = |name: &str| std::env::var(name).ok();
                Ok(from_environment(address, variable))
            }
        }
    }
}

/// An HTTP proxy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Proxy {
    pub(super) tls: bool,
    /// The host as it is resolved: a name, or an IP address without brackets.
    pub(super) host: String,
    pub(super) port: u16,
    /// User and password, as a header carries them.
    pub(super) credentials: Option<Token>,
}

impl Proxy {
    /// Reads a proxy's address: `http://user:password@proxy.example:3128`. What has no scheme is
    /// `http`; without a port it is 80, or 443 with `https`.
    pub(crate) fn parse(url: &str) -> Result<Self, InvalidProxy> {
        let url = url.trim();
        let url = if url.contains("://") {
            url.to_owned()
        } else {
            format!("http://{url}")
        };
        let uri: Uri = url.parse().map_err(|_| InvalidProxy::NotAUrl)?;
        let tls = match uri.scheme_str() {
            Some("http") => false,
            Some("https") if cfg!(feature = "tls") => true,
            Some("https") => return Err(InvalidProxy::NoTls),
            _ => return Err(InvalidProxy::Scheme),
        };
        if uri.path() != "/" || uri.query().is_some() {
            return Err(InvalidProxy::Path);
        }
        let authority = uri.authority().ok_or(InvalidProxy::NotAUrl)?;
        let host = authority
            .host()
            .trim_start_matches('[')
            .trim_end_matches(']');
        if host.is_empty() {
            return Err(InvalidProxy::NotAUrl);
        }
        let credentials = match authority.as_str().rsplit_once('@') {
            Some((user_info, _)) => Some(credentials(user_info)?),
            None => None,
        };
        Ok(Self {
            tls,
            host: host.to_owned(),
            port: authority.port_u16().unwrap_or(if tls { 443 } else { 80 }),
            credentials,
        })
    }
}

impl fmt::Display for Proxy {
    /// Without user and password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.tls { "https" } else { "http" };
        write!(f, "{scheme}://{}", host_and_port(&self.host, self.port))
    }
}

/// A host and a port as one text, an IPv6 address in brackets.
fn host_and_port(host: &str, port: u16) -> String {
    if host.contains(':') {
        format!("[{host}]:{port}")
    } else {
        format!("{host}:{port}")
    }
}

/// The value of a `Proxy-Authorization` for the user and password of a URL.
fn credentials(user_info: &str) -> Result<Token, InvalidProxy> {
    let (user, password) = user_info.split_once(':').unwrap_or((user_info, ""));
    let mut plain = percent_decoded(user)?;
    plain.push(b':');
    plain.extend(percent_decoded(password)?);
    Token::new(&BASE64.encode(&plain)).ok_or(InvalidProxy::NotAUrl)
}

fn percent_decoded(text: &str) -> Result<Vec<u8>, InvalidProxy> {
    let mut bytes = text.bytes();
    let mut decoded = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            decoded.push(byte);
            continue;
        }
        let mut digit = || (bytes.next()? as char).to_digit(16);
        let (Some(high), Some(low)) = (digit(), digit()) else {
            return Err(InvalidProxy::NotAUrl);
        };
        decoded.push(u8::try_from(high * 16 + low).expect("two hexadecimal digits are a byte"));
    }
    Ok(decoded)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(url: &str, shown: &str, credentials: Option<&str>) {
        let proxy = Proxy::parse(url).expect(url);
        assert_eq!(proxy.to_string(), shown, "{url}");
        let encoded = proxy.credentials.as_ref().map(Token::reveal);
        let decoded = encoded.map(|text| BASE64.decode(text.as_bytes()).expect("base64"));
        assert_eq!(decoded.as_deref(), credentials.map(str::as_bytes), "{url}");
    }

    #[test]
    fn proxies_are_written_as_everybody_writes_them() {
        check("http://proxy:3128", "http://proxy:3128", None);
        check("http://proxy/", "http://proxy:80", None);
        check(" proxy.example:8080\n", "http://proxy.example:8080", None);
        check("http://[::1]:3128", "http://[::1]:3128", None);
        check(
            "http://me:secret@proxy:1",
            "http://proxy:1",
            Some("me:secret"),
        );
        check("me@10.0.0.1:1", "http://10.0.0.1:1", Some("me:"));
        check(
            "http://me:p%40ss%3aword%25@proxy:1",
            "http://proxy:1",
            Some("me:p@ss:word%"),
        );
        if cfg!(feature = "tls") {
            check("https://proxy", "https://proxy:443", None);
        } else {
            assert_eq!(Proxy::parse("https://proxy"), Err(InvalidProxy::NoTls));
        }
    }

    #[test]
    fn what_is_no_proxy_is_refused() {
        for (url, expected) in [
            ("", InvalidProxy::NotAUrl),
            ("http://", InvalidProxy::NotAUrl),
            ("http://a b", InvalidProxy::NotAUrl),
            ("http://me:100%@a", InvalidProxy::NotAUrl),
            ("http://me:%zz@a", InvalidProxy::NotAUrl),
            ("socks5://a:1080", InvalidProxy::Scheme),
            ("http://a/path", InvalidProxy::Path),
            ("http://a?query", InvalidProxy::Path),
        ] {
            assert_eq!(Proxy::parse(url), Err(expected), "{url}");
        }
    }

    #[test]
    fn a_password_is_not_shown() {
        let proxy = Proxy::parse("http://me:secret@proxy:1").expect("a proxy");
        for shown in [
            format!("{proxy:?}"),
            format!("{:?}", Choice::Through(Ok(proxy))),
        ] {
            assert!(
                !shown.contains("secret") && !shown.contains("bWU6"),
                "{shown}"
            );
        }
    }
}
