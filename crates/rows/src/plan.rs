//! Plans: every decision of a run, made before the first row, and the batches that they make.

use crate::computed::compute;
use crate::context::table_context;
use crate::explain::TableNote;
use crate::fill::Filler;
use crate::filled::Filled;
use crate::leftover::UnsettledGroup;
use crate::program::Programs;
use arrow_array::{RecordBatch, RecordBatchOptions};
use arrow_schema::{Field, Schema as ArrowSchema};
use seedbed_datagen_core::{Attempts, Batch, RowSource, Shortfall, Verdict};
use seedbed_schema_model::{ColumnIdx, LoadOrder, Schema, TableId};
use seedbed_sql_semantics::Work;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

/// All decisions for a run: how many rows each table gets, and how each cell is computed.
#[derive(Debug)]
pub struct Plan {
    /// The schema, with the references that nothing declares and the request or the catalog knows.
    pub schema: Arc<Schema>,
    /// The schema that the programs are of: the same, with columns for what triggers look up. No row is written with them.
    pub made_by: Arc<Schema>,
    /// What all draws derive from.
    pub seed: u64,
    /// The order of loading over the whole schema.
    pub order: LoadOrder,
    /// The planned tables, in load order.
    pub tables: Vec<TablePlan>,
    /// Their programs.
    pub programs: Programs,
    /// Rows that each table held before.
    pub existing: BTreeMap<TableId, u64>,
    /// Digest of the rows that were there before, in hexadecimal digits.
    pub existing_digest: Option<String>,
    /// The rows that take another attempt than the first.
    pub attempts: Attempts,
}

impl Plan {
    /// What rows were made to take for now, in microseconds since 1970-01-01 UTC, where they hold at no other time.
    pub fn assumed_now(&self) -> Option<i64> {
        let about_now = |table: &TablePlan| self.programs.get(table.table).is_some_and(|p| p.about_now);
        self.tables.iter().any(about_now).then_some(seedbed_solver::REFERENCE_MICROS)
    }
}

/// What a plan decided for one table.
#[derive(Debug)]
pub struct TablePlan {
    /// The table.
    pub table: TableId,
    /// Rows it gets.
    pub rows: u64,
    /// Rows that were asked for.
    pub asked: u64,
    /// Why `rows` is less than `asked`, when it is.
    pub shortfall: Option<Shortfall>,
    /// The columns that are written, in DDL order.
    pub columns: Vec<ColumnIdx>,
    /// The generated columns whose values files hold beside those, in DDL order: their expressions can be computed here.
    pub generated: Vec<ColumnIdx>,
    /// What is told of it.
    pub note: TableNote,
}

impl TablePlan {
    /// Whether the table can have the rows that were asked for, with all of its constraints.
    pub fn verdict(&self) -> Verdict {
        match &self.shortfall {
            Some(shortfall) => shortfall.verdict,
            None if self.is_guaranteed() => Verdict::Possible,
            None => Verdict::Undecided,
        }
    }

    /// Whether all of its constraints are known to hold of its rows.
    pub fn is_guaranteed(&self) -> bool {
        self.note.limitations.is_empty()
    }
}

impl Plan {
    /// The schema.
    pub fn schema(&self) -> &Arc<Schema> {
        &self.schema
    }

    /// The seed.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// The order of loading over the whole schema, and the references it can't honour.
    pub fn load_order(&self) -> &LoadOrder {
        &self.order
    }

    /// The tables that the plan covers, in load order; with none of the partitions of a partitioned table, whose rows
    /// go in through their root.
    pub fn tables(&self) -> &[TablePlan] {
        &self.tables
    }

    /// One table's plan, if the plan covers it.
    pub fn table(&self, table: TableId) -> Option<&TablePlan> {
        self.tables.iter().find(|t| t.table == table)
    }

    /// BLAKE3 digest of the rows that were there before the run, as the request told, in hexadecimal digits: with other
    /// rows there, the same seed gives other rows.
    pub fn existing_digest(&self) -> Option<&str> {
        self.existing_digest.as_deref()
    }

    /// Rows that the target held before the run, as the request told.
    pub fn existing_rows(&self, table: TableId) -> u64 {
        self.existing.get(&table).copied().unwrap_or(0)
    }

    /// The rows that take another attempt than the first.
    pub fn attempts(&self) -> &Attempts {
        &self.attempts
    }

    /// The same, to be changed. What keys hold and what others refer to is the same in every attempt of a row.
    pub fn attempts_mut(&mut self) -> &mut Attempts {
        &mut self.attempts
    }

    /// Whether another attempt of a table's rows can differ from the first.
    pub fn can_redraw(&self, table: TableId) -> bool {
        self.programs.get(table).is_some_and(|p| !p.redraw.is_empty())
    }

    /// Makes rows `rows` of a table, as a server takes them: without generated columns. Any range, in any order, on any
    /// thread; the same range is the same bytes. A table that the plan doesn't cover gives an empty batch.
    pub fn batch(&self, table: TableId, rows: Range<u64>) -> Batch {
        self.batch_with_attempts(table, rows, &[])
    }

    /// [`Plan::batch`] with the generated columns of [`TablePlan::generated`], as files hold them.
    pub fn complete_batch(&self, table: TableId, rows: Range<u64>) -> Batch {
        let computed = self.programs.get(table).map(|p| p.computed.as_slice()).unwrap_or_default();
        self.batch_with_attempts(table, rows, computed)
    }

    /// Makes one row of a table in another attempt than the plan says.
    pub fn attempt(&self, table: TableId, row: u64, attempt: u32) -> Batch {
        self.batch_of(table, row..row + 1, &[], Some(&|_| attempt))
    }

    fn batch_with_attempts(&self, table: TableId, rows: Range<u64>, computed: &[ColumnIdx]) -> Batch {
        let attempt_of = self.attempts.of_table(table);
        self.batch_of(table, rows, computed, attempt_of.as_ref().map(|of| of as &dyn Fn(u64) -> u32))
    }

    fn batch_of(
        &self,
        table: TableId,
        rows: Range<u64>,
        computed: &[ColumnIdx],
        attempt_of: Option<&dyn Fn(u64) -> u32>,
    ) -> Batch {
        let first_row = rows.start;
        let Some(program) = self.programs.get(table) else {
            return Batch {
                table,
                first_row,
                columns: Vec::new(),
                rows: RecordBatch::new_empty(Arc::new(ArrowSchema::empty())),
            };
        };
        let numbers: Vec<u64> = rows.collect();
        let mut filled = self.settled(table, &numbers, attempt_of);
        let cx = table_context(&self.made_by, &self.made_by[table]);
        compute(&cx, computed, numbers.len(), &mut filled, &program.buffers, usize::MAX);
        let mut columns = [program.emitted.as_slice(), computed].concat();
        columns.sort_unstable();
        let mut fields = Vec::with_capacity(columns.len());
        let mut arrays = Vec::with_capacity(columns.len());
        for column in &columns {
            let Some(cells) = filled.remove(column) else { continue };
            let array = cells.cells.into_array(cells.present);
            fields.push(Field::new(&self.schema[table][*column].name, array.data_type().clone(), true));
            arrays.push(array);
        }
        let options = RecordBatchOptions::new().with_row_count(Some(numbers.len()));
        let rows = RecordBatch::try_new_with_options(Arc::new(ArrowSchema::new(fields)), arrays, &options)
            .expect("every column was filled for the same rows, in its own type");
        Batch { table, first_row, columns, rows }
    }

    /// The written columns of some rows, each in its attempt; without attempts every row is its first draw.
    pub fn settled(
        &self,
        table: TableId,
        numbers: &[u64],
        attempt_of: Option<&dyn Fn(u64) -> u32>,
    ) -> BTreeMap<ColumnIdx, Filled> {
        let mut filled = self.filled(table, numbers);
        if let Some(program) = self.programs.get(table) {
            let cx = table_context(&self.made_by, &self.made_by[table]);
            program.leftover.settle(&self.programs, &cx, table, numbers, &mut filled, 0);
            if let Some(attempt_of) = attempt_of {
                program.redraw.settle(&self.programs, program, &cx, numbers, attempt_of, &mut filled);
            }
            program.shown.iter().for_each(|column| drop(filled.remove(column)));
        }
        filled
    }

    /// The written columns of some rows, and those that conditions read beside them, before conditions are settled.
    fn filled(&self, table: TableId, numbers: &[u64]) -> BTreeMap<ColumnIdx, Filled> {
        let Some(program) = self.programs.get(table) else { return BTreeMap::new() };
        let filler = Filler::new(&self.programs, table, numbers, 0);
        let columns = [program.emitted.as_slice(), &program.shown].concat();
        filler.map(|mut f| columns.iter().copied().zip(f.columns(&columns)).collect()).unwrap_or_default()
    }

    /// Groups of conditions that redrawing doesn't settle in some rows, and in how many; also those of which that takes more
    /// than their share of `work`.
    pub fn unsettled(&self, table: TableId, numbers: &[u64], work: &Work) -> Vec<UnsettledGroup> {
        let Some(program) = self.programs.get(table).filter(|p| !p.leftover.groups.is_empty()) else {
            return Vec::new();
        };
        let mut filled = self.filled(table, numbers);
        let mut cx = table_context(&self.made_by, &self.made_by[table]);
        cx.work = Some(work);
        program.leftover.settle(&self.programs, &cx, table, numbers, &mut filled, 0)
    }
}

/// The rows as files hold them: batches are [complete](Plan::complete_batch), with generated columns among theirs.
impl RowSource for Plan {
    fn schema(&self) -> &Arc<Schema> {
        self.schema()
    }

    fn row_counts(&self) -> Vec<(TableId, u64)> {
        self.tables().iter().map(|planned| (planned.table, planned.rows)).collect()
    }

    fn make_rows(&self, table: TableId, rows: Range<u64>) -> Batch {
        self.complete_batch(table, rows)
    }
}
