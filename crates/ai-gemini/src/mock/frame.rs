//! Responses as Gemini writes them.

use super::request::Method;
use super::wire::Reply;
use serde_json::{Value, json};

pub(super) const JSON: &str = "application/json; charset=UTF-8";
pub(super) const EVENTS: &str = "text/event-stream";

/// A response with a text and how it ends.
pub(super) fn response(text: &str, finish: Option<&str>, prompt_tokens: usize) -> Value {
    let mut candidate = json!({"content": {"role": "model", "parts": [{"text": text}]}, "index": 0});
    if let Some(finish) = finish {
        candidate["finishReason"] = Value::from(finish);
    }
    let answer = text.chars().count().div_ceil(4);
    json!({
        "candidates": [candidate],
        "usageMetadata": {
            "promptTokenCount": prompt_tokens,
            "candidatesTokenCount": answer,
            "thoughtsTokenCount": 3,
            "totalTokenCount": prompt_tokens + answer + 3,
        },
        "modelVersion": "gemini-mock-1",
        "responseId": "mock",
    })
}

/// The responses of a text in pieces. The counts of tokens are running totals; the end is in the last one.
pub(super) fn pieces(text: &str, finish: Option<&str>, prompt_tokens: usize) -> Vec<Value> {
    let chars: Vec<char> = text.chars().collect();
    let size = chars.len().div_ceil(3).max(1);
    let mut told = 0;
    let mut responses: Vec<Value> = chars
        .chunks(size)
        .map(|piece| {
            told += piece.len();
            let mut one = response(&piece.iter().collect::<String>(), None, prompt_tokens);
            one["usageMetadata"]["candidatesTokenCount"] = Value::from(told.div_ceil(4));
            one
        })
        .collect();
    if let Some(finish) = finish {
        let mut last = response("", Some(finish), prompt_tokens);
        last["candidates"][0]["content"]["parts"] = json!([{"text": "", "thoughtSignature": "bW9jaw=="}]);
        last["usageMetadata"]["candidatesTokenCount"] = Value::from(told.div_ceil(4));
        responses.push(last);
    }
    responses
}

/// One event.
pub(super) fn event(value: &Value) -> Vec<u8> {
    format!("data: {value}\r\n\r\n").into_bytes()
}

/// Responses in the form that the method has.
pub(super) fn reply(method: Method, responses: &[Value]) -> Reply {
    match method {
        Method::Stream { sse: true } => {
            responses.iter().fold(Reply::chunked(EVENTS), |reply, r| reply.chunk(&event(r))).end()
        }
        Method::Stream { sse: false } => Reply::whole(200, JSON, pretty(&Value::Array(responses.to_vec()))),
        _ => Reply::whole(200, JSON, responses.first().map(pretty).unwrap_or_default()),
    }
}

/// An error in the form that the method has.
pub(super) fn error(method: Method, code: u16, status: &str, message: &str, details: Value) -> Reply {
    let error = error_value(code, status, message, details);
    let body = if method == (Method::Stream { sse: false }) { json!([error]) } else { error };
    Reply::whole(code, JSON, pretty(&body))
}

pub(super) fn error_value(code: u16, status: &str, message: &str, details: Value) -> Value {
    let mut error = json!({"code": code, "message": message, "status": status});
    if !details.is_null() {
        error["details"] = details;
    }
    json!({"error": error})
}

pub(super) fn pretty(value: &Value) -> Vec<u8> {
    format!("{value:#}\n").into_bytes()
}

/// A detail of an error.
pub(super) fn detail(kind: &str, mut fields: Value) -> Value {
    fields["@type"] = Value::from(format!("type.googleapis.com/google.rpc.{kind}"));
    fields
}
