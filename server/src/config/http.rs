//! Where the server listens and how it is reached.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::str::FromStr;

use thiserror::Error;

/// The listeners, and the address that browsers know.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Listening")]
pub struct HttpConfig {
    /// Address of the API, the streams and the web interface
    #[arg(long, env = "TENANTRY_LISTEN", value_name = "ADDRESS", default_value_t = DEFAULT_LISTEN)]
    pub listen: SocketAddr,
    /// Address of `/metrics`; by default the main one if that is loopback, else none
    #[arg(long, env = "TENANTRY_METRICS_LISTEN", value_name = "ADDRESS")]
    pub metrics_listen: Option<SocketAddr>,
    /// How browsers reach the web interface, such as `https://flags.example.com`; needed where
    /// that differs from what the server sees, as behind a proxy
    #[arg(long, env = "TENANTRY_PUBLIC_ORIGIN", value_name = "ORIGIN")]
    pub public_origin: Option<Origin>,
}

const DEFAULT_LISTEN: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 8080);

impl HttpConfig {
    /// Whether the session cookie must be `Secure`. It is, except where the server is reached by
    /// plain HTTP on purpose: at a public origin that says so, or on loopback.
    #[must_use]
    pub fn has_secure_cookies(&self) -> bool {
        match &self.public_origin {
            Some(origin) => origin.as_str().starts_with("https://"),
            None => !self.listen.ip().is_loopback(),
        }
    }

    /// Whether `/metrics` is served beside the API: only where nobody else can reach it.
    #[must_use]
    pub fn has_metrics_on_main(&self) -> bool {
        self.metrics_listen.is_none() && self.listen.ip().is_loopback()
    }
}

impl Default for HttpConfig {
    fn default() -> Self {
        Self {
            listen: DEFAULT_LISTEN,
            metrics_listen: None,
            public_origin: None,
        }
    }
}

/// A web origin exactly as browsers send it: `scheme://host[:port]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin(Box<str>);

/// Not an origin.
#[derive(Debug, Error)]
#[error("an origin is http:// or https:// with a host and perhaps a port, and nothing after it")]
pub struct InvalidOrigin;

impl Origin {
    /// The origin as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Origin {
    type Err = InvalidOrigin;

    fn from_str(text: &str) -> Result<Self, InvalidOrigin> {
        let url = url::Url::parse(text).map_err(|_| InvalidOrigin)?;
        // `Url` drops a default port and lowers the host, as browsers do.
        let origin = url.origin().ascii_serialization();
        let is_bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        let has_user = !url.username().is_empty() || url.password().is_some();
        if matches!(url.scheme(), "http" | "https") && is_bare && !has_user {
            Ok(Self(origin.into()))
        } else {
            Err(InvalidOrigin)
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_secure(listen: &str, public: Option<&str>, expected: bool) {
        let config = HttpConfig {
            listen: listen.parse().expect("an address"),
            metrics_listen: None,
            public_origin: public.map(|text| text.parse().expect("an origin")),
        };
        assert_eq!(config.has_secure_cookies(), expected, "{listen} {public:?}");
    }

    #[test]
    fn cookies_are_secure_unless_plain_http_is_meant() {
        check_secure("127.0.0.1:8080", None, false);
        check_secure("[::1]:8080", None, false);
        check_secure("0.0.0.0:8080", None, true);
        check_secure("0.0.0.0:8080", Some("http://localhost:8080"), false);
        check_secure("127.0.0.1:8080", Some("https://flags.example.com"), true);
    }

    #[test]
    fn metrics_are_beside_the_api_on_loopback_only() {
        let mut config = HttpConfig::default();
        assert!(config.has_metrics_on_main());
        config.listen = "0.0.0.0:8080".parse().expect("an address");
        assert!(!config.has_metrics_on_main());
    }

    #[test]
    fn origins_are_written_as_browsers_send_them() {
        for (text, expected) in [
            ("https://Flags.example.com", "https://flags.example.com"),
            (
                "https://flags.example.com:443/",
                "https://flags.example.com",
            ),
            ("http://localhost:5173", "http://localhost:5173"),
        ] {
            assert_eq!(text.parse::<Origin>().expect(text).as_str(), expected);
        }
        for text in [
            "*",
            "null",
            "flags.example.com",
            "https://a/b",
            "file:///a",
            "https://u@a",
        ] {
            assert!(text.parse::<Origin>().is_err(), "{text}");
        }
    }
}
