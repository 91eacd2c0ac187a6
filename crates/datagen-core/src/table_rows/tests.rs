//! Tables filled and written by hand, on one thread and on many, and runs that stop.

use crate::{
    Batch, CancelToken, Canceled, EncodedTableSink, Encoder, FillError, OpenTable, Part, Progress,
    ProgressMeter, RowSource, RunError, RunOptions, Sink, SinkError, TableRows, run, sink_fn,
};
use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use arrow_array::{ArrayRef, Int64Array, RecordBatch};
use seedbed_schema_model::{ColumnIdx, Dialect, Schema, Table, TableId};
use std::ops::{ControlFlow, Range};
use std::sync::Arc;

/// Rows whose only cell is their number.
fn numbers(rows: Range<u64>) -> Batch {
    let cells: ArrayRef = Arc::new(Int64Array::from_iter_values(rows.clone().map(|row| row as i64)));
    let columns = RecordBatch::try_from_iter([("n", cells)]).expect("one column");
    Batch { table: TableId(0), first_row: rows.start, columns: vec![ColumnIdx(0)], rows: columns }
}

fn cells(batch: &Batch) -> Vec<i64> {
    batch.rows.column(0).as_primitive::<Int64Type>().values().to_vec()
}

fn options(threads: usize, batch_rows: u64) -> RunOptions {
    RunOptions { threads, batch_rows, part: Part::WHOLE }
}

/// Keeps chunks of seven rows, each as a list.
#[derive(Default)]
struct Sevens(Vec<Vec<i64>>);
#[derive(Default)]
struct SevensEncoder(Vec<i64>);

impl Encoder for SevensEncoder {
    type Chunk = Vec<i64>;
    fn chunk_rows(&self) -> Option<u64> {
        Some(7)
    }
    fn push(&mut self, batch: &Batch) -> Result<(), SinkError> {
        self.0.extend(cells(batch));
        Ok(())
    }
    fn take(&mut self, _: Option<Vec<i64>>) -> Result<Vec<i64>, SinkError> {
        Ok(std::mem::take(&mut self.0))
    }
}

impl EncodedTableSink for &mut Sevens {
    type Encoder = SevensEncoder;
    fn encoder(&self) -> SevensEncoder {
        SevensEncoder::default()
    }
    fn append(&mut self, rows: u64, chunk: &mut Vec<i64>) -> Result<(), SinkError> {
        assert_eq!(rows, chunk.len() as u64);
        self.0.push(std::mem::take(chunk));
        Ok(())
    }
}

#[test]
fn chunks_are_the_same_for_any_threads_and_batches() {
    let want: Vec<Vec<i64>> = (0..30).collect::<Vec<i64>>().chunks(7).map(<[i64]>::to_vec).collect();
    for (threads, batch_rows) in [(1, 4096), (1, 2), (3, 5), (8, 1)] {
        let (mut made, mut by_hand) = (Sevens::default(), Sevens::default());
        let rows = TableRows::new(&numbers, 0..30, &options(threads, batch_rows));
        let mut open = OpenTable::encoded(&mut made);
        open.fill(&rows, &mut ProgressMeter::new(&mut (), 30)).expect("filled");
        open.close().expect("closed");
        let mut open = OpenTable::encoded(&mut by_hand);
        (0..30).step_by(batch_rows as usize).for_each(|at| {
            open.write(&numbers(at..30.min(at + batch_rows))).expect("written");
        });
        open.close().expect("closed");
        assert_eq!((&made.0, &by_hand.0), (&want, &want), "{threads} threads, batches of {batch_rows}");
    }
}

#[test]
fn batches_are_counted_when_the_next_is_asked_for() {
    for threads in [1, 3] {
        let mut told = Vec::new();
        let mut watch = |step: Progress| {
            told.push(step.delivered);
            ControlFlow::Continue(())
        };
        let mut meter = ProgressMeter::new(&mut watch, 10);
        let rows = TableRows::new(&numbers, 0..10, &options(threads, 4));
        let got = rows.batches(&mut meter, |batches| batches.flat_map(|b| cells(&b)).collect::<Vec<i64>>());
        assert_eq!(got, Ok((0..10).collect()));
        assert_eq!(told, [4, 8, 10], "{threads} threads");
    }
}

#[test]
fn a_canceled_token_stops_between_batches() {
    for threads in [1, 3] {
        let mut token = CancelToken::new();
        let canceling = {
            let token = token.clone();
            move |rows: Range<u64>| {
                if rows.start >= 8 {
                    token.cancel();
                }
                numbers(rows)
            }
        };
        let mut made = Sevens::default();
        let rows = TableRows::new(&canceling, 0..1_000_000, &options(threads, 2));
        let filled =
            OpenTable::encoded(&mut made).fill(&rows, &mut ProgressMeter::new(&mut token, 1_000_000));
        assert!(matches!(filled, Err(FillError::Canceled(Canceled))));
        assert!(made.0.len() < 10, "{threads} threads: {}", made.0.len());
    }
}

/// Two tables of ten rows.
struct Twice(Arc<Schema>);

impl RowSource for Twice {
    fn schema(&self) -> &Arc<Schema> {
        &self.0
    }
    fn row_counts(&self) -> Vec<(TableId, u64)> {
        vec![(TableId(0), 10), (TableId(1), 10)]
    }
    fn make_rows(&self, table: TableId, rows: Range<u64>) -> Batch {
        Batch { table, ..numbers(rows) }
    }
}

fn twice() -> Twice {
    let mut schema = Schema::new(Dialect::Sqlite);
    schema.push_table(Table::new(None, "first"));
    schema.push_table(Table::new(None, "second"));
    Twice(Arc::new(schema))
}

#[test]
fn rows_that_are_there_are_not_handed_over_again() {
    struct HasThree(Vec<(TableId, i64)>);
    impl Sink for HasThree {
        fn open(&mut self, _: &Arc<Schema>, table: TableId) -> Result<OpenTable<'_>, SinkError> {
            let taken = &mut self.0;
            let take = move |batch: &Batch| {
                taken.extend(cells(batch).into_iter().map(|cell| (table, cell)));
                Ok(())
            };
            Ok(OpenTable::batches(take).with_rows_there(3))
        }
    }
    let mut sink = HasThree(Vec::new());
    let part = Part::new(2, 2).expect("a half");
    run(&twice(), &RunOptions { part, ..options(2, 1) }, &mut sink, &mut ()).expect("written");
    assert_eq!(sink.0, [(TableId(0), 8), (TableId(0), 9), (TableId(1), 8), (TableId(1), 9)]);
}

#[test]
fn a_sink_that_fails_ends_the_run_and_names_the_table() {
    let mut rows = 0;
    let failing = sink_fn(|batch: &Batch| {
        rows += batch.rows.num_rows();
        if rows > 12 { Err(SinkError::new("writing", "the disk is full")) } else { Ok(()) }
    });
    let failed = run(&twice(), &options(2, 3), failing, &mut ());
    assert!(matches!(failed, Err(RunError::Sink { table, .. }) if table == "second"));
}

#[test]
fn a_panic_while_making_rows_keeps_its_words_on_any_number_of_threads() {
    for threads in [1, 3] {
        let make = |rows: Range<u64>| {
            assert!(!rows.contains(&40), "row 40 can't be made");
            numbers(rows)
        };
        let made = std::panic::catch_unwind(|| {
            let rows = TableRows::new(&make, 0..100, &options(threads, 10));
            let mut watched = ();
            rows.batches(&mut ProgressMeter::new(&mut watched, 100), |batches| batches.count())
        });
        let panic = made.expect_err("it panics");
        assert_eq!(panic.downcast_ref::<&str>(), Some(&"row 40 can't be made"));
    }
}
