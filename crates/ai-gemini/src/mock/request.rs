//! A request as the server saw it.

use serde_json::Value;

/// A request that came, for whoever wants to know what left the client.
#[derive(Clone, Debug, PartialEq)]
pub struct MockRequest {
    /// The way of playing that its path asks for; empty for playing well.
    pub mode: String,
    /// Its method of HTTP.
    pub verb: String,
    /// Its path with the query.
    pub target: String,
    /// Its headers as they came, names in lower case.
    pub headers: Vec<(String, String)>,
    /// Its body as text.
    pub body: String,
    /// Its body as JSON; null when it is none.
    pub json: Value,
    /// What the person said: what stands between `<words>` tags, or else the last text of the user.
    pub words: String,
    /// What the answer should be.
    pub wanted: Wanted,
}

/// What an answer should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// A proposal of edits.
    Edits,
    /// Lists of values.
    Lists,
    /// A query.
    Query,
    /// JSON of another schema.
    Json,
    /// Text.
    Text,
}

/// What is asked of the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Method {
    Generate,
    Stream { sse: bool },
    CountTokens,
    Models,
    Unknown,
}

impl MockRequest {
    pub(super) fn new(verb: &str, target: &str, headers: Vec<(String, String)>, body: String) -> Self {
        let path = target.split('?').next().unwrap_or_default();
        let version = path.split('/').position(|part| part == "v1" || part == "v1beta").unwrap_or(0);
        let mode =
            version.checked_sub(1).and_then(|at| path.split('/').nth(at)).unwrap_or_default().to_owned();
        let json: Value = serde_json::from_str(&body).unwrap_or(Value::Null);
        let text = user_text(&json);
        let words = between(&text, "words")
            .and_then(|t| serde_json::from_str(t).ok())
            .unwrap_or_else(|| text.clone());
        let wanted = wanted(&json, &text);
        let (verb, target) = (verb.to_owned(), target.to_owned());
        Self { mode, verb, target, headers, body, json, words, wanted }
    }

    /// A header by its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    /// A part of the data that the prompt holds, by its tag.
    pub fn data(&self, tag: &str) -> Option<Value> {
        serde_json::from_str(between(&user_text(&self.json), tag)?).ok()
    }

    pub(super) fn method(&self) -> Method {
        let (path, query) = self.target.split_once('?').unwrap_or((&self.target, ""));
        let is_post = self.verb == "POST";
        match path.rsplit_once(':').map(|(_, method)| method) {
            Some("generateContent") if is_post => Method::Generate,
            Some("streamGenerateContent") if is_post => {
                Method::Stream { sse: query.split('&').any(|p| p == "alt=sse") }
            }
            Some("countTokens") if is_post => Method::CountTokens,
            None if path.contains("/models") && self.verb == "GET" => Method::Models,
            _ => Method::Unknown,
        }
    }

    /// The model in the path.
    pub(super) fn model(&self) -> &str {
        let path = self.target.split(['?', ':']).next().unwrap_or_default();
        path.split_once("/models/").map_or("", |(_, model)| model)
    }

    /// A field of the generation's configuration.
    pub(super) fn generation(&self, name: &str) -> Option<&Value> {
        field(field(&self.json, "generationConfig")?, name)
    }
}

/// A field in camel case, or in the snake case that protocol buffers take as well.
pub(super) fn field<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    let snake = || {
        name.chars().fold(String::new(), |mut text, c| {
            if c.is_uppercase() {
                text.push('_');
            }
            text.extend(c.to_lowercase());
            text
        })
    };
    value.get(name).or_else(|| value.get(snake())).filter(|v| !v.is_null())
}

fn wanted(body: &Value, text: &str) -> Wanted {
    let generation = field(body, "generationConfig");
    let schema = ["responseJsonSchema", "responseSchema"].iter().find_map(|name| field(generation?, name));
    let has = |name: &str| schema.is_some_and(|s| s["properties"].get(name).is_some());
    let tagged = |tag: &str| schema.is_none() && text.contains(&format!("<{tag}>"));
    if has("edits") || (tagged("schema") && !tagged("refused")) {
        Wanted::Edits
    } else if has("lists") || tagged("columns") {
        Wanted::Lists
    } else if has("sql") || tagged("refused") {
        Wanted::Query
    } else if schema.is_some() {
        Wanted::Json
    } else {
        Wanted::Text
    }
}

/// The text of the last turn of the user.
fn user_text(body: &Value) -> String {
    let turns = body["contents"].as_array().map(Vec::as_slice).unwrap_or_default().iter();
    let Some(turn) = turns.rev().find(|t| t["role"].as_str() != Some("model")) else {
        return String::new();
    };
    turn["parts"].as_array().into_iter().flatten().filter_map(|p| p["text"].as_str()).collect()
}

fn between<'a>(text: &'a str, tag: &str) -> Option<&'a str> {
    let (_, behind) = text.split_once(&format!("<{tag}>"))?;
    behind.split_once(&format!("</{tag}>")).map(|(inner, _)| inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_name_modes_models_and_methods() {
        let of = |target: &str| MockRequest::new("POST", target, Vec::new(), String::new());
        let well = of("/v1beta/models/gemini-x:streamGenerateContent?alt=sse");
        assert_eq!(
            (well.mode.as_str(), well.model(), well.method()),
            ("", "gemini-x", Method::Stream { sse: true })
        );
        let badly = of("/blocked/v1/models/m:generateContent");
        assert_eq!((badly.mode.as_str(), badly.model(), badly.method()), ("blocked", "m", Method::Generate));
    }

    #[test]
    fn both_cases_are_read() {
        let body = serde_json::json!({"generation_config": {"max_output_tokens": 5}});
        let request = MockRequest::new("POST", "/v1/models/m:generateContent", Vec::new(), body.to_string());
        assert_eq!(request.generation("maxOutputTokens"), Some(&Value::from(5)));
    }
}
