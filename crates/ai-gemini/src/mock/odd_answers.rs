//! Answers with status 200 that are not what they should be.

use super::frame::{self, response};
use super::mode::{Play, Scene};
use super::request::{Method, Wanted};
use super::wire::Reply;
use serde_json::{Value, json};

/// Tokens after which an answer that never ends is cut.
const ENDLESS: usize = 64_000;

#[rustfmt::skip]
pub(super) const PLAYS: &[(&str, Play)] = &[
    // A block, or no text where some should be.
    ("blocked", |s| only(s, json!({"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}, "usageMetadata": {"promptTokenCount": 9}}))),
    ("thoughts-eat-all", |s| only(s, eaten())),
    ("thoughts-eat-some", |s| if room(s) < 32_768 { only(s, eaten()) } else { s.well() }),
    ("no-parts", |s| only(s, empty())),
    ("no-parts-once", |s| if s.before == 0 { only(s, empty()) } else { s.well() }),
    // Text that is cut.
    ("cut-max-tokens", |s| s.ends(&s.half(), "MAX_TOKENS")),
    ("cut-stop", |s| s.ends(&s.half(), "STOP")),
    ("cut-stop-once", |s| if s.before == 0 { s.ends(&s.half(), "STOP") } else { s.well() }),
    // Text with something around it.
    ("fenced", |s| s.ends(&format!("```json\n{}\n```", s.text), "STOP")),
    ("byte-order-mark", |s| s.ends(&format!("\u{feff}{}", s.text), "STOP")),
    ("prose", |s| s.ends(&format!("Sure! Here it is:\n{}\nHope that helps.", s.text), "STOP")),
    ("empty-fence", |s| s.ends("```json\n```", "STOP")),
    // Text without end.
    ("endless-phrase", |s| endless(s, "\"and so on and on\", ")),
    ("endless-digits", |s| endless(s, "3333333333")),
    ("endless-lines", |s| endless(s, "\n\n\n\n")),
    // JSON of another content.
    ("shuffled-lists", |s| s.ends(&shuffled(s), "STOP")),
    ("schema-breaking", |s| s.ends(&schema_breaking(s), "STOP")),
    ("nothing-known", |s| s.ends(&json!({"edits": [{"kind": "rows", "table": "nowhere", "count": 1}]}).to_string(), "STOP")),
    ("extra-keys", |s| s.ends(&with_extra_key(s), "STOP")),
    // Text that is nearly JSON.
    ("bad-escape", |s| s.ends(r#"{"edits": [], "sql": "\x41", "sentence": "", "lists": []}"#, "STOP")),
    ("lone-surrogate", |s| s.ends(r#"{"sql": "SELECT '\ud800'", "sentence": ""}"#, "STOP")),
    ("nul", |s| s.ends(r#"{"sql": "SELECT '\u0000'", "sentence": ""}"#, "STOP")),
    ("not-a-number", |s| s.ends(r#"{"edits": [{"kind": "scale", "table": "t", "column": "c", "by": NaN}]}"#, "STOP")),
    ("trailing-comma", |s| s.ends(r#"{"edits": [],}"#, "STOP")),
    ("huge-number", |s| s.ends(r#"{"edits": [{"kind": "rows", "table": "customers", "count": 1e400}]}"#, "STOP")),
    ("long-integer", |s| s.ends(&format!(r#"{{"edits": [{{"kind": "rows", "table": "customers", "count": {}}}]}}"#, "9".repeat(30)), "STOP")),
    // Bytes.
    ("bad-utf8", bad_utf8),
    ("split-utf8", |s| s.well().cut_in_two()),
    // Content that is refused on the way.
    ("safety-midway", |s| s.ends(&s.half(), "SAFETY")),
    ("spii-midway", |s| s.ends(&s.half(), "SPII")),
    ("recitation", |s| s.ends(&s.half(), "RECITATION")),
    ("recitation-once", |s| if s.before == 0 { s.ends(&s.half(), "RECITATION") } else { s.well() }),
    ("account-limited", |s| s.ends("", "PUP_LIMITED_DISABLED")),
    ("other-once", |s| if s.before == 0 { s.ends("", "OTHER") } else { s.well() }),
    // Frames that are odd, and complete.
    ("thoughts-mixed", |s| only(s, thoughts_mixed(s))),
    ("odd-frame", |s| only(s, odd_frame(s))),
    ("unknown-finish", |s| s.ends(s.text, "SOMETHING_NEW")),
    ("no-usage", |s| only(s, without_usage(s))),
    ("array-body", |s| frame::reply(Method::Stream { sse: false }, &frame::pieces(s.text, Some("STOP"), s.tokens))),
    ("done-marker", done_marker),
    ("heartbeat", heartbeat),
    ("finish-everywhere", finish_everywhere),
    ("echo-key-in-answer", echo_key),
    ("echo-key-escaped", echo_key_escaped),
    ("echo-key-in-finish", |s| s.ends("", &format!("X{}", key(s)))),
    ("echo-key-in-block", |s| only(s, json!({"promptFeedback": {"blockReason": format!("X{}", key(s))}}))),
    ("echo-key-in-two", echo_key_in_two),
    // Answers in several calls.
    ("continuation", continuation),
    ("endless-continuation", |s| only(s, continued("x", s))),
];

fn only(scene: &Scene<'_>, response: Value) -> Reply {
    frame::reply(scene.method, &[response])
}

fn eaten() -> Value {
    let usage = json!({"promptTokenCount": 11, "thoughtsTokenCount": 188, "totalTokenCount": 199});
    json!({"candidates": [{"finishReason": "MAX_TOKENS", "index": 0}], "usageMetadata": usage})
}

fn empty() -> Value {
    json!({"candidates": [{"content": {"role": "model"}, "finishReason": "STOP"}], "usageMetadata": {"promptTokenCount": 5}})
}

fn room(scene: &Scene<'_>) -> u64 {
    scene.request.generation("maxOutputTokens").and_then(Value::as_u64).unwrap_or(0)
}

fn endless(scene: &Scene<'_>, phrase: &str) -> Reply {
    let text = phrase.repeat(ENDLESS * 4 / phrase.len());
    if !scene.is_streamed() {
        return scene.ends(&text, "MAX_TOKENS");
    }
    // In many pieces, so that who hangs up early is seen to.
    let chunk: String = text.chars().take(2_000).collect();
    let responses: Vec<Value> =
        (0..ENDLESS * 4 / 2_000).map(|_| response(&chunk, None, scene.tokens)).collect();
    frame::reply(scene.method, &responses)
}

/// Lists in another order, one of them twice, one of a column that nobody asked for, and the last of them missing.
fn shuffled(scene: &Scene<'_>) -> String {
    let Ok(mut answer) = serde_json::from_str::<Value>(scene.text) else { return scene.text.to_owned() };
    if let (Wanted::Lists, Some(lists)) =
        (&scene.request.wanted, answer.get_mut("lists").and_then(Value::as_array_mut))
        && lists.len() > 1
    {
        lists.pop();
        lists.reverse();
        lists.push(json!({"column": "of_nobody", "values": ["x"]}));
        lists.push(lists[0].clone());
    }
    answer.to_string()
}

/// A good edit or list among some that break the schema in every way.
fn schema_breaking(scene: &Scene<'_>) -> String {
    match scene.request.wanted {
        Wanted::Edits => concat!(
            r#"{"edits": [{"kind": "rows", "table": "customers", "count": 7}, {"kind": "rows", "table": "customers", "count": "seven"},"#,
            r#" {"kind": null}, {"kind": "explode", "table": "customers"}, {"kind": "rows", "table": "customers", "count": 8, "mood": 1},"#,
            r#" {"kind": "rows", "table": "customers", "count": 1, "count": 2}, {"kind": "rows", "count": null}, 5]}"#,
        )
        .to_owned(),
        _ => scene.text.to_owned(),
    }
}

fn with_extra_key(scene: &Scene<'_>) -> String {
    let Ok(mut answer) = serde_json::from_str::<Value>(scene.text) else { return scene.text.to_owned() };
    answer["thoughts"] = json!("as asked");
    answer.to_string()
}

fn bad_utf8(scene: &Scene<'_>) -> Reply {
    let mut body = frame::pretty(&response("{\"sql\": \"SELECT '@'\", \"sentence\": \"\"}", Some("STOP"), 1));
    if scene.is_streamed() {
        body = frame::event(&response("{\"sql\": \"SELECT '@'\", \"sentence\": \"\"}", Some("STOP"), 1));
    }
    for byte in &mut body {
        if *byte == b'@' {
            *byte = 0xff;
        }
    }
    let kind = if scene.is_streamed() { frame::EVENTS } else { frame::JSON };
    Reply::whole(200, kind, body)
}

fn thoughts_mixed(scene: &Scene<'_>) -> Value {
    let half = scene.half();
    let rest = scene.text.get(half.len()..).unwrap_or_default();
    let mut whole = response("", Some("STOP"), scene.tokens);
    whole["candidates"][0]["content"]["parts"] = json!([
        {"text": "{\"edits\": \"I think\"}", "thought": true},
        {"text": half},
        {"text": "still thinking", "thought": true, "thoughtSignature": "c2lnbmF0dXJl"},
        {"text": rest},
        {"text": "", "thoughtSignature": "QUFB".repeat(1_000)},
    ]);
    whole
}

fn odd_frame(scene: &Scene<'_>) -> Value {
    let mut odd = response(scene.text, Some("STOP"), scene.tokens);
    odd["modelVersion"] = json!("gemini-from-elsewhere");
    odd["modelStatus"] = json!({"modelStage": "LEGENDARY", "retirementTime": "2031-01-01T00:00:00Z"});
    odd["candidates"][0]["safetyRatings"] =
        json!([{"category": "HARM_CATEGORY_NEW", "probability": "FUZZY"}]);
    odd["usageMetadata"] = json!({"promptTokenCount": "21", "candidatesTokenCount": "9223372036854775807",
        "thoughtsTokenCount": null, "serviceTier": "cosmic"});
    odd["aFieldOfTomorrow"] = json!({"deep": [[1]]});
    odd
}

fn without_usage(scene: &Scene<'_>) -> Value {
    let mut bare = response(scene.text, Some("STOP"), scene.tokens);
    if let Some(fields) = bare.as_object_mut() {
        fields.remove("usageMetadata");
        fields.remove("modelVersion");
    }
    bare
}

fn done_marker(scene: &Scene<'_>) -> Reply {
    let event = frame::event(&response(scene.text, Some("STOP"), scene.tokens));
    Reply::chunked(frame::EVENTS).chunk(&event).chunk(b"data: [DONE]\n\n").end()
}

fn heartbeat(scene: &Scene<'_>) -> Reply {
    let event = String::from_utf8_lossy(&frame::event(&response(scene.text, Some("STOP"), scene.tokens)))
        .replace("\r\n", "\n");
    Reply::chunked(frame::EVENTS).chunk(b": still here\n\n").chunk(event.as_bytes()).end()
}

fn finish_everywhere(scene: &Scene<'_>) -> Reply {
    let mut responses = frame::pieces(scene.text, Some("STOP"), scene.tokens);
    for one in &mut responses {
        one["candidates"][0]["finishReason"] = json!("STOP");
    }
    match scene.method {
        Method::Stream { .. } => frame::reply(scene.method, &responses),
        _ => scene.well(),
    }
}

fn key<'a>(scene: &'a Scene<'_>) -> &'a str {
    scene.request.header("x-goog-api-key").unwrap_or_default()
}

/// The key with all of its characters as escapes of JSON.
fn echo_key_escaped(scene: &Scene<'_>) -> Reply {
    let escaped: String = key(scene).bytes().map(|b| format!("\\u{b:04X}")).collect();
    let parts = match scene.request.wanted {
        Wanted::Edits => format!(
            r#"{{"edits": [{{"kind": "rows", "table": "customers", "count": 7}}, {{"kind": "set-value", "table": "customers", "column": "city", "value": "{escaped}"}}]}}"#
        ),
        Wanted::Lists => format!(r#"{{"lists": [{{"column": "name", "values": ["{escaped}"]}}]}}"#),
        _ => format!(r#"{{"sql": "SELECT '{escaped}'", "sentence": "{escaped}"}}"#),
    };
    scene.ends(&parts, "STOP")
}

/// The key on the border of two answers.
fn echo_key_in_two(scene: &Scene<'_>) -> Reply {
    let text = json!({"sql": "SELECT 1", "sentence": format!("The key is {}", key(scene))}).to_string();
    let (begin, end) = text.split_at(text.len() - 10);
    match super::request::field(&scene.request.json, "continuationToken") {
        None => only(scene, continued(begin, scene)),
        Some(_) => scene.ends(end, "STOP"),
    }
}

fn echo_key(scene: &Scene<'_>) -> Reply {
    let sentence = format!("The key is {}", key(scene));
    scene.ends(&json!({"sql": "SELECT 1", "sentence": sentence}).to_string(), "STOP")
}

fn continued(text: &str, scene: &Scene<'_>) -> Value {
    let mut part = response(text, Some("CONTINUATION"), scene.tokens);
    part["candidates"][0]["continuationToken"] = json!(format!("token-{}", scene.before));
    part
}

/// The first half, and with its token the rest.
fn continuation(scene: &Scene<'_>) -> Reply {
    let half = scene.half();
    match super::request::field(&scene.request.json, "continuationToken") {
        None => only(scene, continued(&half, scene)),
        Some(_) => scene.ends(scene.text.get(half.len()..).unwrap_or_default(), "STOP"),
    }
}
