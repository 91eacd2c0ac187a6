//! What is noted while edited rows are made: repairs, and rows that could not be repaired.

use seedbed_schema_model::{ColumnIdx, TableId};
use std::collections::BTreeMap;

/// Counts of one pass over the rows. `edit` is the place of an edit in the list.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    /// Rows that got another value in a column that no edit speaks of, and the constraint for whose sake.
    pub(crate) repaired: BTreeMap<(usize, TableId, ColumnIdx, String), u64>,
    /// Rows that keep breaking a constraint.
    pub(crate) broken: BTreeMap<(usize, TableId, String), u64>,
    /// Rows in which an expression has no value.
    pub(crate) without: BTreeMap<(usize, TableId, String), u64>,
}

impl Ledger {
    pub(crate) fn is_clean(&self) -> bool {
        self.broken.is_empty() && self.without.is_empty()
    }
}
