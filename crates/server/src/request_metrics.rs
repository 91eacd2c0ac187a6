//! How long answers take, by route and status.

use axum::http::{Method, StatusCode};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Bounds of the histogram, in seconds.
const BOUNDS: [f64; 11] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0];

/// How long answers took to begin. Routes are told apart by their templates, so that there are as many series as routes.
#[derive(Debug, Default)]
pub(crate) struct RequestMetrics {
    routes: Mutex<BTreeMap<String, Vec<Series>>>,
}

#[derive(Debug)]
struct Series {
    method: &'static str,
    status: u16,
    /// Answers up to each bound, and not those up to the one before.
    buckets: [u64; BOUNDS.len()],
    count: u64,
    seconds: f64,
}

impl RequestMetrics {
    pub(crate) fn note(&self, template: Option<&str>, method: &Method, status: StatusCode, time: Duration) {
        let template = template.unwrap_or("none");
        let (method, status) = (known(method), status.as_u16());
        let mut routes = self.routes.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(route) = routes.get_mut(template) else {
            routes.insert(template.to_owned(), vec![Series::new(method, status).with(time)]);
            return;
        };
        match route.iter_mut().find(|series| series.method == method && series.status == status) {
            Some(series) => series.note(time),
            None => route.push(Series::new(method, status).with(time)),
        }
    }

    /// The histogram in the text format of Prometheus.
    pub(crate) fn write(&self, text: &mut String) {
        const NAME: &str = "seedbed_http_request_duration_seconds";
        let _ = writeln!(text, "# HELP {NAME} Time until an answer began.\n# TYPE {NAME} histogram");
        let routes = self.routes.lock().unwrap_or_else(PoisonError::into_inner);
        for (route, series) in routes.iter().flat_map(|(route, all)| all.iter().map(move |one| (route, one)))
        {
            let (method, status) = (series.method, series.status);
            let labels = format!("route=\"{route}\",method=\"{method}\",status=\"{status}\"");
            let mut below = 0;
            for (bound, count) in BOUNDS.iter().zip(series.buckets) {
                below += count;
                let _ = writeln!(text, "{NAME}_bucket{{{labels},le=\"{bound}\"}} {below}");
            }
            let _ = writeln!(text, "{NAME}_bucket{{{labels},le=\"+Inf\"}} {}", series.count);
            let _ = writeln!(text, "{NAME}_sum{{{labels}}} {}", series.seconds);
            let _ = writeln!(text, "{NAME}_count{{{labels}}} {}", series.count);
        }
    }
}

impl Series {
    fn new(method: &'static str, status: u16) -> Self {
        Self { method, status, buckets: [0; BOUNDS.len()], count: 0, seconds: 0.0 }
    }

    fn with(mut self, time: Duration) -> Self {
        self.note(time);
        self
    }

    fn note(&mut self, time: Duration) {
        let seconds = time.as_secs_f64();
        self.count += 1;
        self.seconds += seconds;
        if let Some(bucket) = BOUNDS.iter().position(|bound| seconds <= *bound) {
            self.buckets[bucket] += 1;
        }
    }
}

/// Methods that anybody can make up are one.
fn known(method: &Method) -> &'static str {
    let known = ["GET", "HEAD", "POST", "PATCH", "DELETE", "OPTIONS", "PUT"];
    known.into_iter().find(|name| *name == method.as_str()).unwrap_or("other")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_count_up() {
        let metrics = RequestMetrics::default();
        for millis in [1, 3, 3, 90_000] {
            let time = Duration::from_millis(millis);
            metrics.note(Some("/api/jobs/{jobId}"), &Method::GET, StatusCode::OK, time);
        }
        metrics.note(
            None,
            &Method::from_bytes(b"BREW").expect("a method"),
            StatusCode::NOT_FOUND,
            Duration::ZERO,
        );
        let mut text = String::new();
        metrics.write(&mut text);
        let labels = r#"route="/api/jobs/{jobId}",method="GET",status="200""#;
        for line in [
            format!("seedbed_http_request_duration_seconds_bucket{{{labels},le=\"0.001\"}} 1\n"),
            format!("seedbed_http_request_duration_seconds_bucket{{{labels},le=\"30\"}} 3\n"),
            format!("seedbed_http_request_duration_seconds_bucket{{{labels},le=\"+Inf\"}} 4\n"),
            format!("seedbed_http_request_duration_seconds_count{{{labels}}} 4\n"),
        ] {
            assert!(text.contains(&line), "{line}\n{text}");
        }
        assert!(text.contains(r#"route="none",method="other",status="404""#));
    }
}
