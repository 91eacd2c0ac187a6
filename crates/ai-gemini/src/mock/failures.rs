//! Refusals, and everything that goes wrong below an answer.

use super::frame::{self, detail, error, error_value, response};
use super::mode::{Play, Scene};
use super::wire::{Reply, Step};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use std::io::Write;
use std::time::Duration;

/// Bytes of a body that nobody should read to its end.
const HUGE: usize = 200 << 20;
/// How deep JSON goes that nobody should follow.
const DEEP: usize = 10_000;

#[rustfmt::skip]
pub(super) const PLAYS: &[(&str, Play)] = &[
    // Limits.
    ("quota-minute", |s| if s.before == 0 { quota(s, &[PER_MINUTE], Some("3.5s"), "Please retry in 3.5s.") } else { s.well() }),
    ("quota-minute-forever", |s| quota(s, &[PER_MINUTE], Some("900ms"), "Please retry in 0.9s.")),
    ("quota-minute-at-once", |s| quota(s, &[PER_MINUTE], Some("0s"), "Please retry in 0s.")),
    ("quota-minute-long", |s| quota(s, &[PER_MINUTE], None, "No delay is named.")),
    ("quota-day", |s| quota(s, &[PER_MINUTE, PER_DAY], Some("2.5s"), "Please retry in 2.5s.")),
    ("quota-bare", |s| error(s.method, 429, EXHAUSTED, "Resource has been exhausted (e.g. check quota).", Value::Null)),
    ("quota-bare-once", |s| if s.before == 0 { error(s.method, 429, EXHAUSTED, "Resource has been exhausted (e.g. check quota).", Value::Null) } else { s.well() }),
    ("quota-none", |s| quota(s, &["GenerateRequestsPerMinutePerProjectPerModel-FreeTier"], Some("45s"), "limit: 0, model: gemini-pro. Please retry in 45s.")),
    // The service.
    ("overloaded-twice", |s| if s.before < 2 { overloaded(s) } else { s.well() }),
    ("overloaded-forever", overloaded),
    ("failing-forever", |s| error(s.method, 500, "INTERNAL", "An internal error has occurred. Please retry.", Value::Null)),
    ("deadline", |s| error(s.method, 504, "DEADLINE_EXCEEDED", "Deadline expired before operation could complete.", Value::Null)),
    // The key and the model.
    ("key-invalid", key_invalid),
    ("key-leaked", |s| error(s.method, 403, "PERMISSION_DENIED", "Your API key was reported as leaked. Please use another API key.", Value::Null)),
    ("no-billing", |s| error(s.method, 400, "FAILED_PRECONDITION", "User location is not supported for the API use.", Value::Null)),
    ("model-gone", |s| error(s.method, 404, "NOT_FOUND", &format!("models/{} is not found for API version v1beta", s.request.model()), Value::Null)),
    ("echo-key", echo_key),
    // The form of the answer.
    ("too-many-states", |s| if has_in_schema(s, &["\"minimum\"", "\"enum\""]) { too_many_states(s) } else { s.well() }),
    ("no-schemas", |s| if has_in_schema(s, &[""]) { too_many_states(s) } else { s.well() }),
    ("prompt-too-long", |s| error(s.method, 400, "INVALID_ARGUMENT", "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).", Value::Null)),
    // Others in its place.
    ("html-502", |_| Reply::whole(502, "text/html", HTML.to_vec())),
    ("html-502-as-json", |_| Reply::whole(502, frame::JSON, HTML.to_vec())),
    ("html-200", |_| Reply::whole(200, "text/html; charset=utf-8", HTML.to_vec())),
    ("html-200-as-json", |_| Reply::whole(200, frame::JSON, HTML.to_vec())),
    ("redirect", |_| Reply::new(302, &[("Location", "/elsewhere/v1beta/models/m:generateContent"), ("Content-Length", "0")])),
    // Errors behind a beginning.
    ("error-midway", |s| begun(s).chunk(&frame::event(&unavailable())).end()),
    ("error-midway-behind", |s| begun(s).chunk(&frame::event(&json!({"responseId": "x", "error": unavailable()["error"]}))).end()),
    ("bare-error-midway", |s| begun(s).chunk(&frame::pretty(&unavailable())).end()),
    ("error-in-a-list", |s| begun(s).chunk(&frame::event(&json!([unavailable()]))).end()),
    // Ends that are none.
    ("no-finish", |s| frame::reply(s.method, &frame::pieces(s.text, None, s.tokens))),
    ("no-finish-once", |s| if s.before == 0 { frame::reply(s.method, &frame::pieces(s.text, None, s.tokens)) } else { s.well() }),
    ("reset", |s| begun(s).then(Step::Pause(Duration::from_millis(20))).then(Step::Reset)),
    ("reset-once", |s| if s.before == 0 { Reply::default().then(Step::Reset) } else { s.well() }),
    ("cut-chunk", |s| begun(s).then(Step::Write(b"5000\r\ndata: {\"candidates\"".to_vec()))),
    ("empty-body", |_| Reply::whole(200, frame::JSON, Vec::new())),
    ("long-content-length", |s| long_content_length(s, &frame::response(&s.half(), None, s.tokens))),
    ("long-content-length-after-all", |s| long_content_length(s, &response(s.text, Some("STOP"), s.tokens))),
    // Silence.
    ("slow", |s| Reply { steps: [vec![Step::Pause(Duration::from_millis(200))], s.well().steps].concat() }),
    ("silent", |_| Reply::default().then(Step::Hang)),
    ("headers-only", |_| Reply::chunked(frame::EVENTS).then(Step::Hang)),
    ("silent-midway", |s| begun(s).then(Step::Hang)),
    ("slow-bytes", slow_bytes),
    // Too much.
    ("huge-body", |_| Reply::new(200, &[("Content-Type", frame::EVENTS)]).then(Step::Write(b"data: \"".to_vec())).then(Step::Repeat(vec![b'x'; 1 << 16], HUGE >> 16))),
    ("deep-json", |_| Reply::whole(200, frame::JSON, [b"[".repeat(DEEP), b"]".repeat(DEEP)].concat())),
    ("deep-answer", |s| s.ends(&deep_answer(), "STOP")),
    ("gzip-bomb", |_| gzip_bomb()),
];

const EXHAUSTED: &str = "RESOURCE_EXHAUSTED";
const PER_MINUTE: &str = "GenerateRequestsPerMinutePerProjectPerModel-FreeTier";
const PER_DAY: &str = "GenerateRequestsPerDayPerProjectPerModel-FreeTier";
const HTML: &[u8] =
    b"<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body><h1>502</h1></body></html>\n";

fn quota(scene: &Scene<'_>, quotas: &[&str], delay: Option<&str>, words: &str) -> Reply {
    let violation = |quota: &&str| {
        json!({"quotaMetric": "generativelanguage.googleapis.com/generate_content_free_tier_requests", "quotaId": quota,
            "quotaDimensions": {"location": "global", "model": "gemini"}, "quotaValue": "10"})
    };
    let violations: Vec<Value> = quotas.iter().map(violation).collect();
    let mut details = vec![
        detail(
            "Help",
            json!({"links": [{"description": "Learn more", "url": "https://ai.google.dev/gemini-api/docs/rate-limits"}]}),
        ),
        detail("QuotaFailure", json!({"violations": violations})),
    ];
    details.extend(delay.map(|delay| detail("RetryInfo", json!({"retryDelay": delay}))));
    let message =
        format!("You exceeded your current quota, please check your plan.\n* Quota exceeded. {words}");
    error(scene.method, 429, EXHAUSTED, &message, Value::Array(details))
}

fn unavailable() -> Value {
    error_value(503, "UNAVAILABLE", "The model is overloaded. Please try again later.", Value::Null)
}

fn overloaded(scene: &Scene<'_>) -> Reply {
    error(scene.method, 503, "UNAVAILABLE", "The model is overloaded. Please try again later.", Value::Null)
}

fn key_invalid(scene: &Scene<'_>) -> Reply {
    let info = detail("ErrorInfo", json!({"reason": "API_KEY_INVALID", "domain": "googleapis.com"}));
    let words = detail("LocalizedMessage", json!({"locale": "en-US", "message": "API key not valid."}));
    let message = "API key not valid. Please pass a valid API key.";
    error(scene.method, 400, "INVALID_ARGUMENT", message, json!([info, words]))
}

fn echo_key(scene: &Scene<'_>) -> Reply {
    let key = scene.request.header("x-goog-api-key").unwrap_or_default();
    let message = format!("\u{1b}[31mKey {key} may not do this{}", "!".repeat(5_000));
    error(scene.method, 403, "PERMISSION_DENIED", &message, Value::Null)
}

fn has_in_schema(scene: &Scene<'_>, parts: &[&str]) -> bool {
    let schema = scene.request.generation("responseJsonSchema").map(Value::to_string);
    schema.is_some_and(|schema| parts.iter().any(|part| schema.contains(part)))
}

fn too_many_states(scene: &Scene<'_>) -> Reply {
    let message = "The specified schema produces a constraint that has too many states for serving.";
    error(scene.method, 400, "INVALID_ARGUMENT", message, Value::Null)
}

/// A stream whose first event has come.
fn begun(scene: &Scene<'_>) -> Reply {
    let first = response(&scene.half(), None, scene.tokens);
    Reply::chunked(frame::EVENTS).chunk(&frame::event(&first))
}

fn long_content_length(scene: &Scene<'_>, value: &Value) -> Reply {
    let (kind, body) = match scene.is_streamed() {
        true => (frame::EVENTS, frame::event(value)),
        false => (frame::JSON, frame::pretty(value)),
    };
    let length = (body.len() + 1_000).to_string();
    Reply::new(200, &[("Content-Type", kind), ("Content-Length", &length)])
        .then(Step::Write(body))
        .then(Step::Hang)
}

/// A byte every now and then: slower than anybody waits for a whole answer, faster than silence.
fn slow_bytes(scene: &Scene<'_>) -> Reply {
    let body = frame::event(&response(scene.text, Some("STOP"), scene.tokens));
    body.iter().fold(Reply::chunked(frame::EVENTS), |reply, byte| {
        reply.chunk(&[*byte]).then(Step::Pause(Duration::from_millis(150)))
    })
}

/// Lists in lists, no two alike: what repeats itself is something else.
fn deep_answer() -> String {
    let open: String = (0..DEEP).map(|n| format!("[{n}, ")).collect();
    let close: String = (0..DEEP).rev().map(|n| format!(", {n}]")).collect();
    format!("{{\"edits\": {open}0{close}}}")
}

/// 16 MiB of blanks in some kilobytes.
fn gzip_bomb() -> Reply {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    let blanks = vec![b' '; 1 << 20];
    let packed = (0..16).try_for_each(|_| encoder.write_all(&blanks)).and_then(|()| encoder.finish());
    let body = packed.unwrap_or_default();
    let length = body.len().to_string();
    let headers = [("Content-Type", frame::JSON), ("Content-Encoding", "gzip"), ("Content-Length", &length)];
    Reply::new(200, &headers).then(Step::Write(body))
}
