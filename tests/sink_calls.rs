//! A sink that stands before another and keeps, in order, what it is asked for; it fails where a law wants it to.

use crate::generated::Generated;
use seedbed_datagen_core::{Batch, OpenTable, Part, RowSource as _, Sink, SinkError, TableSink};
use seedbed_schema_model::{Schema, TableId};
use std::cell::RefCell;
use std::ops::Range;
use std::sync::Arc;

/// What a sink was asked for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Call {
    Open(TableId),
    Write(TableId, Range<u64>),
    Close(TableId),
    Finish,
}

impl Call {
    /// The table that it is about.
    pub(crate) fn table(&self) -> Option<TableId> {
        match self {
            Self::Open(table) | Self::Write(table, _) | Self::Close(table) => Some(*table),
            Self::Finish => None,
        }
    }
}

/// The calls of a run, in order.
#[derive(Debug, Default)]
pub(crate) struct Calls {
    made: RefCell<Vec<Call>>,
    /// The number of a call that fails.
    fails_at: Option<usize>,
}

impl Calls {
    /// Of a run in which the call of this number fails.
    pub(crate) fn failing_at(number: usize) -> Self {
        Self { fails_at: Some(number), ..Self::default() }
    }

    fn make(&self, call: Call) -> Result<(), SinkError> {
        let mut made = self.made.borrow_mut();
        made.push(call.clone());
        match self.fails_at == Some(made.len() - 1) {
            true => Err(SinkError::new(format!("{call:?}"), "the disk is full")),
            false => Ok(()),
        }
    }

    /// Those so far.
    pub(crate) fn made(&self) -> Vec<Call> {
        self.made.borrow().clone()
    }

    /// Every table was opened once, in order, got its rows in order, and was closed before the next; then came the end.
    ///
    /// # Panics
    /// If not.
    pub(crate) fn check_complete(&self, of: &Generated, part: Part, kind: &str) {
        let mut calls = self.made().into_iter().peekable();
        for (table, rows) in of.plan.row_counts() {
            let rows = part.rows(rows);
            let mut at = rows.start;
            assert_eq!(calls.next(), Some(Call::Open(table)), "{kind}");
            while let Some(Call::Write(written, next)) = calls.next_if(|call| matches!(call, Call::Write(..)))
            {
                assert_eq!((written, next.start), (table, at), "{kind}");
                at = next.end;
            }
            assert_eq!(at, rows.end, "{kind}: all rows of table {table:?}");
            assert_eq!(calls.next(), Some(Call::Close(table)), "{kind}");
        }
        assert_eq!(calls.next(), Some(Call::Finish), "{kind}");
        assert_eq!(calls.next(), None, "{kind}");
    }
}

/// A sink before another, which keeps what it is asked for.
pub(crate) struct Recorded<'c, S> {
    pub(crate) sink: S,
    pub(crate) calls: &'c Calls,
}

impl<S: Sink> Sink for Recorded<'_, S> {
    fn open(&mut self, schema: &Arc<Schema>, table: TableId) -> Result<OpenTable<'_>, SinkError> {
        self.calls.make(Call::Open(table))?;
        let inner = self.sink.open(schema, table)?;
        Ok(OpenTable::batches(RecordedTable { table, inner, calls: self.calls }))
    }

    fn finish(&mut self) -> Result<(), SinkError> {
        self.calls.make(Call::Finish)?;
        self.sink.finish()
    }
}

struct RecordedTable<'t> {
    table: TableId,
    inner: OpenTable<'t>,
    calls: &'t Calls,
}

impl TableSink for RecordedTable<'_> {
    fn write(&mut self, batch: &Batch) -> Result<(), SinkError> {
        let rows = batch.first_row..batch.first_row + batch.rows.num_rows() as u64;
        self.calls.make(Call::Write(batch.table, rows))?;
        self.inner.write(batch)
    }

    fn close(self: Box<Self>) -> Result<(), SinkError> {
        self.calls.make(Call::Close(self.table))?;
        self.inner.close()
    }
}
