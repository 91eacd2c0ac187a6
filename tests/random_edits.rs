//! Random edits of random schemas: whatever an edit does, every constraint holds afterwards, SQLite takes the rows, the difference
//! is what comparing the rows cell by cell gives, and the same edits are the same rows, all at once or one after the other, on
//! one thread or four.

use crate::generated::Cells;
use crate::random_ddl::{RandomSchema, sketch};
use crate::random_schemas::{fail_with_reason, runner};
use arrow_array::ArrayRef;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::TestCaseError;
use seedbed_datagen_core::{Batch, Part, RowSource, RunOptions, Spec};
use seedbed_edit::{
    AddRows, Distribution, Edit, Literal, LiteralRange, NullShare, Referrers, RemoveRows, RenameValues,
    Renamed, RowCount, ScaleNumber, Selection, SetColumn, ShiftTime, Source, SpreadReference, TimeUnit,
    WeightedLiteral,
};
use seedbed_edited_rows::{Applied, Diff, EditError, EditOptions, EditedRows};
use seedbed_export::{BundleContents, MemorySink, Rows, ScriptForm, SqlScript};
use seedbed_job::{Job, PlannedJob, Silent, SpecSource};
use seedbed_schema_model::{ColumnIdx, Dialect, Schema, SourceMap, SqlType, TableId};
use seedbed_text_encode::ColumnText;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// An edit as plain numbers, so that it shrinks.
#[derive(Clone, Debug)]
struct EditSketch {
    kind: u8,
    table: Index,
    column: Index,
    rows: [Index; 3],
    share: u8,
    count: u64,
    choice: u8,
}

fn edit() -> impl Strategy<Value = EditSketch> {
    let rows = [any::<Index>(), any::<Index>(), any::<Index>()];
    (0..13_u8, any::<Index>(), any::<Index>(), rows, 0..=100_u8, 1..30_u64, any::<u8>()).prop_map(
        |(kind, table, column, rows, share, count, choice)| EditSketch {
            kind,
            table,
            column,
            rows,
            share,
            count,
            choice,
        },
    )
}

/// Every cell, by table and column, as text.
type Everything = BTreeMap<TableId, Vec<Cells>>;

fn everything(rows: &dyn RowSource) -> Everything {
    let of = |(table, count)| (table, cells(rows.schema(), &rows.make_rows(table, 0..count)));
    rows.row_counts().into_iter().map(of).collect()
}

fn cells(schema: &Schema, batch: &Batch) -> Vec<Cells> {
    let column = |(column, array): (&ColumnIdx, &ArrayRef)| {
        let base = schema.base_type(&schema[batch.table][*column].ty);
        let text = ColumnText::new(schema.dialect, base, array).expect("a known array");
        let cell = |row| {
            let mut out = Vec::new();
            (!text.is_null(row)).then(|| text.push(row, &mut out))?;
            Some(String::from_utf8_lossy(&out).into_owned())
        };
        (0..array.len()).map(cell).collect()
    };
    batch.columns.iter().zip(batch.rows.columns()).map(column).collect()
}

/// Rows that are in memory.
struct InMemory {
    schema: Arc<Schema>,
    counts: Vec<(TableId, u64)>,
    rows: BTreeMap<TableId, Batch>,
}

impl InMemory {
    fn new(schema: &Arc<Schema>, counts: Vec<(TableId, u64)>, rows: &Rows, empty: &dyn RowSource) -> Self {
        let whole = |(table, _): &(TableId, u64)| {
            let batches = rows.get(table).filter(|batches| !batches.is_empty());
            let batch = match batches {
                Some(batches) => {
                    let parts: Vec<_> = batches.iter().map(|batch| &batch.rows).collect();
                    let rows =
                        arrow_select::concat::concat_batches(&parts[0].schema(), parts).expect("one table");
                    Batch { first_row: 0, rows, ..batches[0].clone() }
                }
                None => empty.make_rows(*table, 0..0),
            };
            (*table, batch)
        };
        Self { schema: Arc::clone(schema), rows: counts.iter().map(whole).collect(), counts }
    }
}

impl RowSource for InMemory {
    fn schema(&self) -> &Arc<Schema> {
        &self.schema
    }

    fn row_counts(&self) -> Vec<(TableId, u64)> {
        self.counts.clone()
    }

    fn make_rows(&self, table: TableId, rows: Range<u64>) -> Batch {
        self.rows[&table].slice(rows)
    }
}

/// The edit that a sketch means for these rows; none where there is nothing to edit.
fn edit_of(sketch: &EditSketch, planned: &PlannedJob, before: &Everything) -> Option<Edit> {
    let schema = planned.plan().schema();
    let tables: Vec<TableId> = before.keys().copied().collect();
    let id = *sketch.table.get(&tables);
    let model = &schema[id];
    let table = model.name.to_string();
    // A column that such an edit is made for, where the table has one.
    let fits = |at: &usize| {
        let is_reference = model.foreign_keys.iter().any(|fk| fk.columns.contains(&ColumnIdx(*at as u16)));
        let base = schema.base_type(&model.columns[*at].ty);
        match sketch.kind {
            3 => model.columns[*at].nullable,
            4 => matches!(base, SqlType::Date | SqlType::Timestamp { .. }),
            5 => matches!(base, SqlType::Integer { .. } | SqlType::Decimal { .. }) && !is_reference,
            2 | 12 => !is_reference,
            10 => is_reference,
            _ => true,
        }
    };
    let fitting: Vec<usize> = (0..model.columns.len()).filter(fits).collect();
    let at = *(!fitting.is_empty()).then(|| sketch.column.get(&fitting))?;
    let model_column = &model.columns[at];
    let column = model_column.name.clone();
    let values = &before[&id][at];
    let value = |n: usize| {
        let row = (!values.is_empty()).then(|| sketch.rows[n].get(values))?;
        row.clone().map(Literal::Text)
    };
    let rows = match sketch.choice % 4 {
        0 => Selection::default(),
        1 => Selection { share: Some(f64::from(sketch.share) / 100.0), ..Selection::default() },
        2 => Selection { count: Some(sketch.count.min(values.len() as u64)), ..Selection::default() },
        _ => Selection {
            condition: Some(format!("\"{column}\" IS NOT NULL")),
            share: (sketch.share.is_multiple_of(2)).then_some(0.5),
            count: None,
        },
    };
    let set = |to: Source| {
        Edit::Set(SetColumn { table: Some(table.clone()), column: column.clone(), to, rows: rows.clone() })
    };
    let referrers =
        [Referrers::Refuse, Referrers::AsDeclared, Referrers::Remove][usize::from(sketch.choice) % 3];
    let base = schema.base_type(&model_column.ty);
    let share = f64::from(sketch.share) / 100.0;
    Some(match sketch.kind {
        0 => set(Source::Value(value(0))),
        1 => set(Source::Values(
            (0..3)
                .filter_map(&value)
                .map(|value| WeightedLiteral { value, weight: u32::from(sketch.share) + 1 })
                .collect(),
        )),
        2 => set(Source::Range(LiteralRange { min: value(0), max: None })),
        3 => Edit::Nulls(NullShare { table: Some(table), column, share }),
        4 => Edit::Shift(ShiftTime {
            table: Some(table),
            column,
            by: i64::from(sketch.share) - 50,
            unit: if sketch.choice.is_multiple_of(2) { TimeUnit::Days } else { TimeUnit::Months },
            rows,
        }),
        5 => {
            Edit::Scale(ScaleNumber { table: Some(table), column, by: f64::from(sketch.share) / 40.0, rows })
        }
        6 => Edit::Rename(RenameValues {
            table: Some(table),
            column,
            values: vec![Renamed { from: value(0)?, to: value(1)? }],
        }),
        7 => Edit::Add(AddRows { table, count: sketch.count }),
        8 => Edit::Remove(RemoveRows { table, rows, referrers }),
        9 => Edit::Rows(RowCount { table: Some(table), count: sketch.count, referrers }),
        10 => {
            let by = [Distribution::Even, Distribution::Uniform, Distribution::Skewed];
            Edit::Spread(SpreadReference { table, column, by: by[usize::from(sketch.choice) % 3] })
        }
        11 => set(Source::Expression(match base {
            SqlType::Integer { .. } | SqlType::Decimal { .. } => format!("\"{column}\" + {}", sketch.count),
            _ => format!("\"{column}\""),
        })),
        _ => set(Source::Provider(
            ["text.word", "person.first_name", "internet.email"][usize::from(sketch.choice) % 3].to_owned(),
        )),
    })
}

fn applied(
    planned: &PlannedJob,
    rows: &dyn RowSource,
    edits: &[Edit],
    threads: usize,
) -> Result<(InMemory, Applied), EditError> {
    let run = RunOptions { threads, batch_rows: 37, ..RunOptions::default() };
    let edited = EditedRows::new(planned, rows, edits, &EditOptions { run, ..EditOptions::default() })?;
    let mut kept = Rows::new();
    let applied = edited.write(Box::new(MemorySink::new(&mut kept)), None, &mut ())?;
    Ok((InMemory::new(planned.plan().schema(), edited.row_counts(), &kept, rows), applied))
}

/// What the difference must say, found by comparing rows. Rows that were removed are told apart by the primary key; where there
/// is none, or it changed, only the rows are counted.
fn compare(
    schema: &Schema,
    before: &Everything,
    after: &Everything,
    diff: &Diff,
) -> Result<(), TestCaseError> {
    for (table, old) in before {
        let (new, model) = (&after[table], &schema[*table]);
        let told = diff.tables.get(&model.name.to_string()).cloned().unwrap_or_default();
        let count = |cells: &[Cells]| cells.first().map_or(0, Vec::len) as u64;
        prop_assert_eq!(count(old) - told.removed, count(new) - told.added);
        prop_assert_eq!(told.updated_cells, told.cells.values().sum::<u64>());
        let there = (count(new) - told.added) as usize;
        let key: Vec<usize> =
            model.primary_key.iter().flat_map(|key| key.columns.iter().map(|c| c.position())).collect();
        let key_changed = key.iter().any(|at| told.cells.contains_key(&model.columns[*at].name));
        let key_of =
            |cells: &[Cells], row: usize| key.iter().map(|at| cells[*at][row].clone()).collect::<Vec<_>>();
        let pairs: Vec<(usize, usize)> = if told.removed == 0 {
            (0..there).map(|row| (row, row)).collect()
        } else if !key.is_empty() && !key_changed {
            let by_key: BTreeMap<_, usize> =
                (0..count(old) as usize).map(|row| (key_of(old, row), row)).collect();
            let pair = |row| by_key.get(&key_of(new, row)).map(|old| (*old, row));
            (0..there).map(pair).collect::<Option<_>>().ok_or_else(|| TestCaseError::fail("a key is new"))?
        } else {
            continue;
        };
        let mut rows = 0;
        let mut by_column: BTreeMap<String, u64> = BTreeMap::new();
        for (old_row, new_row) in pairs {
            let differing = (0..model.columns.len()).filter(|at| old[*at][old_row] != new[*at][new_row]);
            let names: Vec<String> = differing.map(|at| model.columns[at].name.clone()).collect();
            rows += u64::from(!names.is_empty());
            names.into_iter().for_each(|name| *by_column.entry(name).or_default() += 1);
        }
        prop_assert_eq!((rows, by_column), (told.updated_rows, told.cells), "{}", model.name);
    }
    Ok(())
}

/// The rows by a script into SQLite, with every constraint on.
fn load(planned: &PlannedJob, rows: &InMemory, ddl: &str) -> Result<(), TestCaseError> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("rows.sql");
    let contents = BundleContents::new(planned.plan(), planned.spec(), Part::WHOLE, ddl);
    let sink = SqlScript::create(&path, contents, ScriptForm::Insert).expect("a script");
    seedbed_datagen_core::run(rows, &RunOptions::default(), sink, &mut ()).expect("written");
    let script = std::fs::read_to_string(&path).expect("a script");
    let connection = rusqlite::Connection::open_in_memory().expect("a database");
    connection.execute_batch("PRAGMA foreign_keys = ON").expect("a setting");
    connection.execute_batch(ddl).expect("a schema");
    connection
        .execute_batch(&script)
        .map_err(|error| TestCaseError::fail(format!("SQLite refuses: {error}")))?;
    let broken: i64 = connection
        .query_row("SELECT count(*) FROM pragma_foreign_key_check", [], |row| row.get(0))
        .expect("a count");
    prop_assert_eq!(broken, 0);
    Ok(())
}

#[test]
fn random_edits_keep_every_constraint() {
    let (tried, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let edits = prop::collection::vec(edit(), 1..=3);
    let outcome = runner(256).run(&(sketch(), 1..80_u64, edits), |(sketch, rows, sketches)| {
        let ddl = RandomSchema::new(Dialect::Sqlite, &sketch).ddl();
        let spec = Spec { rows: Some(rows), seed: Some(3), ..Spec::default() };
        let job = Job::new(SourceMap::of(&ddl)).dialect(Dialect::Sqlite).spec(SpecSource::Value(spec));
        let planned = job.plan(&mut Silent).expect("a plan");
        let base: &dyn RowSource = &**planned.plan();
        let before = everything(base);
        let edits: Vec<Edit> = sketches.iter().filter_map(|s| edit_of(s, &planned, &before)).collect();
        tried.fetch_add(1, Ordering::Relaxed);
        let told =
            |error: TestCaseError| TestCaseError::fail(format!("{error}\n{edits:#?}\n{rows} rows\n{ddl}"));
        let (edited, applied_once) = match applied(&planned, base, &edits, 1) {
            Ok(done) => done,
            Err(error @ EditError::Faults(_)) => {
                prop_assert!(!error.to_string().is_empty() && error.details().is_some());
                return Ok(());
            }
            Err(error) => return Err(told(TestCaseError::fail(error.to_string()))),
        };
        done.fetch_add(1, Ordering::Relaxed);
        let after = everything(&edited);
        compare(planned.plan().schema(), &before, &after, &applied_once.diff).map_err(told)?;
        load(&planned, &edited, &ddl).map_err(told)?;
        let (on_four, applied_on_four) = applied(&planned, base, &edits, 4).expect("the same edits");
        prop_assert!(everything(&on_four) == after, "on four threads\n{edits:#?}\n{ddl}");
        prop_assert_eq!(applied_on_four.diff, applied_once.diff);
        // One after the other, each on what the one before has left.
        let mut step = InMemory::new(planned.plan().schema(), base.row_counts(), &Rows::new(), base);
        for (table, count) in base.row_counts() {
            step.rows.insert(table, base.make_rows(table, 0..count));
        }
        for edit in &edits {
            // A list of edits is judged at its end: one may mend what another has broken.
            let Ok((next, _)) = applied(&planned, &step, std::slice::from_ref(edit), 1) else {
                return Ok(());
            };
            step = next;
        }
        let one_by_one = everything(&step);
        prop_assert!(one_by_one == after, "one by one\n{edits:#?}\n{ddl}");
        Ok(())
    });
    fail_with_reason(outcome);
    let (tried, done) = (tried.into_inner(), done.into_inner());
    assert!(done * 3 > tried, "{done} of {tried} lists of edits could be carried out");
}
