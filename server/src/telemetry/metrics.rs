//! Measurements in the Prometheus text format.
//!
//! The recorder belongs to the process, since that is how the measuring macros find it: servers
//! that run in one process (as tests do) share it.
//!
//! **Invariants**
//! - Durations are in seconds and sizes in bytes, and the names say so.

use std::sync::OnceLock;
use std::time::Duration;

use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use metrics::{Unit, describe_counter, describe_gauge, describe_histogram};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

use crate::tasks::Tasks;

/// Requests answered, by method, route and status.
pub(crate) const REQUESTS: &str = "tenantry_http_requests_total";
/// Time to answer a request, by method and route.
pub(crate) const REQUEST_SECONDS: &str = "tenantry_http_request_duration_seconds";
/// Streams open now, by kind.
pub(crate) const STREAMS: &str = "tenantry_streams";
/// Streams ended, by close code.
pub(crate) const STREAMS_CLOSED: &str = "tenantry_streams_closed_total";
/// Frames sent, by type.
pub(crate) const FRAMES_SENT: &str = "tenantry_stream_frames_sent_total";
/// Bytes of frames sent.
pub(crate) const BYTES_SENT: &str = "tenantry_stream_sent_bytes_total";
/// Windows of usage and outcomes that programs told, by type.
pub(crate) const USAGE_FRAMES: &str = "tenantry_usage_frames_total";
/// What was told and not kept, by reason: too late, too many minutes at once, too many askers.
pub(crate) const USAGE_DROPPED: &str = "tenantry_usage_dropped_total";
/// Calls and outcomes that programs say they counted and could not tell.
pub(crate) const USAGE_LOST: &str = "tenantry_usage_lost_total";
/// The newest published revision, by environment.
pub(crate) const REVISION: &str = "tenantry_published_revision";
/// Evaluations answered over HTTP, by reason.
pub(crate) const EVALUATIONS: &str = "tenantry_evaluations_total";
/// Whether the database answered when it was last asked: 1 or 0.
pub(crate) const DATABASE_UP: &str = "tenantry_database_up";
/// The debt number of a project.
pub(crate) const DEBT: &str = "tenantry_debt";
/// Notifications that were tried, by channel and outcome.
pub(crate) const NOTIFICATIONS: &str = "tenantry_notifications_total";
/// Flags in debt, by project and state.
pub(crate) const INDEBTED_FLAGS: &str = "tenantry_debt_flags";

const UPKEEP_INTERVAL: Duration = Duration::from_secs(5);
const SECONDS_BUCKETS: [f64; 12] = [
    0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0,
];

/// The process's recorder, installed when it is first asked for.
fn recorder() -> &'static PrometheusHandle {
    static RECORDER: OnceLock<PrometheusHandle> = OnceLock::new();
    RECORDER.get_or_init(|| {
        let recorder = PrometheusBuilder::new()
            .set_buckets_for_metric(Matcher::Suffix("_seconds".into()), &SECONDS_BUCKETS)
            .expect("the buckets are not empty")
            .build_recorder();
        let handle = recorder.handle();
        if metrics::set_global_recorder(recorder).is_ok() {
            describe();
        }
        handle
    })
}

fn describe() {
    describe_counter!(REQUESTS, "Requests answered");
    describe_histogram!(REQUEST_SECONDS, Unit::Seconds, "Time to answer a request");
    describe_gauge!(STREAMS, "Streams open now");
    describe_counter!(STREAMS_CLOSED, "Streams ended");
    describe_counter!(FRAMES_SENT, "Frames sent");
    describe_counter!(BYTES_SENT, Unit::Bytes, "Bytes of frames sent");
    describe_counter!(USAGE_FRAMES, "Windows of usage and outcomes told");
    describe_counter!(USAGE_DROPPED, "Windows and askers told and not kept");
    describe_counter!(
        USAGE_LOST,
        "Calls and outcomes that programs could not tell"
    );
    describe_gauge!(REVISION, "The newest published revision");
    describe_counter!(EVALUATIONS, "Evaluations answered over HTTP");
    describe_gauge!(DEBT, "The debt number of a project");
    describe_gauge!(INDEBTED_FLAGS, "Flags in debt");
    describe_counter!(NOTIFICATIONS, "Notifications tried");
    describe_gauge!(
        DATABASE_UP,
        "Whether the database answered when it was last asked"
    );
}

/// Installs the recorder and keeps its memory bounded until the server stops.
pub(crate) fn start(tasks: &Tasks) {
    let recorder = recorder();
    let stop = tasks.stop_token();
    tasks.spawn("metrics", async move {
        let mut interval = tokio::time::interval(UPKEEP_INTERVAL);
        while stop.run_until_cancelled(interval.tick()).await.is_some() {
            recorder.run_upkeep();
        }
    });
}

/// `GET /metrics`.
pub(crate) async fn show_metrics() -> impl IntoResponse {
    (
        [(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")],
        recorder().render(),
    )
}
