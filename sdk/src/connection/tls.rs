//! TLS for `https` and `wss` addresses: rustls with ring, the platform's roots, and those that the
//! application brings along.
//!
//! **Invariants**
//! - The provider is named: an application that links two of them would make rustls' own choice
//!   panic.
//! - A certificate that does not verify ends the handshake; there is no switch for that.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use rustls::pki_types::pem::{self, PemObject as _};
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use thiserror::Error;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::TlsConnector;
use tokio_tungstenite::MaybeTlsStream;

/// Why the root certificates that the application brings along are of no use.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum InvalidRoots {
    /// The file cannot be read.
    #[error("{} cannot be read", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// The text is no PEM.
    #[error("not in PEM format")]
    NotPem(#[source] pem::Error),
    /// There is no certificate in it.
    #[error("no certificate in it")]
    Empty,
    /// A certificate in it that can be nobody's root.
    #[error("a certificate that cannot be used")]
    Unusable(#[source] rustls::Error),
}

/// Root certificates as an application brings them.
#[derive(Debug)]
pub(crate) enum Roots {
    Pem(Vec<u8>),
    File(PathBuf),
}

/// What is needed to encrypt.
#[derive(Debug, Default)]
pub(crate) struct Tls {
    /// Trusted besides the platform's.
    roots: Vec<CertificateDer<'static>>,
    /// Made when it is first needed.
    config: Option<Arc<ClientConfig>>,
}

impl Tls {
    /// Trusts these roots besides the platform's.
    pub(crate) async fn new(brought: Vec<Roots>) -> Result<Self, InvalidRoots> {
        let mut tls = Self::default();
        for roots in brought {
            let text = match roots {
                Roots::Pem(text) => text,
                Roots::File(path) => tokio::fs::read(&path)
                    .await
                    .map_err(|source| InvalidRoots::File { path, source })?,
            };
            tls.roots.extend(certificates(&text)?);
        }
        Ok(tls)
    }

    /// Encrypts a stream to `host`, if it is to be.
    pub(super) async fn wrap<S: AsyncRead + AsyncWrite + Unpin>(
        &mut self,
        is_wanted: bool,
        host: &str,
        stream: S,
    ) -> io::Result<MaybeTlsStream<S>> {
        if !is_wanted {
            return Ok(MaybeTlsStream::Plain(stream));
        }
        let config = if let Some(config) = &self.config {
            Arc::clone(config)
        } else {
            // Reads files.
            let roots = self.roots.clone();
            let made = tokio::task::spawn_blocking(move || config(roots)).await;
            let made = made.map_err(io::Error::other)??;
            Arc::clone(self.config.insert(Arc::new(made)))
        };
        let name = ServerName::try_from(host.to_owned()).map_err(io::Error::other)?;
        let stream = TlsConnector::from(config).connect(name, stream).await?;
        Ok(MaybeTlsStream::Rustls(stream))
    }
}

/// The certificates in a text, each of which can be a root.
fn certificates(text: &[u8]) -> Result<Vec<CertificateDer<'static>>, InvalidRoots> {
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(text).collect();
    let found = found.map_err(InvalidRoots::NotPem)?;
    if found.is_empty() {
        return Err(InvalidRoots::Empty);
    }
    let mut trial = RootCertStore::empty();
    for certificate in &found {
        trial
            .add(certificate.clone())
            .map_err(InvalidRoots::Unusable)?;
    }
    Ok(found)
}

/// Loads the platform's roots, and adds the others.
fn config(brought: Vec<CertificateDer<'static>>) -> io::Result<ClientConfig> {
    let found = rustls_native_certs::load_native_certs();
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(brought);
    roots.add_parsable_certificates(found.certs);
    if roots.is_empty() {
        let cause = found.errors.into_iter().next().map_or_else(
            || io::Error::from(io::ErrorKind::NotFound),
            |error| io::Error::new(io::ErrorKind::NotFound, error),
        );
        return Err(cause);
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(io::Error::other)?;
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}
