//! A check of all rows of a schema, made by many threads at once.

use crate::batch_check::BatchCheck;
use crate::batch_check::NOT_IN_ROWS;
use crate::batch_column::BatchColumn;
use crate::constraint::{CheckedConstraint, Rule};
use crate::error::ValidateError;
use crate::key::key_set::KeySet;
use crate::key::memory::{MakeSpillFile, Memory};
use crate::key::reader::ColumnPart;
use crate::key::second_look;
use crate::plan::{CheckPlan, plan};
use crate::ranges;
use crate::report::{ColumnReport, ConstraintKind, Method, Report, Summary, TableReport};
use crate::row::Columns;
use crate::summary::{SummaryReader, SummaryWriter};
use crate::tally::Tally;
use crate::worker::{TableFindings, Worker};
use arrow_array::RecordBatch;
use seedbed_schema_model::{Schema, TableId};
use seedbed_sql_semantics::Context;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read, Write};
use std::sync::{Mutex, PoisonError};

/// Where rows come from once more, after all have been checked: where keys seem equal or a parent seems to be missing,
/// the rows say whether that is so.
///
/// A closure `Fn(TableId, &mut dyn FnMut(u64, &RecordBatch) -> Result<(), ValidateError>) -> Result<(), ValidateError>`
/// is one.
pub trait RowsAgain {
    /// Hands over all rows of a root table in order, each batch with the number of its first row, and as it was checked.
    ///
    /// # Errors
    /// The visitor's; [`ValidateError::Again`] where the rows can't be had.
    fn rows(
        &self,
        table: TableId,
        visit: &mut dyn FnMut(u64, &RecordBatch) -> Result<(), ValidateError>,
    ) -> Result<(), ValidateError>;

    /// Of a table the rows that were [there](Check::there) and that no key of the checked rows may repeat, with the columns
    /// that they were shown with. None, unless a source has some.
    fn rows_there(&self, table: TableId) -> Option<RecordBatch> {
        let _ = table;
        None
    }
}

impl<F> RowsAgain for F
where
    F: Fn(
        TableId,
        &mut dyn FnMut(u64, &RecordBatch) -> Result<(), ValidateError>,
    ) -> Result<(), ValidateError>,
{
    fn rows(
        &self,
        table: TableId,
        visit: &mut dyn FnMut(u64, &RecordBatch) -> Result<(), ValidateError>,
    ) -> Result<(), ValidateError> {
        self(table, visit)
    }
}

/// A check of rows that may come from many threads, in any order.
///
/// ```
/// # use arrow_array::{Int64Array, RecordBatch};
/// # use seedbed_schema_model::{Column, Dialect, Schema, SqlType, Table, UniqueKey, ColumnIdx};
/// # use seedbed_validate::{Check, ValidateError};
/// # use std::sync::Arc;
/// let mut schema = Schema::new(Dialect::Sqlite);
/// let mut genre = Table::new(None, "genre");
/// genre.columns.push(Column::new("id", SqlType::BIGINT));
/// genre.uniques.push(UniqueKey::over(&[ColumnIdx(0)]));
/// let genre = schema.push_table(genre);
/// let ids = |ids: Vec<i64>| RecordBatch::try_from_iter([("id", Arc::new(Int64Array::from(ids)) as _)]);
/// let rows = [(0, ids(vec![1, 2])?), (2, ids(vec![3, 1])?)];
///
/// let check = Check::new(&schema);
/// std::thread::scope(|scope| {
///     rows.iter().for_each(|(first, batch)| {
///         scope.spawn(|| check.batch(genre, *first, batch).expect("the columns are the table's"));
///     });
/// });
/// let report = check.finish(&|_, visit: &mut dyn FnMut(u64, &RecordBatch) -> Result<(), ValidateError>| {
///     rows.iter().try_for_each(|(first, batch)| visit(*first, batch))
/// })?;
/// assert_eq!(report.tables["genre"].constraints.last().expect("UNIQUE").first_offenders[0].row, 3);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Check<'s> {
    /// What the rows are checked against.
    schema: &'s Schema,
    /// What `now()` answers, in microseconds since 1970-01-01 UTC.
    now_micros: i64,
    plan: CheckPlan<'s>,
    memory: Memory,
    /// The findings of threads that check nothing at the moment.
    idle: Mutex<Vec<Worker>>,
}

impl<'s> Check<'s> {
    /// Memory that keys take unless told otherwise, in bytes: 256 MiB.
    pub const MEMORY: usize = 256 << 20;

    /// A check that has seen no row.
    pub fn new(schema: &'s Schema) -> Self {
        let memory = Memory::new(Self::MEMORY, None);
        Self { schema, now_micros: 0, plan: plan(schema), memory, idle: Mutex::new(Vec::new()) }
    }

    /// What `now()` answers in CHECKs, in microseconds since 1970-01-01 UTC; the epoch unless told. The crate reads no
    /// clock.
    #[must_use]
    pub fn with_now(mut self, micros: i64) -> Self {
        self.now_micros = micros;
        self
    }

    /// How much memory keys may take, in bytes, and what makes files for the rest. Without that, which is what
    /// [`Check::new`] does, they take as much as they need.
    #[must_use]
    pub fn with_memory(mut self, bytes: usize, make_file: Box<MakeSpillFile>) -> Self {
        self.memory = Memory::new(bytes, Some(make_file));
        self
    }

    /// What the rows are checked against.
    pub fn schema(&self) -> &'s Schema {
        self.schema
    }

    /// Checks a batch of rows, the first of which has this number in its table. Rows of a partition may come under the
    /// partition or its root, which is checked to take them.
    ///
    /// # Errors
    /// [`ValidateError`] when the batch is not of the table's shape; nothing of it is counted then. When the outside
    /// world fails, the check can't go on.
    pub fn batch(&self, table: TableId, first_row: u64, rows: &RecordBatch) -> Result<(), ValidateError> {
        let (given, batch) = self.read(table, first_row, rows)?;
        let idle = || self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let found = idle().pop();
        let mut worker = found.unwrap_or_else(|| Worker::new(&self.plan));
        let taken = batch.take_down(&given, &mut worker);
        idle().push(worker);
        taken
    }

    /// Shows rows of a root table that are there already, by some of their columns: references find them. They are not
    /// judged themselves, and no report counts them.
    ///
    /// # Errors
    /// Those of [`Check::batch`].
    pub fn there(&self, table: TableId, rows: &RecordBatch) -> Result<(), ValidateError> {
        let (_, batch) = self.read(table, 0, rows)?;
        let mut worker = Worker::new(&self.plan);
        batch.take_keys(&mut worker)?;
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(worker);
        Ok(())
    }

    /// The constraints of all tables.
    pub(crate) fn plan(&self) -> &CheckPlan<'s> {
        &self.plan
    }

    /// A batch ready to be checked, and which columns it has itself.
    pub(crate) fn read(
        &self,
        table: TableId,
        first_row: u64,
        rows: &RecordBatch,
    ) -> Result<(Vec<bool>, BatchCheck<'_, 's>), ValidateError> {
        let schema = self.schema;
        if table.position() >= schema.tables.len() {
            return Err(ValidateError::UnknownTable(table.0));
        }
        let root = schema.partition_root(table);
        let columns = self.columns(root, rows)?;
        let given = columns.iter().map(Option::is_some).collect();
        let top = &schema[root];
        let mut batch = BatchCheck {
            schema,
            plan: &self.plan,
            root,
            top,
            cx: Context { now_micros: self.now_micros, ..Context::new(schema, Some(top)) },
            memory: &self.memory,
            columns,
            rows: rows.num_rows(),
            first_row,
            routes: Vec::new(),
        };
        batch.prepare();
        Ok((given, batch))
    }

    /// The batch's columns in the table's order.
    fn columns(&self, root: TableId, batch: &RecordBatch) -> Result<Columns<'s>, ValidateError> {
        let table = &self.schema[root];
        let mut columns: Columns<'s> = Vec::new();
        columns.resize_with(table.columns.len(), || None);
        for (field, array) in batch.schema_ref().fields().iter().zip(batch.columns()) {
            let unknown = || ValidateError::UnknownColumn {
                table: table.name.to_string(),
                field: field.name().clone(),
            };
            let index = table.column_named(field.name()).ok_or_else(unknown)?;
            let read = BatchColumn::read(array, self.schema.base_type(&table[index].ty), self.schema);
            columns[index] = Some(read.ok_or_else(|| ValidateError::ColumnType {
                table: table.name.to_string(),
                column: field.name().clone(),
                found: field.data_type().clone(),
            })?);
        }
        Ok(columns)
    }

    /// Writes what this check of a share of the rows has found, for a check that [joins](Check::join) all shares. Rows
    /// have the numbers that they have in the whole.
    ///
    /// # Errors
    /// [`ValidateError::Summary`]; [`ValidateError::Spill`].
    pub fn summarize(self, out: &mut dyn Write) -> Result<(), ValidateError> {
        let mut all = self.gathered()?;
        // Ranges of other shares are not known here.
        for (planned, findings) in self.plan.tables.iter().zip(&mut all.tables) {
            let Some(findings) = findings else { continue };
            for (constraint, tally) in planned.constraints.iter().zip(&mut findings.tallies) {
                if matches!(constraint.rule, Rule::Apart(_) | Rule::Covered(_)) {
                    tally.undecided(0, || "ranges of several shares are not compared".to_owned());
                }
            }
        }
        let mut writer = SummaryWriter::new(out, self.shape())?;
        for (table, findings) in self.schema.tables.iter().zip(&mut all.tables) {
            writer.findings(findings.as_mut(), table, self.schema)?;
        }
        let sets = all.sets.iter_mut().chain(&mut all.references);
        sets.into_iter().try_for_each(|set| writer.key_set(set.as_mut()))?;
        writer.finish()
    }

    /// Takes in what the check of a share of the rows has [written](Check::summarize).
    ///
    /// # Errors
    /// [`ValidateError::OtherSummary`] for bytes that are no summary for this schema; [`ValidateError::Summary`];
    /// [`ValidateError::Spill`].
    pub fn join(&self, from: &mut dyn Read) -> Result<(), ValidateError> {
        let mut reader = SummaryReader::new(from, self.shape())?;
        let mut share = Worker::new(&self.plan);
        for ((table, planned), findings) in
            self.schema.tables.iter().zip(&self.plan.tables).zip(&mut share.tables)
        {
            *findings = reader.findings(table, planned.constraints.len())?;
        }
        for (set, planned) in share.sets.iter_mut().zip(&self.plan.sets) {
            reader.key_set(set, || KeySet::new(planned.form, planned.unique), &self.memory)?;
        }
        for (set, of) in share.references.iter_mut().zip(&self.plan.references) {
            reader.key_set(set, || KeySet::new(self.plan.sets[*of].form, false), &self.memory)?;
        }
        reader.finish()?;
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(share);
        Ok(())
    }

    /// How many tables, sets of keys and sets of references there are.
    fn shape(&self) -> [usize; 3] {
        [self.plan.tables.len(), self.plan.sets.len(), self.plan.references.len()]
    }

    /// What all threads have found, in order.
    fn gathered(&self) -> Result<Worker, ValidateError> {
        let workers = std::mem::take(&mut *self.idle.lock().unwrap_or_else(PoisonError::into_inner));
        let mut all = Worker::new(&self.plan);
        for worker in workers {
            all.merge(worker, self.schema, &self.memory)?;
        }
        for set in all.sets.iter_mut().chain(&mut all.references).flatten() {
            set.seal(&self.memory)?;
        }
        Ok(all)
    }

    /// Finds equal keys and references without a parent, and reports. `again` is asked for the rows of a table only where
    /// there is something to look at.
    ///
    /// # Errors
    /// What the outside world, or `again`, has to say.
    pub fn finish(self, again: &dyn RowsAgain) -> Result<Report, ValidateError> {
        let mut all = self.gathered()?;
        let looks = self.look_again(&mut all, again)?;
        ranges::look(
            &self.plan,
            self.schema.tables_indexed().map(|(id, _)| id),
            &mut all,
            again,
            &|t, n, rows, see| {
                let (_, batch) = self.read(t, n, rows)?;
                see(&batch);
                Ok(())
            },
        )?;
        Ok(self.report(all, Method { spilled: self.memory.has_spilled(), second_looks: looks }))
    }

    /// The sets of keys that a column of which was not in the parent's rows. References to them are undecided.
    fn unknown_parents(&self, all: &mut Worker) -> BTreeSet<usize> {
        let mut unknown = BTreeSet::new();
        for (planned, findings) in self.plan.tables.iter().zip(&all.tables) {
            let Some(findings) = findings else { continue };
            let is_absent =
                |part: &ColumnPart<'_>| findings.absent[part.column.position()] == Some(NOT_IN_ROWS);
            unknown.extend(planned.fills.iter().filter(|f| f.parts.iter().any(is_absent)).map(|f| f.set));
        }
        for (planned, findings) in self.plan.tables.iter().zip(&mut all.tables) {
            let Some(findings) = findings else { continue };
            for (constraint, tally) in planned.constraints.iter().zip(&mut findings.tallies) {
                if matches!(&constraint.rule, Rule::Reference(rule) if unknown.contains(&rule.set)) {
                    // Only a mixture under MATCH FULL is decided.
                    tally.rows_checked = tally.violations;
                    tally.undecided(0, || "the key of the parent is not in its rows".to_owned());
                }
            }
        }
        unknown
    }

    /// Looks at rows again where there is a reason; how often that was.
    fn look_again(&self, all: &mut Worker, again: &dyn RowsAgain) -> Result<u32, ValidateError> {
        let mut looks = 0;
        let unknown = self.unknown_parents(all);
        for (table, _) in self.schema.tables_indexed() {
            for round in 0.. {
                let (sets, references) = (&mut all.sets, &mut all.references);
                let mut suspects = second_look::suspects(
                    &self.plan,
                    table,
                    sets,
                    references,
                    &unknown,
                    &self.memory,
                    round,
                )?;
                let Some(findings) = all.tables[table].as_mut().filter(|_| !suspects.is_empty()) else {
                    break;
                };
                looks += 1;
                if let Some(there) = again.rows_there(table) {
                    second_look::meet(&self.read(table, 0, &there)?.1, &mut suspects);
                }
                again.rows(table, &mut |first_row, rows| {
                    let (_, batch) = self.read(table, first_row, rows)?;
                    second_look::look(&batch, &mut suspects, &mut findings.tallies);
                    Ok(())
                })?;
            }
        }
        Ok(looks)
    }

    fn report(&self, all: Worker, method: Method) -> Report {
        let mut report = Report { summary: Summary::default(), method, tables: BTreeMap::new() };
        let (mut references, mut broken) = (0, 0);
        for (((id, table), constraints), findings) in
            self.schema.tables_indexed().zip(&self.plan.tables).zip(all.tables)
        {
            if self.schema.partition_root(id) != id {
                continue;
            }
            let none = || TableFindings::new(table.columns.len(), constraints.constraints.len());
            let mut findings = findings.unwrap_or_else(none);
            let mut found = TableReport { rows: findings.rows, ..TableReport::default() };
            for (constraint, tally) in constraints.constraints.iter().zip(findings.tallies) {
                if constraint.kind == ConstraintKind::ForeignKey {
                    references += tally.rows_checked;
                    broken += tally.violations;
                }
                count(&mut report.summary, constraint, &tally);
                found.constraints.push(constraint.report(tally, table));
            }
            for (((index, column), statistics), absent) in
                table.columns_indexed().zip(&mut findings.statistics).zip(findings.absent)
            {
                if absent.is_some() {
                    let not_checked = absent.map(str::to_owned);
                    found.columns.push(ColumnReport {
                        name: column.name.clone(),
                        not_checked,
                        ..ColumnReport::default()
                    });
                    continue;
                }
                statistics.complete(column, self.schema);
                found.columns.push(statistics.report(
                    column,
                    index.position(),
                    &findings.sample,
                    self.schema,
                ));
            }
            report.summary.rows += found.rows;
            report.tables.insert(table.name.to_string(), found);
        }
        report.summary.fk_coverage =
            if references == 0 { 1.0 } else { (references - broken) as f64 / references as f64 };
        report
    }
}

fn count(summary: &mut Summary, constraint: &CheckedConstraint<'_>, tally: &Tally) {
    let total = match constraint.kind {
        ConstraintKind::PrimaryKey => &mut summary.pk_duplicates,
        ConstraintKind::NotNull => &mut summary.not_null_violations,
        ConstraintKind::Unique | ConstraintKind::Exclusion => &mut summary.unique_violations,
        ConstraintKind::Check => &mut summary.check_violations,
        ConstraintKind::ForeignKey => &mut summary.fk_violations,
        ConstraintKind::Type => &mut summary.type_violations,
        ConstraintKind::Partition => &mut summary.partition_violations,
    };
    *total += tally.violations;
    summary.not_checked += u64::from(constraint.not_checked.is_some() || tally.undecided.is_some());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::reader::EncodedKey;
    use arrow_array::StringArray;
    use seedbed_schema_model::{Column, ColumnIdx, Dialect, SqlType, Table, UniqueKey};
    use seedbed_sql_values::{KeyPartRule, Value};
    use std::sync::Arc;

    #[test]
    fn a_code_that_two_keys_share_is_no_violation() {
        let mut schema = Schema::new(Dialect::Postgres);
        let mut table = Table::new(None, "t");
        table.columns.push(Column::new("email", SqlType::TEXT));
        table.uniques.push(UniqueKey::over(&[ColumnIdx(0)]));
        let table = schema.push_table(table);
        let texts = Arc::new(StringArray::from(vec!["a@example.org", "b@example.org"])) as _;
        let rows = RecordBatch::try_from_iter([("email", texts)]).expect("one column");
        let check = Check::new(&schema);
        check.batch(table, 0, &rows).expect("the table's columns");
        // As if the other row's key had the same code.
        let mut key = EncodedKey::default();
        let value = Value::Text("a@example.org".to_owned());
        key.push(&value, KeyPartRule::of_column(&schema[table].columns[0]), &schema);
        let mut idle = check.idle.lock().expect("no thread");
        let set = idle.iter_mut().find_map(|worker| worker.sets[0].as_mut()).expect("the set of the key");
        set.push(&key, &check.memory).expect("kept");
        drop(idle);
        let again =
            |_, visit: &mut dyn FnMut(u64, &RecordBatch) -> Result<(), ValidateError>| visit(0, &rows);
        let report = check.finish(&again).expect("rows that can be had again");
        assert_eq!((report.violations(), report.method.second_looks), (0, 1));
    }
}
