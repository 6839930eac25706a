//! What the environment says about proxies: `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY`, `NO_PROXY`,
//! and the same in small letters, which go first.
//!
//! Separate, and a function of a look-up, because there is no standard but what everybody does; the
//! tables of the tests say what that is.

use std::net::IpAddr;

use ipnet::IpNet;

use super::Proxy;
use crate::connection::address::Address;

/// The proxy that the environment names for an address. The machine itself is reached directly:
/// what the proxy calls `localhost` is another machine.
pub(crate) fn from_environment(
    address: &Address,
    variable: impl Fn(&str) -> Option<String>,
) -> Option<Proxy> {
    let set = |name: &str| {
        let value = variable(name)?;
        (!value.trim().is_empty()).then(|| (name.to_owned(), value))
    };
    let either = |name: &str| set(&name.to_lowercase()).or_else(|| set(name));
    let scheme = if address.tls {
        either("HTTPS_PROXY")
    } else if variable("REQUEST_METHOD").is_some() {
        // A CGI program: there, `HTTP_PROXY` is the header `Proxy` of whoever calls.
        set("http_proxy")
    } else {
        either("HTTP_PROXY")
    };
    let (name, value) = scheme.or_else(|| either("ALL_PROXY"))?;
    let exempt = either("NO_PROXY").map(|(_, list)| list).unwrap_or_default();
    if is_this_machine(&address.host) || is_listed(&exempt, &address.host, address.port) {
        return None;
    }
    let proxy = Proxy::parse(&value);
    if let Err(error) = &proxy {
        let error: &dyn std::error::Error = error;
        tracing::warn!(
            variable = name,
            error,
            "the proxy that the environment names is of no use; connecting without"
        );
    }
    proxy.ok()
}

fn is_this_machine(host: &str) -> bool {
    let host = host.trim_end_matches('.');
    host.eq_ignore_ascii_case("localhost")
        || host
            .parse()
            .is_ok_and(|address: IpAddr| address.is_loopback())
}

/// Whether a list as in `NO_PROXY` names a host: all (`*`), itself, a domain that it is in, its IP
/// address or a network that it is in; each perhaps with a port. Separated by commas or spaces.
fn is_listed(list: &str, host: &str, port: u16) -> bool {
    let host = host.trim_end_matches('.');
    list.split([',', ' '])
        .map(str::trim)
        .filter(|entry| !entry.is_empty())
        .any(|entry| {
            let (name, only) = split_port(entry);
            only.is_none_or(|only| only == port) && is_named(name, host)
        })
}

fn is_named(name: &str, host: &str) -> bool {
    if name == "*" {
        return true;
    }
    if let Ok(address) = host.parse::<IpAddr>() {
        let name = name.trim_start_matches('[').trim_end_matches(']');
        let network: Result<IpNet, _> = name.parse();
        let is_in = network.is_ok_and(|network| network.contains(&address));
        return is_in || name.parse() == Ok(address);
    }
    let domain = name.trim_start_matches("*.").trim_start_matches('.');
    let domain = domain.trim_end_matches('.').to_lowercase();
    let host = host.to_lowercase();
    let is_within = |inner: &str| inner.is_empty() || inner.ends_with('.');
    !domain.is_empty() && host.strip_suffix(&domain).is_some_and(is_within)
}

/// An entry without its port. Only the last colon of what is no bare IPv6 address begins one.
fn split_port(entry: &str) -> (&str, Option<u16>) {
    let is_bare_v6 = entry.matches(':').count() > 1 && !entry.starts_with('[');
    match entry.rsplit_once(':') {
        Some((name, port)) if !is_bare_v6 => match port.parse() {
            Ok(port) => (name, Some(port)),
            Err(_) => (entry, None),
        },
        _ => (entry, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(url: &str, environment: &[(&str, &str)], expected: Option<&str>) {
        let address = Address::parse(url, None, None).expect(url);
        let variable = |name: &str| {
            let set = environment.iter().find(|(set, _)| *set == name);
            set.map(|(_, value)| (*value).to_owned())
        };
        let proxy = from_environment(&address, variable);
        let shown = proxy.map(|proxy| proxy.to_string());
        assert_eq!(shown.as_deref(), expected, "{url} {environment:?}");
    }

    #[test]
    fn each_scheme_has_a_variable_and_all_of_them_another() {
        let plain = "ws://flags.example";
        check(plain, &[], None);
        check(plain, &[("HTTP_PROXY", "a:1")], Some("http://a:1"));
        check(plain, &[("http_proxy", "a:1")], Some("http://a:1"));
        check(
            plain,
            &[("http_proxy", "a:1"), ("HTTP_PROXY", "b:1")],
            Some("http://a:1"),
        );
        check(plain, &[("HTTPS_PROXY", "a:1")], None);
        check(plain, &[("ALL_PROXY", "a:1")], Some("http://a:1"));
        check(
            plain,
            &[("all_proxy", "a:1"), ("HTTP_PROXY", "b:1")],
            Some("http://b:1"),
        );
        check(plain, &[("HTTP_PROXY", " ")], None);
        check(plain, &[("HTTP_PROXY", "socks5://a:1")], None);
        let cgi = ("REQUEST_METHOD", "GET");
        check(plain, &[cgi, ("HTTP_PROXY", "a:1")], None);
        check(plain, &[cgi, ("http_proxy", "a:1")], Some("http://a:1"));
        if cfg!(feature = "tls") {
            let secret = "https://flags.example";
            check(secret, &[("HTTPS_PROXY", "a:1")], Some("http://a:1"));
            check(secret, &[("https_proxy", "a:1")], Some("http://a:1"));
            check(secret, &[("HTTP_PROXY", "a:1")], None);
            check(secret, &[("ALL_PROXY", "a:1")], Some("http://a:1"));
        }
    }

    #[test]
    fn the_machine_itself_needs_no_proxy() {
        let proxy = [("ALL_PROXY", "a:1")];
        for url in [
            "http://localhost:8080",
            "http://LOCALHOST.",
            "http://127.0.0.1",
            "http://127.9.9.9",
            "http://[::1]:80",
        ] {
            check(url, &proxy, None);
        }
        for url in ["http://localhost.example", "http://10.0.0.1"] {
            check(url, &proxy, Some("http://a:1"));
        }
    }

    #[test]
    fn hosts_can_be_exempt() {
        fn check_exempt(list: &str, url: &str, is_exempt: bool) {
            let expected = (!is_exempt).then_some("http://a:1");
            check(url, &[("ALL_PROXY", "a:1"), ("NO_PROXY", list)], expected);
            check(url, &[("ALL_PROXY", "a:1"), ("no_proxy", list)], expected);
        }
        let url = "http://flags.example.com:8080";
        for list in [
            "*",
            "example.com",
            ".example.com",
            "*.example.com",
            "flags.example.com",
            "FLAGS.example.COM.",
            "other, flags.example.com:8080",
            "other flags.example.com",
            "com",
        ] {
            check_exempt(list, url, true);
        }
        for list in [
            "",
            ",",
            ".",
            "ample.com",
            "x.flags.example.com",
            "flags.example.com:80",
            "flags.example",
            "10.0.0.0/8",
        ] {
            check_exempt(list, url, false);
        }
        for list in ["10.1.2.3", "10.0.0.0/8", "10.1.2.3:80", "x,10.1.2.0/24"] {
            check_exempt(list, "http://10.1.2.3", true);
        }
        for list in ["10.1.2.30", "11.0.0.0/8", "2.3", "10.1.2.3:81"] {
            check_exempt(list, "http://10.1.2.3", false);
        }
        for list in ["fd00::1", "[fd00::1]", "[fd00::1]:80", "fd00::/8"] {
            check_exempt(list, "http://[fd00::1]", true);
        }
        check_exempt("fd00::2", "http://[fd00::1]", false);
    }
}
