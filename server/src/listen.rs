//! Listening: connections, each with a limit on how long a request may take to arrive.
//!
//! Separate from the wiring, and instead of `axum::serve`, because that has no such limit: whoever
//! sends a byte a minute would hold a connection for ever.
//!
//! **Invariants**
//! - A connection that has not sent the whole head of its next request in time is closed; that
//!   includes one that is idle. A WebSocket has its own deadlines from its handshake on.
//! - When nothing can be accepted, as without file descriptors, it is tried again after a second,
//!   not in a loop.
//! - A stop is heard at once: what is idle closes, what is being answered is answered.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::serve::Listener;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tower::ServiceExt as _;

use crate::tasks::Tasks;

/// Serves `routes` at an address until the server stops. Returns where it listens.
pub(crate) async fn serve(
    tasks: &Tasks,
    name: &'static str,
    address: SocketAddr,
    head_limit: Duration,
    routes: Router,
) -> std::io::Result<SocketAddr> {
    let mut listener = TcpListener::bind(address).await?;
    let address = TcpListener::local_addr(&listener)?;
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(head_limit);
    let (connections, stop) = (tasks.clone(), tasks.stop_token());
    tasks.spawn(name, async move {
        while let Some((stream, _)) = stop.run_until_cancelled(accept(&mut listener)).await {
            let answering = answer(http.clone(), stream, routes.clone(), connections.clone());
            connections.spawn("connection", answering);
        }
    });
    Ok(address)
}

/// Accepts as axum does: errors of one connection are passed over, others waited out.
async fn accept(listener: &mut TcpListener) -> (TcpStream, SocketAddr) {
    Listener::accept(listener).await
}

async fn answer(http: http1::Builder, stream: TcpStream, routes: Router, tasks: Tasks) {
    // Frames of a stream are small and must not wait for company.
    stream.set_nodelay(true).ok();
    let routes = routes.map_request(|request: Request<Incoming>| request.map(Body::new));
    let service = TowerToHyperService::new(routes);
    let connection = http.serve_connection(TokioIo::new(stream), service);
    let mut connection = std::pin::pin!(connection.with_upgrades());
    let mut is_stopping = false;
    let ended = loop {
        tokio::select! {
            ended = connection.as_mut() => break ended,
            () = tasks.stopping(), if !is_stopping => {
                is_stopping = true;
                connection.as_mut().graceful_shutdown();
            }
        }
    };
    if let Err(error) = ended {
        tracing::debug!(
            error.cause = &error as &dyn std::error::Error,
            "a connection failed"
        );
    }
}
