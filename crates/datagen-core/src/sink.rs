//! Sinks: where batches go.

use crate::Batch;
use seedbed_schema_model::{Schema, TableId};
use std::any::Any;
use std::fmt;

/// Receives finished rows, table by table in load order, each table's batches in row order.
///
/// Calls come from one thread: `begin_table`, any number of `write`, `end_table`, for every table; then `finish`. After
/// an `Err` nothing more is called. Dropping a sink without `finish` leaves nothing behind that looks complete.
///
/// Three methods must be written; that makes a sink. Two more let the work of a sink be shared by the threads that make
/// rows: a sink that offers [encoders](Sink::encoder) gets [chunks](Sink::append) in place of batches.
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

    /// Rows of the current table that are written already, by an earlier run that did not come to its end: the first of
    /// those wanted of it. They are not handed over again. Asked once, after `begin_table`.
    fn rows_done(&self) -> u64 {
        0
    }

    /// An encoder for the current table, called once for each thread, after `begin_table`. With `None`, the default,
    /// batches come to [`Sink::write`]; with encoders, what these make of them comes to [`Sink::append`].
    fn encoder(&self) -> Option<Box<dyn Encoder>> {
        None
    }

    /// The next rows of the current table as an [encoder](Sink::encoder) made them. What is left of the chunk goes back
    /// to its encoder, which may use its memory again.
    ///
    /// # Errors
    /// See [`Sink::begin_table`]. A sink without encoders gets no chunks and needs no such method.
    fn append(&mut self, _chunk: &mut Chunk) -> Result<(), SinkError> {
        Err(SinkError::new("taking encoded rows", "this sink takes batches"))
    }

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

/// Makes a sink's own form of batches, on a thread that makes rows. Each thread has its own and pushes the batches of one
/// chunk, in row order, before it takes that chunk; which chunks these are differs from run to run, so nothing of one may
/// depend on another.
pub trait Encoder: Send {
    /// Rows in a chunk, but in a table's last one; at least 1. `None`: a chunk is one batch, of whatever size.
    ///
    /// A form whose bytes depend on where chunks begin, such as one with groups of rows, must say a number.
    fn chunk_rows(&self) -> Option<u64> {
        None
    }

    /// The next rows of the chunk.
    ///
    /// # Errors
    /// What the form can't hold, and the outside world's.
    fn push(&mut self, batch: &Batch) -> Result<(), SinkError>;

    /// The chunk of all that was pushed since the last. `spent` is one of this encoder's chunks, [appended](Sink::append)
    /// by now.
    ///
    /// # Errors
    /// See [`Encoder::push`].
    fn take(&mut self, spent: Option<Chunk>) -> Result<Chunk, SinkError>;
}

/// Consecutive rows of one table in a sink's own form.
pub struct Chunk {
    /// How many rows.
    pub rows: u64,
    /// The form, which only the sink that offered the encoder knows.
    pub content: Box<dyn Any + Send>,
}

impl fmt::Debug for Chunk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Chunk").field("rows", &self.rows).finish_non_exhaustive()
    }
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
