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

    /// One was to be asked, and was if there are exchanges: else the first error says why not.
    pub(crate) fn of(reason: &str, exchanges: Vec<Exchange>, errors: &[AdviceError]) -> Self {
        let model = exchanges.last().map(|e| e.model_version.as_ref().unwrap_or(&e.model).clone());
        let used = !exchanges.is_empty();
        let reason = match errors.first().filter(|_| !used) {
            Some(error) => format!("{reason}, and no model was asked: {}", error.message),
            None => reason.to_owned(),
        };
        Self { used, reason, model, exchanges }
    }

    /// The requests of the exchanges.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.exchanges.iter().map(|e| e.request.clone()).collect()
    }

    /// As it is told in an event: without the texts of the answers, which stand in the version's meta.
    pub(crate) fn told(&self) -> Value {
        json!({
            "used": self.used,
            "reason": self.reason,
            "model": self.model,
            "exchanges": without_answers(&self.exchanges),
        })
    }
}

/// Exchanges as they are told: without the texts of the answers.
pub(crate) fn without_answers(exchanges: &[Exchange]) -> Value {
    let told = |e: &Exchange| {
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
    exchanges.iter().map(told).collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_was_used_only_if_it_was_asked() {
        let error = AdviceError {
            code: "ai-budget-day".to_owned(),
            message: "the tokens of the day are spent".to_owned(),
            table: None,
            column: None,
            instead: None,
        };
        let unasked = AiUse::of("the sentence is no command", Vec::new(), std::slice::from_ref(&error));
        assert!(
            !unasked.used && unasked.reason.ends_with("no model was asked: the tokens of the day are spent")
        );
        let exchange: Exchange = serde_json::from_value(json!({
            "request": "00", "prompt": "p", "promptVersion": 1, "model": "m", "answer": "secret",
            "promptTokens": 1, "answerTokens": 1,
        }))
        .expect("an exchange");
        let asked = AiUse::of("the sentence is no command", vec![exchange], &[error]);
        assert_eq!((asked.used, asked.reason.as_str()), (true, "the sentence is no command"));
        assert!(!asked.told().to_string().contains("secret"));
    }
}
