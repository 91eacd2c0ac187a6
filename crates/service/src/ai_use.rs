//! What part an advisor had in something.

use seedbed_edit::{Advice, AdviceError, Exchange};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// What part an advisor had in something.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AiUse {
    /// Whether one was asked.
    pub used: bool,
    /// Why, or why not.
    pub reason: String,
    /// The model that answered last.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub model: Option<String>,
    /// What was said, with the answers that came from the record.
    #[serde(default)]
    pub exchanges: Vec<Exchange>,
}

impl AiUse {
    /// None was asked.
    pub(crate) fn none(reason: &str) -> Self {
        Self { used: false, reason: reason.to_owned(), model: None, exchanges: Vec::new() }
    }

    /// One was asked.
    pub(crate) fn of(exchanges: Vec<Exchange>) -> Self {
        let model = exchanges.last().map(|e| e.model_version.as_ref().unwrap_or(&e.model).clone());
        Self { used: true, reason: "the sentence is no command".to_owned(), model, exchanges }
    }

    /// The requests of the exchanges.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.exchanges.iter().map(|e| e.request.clone()).collect()
    }

    /// As it is told in an event: without the texts of the answers, which stand in the version's meta.
    pub(crate) fn told(&self) -> Value {
        let exchange = |e: &Exchange| {
            json!({
                "request": e.request,
                "prompt": e.prompt,
                "promptVersion": e.prompt_version,
                "model": e.model,
                "promptTokens": e.prompt_tokens,
                "answerTokens": e.answer_tokens,
                "fromRecord": e.from_record,
            })
        };
        json!({
            "used": self.used,
            "reason": self.reason,
            "model": self.model,
            "exchanges": self.exchanges.iter().map(exchange).collect::<Vec<_>>(),
        })
    }
}

/// Why an advice without a proposal has none.
pub(crate) fn failure_of<T>(advice: &Advice<T>) -> AdviceError {
    advice.errors.first().cloned().unwrap_or_else(|| AdviceError {
        code: "ai-no-proposal".to_owned(),
        message: "the advisor has proposed nothing".to_owned(),
        table: None,
        column: None,
        instead: None,
    })
}
