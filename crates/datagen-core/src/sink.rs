//! Sinks: where batches go.

use crate::Batch;
use seedbed_schema_model::{Schema, TableId};

/// Receives finished rows, table by table in load order, each table's batches in row order.
///
/// Calls come from one thread: `begin_table`, any number of `write`, `end_table`, for every table; then `finish`. After
/// an `Err` nothing more is called. Dropping a sink without `finish` leaves nothing behind that looks complete.
pub trait Sink {
    /// A table begins; also called for a table without rows.
    ///
    /// # Errors
    /// The outside world's, like every error of a sink.
    fn begin_table(&mut self, schema: &Schema, table: TableId) -> Result<(), SinkError>;

    /// Whole rows of the current table.
    ///
    /// # Errors
    /// See [`Sink::begin_table`].
    fn write(&mut self, batch: &Batch) -> Result<(), SinkError>;

    /// The current table is complete.
    ///
    /// # Errors
    /// See [`Sink::begin_table`].
    fn end_table(&mut self) -> Result<(), SinkError> {
        Ok(())
    }

    /// Everything is written: flushes and makes the output visible.
    ///
    /// # Errors
    /// See [`Sink::begin_table`].
    fn finish(self: Box<Self>) -> Result<(), SinkError>;
}

/// What went wrong outside.
#[derive(Debug, thiserror::Error)]
#[error("{doing}")]
pub struct SinkError {
    /// What was being attempted, naming the file or table in backticks.
    pub doing: String,
    /// The cause.
    #[source]
    pub source: Box<dyn std::error::Error + Send + Sync>,
}

impl SinkError {
    /// An error from what was attempted and why it failed.
    pub fn new(
        doing: impl Into<String>,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self { doing: doing.into(), source: source.into() }
    }
}
