//! Whoever is told by webhook: checks each signature as Standard Webhooks' library does.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use serde_json::Value;
use standardwebhooks::Webhook;
use tenantry_tests::install_cryptography;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// What notifications are signed with.
pub(super) const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// A webhook that keeps what it is told. It ends with this.
pub(super) struct Receiver {
    address: String,
    state: Arc<Received>,
    task: JoinHandle<()>,
}

#[derive(Default)]
struct Received {
    /// Whether the server's clock is another than this machine's.
    is_elsewhen: bool,
    /// What it was told, with its id.
    told: Mutex<Vec<(String, Value)>>,
    /// What it answers next; 200 after that.
    answers: Mutex<VecDeque<StatusCode>>,
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Receiver {
    pub(super) async fn start() -> Self {
        Self::start_with(false).await
    }

    /// One for a server whose clock is moved: it takes a signature of any time.
    pub(super) async fn start_elsewhen() -> Self {
        Self::start_with(true).await
    }

    async fn start_with(is_elsewhen: bool) -> Self {
        install_cryptography();
        let state = Arc::new(Received {
            is_elsewhen,
            ..Received::default()
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address").to_string();
        let routes = Router::new()
            .route("/hook", post(take))
            .with_state(Arc::clone(&state));
        let task = tokio::spawn(async move {
            axum::serve(listener, routes).await.expect("it serves");
        });
        Self {
            address,
            state,
            task,
        }
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}/hook", self.address)
    }

    /// Has it answer with these, one after the other.
    pub(super) fn answer(&self, answers: &[StatusCode]) {
        let mut next = self.state.answers.lock().expect("nobody panicked");
        next.extend(answers);
    }

    /// What it was told, with its id; also what it did not answer well.
    pub(super) fn told(&self) -> Vec<(String, Value)> {
        self.state.told.lock().expect("nobody panicked").clone()
    }
}

async fn take(State(state): State<Arc<Received>>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let header = |name| headers[name].to_str().expect("a text");
    let webhook = Webhook::new(SECRET).expect("a secret");
    let id = header("webhook-id").to_owned();
    let is_right = if state.is_elsewhen {
        let at = header("webhook-timestamp").parse().expect("a number");
        let signature = webhook.sign(&id, at, &body).expect("a signature");
        header("webhook-signature") == signature
    } else {
        webhook.verify(&body, &headers).is_ok()
    };
    if !is_right {
        return StatusCode::UNAUTHORIZED;
    }
    let body = serde_json::from_slice(&body).expect("JSON");
    let mut told = state.told.lock().expect("nobody panicked");
    told.push((id, body));
    let mut answers = state.answers.lock().expect("nobody panicked");
    answers.pop_front().unwrap_or(StatusCode::OK)
}
