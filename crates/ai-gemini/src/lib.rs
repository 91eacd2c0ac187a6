//! Google Gemini as an [`Advisor`](seedbed_edit::Advisor): sentences into typed edits and queries.
//!
//! Start with [`GeminiConfig`] and [`Gemini::new`]. The rest is private, from the wire up: a transport that makes one call and
//! reads its answer however it comes, an ask that tries again where that is of use, and the questions that are asked.
//!
//! - What leaves the machine is the schema and the words, as JSON strings that cannot end where they stand; values of rows only
//!   when the question carries some. The key goes into one header and nowhere else.
//! - What comes back is text of strangers: it is capped, parsed strictly, and held against the schema. What cannot be used is
//!   dropped and told.
//! - Every answer that was of use is kept by whoever asks, and the same question is then answered without a call.
//!
//! ```
//! use seedbed_ai_gemini::{Gemini, GeminiConfig};
//! let config = GeminiConfig::new("a key from the environment".to_owned());
//! let gemini = Gemini::new(config)?;
//! assert!(!format!("{gemini:?}").contains("a key"));
//! # Ok::<(), seedbed_ai_gemini::ConfigError>(())
//! ```

mod advisor;
mod answer;
mod answer_body;
mod answer_schema;
mod ask;
mod budget;
mod called;
mod config;
mod course;
mod data;
mod error;
mod event_stream;
mod given_schema;
mod limiter;
mod list_values;
mod lists;
#[cfg(feature = "mock")]
pub mod mock;
mod prompt;
mod proposal;
mod proposed_query;
mod relevance;
mod repetition;
mod request;
mod sampling;
mod secret_text;
mod service_error;
mod stopped;
mod transport;
mod usable_edit;

pub use advisor::Gemini;
pub use config::{ConfigError, DEFAULT_BASE_URL, DEFAULT_MODEL, GeminiConfig, Retries, Timeouts};
pub use error::GeminiError;
