//! A request on the wire, and what it is found by.

use crate::answer_schema::Form;
use crate::prompt::Prompt;
use crate::sampling::ClampedSampling;
use serde_json::{Map, Value, json};

/// What the model is asked, before anything is known about its answer.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    /// The prompt that it was made of.
    pub(crate) prompt: &'static Prompt,
    /// The filled part of it.
    pub(crate) user: String,
    /// The JSON schema of the answer.
    pub(crate) schema: Value,
    /// How the model speaks.
    pub(crate) sampling: ClampedSampling,
}

impl Request {
    /// The body, in camel case as the documentation writes it. Keys that Gemini does not know would be refused, so there are none.
    pub(crate) fn body(&self, form: Form, room: u32, continuation: Option<&str>) -> Value {
        let mut user = self.user.clone();
        if form == Form::Asked {
            user.push_str("\n\nThe answer is JSON by this schema, without anything before or behind it:\n");
            user.push_str(&self.schema.to_string());
        }
        let mut body = Map::new();
        body.insert("systemInstruction".to_owned(), json!({"parts": [{"text": self.prompt.system}]}));
        body.insert("contents".to_owned(), json!([{"role": "user", "parts": [{"text": user}]}]));
        body.insert("generationConfig".to_owned(), self.generation(form, room));
        // Paid projects keep questions and answers for weeks unless they are told not to.
        body.insert("store".to_owned(), Value::Bool(false));
        if let Some(token) = continuation {
            body.insert("continuationToken".to_owned(), Value::from(token));
        }
        Value::Object(body)
    }

    fn generation(&self, form: Form, room: u32) -> Value {
        let mut generation = Map::new();
        let ClampedSampling { temperature, top_p, top_k } = self.sampling;
        let given = [
            ("temperature", temperature.map(Value::from)),
            ("topP", top_p.map(Value::from)),
            ("topK", top_k.map(Value::from)),
            ("maxOutputTokens", Some(Value::from(room))),
            ("responseMimeType", (form != Form::Asked).then(|| Value::from("application/json"))),
            ("responseJsonSchema", form.of(&self.schema)),
        ];
        generation.extend(given.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))));
        Value::Object(generation)
    }

    /// What the question is found by. The key is no part of it.
    pub(crate) fn hash(&self, model: &str, room: u32) -> String {
        let body = self.body(Form::Whole, room, None).to_string();
        let mut hasher = blake3::Hasher::new();
        for part in [model, self.prompt.name, &self.prompt.version.to_string(), &body] {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part.as_bytes());
        }
        hasher.finalize().to_hex().to_string()
    }
}
