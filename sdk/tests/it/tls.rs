//! TLS: who is trusted, who is not, and that the log says why.

use std::sync::Arc;
use std::time::Duration;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use tenantry::{BuildError, Client, InvalidRoots, Source};

use crate::peer::Peer;
use crate::relay::{Proxy, Relay, Spoken};
use crate::{TOKEN, logs, within};

/// A certificate authority of a company of its own.
struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
}

impl Authority {
    fn new(name: &str) -> Self {
        let key = KeyPair::generate().expect("a key");
        let mut params = CertificateParams::new([]).expect("parameters");
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let pem = params.self_signed(&key).expect("a certificate").pem();
        let issuer = Issuer::new(params, key);
        Self { issuer, pem }
    }

    /// What a server for `name` needs. The certificate is good until the 1st of January of `year`.
    fn server(&self, name: &str, year: i32) -> Arc<ServerConfig> {
        let key = KeyPair::generate().expect("a key");
        let mut params = CertificateParams::new([name.to_owned()]).expect("parameters");
        params.not_before = date_time_ymd(2000, 1, 1);
        params.not_after = date_time_ymd(year, 1, 1);
        let certificate = params.signed_by(&key, &self.issuer).expect("a certificate");
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let secret = PrivateKeyDer::try_from(key.serialize_der()).expect("a key");
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], secret);
        Arc::new(config.expect("a certificate with its key"))
    }
}

async fn front(peer: &Peer, config: Arc<ServerConfig>) -> Relay {
    let spoken = Spoken {
        tls: Some(config),
        proxy: None,
    };
    Relay::to(peer.address(), spoken).await
}

#[tokio::test]
async fn a_companys_own_authority_is_trusted_if_it_is_named() {
    let (authority, peer) = (Authority::new("ours"), Peer::start().await);
    peer.put_flag("new-billing", 100_000);
    let relay = front(&peer, authority.server("localhost", 4000)).await;
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("authority.pem");
    // Others may stand beside it.
    std::fs::write(&file, Authority::new("another").pem + &authority.pem).expect("a file");
    let url = format!("https://localhost:{}", relay.address.port());
    for builder in [
        Client::builder(&url, TOKEN).root_certificates(authority.pem.clone()),
        Client::builder(&url, TOKEN).root_certificates_file(&file),
    ] {
        let client = builder.build().await.expect("a client");
        within(client.connected()).await;
        assert!(client.is_enabled("new-billing", "acme"));
        client.shutdown().await;
    }
    let seen = within(peer.until(|seen| seen.closes.len() == 2)).await;
    assert_eq!(seen.closes, [1000, 1000]);
}

#[tokio::test]
async fn whoever_cannot_prove_who_they_are_is_refused_and_the_log_says_why() {
    logs::collect();
    let (authority, peer) = (Authority::new("ours"), Peer::start().await);
    let stranger = Authority::new("a stranger");
    for (what, config, problem) in [
        (
            "of an unknown authority",
            stranger.server("localhost", 4000),
            "invalid peer certificate: UnknownIssuer",
        ),
        (
            "of another host",
            authority.server("other.example", 4000),
            "certificate not valid for name \"localhost\"",
        ),
        (
            "out of date",
            authority.server("localhost", 2020),
            "certificate expired",
        ),
    ] {
        let relay = front(&peer, config).await;
        let port = relay.address.port();
        let client = Client::builder(format!("https://localhost:{port}"), TOKEN)
            .root_certificates(authority.pem.clone())
            .timeout(Duration::ZERO)
            .build()
            .await
            .expect("a client");
        let line = logged(port).await;
        assert!(
            line.contains("the connection cannot be encrypted: "),
            "{what}: {line}"
        );
        assert!(line.contains(problem), "{what}: {line}");
        assert_eq!(client.status().source, Source::None, "{what}");
    }
    // Somebody who speaks no TLS at all.
    let port = peer.address().port();
    let client = Client::builder(format!("https://localhost:{port}"), TOKEN)
        .root_certificates(authority.pem.clone())
        .timeout(Duration::ZERO)
        .build()
        .await;
    let line = logged(port).await;
    assert!(
        line.contains("the connection cannot be encrypted"),
        "{line}"
    );
    drop(client);
    assert!(
        peer.seen().handshakes.is_empty(),
        "nobody got a token to see"
    );
}

/// The warning about the server at a port of `localhost`.
async fn logged(port: u16) -> String {
    let found = async {
        loop {
            let lines = logs::lines_with(&format!("wss://localhost:{port}/"));
            if let Some(line) = lines.into_iter().find(|line| line.starts_with("WARN")) {
                return line;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    within(found).await
}

#[tokio::test]
async fn a_proxy_sees_nothing_of_an_encrypted_stream_and_may_be_encrypted_itself() {
    let (authority, peer) = (Authority::new("ours"), Peer::start().await);
    peer.put_flag("new-billing", 100_000);
    let server = front(&peer, authority.server("flags.invalid", 4000)).await;
    for tls in [None, Some(authority.server("localhost", 4000))] {
        let scheme = if tls.is_some() { "https" } else { "http" };
        let spoken = Spoken {
            tls,
            proxy: Some(Proxy::Open),
        };
        let relay = Relay::to(server.address, spoken).await;
        let client = Client::builder("https://flags.invalid", TOKEN)
            .proxy(format!("{scheme}://localhost:{}", relay.address.port()))
            .root_certificates(authority.pem.clone())
            .build()
            .await
            .expect("a client");
        within(client.connected()).await;
        assert!(client.is_enabled("new-billing", "acme"), "{scheme}");
        let requests = relay.requests();
        assert!(
            requests[0].starts_with("CONNECT flags.invalid:443 HTTP/1.1\r\n"),
            "{requests:?}"
        );
    }
}

#[tokio::test]
async fn roots_that_are_none_are_the_callers_mistake() {
    let key = KeyPair::generate().expect("a key").serialize_pem();
    let broken = "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n";
    let unusable = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    for (pem, expected) in [
        ("", "no certificate in it"),
        ("nonsense", "no certificate in it"),
        (&key, "no certificate in it"),
        (broken, "not in PEM format"),
        (unusable, "a certificate that cannot be used"),
    ] {
        let builder = Client::builder("https://localhost", TOKEN).root_certificates(pem);
        match builder.build().await {
            Err(BuildError::Roots(problem)) => assert_eq!(problem.to_string(), expected, "{pem}"),
            other => panic!("{pem}: {other:?}"),
        }
    }
    let builder = Client::builder("https://localhost", TOKEN).root_certificates_file("/no/such");
    match builder.build().await {
        Err(BuildError::Roots(InvalidRoots::File { path, .. })) => {
            assert_eq!(path.to_str(), Some("/no/such"));
        }
        other => panic!("{other:?}"),
    }
}
