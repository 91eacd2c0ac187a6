//! What Gemini refuses of a request, whatever it asks.

use super::frame::{detail, error};
use super::request::{Method, MockRequest, field};
use super::wire::Reply;
use serde_json::{Value, json};

const TOP: [&str; 12] = [
    "contents",
    "systemInstruction",
    "generationConfig",
    "safetySettings",
    "tools",
    "toolConfig",
    "cachedContent",
    "serviceTier",
    "store",
    "continuationToken",
    "labels",
    "model",
];
const GENERATION: [&str; 16] = [
    "temperature",
    "topP",
    "topK",
    "candidateCount",
    "maxOutputTokens",
    "stopSequences",
    "seed",
    "presencePenalty",
    "frequencyPenalty",
    "responseMimeType",
    "responseSchema",
    "responseJsonSchema",
    "responseFormat",
    "responseModalities",
    "thinkingConfig",
    "mediaResolution",
];

/// The refusal, if there is a reason for one.
pub(super) fn refusal(request: &MockRequest, method: Method) -> Option<Reply> {
    let refused =
        |message: &str, details: Value| Some(error(method, 400, "INVALID_ARGUMENT", message, details));
    if method == Method::Unknown {
        return Some(error(method, 404, "NOT_FOUND", "no such method", Value::Null));
    }
    if request.header("x-goog-api-key").is_none_or(str::is_empty) {
        let message = "Method doesn't allow unregistered callers. Please use API Key.";
        return Some(error(method, 403, "PERMISSION_DENIED", message, Value::Null));
    }
    if matches!(method, Method::Models | Method::CountTokens) {
        return None;
    }
    let Some(body) = request.json.as_object() else {
        return refused("Invalid JSON payload received.", Value::Null);
    };
    let generation = field(&request.json, "generationConfig").and_then(Value::as_object);
    let unknown = body.keys().find(|k| !is_known(k, &TOP));
    let unknown = unknown.or_else(|| generation?.keys().find(|k| !is_known(k, &GENERATION)));
    if let Some(name) = unknown {
        let text = format!("Invalid JSON payload received. Unknown name \"{name}\": Cannot find field.");
        let violation = json!({"fieldViolations": [{"description": text}]});
        return refused(&text, json!([detail("BadRequest", violation)]));
    }
    match body.get("contents").and_then(Value::as_array).and_then(|turns| turns.last()) {
        None => return refused("* GenerateContentRequest.contents: contents is not specified", Value::Null),
        Some(turn) if turn["role"] == "model" => {
            return refused("Please ensure that the last turn is of the user.", Value::Null);
        }
        Some(_) => {}
    }
    let out_of = |name: &str, least: f64, most: f64| {
        request.generation(name).and_then(Value::as_f64).is_some_and(|n| !(least..=most).contains(&n))
    };
    if out_of("temperature", 0.0, 2.0) || out_of("topP", 0.0, 1.0) || out_of("maxOutputTokens", 1.0, 65_536.0)
    {
        return refused("Request contains an invalid argument.", Value::Null);
    }
    let is_json = request.generation("responseMimeType") == Some(&Value::from("application/json"));
    if request.generation("responseJsonSchema").is_some() && !is_json {
        return refused("response_json_schema needs response_mime_type application/json", Value::Null);
    }
    None
}

fn is_known(key: &str, known: &[&str]) -> bool {
    let plain: String = key.split('_').collect::<String>().to_lowercase();
    known.iter().any(|k| k.to_lowercase() == plain)
}
