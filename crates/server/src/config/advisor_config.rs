//! What is told of an advisor.

use super::secret::Secret;
use seedbed_ai_gemini::{DEFAULT_BASE_URL, DEFAULT_MODEL};
use std::path::PathBuf;
use std::time::Duration;

/// What is told of an advisor. [`OPTIONS`](super::OPTIONS) says what each field means.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the table of options documents them, once")]
pub struct AdvisorConfig {
    pub key: Option<Secret>,
    pub key_file: Option<PathBuf>,
    pub model: String,
    pub base_url: String,
    pub show_values: bool,
    pub timeout: Duration,
    pub tokens_per_job: u64,
    pub tokens_per_day: u64,
    pub max_output_tokens: u32,
    pub concurrency: usize,
}

impl Default for AdvisorConfig {
    fn default() -> Self {
        Self {
            key: None,
            key_file: None,
            model: DEFAULT_MODEL.to_owned(),
            base_url: DEFAULT_BASE_URL.to_owned(),
            show_values: false,
            timeout: Duration::from_secs(120),
            tokens_per_job: 200_000,
            tokens_per_day: 2_000_000,
            max_output_tokens: 65_536,
            concurrency: 4,
        }
    }
}
