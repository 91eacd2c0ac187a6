//! What advisors were asked and what it has cost, kept in the store.

use crate::ServiceError;
use seedbed_edit::{Exchange, ExchangeRecord};
use seedbed_store::{Store, StoreError};

/// The record of a store. What it can't do is logged, and is no reason to go without advice.
#[derive(Debug)]
pub(crate) struct StoreRecord<'a>(pub(crate) &'a dyn Store);

impl StoreRecord<'_> {
    /// Forgets the answers of which nothing came that can be carried out: asked again, they may be others.
    pub(crate) fn forget_all(&self, exchanges: &[Exchange]) {
        exchanges.iter().for_each(|exchange| self.forget(&exchange.request));
    }
}

fn noted<T>(result: Result<T, StoreError>) -> Option<T> {
    match result {
        Ok(value) => Some(value),
        Err(error) => {
            tracing::warn!(error = ServiceError::from(error).chain(), "the record of exchanges failed");
            None
        }
    }
}

impl ExchangeRecord for StoreRecord<'_> {
    fn find(&self, request: &str) -> Option<Exchange> {
        let exchange: Exchange = serde_json::from_value(noted(self.0.exchange(request))??).ok()?;
        Some(Exchange { from_record: true, ..exchange })
    }

    fn keep(&self, exchange: &Exchange) {
        let kept = Exchange { from_record: false, ..exchange.clone() };
        if let Ok(value) = serde_json::to_value(&kept) {
            noted(self.0.keep_exchange(&kept.request, &value));
        }
    }

    fn forget(&self, request: &str) {
        noted(self.0.forget_exchange(request));
    }

    fn spend(&self, tokens: u64) {
        noted(self.0.spend_tokens(tokens));
    }

    fn spent_today(&self) -> u64 {
        // What can't be read may be everything: nothing more is spent then.
        noted(self.0.tokens_spent_today()).unwrap_or(u64::MAX)
    }
}
