//! Edits on rows, as a source of rows: what they change, what they keep, and writing it down.

use crate::comparison::{SAMPLE, removed_sample};
use crate::diff::{Diff, TableDiff};
use crate::ledger::Ledger;
use crate::made::{Made, record_batch};
use crate::prepare::{self, Stopped};
use crate::stack::Stack;
use crate::written::{Again, Only, Source, Watched};
use crate::{EditError, EditFault};
use arrow_array::RecordBatch;
use seedbed_constraints::Constraints;
use seedbed_datagen_core::{
    Batch, CancelToken, ProgressMeter, RowSource, RunError, RunObserver, RunOptions, Sink, TableRows,
    UpdateSink, run,
};
use seedbed_edit::Edit;
use seedbed_job::{AbsentParents, CheckMemory, PlannedJob, RowsThere, check_of_now};
use seedbed_schema_model::{ColumnIdx, Schema, TableId};
use seedbed_validate::{ConstraintKind, Report};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// How edits are carried out. None of it changes a byte of the rows.
#[derive(Clone, Debug, Default)]
pub struct EditOptions {
    /// Threads and batches. All rows are made, whatever the share.
    pub run: RunOptions,
    /// What the keys of the check may take of memory.
    pub check_memory: CheckMemory,
    /// Ends the work.
    pub cancel: CancelToken,
}

/// Edits on top of rows, prepared: what each asks of all rows of a table has been found out, and any row can be made.
///
/// Rows that no edit speaks of are those below, byte by byte. The same edits on the same rows are the same rows, on any number
/// of threads.
#[derive(Debug)]
pub struct EditedRows<'a> {
    pub(crate) stack: Stack<'a>,
    /// The edit that each layer is of.
    edits: Vec<usize>,
    pub(crate) options: EditOptions,
}

/// What came of writing edited rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Applied {
    /// What the check found: of the tables that were written, and of those that they refer to.
    pub report: Report,
    /// What changed.
    pub diff: Diff,
    /// What else changed than what was asked for, as sentences.
    pub notes: Vec<String>,
}

impl<'a> EditedRows<'a> {
    /// Edits on top of rows, one after the other. `planned` is the plan that the rows were made by, before any edit: it knows the
    /// schema, and makes values for those that are asked for. Cost: for most edits, a look at all rows of their table.
    ///
    /// # Errors
    /// [`EditError::Faults`] with the first edit that can't be carried out; [`EditError::Canceled`].
    pub fn new(
        planned: &'a PlannedJob,
        rows: &'a dyn RowSource,
        edits: &[Edit],
        options: &EditOptions,
    ) -> Result<Self, EditError> {
        let mut stack = Stack::new(planned, rows);
        let mut of_layers = Vec::new();
        for (number, edit) in edits.iter().enumerate() {
            match prepare::push(&mut stack, edit, options) {
                Ok(layers) => of_layers.extend(std::iter::repeat_n(number, layers)),
                Err(Stopped::Fault(fault)) => return Err(EditError::Faults(vec![(number, fault)])),
                Err(Stopped::Error(error)) => return Err(error),
            }
        }
        Ok(Self { stack, edits: of_layers, options: options.clone() })
    }

    /// Tables whose rows may differ from those before.
    pub fn touched(&self) -> BTreeSet<TableId> {
        self.stack.layers.iter().flat_map(|layer| layer.tables.keys().copied()).collect()
    }

    /// Makes the rows of the tables, or of all, checks them against every constraint, hands them to the sink and says what has
    /// changed. The rows of the other tables must be those before: none of them is [touched](Self::touched).
    ///
    /// # Errors
    /// [`EditError::Faults`] where a constraint does not hold, with all that are broken; [`EditError::Canceled`]; the outside
    /// world's. The sink may be finished by then: what it holds is not to be used.
    pub fn write(
        &self,
        sink: Box<dyn Sink + '_>,
        tables: Option<&BTreeSet<TableId>>,
        observer: &mut dyn RunObserver,
    ) -> Result<Applied, EditError> {
        let written = |table: &TableId| tables.is_none_or(|only| only.contains(table));
        let written: Vec<TableId> = self.stack.tables().into_iter().filter(written).collect();
        self.carry_out(&written, observer, |source, watched| run(source, &self.options.run, sink, watched))
    }

    /// Tables whose rows stay the same rows, with the columns of which cells may change: a sink that holds the rows can be
    /// [told](Self::write_over) the cells alone.
    pub fn updatable(&self) -> BTreeMap<TableId, Vec<ColumnIdx>> {
        let schema = self.stack.schema();
        let mut tables = BTreeMap::new();
        for table in self.touched() {
            let mut columns = BTreeSet::new();
            let mut layers = self.stack.layers.iter().filter_map(|layer| layer.tables.get(&table));
            let keeps_rows = layers.all(|layer| {
                columns.extend(layer.changed_columns());
                columns.extend(layer.repair.iter().flat_map(|repair| repair.free.iter().copied()));
                layer.kept.is_none() && layer.added.is_none()
            });
            let changed: BTreeSet<ColumnIdx> = changed(&self.stack, table);
            // Cells of most columns are written sooner with their rows.
            let is_little = changed.len() * 2 <= schema[table].columns.len();
            let computed = schema[table].columns_indexed().filter(|(_, column)| column.generated.is_some());
            columns.extend(computed.map(|(index, _)| index));
            if keeps_rows && is_little {
                tables.insert(table, columns.into_iter().collect());
            }
        }
        tables
    }

    /// [`EditedRows::write`] for a sink that holds the rows of the tables `updated`, as they are before: only their cells that
    /// change are handed over. The rows of the tables `written` are, as there.
    ///
    /// # Errors
    /// Those of [`EditedRows::write`].
    pub fn write_over(
        &self,
        mut sink: Box<dyn UpdateSink + '_>,
        updated: &BTreeSet<TableId>,
        written: &BTreeSet<TableId>,
        observer: &mut dyn RunObserver,
    ) -> Result<Applied, EditError> {
        let both = |table: &TableId| updated.contains(table) || written.contains(table);
        let both: Vec<TableId> = self.stack.tables().into_iter().filter(both).collect();
        self.carry_out(&both, observer, |source, watched| {
            let counts = self.row_counts();
            let total =
                counts.iter().filter(|(table, _)| updated.contains(table)).map(|(_, rows)| rows).sum();
            let mut meter = ProgressMeter::new(watched, total);
            for (table, rows) in counts.into_iter().filter(|(table, _)| updated.contains(table)) {
                let failed = |source| RunError::Sink { table: self.schema()[table].name.to_string(), source };
                if meter.begin(table, rows, 0).is_break() {
                    return Err(RunError::Canceled);
                }
                let make = |rows| source.make_rows(table, rows);
                let taken =
                    TableRows::new(&make, 0..rows, &self.options.run).batches(&mut meter, |batches| {
                        for batch in batches {
                            source.update(&batch, &mut *sink)?;
                        }
                        Ok(())
                    });
                taken.map_err(|_| RunError::Canceled)?.map_err(failed)?;
            }
            let only = Only { source, tables: written };
            run(&only, &self.options.run, sink, watched)
        })
    }

    /// Has the rows of some tables made by `run`, checks them and those that they refer to, and says what has changed.
    fn carry_out(
        &self,
        tables: &[TableId],
        observer: &mut dyn RunObserver,
        run: impl FnOnce(&Source<'_, 'a>, &mut Watched<'_, '_, 'a>) -> Result<(), RunError>,
    ) -> Result<Applied, EditError> {
        let schema = self.stack.schema();
        let checked = with_parents(schema, tables, &self.stack.tables());
        let absent = AbsentParents::of(schema, &checked);
        let check = check_of_now(absent.schema(), self.options.check_memory);
        let source = Source {
            rows: self,
            written: tables,
            check: &check,
            diffs: Mutex::default(),
            updates: Mutex::default(),
            is_counting: AtomicBool::new(true),
            failed: Mutex::new(None),
        };
        self.stack.note(true);
        let mut watched = Watched { observer, source: &source, cancel: self.options.cancel.clone() };
        let ran = run(&source, &mut watched);
        let ledger = self.stack.note(false).unwrap_or_default();
        source.is_counting.store(false, Ordering::SeqCst);
        source.outcome()?;
        ran.map_err(|error| match error {
            RunError::Canceled => EditError::Canceled,
            error => EditError::Run(error),
        })?;
        self.refused(&ledger)?;
        for table in checked.iter().filter(|table| !tables.contains(table)) {
            for range in prepare::batches(self.stack.count(self.top(), *table)) {
                self.options.cancel.check()?;
                let batch = source.make(*table, range)?.1;
                check.batch(*table, batch.first_row, &batch.rows)?;
            }
        }
        let diff = self.diff(source.diffs.into_inner().unwrap_or_else(PoisonError::into_inner))?;
        let there = RowsThere::of(self.stack.read());
        there.show(&check)?;
        let report = check.finish(&Again { rows: self, there: &there });
        if self.options.cancel.is_canceled() {
            return Err(EditError::Canceled);
        }
        let report = absent.told_in(report?);
        self.broken(&report)?;
        Ok(Applied { report, diff, notes: self.notes(&ledger) })
    }

    pub(crate) fn top(&self) -> usize {
        self.stack.layers.len()
    }

    /// Rows of a table by their numbers.
    pub(crate) fn made(&self, table: TableId, rows: Range<u64>) -> Result<Made, EditError> {
        Ok(self.stack.rows(self.top(), table, &rows.collect::<Vec<_>>())?)
    }

    /// What the batches have changed, with the rows that are in none of them any more.
    fn diff(&self, found: BTreeMap<(TableId, u64), TableDiff>) -> Result<Diff, EditError> {
        let mut tables: BTreeMap<TableId, TableDiff> = BTreeMap::new();
        for ((table, _), batch) in found {
            let of_table = tables.entry(table).or_default();
            of_table.added += batch.added;
            of_table.updated_rows += batch.updated_rows;
            of_table.updated_cells += batch.updated_cells;
            for (column, cells) in batch.cells {
                *of_table.cells.entry(column).or_default() += cells;
            }
            let is_added = |row: &crate::RowDiff| row.before.is_none();
            for row in batch.sample {
                let same = of_table.sample.iter().filter(|other| is_added(other) == is_added(&row)).count();
                if same < SAMPLE {
                    of_table.sample.push(row);
                }
            }
        }
        for table in self.touched() {
            let before = self.stack.count(0, table);
            let diff = tables.entry(table).or_default();
            let there = self.stack.count(self.top(), table) - diff.added;
            diff.removed = before - there;
            if diff.removed > 0 {
                let numbers = self.first_removed(table);
                diff.sample.extend(removed_sample(&self.stack, table, &numbers)?);
            }
        }
        tables.retain(|_, diff| diff.added + diff.removed + diff.updated_cells > 0);
        let name = |table: TableId| self.stack.schema()[table].name.to_string();
        Ok(Diff { tables: tables.into_iter().map(|(table, diff)| (name(table), diff)).collect() })
    }

    /// The first rows of before that are gone, by their numbers there.
    fn first_removed(&self, table: TableId) -> Vec<u64> {
        let mut gone = Vec::new();
        for number in 0..self.stack.count(0, table) {
            let mut at = number;
            let stays =
                self.stack.layers.iter().filter_map(|layer| layer.tables.get(&table)).all(
                    |layer| match &layer.kept {
                        Some(kept) if !kept.contains(at) => false,
                        Some(kept) => {
                            at = kept.rank(at);
                            true
                        }
                        None => true,
                    },
                );
            if !stays {
                gone.push(number);
            }
            if gone.len() == SAMPLE {
                break;
            }
        }
        gone
    }

    /// The rows that could not be repaired, as faults of their edits.
    fn refused(&self, ledger: &Ledger) -> Result<(), EditError> {
        if ledger.is_clean() {
            return Ok(());
        }
        let table = |table: &TableId| self.stack.schema()[*table].name.to_string();
        let edit = |layer: &usize| self.edits.get(*layer).copied().unwrap_or(0);
        let without = ledger.without.iter().map(|((layer, of, text), rows)| {
            (edit(layer), EditFault::NoResult { table: table(of), text: text.clone(), rows: *rows })
        });
        let broken = ledger.broken.iter().map(|((layer, of, constraint), rows)| {
            let hint = Some("leave those rows out by a condition, or set what the constraint reads as well");
            (
                edit(layer),
                EditFault::Broken { table: table(of), constraint: constraint.clone(), rows: *rows, hint },
            )
        });
        Err(EditError::Faults(without.chain(broken).collect()))
    }

    /// What the check of all rows has found broken, as faults of the last edit of the table.
    fn broken(&self, report: &Report) -> Result<(), EditError> {
        let faults: Vec<(usize, EditFault)> = report
            .broken()
            .map(|(table, constraint)| {
                let hint = match constraint.kind {
                    ConstraintKind::Unique | ConstraintKind::PrimaryKey | ConstraintKind::Exclusion => {
                        "give each row a value of its own: a range, a provider, or an expression over its key"
                    }
                    ConstraintKind::ForeignKey => "set it to a value that a row of the other table has",
                    _ => "leave those rows out by a condition",
                };
                let id = self.stack.schema().table_named(table);
                let touching =
                    |layer: &crate::layer::Layer| id.is_some_and(|id| layer.tables.contains_key(&id));
                let last = self.stack.layers.iter().rposition(touching);
                let edit = last.and_then(|layer| self.edits.get(layer).copied()).unwrap_or(0);
                let fault = EditFault::Broken {
                    table: table.to_owned(),
                    constraint: constraint.name.clone(),
                    rows: constraint.violations,
                    hint: Some(hint),
                };
                (edit, fault)
            })
            .collect();
        if faults.is_empty() { Ok(()) } else { Err(EditError::Faults(faults)) }
    }

    /// What was repaired, and which keys were followed.
    fn notes(&self, ledger: &Ledger) -> Vec<String> {
        let schema = self.stack.schema();
        let repaired = ledger.repaired.iter().map(|((_, table, column, constraint), rows)| {
            format!(
                "{rows} rows of `{}` also got another `{}`, so that `{constraint}` holds",
                schema[*table].name, schema[*table][*column].name
            )
        });
        let mut notes: Vec<String> = repaired.collect();
        for layer in &self.stack.layers {
            for (table, of_table) in &layer.tables {
                for change in &of_table.changes {
                    if let crate::change::How::Keys(_) = &change.how {
                        let names: Vec<&str> =
                            change.columns.iter().map(|c| schema[*table][*c].name.as_str()).collect();
                        notes.push(format!(
                            "rows of `{}` go on to refer to the same rows: `{}` follows the changed keys",
                            schema[*table].name,
                            names.join("`, `")
                        ));
                    }
                }
            }
        }
        notes
    }
}

/// The columns of a table that edits speak of, and those that follow.
fn changed(stack: &Stack<'_>, table: TableId) -> BTreeSet<ColumnIdx> {
    let layers = stack.layers.iter().filter_map(|layer| layer.tables.get(&table));
    layers.flat_map(|layer| layer.changed_columns()).collect()
}

/// The tables, and those that they refer to.
fn with_parents(schema: &Schema, tables: &[TableId], there: &[TableId]) -> BTreeSet<TableId> {
    let parents = tables.iter().flat_map(|t| Constraints::new(schema, *t).references).map(|fk| fk.parent);
    tables.iter().copied().chain(parents).filter(|table| there.contains(table)).collect()
}

impl RowSource for EditedRows<'_> {
    fn schema(&self) -> &Arc<Schema> {
        &self.stack.read().schema
    }

    fn row_counts(&self) -> Vec<(TableId, u64)> {
        self.stack.tables().into_iter().map(|table| (table, self.stack.count(self.top(), table))).collect()
    }

    /// Rows that can't be made are left out: whoever writes them is told by [`EditedRows::write`].
    fn make_rows(&self, table: TableId, rows: Range<u64>) -> Batch {
        let first_row = rows.start;
        let made = self
            .made(table, rows)
            .and_then(|made| Ok((batch_of(self.schema(), table, &made)?, made.columns)));
        let (rows, columns) = made.unwrap_or_else(|_| {
            (RecordBatch::new_empty(Arc::new(arrow_schema::Schema::empty())), Vec::new())
        });
        Batch { table, first_row, columns, rows }
    }
}

/// Rows as a batch.
pub(crate) fn batch_of(schema: &Schema, table: TableId, made: &Made) -> Result<RecordBatch, EditError> {
    Ok(record_batch(&made.columns, made.arrays.clone(), made.len(), schema, table)?)
}
