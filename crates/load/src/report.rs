//! What a load did.

use crate::LoadNote;
use seedbed_datagen_core::Shortfall;
use seedbed_rows::Plan;
use seedbed_schema_model::TableId;
use std::collections::BTreeMap;

/// What was committed.
#[derive(Debug)]
pub struct LoadReport {
    /// Every table of the schema but partitions, whose rows count for their root.
    pub tables: BTreeMap<TableId, TableOutcome>,
    /// Passes it took: one, and one more for each time the server refused rows.
    pub passes: u32,
    /// What else a person should know.
    pub notes: Vec<LoadNote>,
    /// The plan that was carried out. Its [`attempts`](Plan::attempts) are the rows that only the server could judge and
    /// that it wanted otherwise: in the request of another plan they make the same rows again without a server.
    pub plan: Plan,
}

/// What one table got.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TableOutcome {
    /// Rows added to it, also by triggers.
    pub rows: u64,
    /// Why it got fewer than asked, if it did.
    pub shortfall: Option<Shortfall>,
}
