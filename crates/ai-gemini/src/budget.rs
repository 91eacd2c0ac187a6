//! What a question may cost.

use crate::error::GeminiError;
use seedbed_edit::ExchangeRecord;
use std::sync::atomic::{AtomicU64, Ordering};

/// The tokens of one question, with those for its lists.
#[derive(Debug, Default)]
pub(crate) struct Budget {
    per_job: Option<u64>,
    per_day: Option<u64>,
    spent: AtomicU64,
}

impl Budget {
    pub(crate) fn new(per_job: Option<u64>, per_day: Option<u64>) -> Self {
        Self { per_job, per_day, spent: AtomicU64::new(0) }
    }

    /// Whether a call whose question has so many tokens may be made. What its answer will have nobody knows.
    pub(crate) fn allows(&self, tokens: u64, record: &dyn ExchangeRecord) -> Result<(), GeminiError> {
        let job = self.spent.load(Ordering::SeqCst).saturating_add(tokens);
        if let Some(limit) = self.per_job.filter(|limit| job > *limit) {
            return Err(GeminiError::BudgetJob { spent: job, limit });
        }
        let Some(limit) = self.per_day else { return Ok(()) };
        let day = record.spent_today().saturating_add(tokens);
        if day > limit { Err(GeminiError::BudgetDay { spent: day, limit }) } else { Ok(()) }
    }

    /// Takes note of a call.
    pub(crate) fn spend(&self, tokens: u64, record: &dyn ExchangeRecord) {
        self.spent.fetch_add(tokens, Ordering::SeqCst);
        record.spend(tokens);
    }
}
