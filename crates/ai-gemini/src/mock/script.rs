//! What the server answers when it plays well.

use super::instance::instance;
use super::request::{MockRequest, Wanted};
use serde::Deserialize;
use serde_json::{Value, json};
use std::fmt;
use std::sync::Arc;

/// An answer to requests whose words hold a text.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScriptedAnswer {
    /// What the words must hold.
    #[serde(rename = "match")]
    pub words: String,
    /// The answer, as JSON. It is given where its keys are what is asked for: `edits`, `lists`, or `sql` and `sentence`.
    #[serde(default)]
    pub answer: Value,
    /// One of the [ways to play](super::modes) in place of an answer.
    #[serde(default)]
    pub mode: Option<String>,
}

type Function = Arc<dyn Fn(&MockRequest) -> Option<Value> + Send + Sync>;

/// Answers, and how often each was given.
#[derive(Clone, Default)]
pub(super) struct Script {
    answers: Vec<(ScriptedAnswer, u32)>,
    function: Option<Function>,
}

/// What comes of a script.
#[derive(Debug, PartialEq)]
pub(super) enum Line {
    Text(String),
    Mode(String),
}

impl fmt::Debug for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Script").field("answers", &self.answers).finish_non_exhaustive()
    }
}

impl Script {
    pub(super) fn push(&mut self, answer: ScriptedAnswer) {
        self.answers.push((answer, 0));
    }

    pub(super) fn set_function(&mut self, function: Function) {
        self.function = Some(function);
    }

    /// The answer to a request: of the function, of the longest text that the words hold, or made up. Of several with the same text
    /// each comes once, in order, and then the last.
    pub(super) fn line(&mut self, request: &MockRequest) -> Line {
        if let Some(answer) = self.function.as_ref().and_then(|f| f(request)) {
            return Line::Text(text(&answer));
        }
        let suits = |a: &ScriptedAnswer| request.words.contains(&a.words) && is_wanted(a, request);
        let suiting = self.answers.iter().filter(|(a, _)| suits(a)).map(|(a, _)| a.words.clone());
        let Some(words) = suiting.max_by_key(String::len) else { return Line::Text(made_up(request)) };
        let mut same: Vec<&mut (ScriptedAnswer, u32)> =
            self.answers.iter_mut().filter(|(a, _)| a.words == words && is_wanted(a, request)).collect();
        let last = same.len().saturating_sub(1);
        let at = same.iter().position(|(_, given)| *given == 0).unwrap_or(last);
        let Some((answer, given)) = same.get_mut(at) else { return Line::Text(made_up(request)) };
        *given += 1;
        match &answer.mode {
            Some(mode) => Line::Mode(mode.clone()),
            None => Line::Text(text(&answer.answer)),
        }
    }
}

fn text(answer: &Value) -> String {
    answer.as_str().map_or_else(|| answer.to_string(), str::to_owned)
}

/// Whether an answer is of the kind that is asked for; lists are of some column that is asked for.
fn is_wanted(answer: &ScriptedAnswer, request: &MockRequest) -> bool {
    let has = |key: &str| answer.mode.is_some() || answer.answer.get(key).is_some();
    match request.wanted {
        Wanted::Edits => has("edits"),
        Wanted::Lists => answer.mode.is_some() || names_a_column(&answer.answer, request),
        Wanted::Query => has("sql"),
        Wanted::Json | Wanted::Text => true,
    }
}

fn names_a_column(answer: &Value, request: &MockRequest) -> bool {
    let columns = request.data("columns").unwrap_or_default();
    let asked = |list: &Value| columns.as_array().into_iter().flatten().any(|c| c["name"] == list["column"]);
    answer["lists"].as_array().is_some_and(|lists| lists.iter().any(asked))
}

/// An answer that is of the right form and says nothing.
fn made_up(request: &MockRequest) -> String {
    match request.wanted {
        Wanted::Edits => json!({"edits": []}).to_string(),
        Wanted::Query => json!({"sql": "SELECT 1 AS one", "sentence": "The number one."}).to_string(),
        Wanted::Lists => lists(request).to_string(),
        Wanted::Json => {
            let schema = ["responseJsonSchema", "responseSchema"].iter().find_map(|n| request.generation(n));
            schema.map(instance).unwrap_or_default().to_string()
        }
        Wanted::Text => format!("You said: {}", request.words),
    }
}

fn lists(request: &MockRequest) -> Value {
    let columns = request.data("columns").unwrap_or_default();
    let count = request.data("count").and_then(|c| c.as_u64()).unwrap_or(10);
    let list = |column: &Value| {
        let values: Vec<Value> = match &column["allowed"] {
            Value::Array(allowed) => allowed.clone(),
            _ => (0..count).map(|n| Value::from(value(column, n))).collect(),
        };
        json!({"column": column["name"], "values": values})
    };
    json!({"lists": columns.as_array().into_iter().flatten().map(list).collect::<Vec<_>>()})
}

/// The n-th value of a column, by its type and within its length.
fn value(column: &Value, n: u64) -> String {
    let ty = column["type"].as_str().unwrap_or_default().to_lowercase();
    if ["int", "num", "dec", "float", "double", "real"].iter().any(|word| ty.contains(word)) {
        return (n + 1).to_string();
    }
    if ty.contains("date") || ty.contains("time") {
        return format!("2024-{:02}-{:02}", n / 28 % 12 + 1, n % 28 + 1);
    }
    let letters = |n: u64| [n / 676 % 26, n / 26 % 26, n % 26].map(|l| char::from(b'A' + l as u8));
    let code: String = letters(n).iter().collect();
    let name = column["name"].as_str().unwrap_or_default();
    let long = format!("{code} {name} of the mock");
    match column["max"].as_u64() {
        Some(max) if max < 3 => code.chars().skip(3 - max as usize).collect(),
        Some(max) => long.chars().take(max as usize).collect(),
        None => long,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(words: &str) -> MockRequest {
        let body = json!({
            "contents": [{"role": "user", "parts": [{"text": format!("<words>{}</words>", json!(words))}]}],
            "generationConfig": {"responseJsonSchema": {"properties": {"sql": {"type": "string"}}}},
        });
        MockRequest::new("POST", "/v1beta/models/m:generateContent", Vec::new(), body.to_string())
    }

    #[test]
    fn the_longest_text_wins_and_the_same_text_goes_on() {
        let mut script = Script::default();
        for (words, sql) in [("orders", "a"), ("late orders", "b"), ("late orders", "c")] {
            let answer = json!({"sql": sql, "sentence": ""});
            script.push(ScriptedAnswer { words: words.to_owned(), answer, mode: None });
        }
        let mut sql = |words: &str| match script.line(&asked(words)) {
            Line::Text(text) => serde_json::from_str::<Value>(&text).expect("JSON")["sql"].clone(),
            Line::Mode(mode) => Value::from(mode),
        };
        assert_eq!(
            ["orders", "late orders", "late orders", "late orders"].map(&mut sql),
            ["a", "b", "c", "c"]
        );
        assert_eq!(sql("something else"), "SELECT 1 AS one");
    }
}
