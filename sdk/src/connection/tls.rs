//! TLS for `https` and `wss` addresses: rustls with ring and the platform's roots.
//!
//! **Invariants**
//! - The provider is named: an application that links two of them would make rustls' own choice
//!   panic.
//! - A certificate that does not verify ends the handshake; there is no switch for that.

use std::io;
use std::sync::Arc;

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// Loads the platform's roots. Reads files, so it may block for a moment.
pub(super) fn connector() -> io::Result<TlsConnector> {
    let found = rustls_native_certs::load_native_certs();
    let mut roots = RootCertStore::empty();
    let (usable, _) = roots.add_parsable_certificates(found.certs);
    if usable == 0 {
        let cause = found.errors.into_iter().next().map_or_else(
            || io::Error::from(io::ErrorKind::NotFound),
            |error| io::Error::new(io::ErrorKind::NotFound, error),
        );
        return Err(cause);
    }
    let config =
        ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(io::Error::other)?
            .with_root_certificates(roots)
            .with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}

/// Encrypts a stream to `host`.
pub(super) async fn wrap<S: AsyncRead + AsyncWrite + Unpin>(
    connector: &TlsConnector,
    host: &str,
    stream: S,
) -> io::Result<TlsStream<S>> {
    let name = ServerName::try_from(host.to_owned()).map_err(io::Error::other)?;
    connector.connect(name, stream).await
}
