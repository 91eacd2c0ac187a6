//! What the client can be told.

use secrecy::{ExposeSecret, SecretString};
use std::time::Duration;
use thiserror::Error;

/// The model that is asked when nothing else is said: Google's own alias of its current Flash.
pub const DEFAULT_MODEL: &str = "gemini-flash-latest";

/// Where Gemini answers.
pub const DEFAULT_BASE_URL: &str = "https://generativelanguage.googleapis.com";

/// How Gemini is asked, and what that may cost.
///
/// ```
/// use seedbed_ai_gemini::GeminiConfig;
/// let config = GeminiConfig { tokens_per_day: Some(200_000), ..GeminiConfig::new("secret".to_owned()) };
/// assert!(!format!("{config:?}").contains("secret"));
/// ```
#[derive(Clone, Debug)]
pub struct GeminiConfig {
    /// The key. It is sent in the header `x-goog-api-key` and shown nowhere.
    pub key: SecretString,
    /// The model's name, without `models/`.
    pub model: String,
    /// What stands before `/v1beta/models/...`, a path among it if there is one: a proxy or a mock instead of Google.
    pub base_url: String,
    /// Whether answers come in pieces. One that goes astray is then ended early, and longer ones are possible.
    pub streaming: bool,
    /// Tokens that an answer may have at most, those of thinking among them. A first call asks for no more than 16,384; one whose
    /// answer was cut is made again with all of them.
    pub max_output_tokens: u32,
    /// Characters of the schema's JSON that go into a question. Of a larger schema, what the words speak of.
    pub schema_characters: usize,
    /// Bytes that an answer may have, unpacked.
    pub answer_bytes: usize,
    /// Tokens that one question may cost, with the questions for its lists.
    pub tokens_per_job: Option<u64>,
    /// Tokens that may be spent on one day of UTC.
    pub tokens_per_day: Option<u64>,
    /// Calls at the same time, over all clones.
    pub concurrency: usize,
    /// Columns of one table that lists of values are asked for at once.
    pub columns_per_list: usize,
    /// Values that a list should have.
    pub values_per_list: usize,
    /// How long nobody is asked after the key was refused for a reason that may pass, such as a bill.
    pub refused_for: Duration,
    /// How long is waited.
    pub timeouts: Timeouts,
    /// How often is tried.
    pub retries: Retries,
}

/// How long is waited for what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// For a connection.
    pub connect: Duration,
    /// From the request to the first byte of the answer: a model thinks before it speaks.
    pub first_byte: Duration,
    /// From one piece of the answer to the next.
    pub idle: Duration,
    /// For one whole call.
    pub call: Duration,
    /// For a question, with all its calls and the pauses between them.
    pub question: Duration,
}

/// How often a call is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retries {
    /// Calls at most, the first among them.
    pub calls: u32,
    /// The first pause; each is twice the one before.
    pub first_pause: Duration,
    /// The longest pause that is made up here. One that Gemini asks for may be longer.
    pub longest_pause: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            first_byte: Duration::from_secs(90),
            idle: Duration::from_secs(30),
            call: Duration::from_secs(180),
            question: Duration::from_secs(300),
        }
    }
}

impl Default for Retries {
    fn default() -> Self {
        Self { calls: 5, first_pause: Duration::from_secs(1), longest_pause: Duration::from_secs(30) }
    }
}

impl GeminiConfig {
    /// The usual way of asking, with a key.
    pub fn new(key: String) -> Self {
        Self {
            key: SecretString::from(key),
            model: DEFAULT_MODEL.to_owned(),
            base_url: DEFAULT_BASE_URL.to_owned(),
            streaming: true,
            max_output_tokens: 65_536,
            schema_characters: 60_000,
            answer_bytes: 4 << 20,
            tokens_per_job: None,
            tokens_per_day: None,
            concurrency: 4,
            columns_per_list: 6,
            values_per_list: 50,
            refused_for: Duration::from_secs(300),
            timeouts: Timeouts::default(),
            retries: Retries::default(),
        }
    }

    /// All that is wrong with it.
    pub(crate) fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        let key = self.key.expose_secret();
        if key.is_empty() {
            problems.push("the key is empty".to_owned());
        } else if !key.bytes().all(|b| b.is_ascii_graphic() || b == b' ') {
            problems.push("the key has characters that a header cannot carry".to_owned());
        }
        let plain = |c: char| c.is_ascii_alphanumeric() || ".-_".contains(c);
        if self.model.is_empty() || !self.model.chars().all(plain) {
            let model = &self.model;
            problems.push(format!("the model `{model}` is no name of letters, digits, `.`, `-` and `_`"));
        }
        if let Err(problem) = self.base() {
            problems.push(problem);
        }
        let counts = [
            ("max_output_tokens", self.max_output_tokens as usize),
            ("schema_characters", self.schema_characters),
            ("answer_bytes", self.answer_bytes),
            ("concurrency", self.concurrency),
            ("columns_per_list", self.columns_per_list),
            ("values_per_list", self.values_per_list),
            ("retries.calls", self.retries.calls as usize),
        ];
        problems.extend(
            counts.iter().filter(|(_, n)| *n == 0).map(|(name, _)| format!("`{name}` is 0, not 1 or more")),
        );
        problems
    }

    /// The base URL, without a `/` at its end.
    pub(crate) fn base(&self) -> Result<reqwest::Url, String> {
        let url: reqwest::Url =
            self.base_url.trim_end_matches('/').parse().map_err(|e| format!("the base URL is none: {e}"))?;
        if !["http", "https"].contains(&url.scheme()) || url.host_str().is_none() {
            return Err("the base URL begins with neither `http://` nor `https://`".to_owned());
        }
        if !url.username().is_empty()
            || url.password().is_some()
            || url.query().is_some()
            || url.fragment().is_some()
        {
            return Err("the base URL has more than a host and a path".to_owned());
        }
        Ok(url)
    }
}

/// Why there is no client.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ConfigError {
    /// What it was told makes no sense.
    #[error("Gemini cannot be asked like this: {}", .0.join("; "))]
    Invalid(Vec<String>),
    /// The system gives no threads, or no certificates to trust.
    #[error("no client for Gemini: {0}")]
    System(String),
}

impl ConfigError {
    /// A stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Invalid(_) => "ai-config-invalid",
            Self::System(_) => "ai-client-failed",
        }
    }

    /// What to do about it.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Invalid(_) => Some(
                "a base URL is such as `https://proxy.example/gemini`, a model such as `gemini-flash-latest`",
            ),
            Self::System(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_that_is_wrong_is_told_at_once_and_never_the_key() {
        let config = GeminiConfig {
            model: "../x".to_owned(),
            base_url: "ftp://somewhere".to_owned(),
            concurrency: 0,
            ..GeminiConfig::new("sec\nret".to_owned())
        };
        let problems = config.problems();
        assert_eq!(problems.len(), 4, "{problems:?}");
        assert!(!problems.concat().contains("sec"));
    }

    #[test]
    fn the_usual_way_has_no_problems() {
        assert_eq!(GeminiConfig::new("k".to_owned()).problems(), [""; 0]);
    }

    #[test]
    fn a_base_url_may_have_a_path_and_nothing_else() {
        let with =
            |url: &str| GeminiConfig { base_url: url.to_owned(), ..GeminiConfig::new("k".to_owned()) }.base();
        assert_eq!(
            with("http://127.0.0.1:80/mode/").map(String::from),
            Ok("http://127.0.0.1/mode".to_owned())
        );
        assert!(with("https://user:word@host").is_err());
        assert!(with("https://host/?key=1").is_err());
    }
}
