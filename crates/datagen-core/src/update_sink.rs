//! Sinks that hold rows already and take other cells for them.

use crate::{Sink, SinkError};
use arrow_array::ArrayRef;
use seedbed_schema_model::{ColumnIdx, TableId};

/// A sink that holds the rows of some tables before it is run, and takes other values for some of their cells: what changes
/// little need not be handed over whole. Called before the first table is opened.
pub trait UpdateSink: Sink {
    /// Puts values into cells of a column, in the rows of these numbers.
    ///
    /// # Errors
    /// The outside world's, like every error of a sink; and that of a table whose rows are not there.
    fn update(
        &mut self,
        table: TableId,
        column: ColumnIdx,
        rows: &[u64],
        values: &ArrayRef,
    ) -> Result<(), SinkError>;
}

impl<S: UpdateSink + ?Sized> UpdateSink for &mut S {
    fn update(
        &mut self,
        table: TableId,
        column: ColumnIdx,
        rows: &[u64],
        values: &ArrayRef,
    ) -> Result<(), SinkError> {
        (**self).update(table, column, rows, values)
    }
}
