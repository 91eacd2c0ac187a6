//! An answer, put together from however many responses it comes in.

use crate::error::GeminiError;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// A response, as lenient as Gemini is free: anything may be absent, and more may come.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Response {
    candidates: Option<Vec<Candidate>>,
    prompt_feedback: Option<PromptFeedback>,
    usage_metadata: Option<UsageMetadata>,
    model_version: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Candidate {
    content: Option<Content>,
    finish_reason: Option<String>,
    continuation_token: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Content {
    parts: Option<Vec<Part>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Part {
    text: Option<String>,
    thought: Option<bool>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct PromptFeedback {
    block_reason: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct UsageMetadata {
    #[serde(deserialize_with = "count")]
    prompt_token_count: Option<u64>,
    #[serde(deserialize_with = "count")]
    candidates_token_count: Option<u64>,
    #[serde(deserialize_with = "count")]
    thoughts_token_count: Option<u64>,
}

/// Whole numbers of 64 bits may come as text.
fn count<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    let value = Option::<Value>::deserialize(deserializer)?;
    Ok(value.and_then(|v| v.as_u64().or_else(|| v.as_str()?.parse().ok())))
}

/// Tokens of a call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Usage {
    /// Of the question.
    pub(crate) prompt: u64,
    /// Of the answer, with those of thinking.
    pub(crate) answer: u64,
}

impl Usage {
    pub(crate) fn total(self) -> u64 {
        self.prompt.saturating_add(self.answer)
    }

    /// Those of two calls.
    pub(crate) fn and(self, other: Self) -> Self {
        let Self { prompt, answer } = other;
        Self { prompt: self.prompt.saturating_add(prompt), answer: self.answer.saturating_add(answer) }
    }
}

/// Tokens of a text when nobody counts them: one for four characters.
pub(crate) fn estimated_tokens(text: &str) -> u64 {
    (text.chars().count() as u64).div_ceil(4)
}

/// JSON without what models put around it: a byte order mark, and one fence around all of it. Nothing else is taken away.
pub(crate) fn unwrapped(answer: &str) -> &str {
    let text = answer.trim_start_matches('\u{feff}').trim();
    let Some(inner) = text.strip_prefix("```").and_then(|t| t.strip_suffix("```")) else { return text };
    inner.strip_prefix("json").or_else(|| inner.strip_prefix("JSON")).unwrap_or(inner).trim()
}

/// What has come so far.
#[derive(Clone, Debug, Default)]
pub(crate) struct Answer {
    pub(crate) text: String,
    pub(crate) finish: Option<String>,
    pub(crate) block: Option<String>,
    pub(crate) continuation: Option<String>,
    pub(crate) model_version: Option<String>,
    /// Of the responses of one call the last: they are running totals.
    pub(crate) usage: Option<Usage>,
}

impl Answer {
    /// Adds a response. Thoughts are no part of the answer.
    pub(crate) fn take(&mut self, response: Response) {
        if let Some(candidate) = response.candidates.unwrap_or_default().into_iter().next() {
            for part in candidate.content.and_then(|c| c.parts).unwrap_or_default() {
                if part.thought != Some(true) {
                    self.text.push_str(&part.text.unwrap_or_default());
                }
            }
            self.finish = candidate.finish_reason.or(self.finish.take());
            self.continuation = candidate.continuation_token.or(self.continuation.take());
        }
        if let Some(block) = response.prompt_feedback.and_then(|f| f.block_reason) {
            self.block = Some(block);
        }
        if let Some(usage) = response.usage_metadata {
            let before = self.usage.unwrap_or_default();
            let (said, thought) = (usage.candidates_token_count, usage.thoughts_token_count);
            let answer = said.unwrap_or(0).saturating_add(thought.unwrap_or(0));
            // Each is left out where it is zero, and in some pieces altogether: what was said last is what holds.
            self.usage = Some(Usage {
                prompt: usage.prompt_token_count.unwrap_or(before.prompt),
                answer: answer.max(before.answer),
            });
        }
        self.model_version = response.model_version.or(self.model_version.take());
    }

    /// Whether more of it is to be fetched by another call.
    pub(crate) fn goes_on(&self) -> bool {
        self.finish.as_deref() == Some("CONTINUATION") && self.continuation.is_some()
    }

    /// Whether it is whole and may be read.
    pub(crate) fn verdict(&self, room: u32) -> Result<(), GeminiError> {
        if let Some(reason) = &self.block {
            return Err(GeminiError::Blocked { reason: crate::secret_text::clip(reason) });
        }
        let Some(finish) = self.finish.as_deref() else {
            return Err(GeminiError::Incomplete { message: "it ends without a reason".to_owned() });
        };
        match finish {
            "STOP" if self.text.trim().is_empty() => Err(GeminiError::Empty { finish: finish.to_owned() }),
            "STOP" => Ok(()),
            "MAX_TOKENS" | "CONTINUATION" => Err(GeminiError::Truncated { tokens: room }),
            "RECITATION" => Err(GeminiError::Recitation),
            "SAFETY" | "PROHIBITED_CONTENT" | "BLOCKLIST" | "SPII" | "LANGUAGE" | "ESCALATION" => {
                Err(GeminiError::Blocked { reason: finish.to_owned() })
            }
            "PUP_LIMITED_DISABLED" => Err(GeminiError::KeyRefused {
                message: "the account is limited".to_owned(),
                is_for_good: false,
            }),
            other => Err(GeminiError::Empty { finish: crate::secret_text::clip(other) }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn answer(responses: &[Value]) -> Answer {
        let mut answer = Answer::default();
        for response in responses {
            answer.take(serde_json::from_value(response.clone()).expect("a response"));
        }
        answer
    }

    #[test]
    fn thoughts_and_signatures_are_no_text() {
        let parts = json!([{"text": "hm", "thought": true}, {"text": "yes"}, {"text": "", "thoughtSignature": "eA=="}]);
        let got = answer(&[json!({"candidates": [{"content": {"parts": parts}, "finishReason": "STOP"}]})]);
        assert_eq!(got.text, "yes");
        assert_eq!(got.verdict(9), Ok(()));
    }

    #[test]
    fn the_last_count_holds_and_may_be_text() {
        let usage = |n: Value| json!({"usageMetadata": {"promptTokenCount": 7, "thoughtsTokenCount": n}});
        let got = answer(&[usage(json!(3)), usage(json!("12")), json!({"extra": {"x": 1}})]);
        assert_eq!(got.usage, Some(Usage { prompt: 7, answer: 12 }));
    }

    #[test]
    fn every_end_has_its_meaning() {
        let ended = |finish: &str| answer(&[json!({"candidates": [{"finishReason": finish}]})]).verdict(5);
        let code = |finish: &str| ended(finish).map_err(|e| e.code());
        assert_eq!(code("STOP"), Err("ai-empty"));
        assert_eq!(code("MAX_TOKENS"), Err("ai-truncated"));
        assert_eq!(code("SPII"), Err("ai-blocked"));
        assert_eq!(code("RECITATION"), Err("ai-recitation"));
        assert_eq!(code("PUP_LIMITED_DISABLED"), Err("ai-key-refused"));
        assert_eq!(code("SOMETHING_NEW"), Err("ai-empty"));
        assert_eq!(answer(&[json!({})]).verdict(5).map_err(|e| e.code()), Err("ai-incomplete"));
    }
}
