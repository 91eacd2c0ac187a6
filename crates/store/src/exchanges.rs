//! What was said to advisors and answered, and what it has cost.

use crate::StoreError;
use serde_json::Value;

/// Keeps exchanges with advisors, so that the same question costs once. Those that a version came of are kept as long as the
/// version is ([`Change::exchanges`](crate::Change::exchanges)), others until nobody has asked for them in a long time.
pub trait Exchanges {
    /// The exchange that a request is found by, as JSON.
    ///
    /// # Errors
    /// The outside world's.
    fn exchange(&self, request: &str) -> Result<Option<Value>, StoreError>;

    /// Keeps an exchange, in place of one with the same request.
    ///
    /// # Errors
    /// The outside world's.
    fn keep_exchange(&self, request: &str, exchange: &Value) -> Result<(), StoreError>;

    /// Forgets an exchange that turned out to be of no use, if there is one.
    ///
    /// # Errors
    /// The outside world's.
    fn forget_exchange(&self, request: &str) -> Result<(), StoreError>;

    /// Takes note of tokens that were spent now.
    ///
    /// # Errors
    /// The outside world's.
    fn spend_tokens(&self, tokens: u64) -> Result<(), StoreError>;

    /// Tokens that were spent today, by the calendar of UTC.
    ///
    /// # Errors
    /// The outside world's.
    fn tokens_spent_today(&self) -> Result<u64, StoreError>;
}
