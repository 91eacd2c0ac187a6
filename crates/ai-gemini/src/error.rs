//! What goes wrong between here and Gemini.

use crate::secret_text::Redaction;
use seedbed_edit::AdviceError;
use std::time::Duration;
use thiserror::Error;

/// Why a question has no answer. Messages of the service in it are short and without the key.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum GeminiError {
    /// The key is none.
    #[error("Gemini does not know the key: {message}")]
    KeyInvalid {
        /// What it says.
        message: String,
        /// Whether the key stays what it is: no key, or one that was told as leaked. Other reasons may pass.
        is_for_good: bool,
    },
    /// The key, or what it belongs to, may not ask.
    #[error("Gemini refuses the key: {message}")]
    KeyRefused {
        /// What it says.
        message: String,
        /// Whether the key stays what it is: no key, or one that was told as leaked. Other reasons may pass.
        is_for_good: bool,
    },
    /// The limit of a minute is reached.
    #[error("the limit of Gemini for a minute is reached: {message}")]
    QuotaMinute {
        /// What it says.
        message: String,
        /// When it may be asked again.
        after: Option<Duration>,
    },
    /// The limit of a day is reached.
    #[error("the limit of Gemini for a day is reached: {message}")]
    QuotaDay {
        /// What it says.
        message: String,
    },
    /// There is nothing of this model for the key: by its plan, or as all of it is taken.
    #[error("there is no quota for the model: {message}")]
    QuotaNone {
        /// What it says.
        message: String,
    },
    /// The model will not answer this.
    #[error("Gemini will not answer this: {reason}")]
    Blocked {
        /// Its reason.
        reason: String,
    },
    /// The answer looked like a quotation, and was held back.
    #[error("Gemini held back an answer that looked like a quotation")]
    Recitation,
    /// The answer had no end.
    #[error("the answer was cut at {tokens} tokens")]
    Truncated {
        /// Tokens that it might have.
        tokens: u32,
    },
    /// The connection ended before the answer did.
    #[error("the answer broke off: {message}")]
    Incomplete {
        /// How.
        message: String,
    },
    /// There is no text in the answer.
    #[error("the answer is empty: Gemini ended with `{finish}`")]
    Empty {
        /// How it says that it ended.
        finish: String,
    },
    /// The answer says the same again and again.
    #[error("the answer repeats itself without end")]
    Repetition,
    /// The answer is not what was asked for.
    #[error("the answer is not of the form that was asked for: {message}")]
    Malformed {
        /// What is wrong.
        message: String,
    },
    /// The answer is larger than it may be.
    #[error("the answer is larger than {limit} bytes, or nested deeper than its form")]
    TooLarge {
        /// Bytes that it may have.
        limit: usize,
    },
    /// Nothing came in time.
    #[error("Gemini took too long: {phase}")]
    Timeout {
        /// What was waited for.
        phase: &'static str,
    },
    /// There is no way to it.
    #[error("Gemini cannot be reached: {message}")]
    Unreachable {
        /// Why not.
        message: String,
    },
    /// Something else answers in its place.
    #[error("what answers is not Gemini: {message}")]
    NotGemini {
        /// What there is.
        message: String,
    },
    /// It has too much to do.
    #[error("Gemini is overloaded: {message}")]
    Overloaded {
        /// What it says.
        message: String,
    },
    /// It has failed.
    #[error("Gemini failed with status {status}: {message}")]
    ServerFailed {
        /// The status of HTTP.
        status: u16,
        /// What it says.
        message: String,
    },
    /// It does not know the model.
    #[error("Gemini has no model `{model}`: {message}")]
    ModelUnknown {
        /// The name.
        model: String,
        /// What it says.
        message: String,
    },
    /// It does not take the request.
    #[error("Gemini refuses the request: {message}")]
    RequestRefused {
        /// What it says.
        message: String,
        /// Whether a simpler form of the answer may help: it often does not say what it does not like.
        may_be_the_form: bool,
    },
    /// The question may cost no more.
    #[error("the question has cost {spent} tokens and may cost {limit}")]
    BudgetJob {
        /// What it has cost, with the call that was to come.
        spent: u64,
        /// What it may cost.
        limit: u64,
    },
    /// The day may cost no more.
    #[error("today has cost {spent} tokens and may cost {limit}")]
    BudgetDay {
        /// What it has cost, with the call that was to come.
        spent: u64,
        /// What it may cost.
        limit: u64,
    },
    /// Whoever asked wants no answer any more.
    #[error("the question was canceled")]
    Canceled,
}

impl GeminiError {
    /// A stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::KeyInvalid { .. } => "ai-key-invalid",
            Self::KeyRefused { .. } => "ai-key-refused",
            Self::QuotaMinute { .. } => "ai-quota-minute",
            Self::QuotaDay { .. } => "ai-quota-day",
            Self::QuotaNone { .. } => "ai-quota-none",
            Self::Blocked { .. } => "ai-blocked",
            Self::Recitation => "ai-recitation",
            Self::Truncated { .. } => "ai-truncated",
            Self::Incomplete { .. } => "ai-incomplete",
            Self::Empty { .. } => "ai-empty",
            Self::Repetition => "ai-repetition",
            Self::Malformed { .. } => "ai-malformed",
            Self::TooLarge { .. } => "ai-too-large",
            Self::Timeout { .. } => "ai-timeout",
            Self::Unreachable { .. } | Self::NotGemini { .. } => "ai-unreachable",
            Self::Overloaded { .. } => "ai-overloaded",
            Self::ServerFailed { .. } => "ai-server-failed",
            Self::ModelUnknown { .. } => "ai-model-unknown",
            Self::RequestRefused { .. } => "ai-request-refused",
            Self::BudgetJob { .. } => "ai-budget-job",
            Self::BudgetDay { .. } => "ai-budget-day",
            Self::Canceled => "ai-canceled",
        }
    }

    /// What to do about it.
    pub fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::KeyInvalid { is_for_good: true, .. } | Self::KeyRefused { is_for_good: true, .. } => {
                "give another key; this one is not used again"
            }
            Self::KeyInvalid { .. } | Self::KeyRefused { .. } => {
                "give another key, or look at what this one may do: it is used again after a while"
            }
            Self::QuotaMinute { .. } => "ask again in a minute",
            Self::QuotaDay { .. } => "ask again tomorrow: days end at midnight, Pacific time",
            Self::QuotaNone { .. } | Self::ModelUnknown { .. } => "name another model",
            Self::Blocked { .. } => "say it in other words",
            Self::Truncated { .. } => "ask for less at once, or allow longer answers",
            Self::BudgetJob { .. } | Self::BudgetDay { .. } => "raise the budget, or do without the model",
            _ => return None,
        })
    }

    /// Whether the next call would end the same way, whatever it asks, and then whether it would for good.
    pub(crate) fn stops_all(&self) -> Option<bool> {
        match self {
            Self::KeyInvalid { is_for_good, .. } | Self::KeyRefused { is_for_good, .. } => Some(*is_for_good),
            _ => None,
        }
    }

    /// Whether Gemini, or what stands before it, did not even begin: nothing was paid for.
    pub(crate) fn is_refusal(&self) -> bool {
        matches!(
            self,
            Self::KeyInvalid { .. }
                | Self::KeyRefused { .. }
                | Self::QuotaMinute { .. }
                | Self::QuotaDay { .. }
                | Self::QuotaNone { .. }
                | Self::Unreachable { .. }
                | Self::NotGemini { .. }
                | Self::Overloaded { .. }
                | Self::ServerFailed { .. }
                | Self::ModelUnknown { .. }
                | Self::RequestRefused { .. }
        )
    }

    /// Whether other questions of the same job are of use.
    pub(crate) fn ends_the_job(&self) -> bool {
        !matches!(
            self,
            Self::Blocked { .. }
                | Self::Recitation
                | Self::Truncated { .. }
                | Self::Empty { .. }
                | Self::Repetition
                | Self::Malformed { .. }
                | Self::TooLarge { .. }
                | Self::RequestRefused { .. }
        )
    }

    /// The same as what whoever asked is told.
    pub(crate) fn told(&self, redaction: &Redaction, instead: Option<&str>) -> AdviceError {
        AdviceError {
            code: self.code().to_owned(),
            message: redaction.message(&self.to_string()),
            table: None,
            column: None,
            instead: instead.map(str::to_owned),
        }
    }
}
