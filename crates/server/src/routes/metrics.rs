//! Numbers for Prometheus.

use crate::error::ApiError;
use crate::request::Parameters;
use crate::state::Shared;
use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use std::fmt::Write;

/// Numbers in the text format of Prometheus
#[utoipa::path(get, path = "/metrics", operation_id = "getMetrics", tag = "server",
    responses((status = 200, description = "The numbers", body = String, content_type = "text/plain")))]
pub(super) async fn metrics(
    State(state): State<Shared>,
    parameters: Parameters,
) -> Result<Response, ApiError> {
    parameters.finish()?;
    let jobs = state.service.metrics();
    let mut text = String::with_capacity(4 << 10);
    let gauges = [
        ("seedbed_jobs_queued", "Jobs that wait for their turn.", jobs.queued),
        ("seedbed_jobs_running", "Jobs at work.", jobs.running),
        (
            "seedbed_http_requests_in_flight",
            "Requests that are being answered.",
            state.admission.capacity.in_flight() as u64,
        ),
    ];
    for (name, help, number) in gauges {
        let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} gauge\n{name} {number}");
    }
    let _ = writeln!(
        text,
        "# HELP seedbed_jobs_ended_total Jobs that have ended.\n# TYPE seedbed_jobs_ended_total counter"
    );
    for (status, number) in [("done", jobs.done), ("error", jobs.failed), ("canceled", jobs.canceled)] {
        let _ = writeln!(text, "seedbed_jobs_ended_total{{status=\"{status}\"}} {number}");
    }
    let counters = [
        ("seedbed_jobs_asked_total", "Jobs that were asked for.", jobs.asked as f64),
        ("seedbed_rows_total", "Rows that jobs have made.", jobs.rows as f64),
        ("seedbed_job_seconds_total", "Time that jobs have taken.", jobs.job_time.as_secs_f64()),
    ];
    for (name, help, number) in counters {
        let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} counter\n{name} {number}");
    }
    state.metrics.write(&mut text);
    let ty = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    Ok(([(CONTENT_TYPE, ty)], text).into_response())
}
