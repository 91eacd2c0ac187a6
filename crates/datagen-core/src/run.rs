//! The run loop: every table of a plan into a sink.

use crate::{
    Batch, Canceled, FillError, OpenTable, ProgressMeter, RunObserver, RunOptions, Sink, SinkError, TableRows,
};
use seedbed_schema_model::{ColumnIdx, Schema, TableId};
use std::ops::Range;
use std::sync::Arc;

/// Why a run stopped.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// The sink failed; the table being written is named.
    #[error("table `{table}` was not written")]
    Sink {
        /// The table.
        table: String,
        /// The sink's error.
        #[source]
        source: SinkError,
    },
    /// The sink took all rows and could not be finished.
    #[error("what was written was not completed")]
    Finish {
        /// The sink's error.
        #[source]
        source: SinkError,
    },
    /// The observer asked to stop.
    #[error("canceled")]
    Canceled,
}

/// What a run has rows from. A plan makes them; so may whoever has rows from elsewhere.
pub trait RowSource: Sync {
    /// The schema that tables and columns are of.
    fn schema(&self) -> &Arc<Schema>;

    /// The tables in the order in which they are handed over, parents before children, with how many rows each has.
    fn row_counts(&self) -> Vec<(TableId, u64)>;

    /// Some rows of a table. Any range, in any order, on any thread; the same range is the same bytes.
    fn make_rows(&self, table: TableId, rows: Range<u64>) -> Batch;

    /// The same rows with some of their columns, those at hand of the ones that are asked for. A source that can make columns
    /// alone does; others make all.
    fn make_columns(&self, table: TableId, rows: Range<u64>, columns: &[ColumnIdx]) -> Batch {
        self.make_rows(table, rows).only(columns)
    }
}

/// Makes every table in the source's order and hands it to the sink, then finishes the sink.
///
/// Batches, and what the sink's [encoders](crate::EncodedTableSink) make of them, are made on `options.threads` threads,
/// each a few ahead, and handed over in row order on the calling thread: memory holds about three batches or chunks a
/// thread.
///
/// # Errors
/// [`RunError::Sink`] and [`RunError::Finish`] when the outside world fails, [`RunError::Canceled`] when the observer says
/// so. The sink is not finished then.
pub fn run(
    source: &dyn RowSource,
    options: &RunOptions,
    mut sink: impl Sink,
    observer: &mut dyn RunObserver,
) -> Result<(), RunError> {
    let tables: Vec<(TableId, Range<u64>)> =
        source.row_counts().into_iter().map(|(table, count)| (table, options.part.rows(count))).collect();
    let run_total = tables.iter().fold(0, |sum: u64, (_, rows)| sum.saturating_add(rows.end - rows.start));
    let mut meter = ProgressMeter::new(observer, run_total);
    for (table, rows) in tables {
        let written = sink
            .open(source.schema(), table)
            .map_err(FillError::from)
            .and_then(|open| write_table(source, options, table, rows, open, &mut meter));
        written.map_err(|error| match error {
            FillError::Canceled(_) => RunError::Canceled,
            FillError::Sink(error) => {
                RunError::Sink { table: source.schema()[table].name.to_string(), source: error }
            }
        })?;
    }
    sink.finish().map_err(|source| RunError::Finish { source })
}

/// Fills an open table with what it has not of the rows, and closes it.
fn write_table(
    source: &dyn RowSource,
    options: &RunOptions,
    table: TableId,
    rows: Range<u64>,
    mut open: OpenTable<'_>,
    meter: &mut ProgressMeter<'_>,
) -> Result<(), FillError> {
    let total = rows.end - rows.start;
    let there = open.rows_there().min(total);
    if meter.begin(table, total, there).is_break() {
        return Err(Canceled.into());
    }
    let make = |rows| source.make_rows(table, rows);
    open.fill(&TableRows::new(&make, rows.start + there..rows.end, options), meter)?;
    Ok(open.close()?)
}
