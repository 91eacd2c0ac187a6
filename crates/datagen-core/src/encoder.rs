//! Encoders: what a sink has done on the threads that make rows.

use crate::{Batch, SinkError};

/// Makes a sink's own form of batches, on a thread that makes rows. Each thread has its own and pushes the batches of one
/// chunk, in row order, before it takes that chunk; which chunks these are differs from run to run, so nothing of one may
/// depend on another.
pub trait Encoder: Send {
    /// Consecutive rows of one table in the sink's form.
    type Chunk: Send;

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

    /// The chunk of all that was pushed since the last. `spent` is what the sink has left of an earlier chunk, whose memory
    /// may serve again.
    ///
    /// # Errors
    /// See [`Encoder::push`].
    fn take(&mut self, spent: Option<Self::Chunk>) -> Result<Self::Chunk, SinkError>;
}

/// Batches as they are.
#[derive(Debug, Default)]
pub(crate) struct Unchanged(Option<Batch>);

impl Encoder for Unchanged {
    type Chunk = Option<Batch>;

    fn push(&mut self, batch: &Batch) -> Result<(), SinkError> {
        self.0 = Some(batch.clone());
        Ok(())
    }

    fn take(&mut self, _: Option<Self::Chunk>) -> Result<Self::Chunk, SinkError> {
        Ok(self.0.take())
    }
}
