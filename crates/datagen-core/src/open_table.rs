//! Open tables: what a sink has for the rows of one table.

use crate::encoder::Unchanged;
use crate::table_rows::MadeChunk;
use crate::{Batch, Canceled, Encoder, ProgressMeter, SinkError, TableRows};
use std::fmt;

/// Takes the batches of one table, in row order. A closure `FnMut(&Batch) -> Result<(), SinkError>` is one.
pub trait TableSink {
    /// The next rows. After an `Err` nothing more is called.
    ///
    /// # Errors
    /// The outside world's, like every error of a sink.
    fn write(&mut self, batch: &Batch) -> Result<(), SinkError>;

    /// The table is complete.
    ///
    /// # Errors
    /// See [`TableSink::write`].
    fn close(self: Box<Self>) -> Result<(), SinkError> {
        Ok(())
    }
}

impl<F: FnMut(&Batch) -> Result<(), SinkError>> TableSink for F {
    fn write(&mut self, batch: &Batch) -> Result<(), SinkError> {
        self(batch)
    }
}

/// Takes the rows of one table in a form of its own, which its encoders make on the threads that make rows.
pub trait EncodedTableSink {
    /// What makes the form.
    type Encoder: Encoder;

    /// An encoder for this table, called once for each thread.
    fn encoder(&self) -> Self::Encoder;

    /// The next `rows` rows as an encoder made them. What is left of the chunk goes back to its encoder, which may use its
    /// memory again.
    ///
    /// # Errors
    /// See [`TableSink::write`].
    fn append(&mut self, rows: u64, chunk: &mut Chunk<Self>) -> Result<(), SinkError>;

    /// The table is complete.
    ///
    /// # Errors
    /// See [`TableSink::write`].
    fn close(self) -> Result<(), SinkError>
    where
        Self: Sized,
    {
        Ok(())
    }
}

/// What the encoders of an encoded table make.
type Chunk<T> = <<T as EncodedTableSink>::Encoder as Encoder>::Chunk;

/// A table that a sink has opened: how it takes rows, and how many it has already.
///
/// Who hands over batches, such as a sink that stands before another, calls [`OpenTable::write`]; a run has the rows made
/// and encoded on several threads by [`OpenTable::fill`]. Both give the same output. [`OpenTable::close`] completes the
/// table; dropped before, it is not complete, and neither is the sink.
pub struct OpenTable<'s> {
    rows_there: u64,
    table: Box<dyn ErasedTable + 's>,
}

/// Why a table did not get all of its rows.
#[derive(Debug, thiserror::Error)]
pub enum FillError {
    /// The sink failed.
    #[error(transparent)]
    Sink(#[from] SinkError),
    /// The run was told to stop.
    #[error(transparent)]
    Canceled(#[from] Canceled),
}

impl<'s> OpenTable<'s> {
    /// A table that takes batches.
    pub fn batches(table: impl TableSink + 's) -> Self {
        Self::encoded(Batches(table))
    }

    /// A table that takes what its own encoders make of batches.
    pub fn encoded<T: EncodedTableSink + 's>(table: T) -> Self {
        Self { rows_there: 0, table: Box::new(Feed { table, encoder: None, pending: 0, spent: None }) }
    }

    /// The same table when its first rows are written already, by an earlier run that did not come to its end: so many of
    /// those wanted of it. They are not handed over again.
    #[must_use]
    pub fn with_rows_there(self, rows: u64) -> Self {
        Self { rows_there: rows, ..self }
    }

    /// Rows that are written already, the first of those wanted.
    pub fn rows_there(&self) -> u64 {
        self.rows_there
    }

    /// Hands over the next rows.
    ///
    /// # Errors
    /// The sink's.
    pub fn write(&mut self, batch: &Batch) -> Result<(), SinkError> {
        self.table.write(batch)
    }

    /// Has rows made and hands them over in order, on the calling thread. Memory holds about three batches or chunks a
    /// thread.
    ///
    /// # Errors
    /// The sink's; [`FillError::Canceled`] when `meter`'s observer says so.
    pub fn fill(&mut self, rows: &TableRows<'_>, meter: &mut ProgressMeter<'_>) -> Result<(), FillError> {
        self.table.fill(rows, meter)
    }

    /// Completes the table.
    ///
    /// # Errors
    /// The sink's.
    pub fn close(self) -> Result<(), SinkError> {
        self.table.close()
    }
}

impl fmt::Debug for OpenTable<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenTable").field("rows_there", &self.rows_there).finish_non_exhaustive()
    }
}

/// A table of any chunks: dynamic calls are one a table, or one a batch that is written by hand.
trait ErasedTable {
    fn write(&mut self, batch: &Batch) -> Result<(), SinkError>;
    fn fill(&mut self, rows: &TableRows<'_>, meter: &mut ProgressMeter<'_>) -> Result<(), FillError>;
    fn close(self: Box<Self>) -> Result<(), SinkError>;
}

/// A table with the encoder for batches that are written by hand.
struct Feed<T: EncodedTableSink> {
    table: T,
    encoder: Option<T::Encoder>,
    /// Rows in the encoder.
    pending: u64,
    spent: Option<Chunk<T>>,
}

impl<T: EncodedTableSink> Feed<T> {
    /// Hands over what is in the encoder as a chunk.
    fn flush(&mut self) -> Result<(), SinkError> {
        let rows = std::mem::take(&mut self.pending);
        let Some(encoder) = self.encoder.as_mut().filter(|_| rows > 0) else { return Ok(()) };
        let mut chunk = encoder.take(self.spent.take())?;
        self.table.append(rows, &mut chunk)?;
        self.spent = Some(chunk);
        Ok(())
    }
}

impl<T: EncodedTableSink> ErasedTable for Feed<T> {
    /// Cuts batches where chunks end.
    fn write(&mut self, batch: &Batch) -> Result<(), SinkError> {
        let rows = batch.rows.num_rows() as u64;
        let mut at = 0;
        while at < rows {
            let encoder = self.encoder.get_or_insert_with(|| self.table.encoder());
            let most = encoder.chunk_rows().map_or(rows, |most| most.max(1) - self.pending);
            let taken = most.min(rows - at);
            match taken == rows {
                true => encoder.push(batch)?,
                false => encoder.push(&batch.slice(at..at + taken))?,
            }
            (at, self.pending) = (at + taken, self.pending + taken);
            if taken == most {
                self.flush()?;
            }
        }
        Ok(())
    }

    fn fill(&mut self, rows: &TableRows<'_>, meter: &mut ProgressMeter<'_>) -> Result<(), FillError> {
        self.flush()?;
        let cancel = meter.cancel_token().clone();
        let encoders = rows.encoders(|| self.table.encoder());
        rows.chunks(&cancel, encoders, |chunks| {
            while let Some(made) = chunks.next() {
                let MadeChunk { rows, mut content } = made?;
                self.table.append(rows, &mut content)?;
                chunks.give_back(content);
                if meter.add(rows).is_break() {
                    return Err(Canceled.into());
                }
            }
            Ok(cancel.check()?)
        })
    }

    fn close(mut self: Box<Self>) -> Result<(), SinkError> {
        self.flush()?;
        self.table.close()
    }
}

/// A table that takes batches as they are.
struct Batches<T>(T);

impl<T: TableSink> EncodedTableSink for Batches<T> {
    type Encoder = Unchanged;

    fn encoder(&self) -> Unchanged {
        Unchanged::default()
    }

    fn append(&mut self, _: u64, chunk: &mut Option<Batch>) -> Result<(), SinkError> {
        chunk.take().map_or(Ok(()), |batch| self.0.write(&batch))
    }

    fn close(self) -> Result<(), SinkError> {
        Box::new(self.0).close()
    }
}
