//! Sinks: where rows go.

use crate::{Batch, OpenTable, SinkError};
use seedbed_schema_model::{Schema, TableId};
use std::fmt;
use std::sync::Arc;

/// Receives the rows of a run, table by table, in load order.
///
/// [`Sink::open`] is all that must be written: what it gives takes the rows of one table, and is [closed] when they are
/// complete. Whoever runs a sink opens one table after the other, and at the end [finishes](Sink::finish) the whole. After
/// an `Err` nothing more is called, and a sink that is dropped before it is finished leaves nothing behind that looks
/// complete. All of it happens on one thread, but for what [encoders](crate::EncodedTableSink) do. These laws are under test
/// for every sink of ours (`tests/sink_laws.rs`).
///
/// A sink that counts the rows of each table:
///
/// ```
/// use seedbed_datagen_core::{Batch, OpenTable, Sink, SinkError};
/// use seedbed_schema_model::{Schema, TableId};
/// use std::{collections::BTreeMap, sync::Arc};
///
/// struct RowCounts(BTreeMap<TableId, usize>);
///
/// impl Sink for RowCounts {
///     fn open(&mut self, _: &Arc<Schema>, table: TableId) -> Result<OpenTable<'_>, SinkError> {
///         let count = self.0.entry(table).or_default();
///         Ok(OpenTable::batches(|batch: &Batch| Ok(*count += batch.rows.num_rows())))
///     }
/// }
/// ```
///
/// Where tables need no opening, a closure will do: [`sink_fn`].
///
/// [closed]: OpenTable::close
pub trait Sink {
    /// A table begins; also called for a table without rows.
    ///
    /// # Errors
    /// The outside world's, like every error of a sink.
    fn open(&mut self, schema: &Arc<Schema>, table: TableId) -> Result<OpenTable<'_>, SinkError>;

    /// Every table is complete: flushes and makes the output visible. Called once, at the end.
    ///
    /// # Errors
    /// See [`Sink::open`].
    fn finish(&mut self) -> Result<(), SinkError> {
        Ok(())
    }
}

impl<S: Sink + ?Sized> Sink for &mut S {
    fn open(&mut self, schema: &Arc<Schema>, table: TableId) -> Result<OpenTable<'_>, SinkError> {
        (**self).open(schema, table)
    }

    fn finish(&mut self) -> Result<(), SinkError> {
        (**self).finish()
    }
}

impl<S: Sink + ?Sized> Sink for Box<S> {
    fn open(&mut self, schema: &Arc<Schema>, table: TableId) -> Result<OpenTable<'_>, SinkError> {
        (**self).open(schema, table)
    }

    fn finish(&mut self) -> Result<(), SinkError> {
        (**self).finish()
    }
}

/// A sink that hands the batches of all tables to a closure.
///
/// ```
/// use seedbed_datagen_core::{Batch, sink_fn};
/// let mut cells = 0;
/// let sink = sink_fn(|batch: &Batch| Ok(cells += batch.rows.num_rows() * batch.rows.num_columns()));
/// ```
pub fn sink_fn<F: FnMut(&Batch) -> Result<(), SinkError>>(take: F) -> FnSink<F> {
    FnSink(take)
}

/// See [`sink_fn`].
pub struct FnSink<F>(F);

impl<F: FnMut(&Batch) -> Result<(), SinkError>> Sink for FnSink<F> {
    fn open(&mut self, _: &Arc<Schema>, _: TableId) -> Result<OpenTable<'_>, SinkError> {
        Ok(OpenTable::batches(&mut self.0))
    }
}

impl<F> fmt::Debug for FnSink<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FnSink").finish_non_exhaustive()
    }
}
