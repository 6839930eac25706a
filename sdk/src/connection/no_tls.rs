//! What stands in the place of TLS where the crate is built without it. Addresses that need it are
//! refused before.

use std::io;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio_tungstenite::MaybeTlsStream;

/// Nothing: there are no roots to hold.
#[derive(Debug, Default)]
pub(crate) struct Tls;

impl Tls {
    #[expect(clippy::unused_async, reason = "the shape of the one with TLS")]
    pub(super) async fn wrap<S: AsyncRead + AsyncWrite + Unpin>(
        &mut self,
        is_wanted: bool,
        _host: &str,
        stream: S,
    ) -> io::Result<MaybeTlsStream<S>> {
        if is_wanted {
            return Err(io::ErrorKind::Unsupported.into());
        }
        Ok(MaybeTlsStream::Plain(stream))
    }
}
