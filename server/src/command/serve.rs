//! `tenantry-server` and `tenantry-server serve`.

use tokio::signal::unix::{SignalKind, signal};

use crate::boot::Server;
use crate::clock::SharedClock;
use crate::config::Config;

/// Serves until it is told to stop by SIGTERM or Ctrl+C.
pub(super) async fn run(config: Config, clock: SharedClock) -> anyhow::Result<()> {
    // Before anything else, so that a signal during the start is not lost.
    let mut terminated = signal(SignalKind::terminate())?;
    let server = Server::start_at(config, clock).await?;
    greet(&server);
    tokio::select! {
        _ = terminated.recv() => {}
        interrupted = tokio::signal::ctrl_c() => interrupted?,
    }
    tracing::info!("stopping");
    server.shut_down().await;
    Ok(())
}

/// Says where the server is and, once in its life, how to get in.
fn greet(server: &Server) {
    let address = server.url();
    let Some(token) = server.first_admin_token() else {
        println!(
            "Tenantry is ready: {address}\n\
             The administrator's token was shown at the first start; \
             `tenantry-server token create` with the same settings makes another."
        );
        return;
    };
    println!(
        "
  Tenantry is ready.

  Web interface   {address}
  Admin token     {}

  The token is shown this once. Whoever has it may do everything here: keep it safe.
",
        token.expose()
    );
}
