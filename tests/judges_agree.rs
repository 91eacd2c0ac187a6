//! The columnar judge against one that looks at row after row: random schemas, rows with planted faults, any batches, any
//! order, any threads.

use crate::corpus;
use crate::generated::Generated;
use crate::random_ddl::{RandomSchema, sketch};
use crate::random_schemas::{fail_with_reason, runner};
use crate::row_judge::{Finding, RowJudge, findings};
use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Decimal128Type, Int64Type, TimestampMicrosecondType, UInt32Type};
use arrow_array::{Array, ArrayRef, RecordBatch, StringArray, UInt64Array};
use arrow_schema::{DataType, Field, Schema as ArrowSchema};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestCaseError;
use seedbed_datagen_core::Spec;
use seedbed_job::{Job, JobError, Overrides, Silent};
use seedbed_schema_model::{Dialect, Schema, SourceMap, TableId};
use seedbed_validate::{Check, Report, ValidateError, Validator};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::thread;

/// A fault: what it is, and numbers that say where.
#[derive(Clone, Debug)]
struct Fault {
    kind: FaultKind,
    table: prop::sample::Index,
    column: prop::sample::Index,
    row: prop::sample::Index,
    other: prop::sample::Index,
}

#[derive(Clone, Copy, Debug)]
enum FaultKind {
    /// A cell becomes NULL.
    Null,
    /// A row takes the cell of another.
    Copy,
    /// A row becomes a copy of another.
    CopyRow,
    /// A number, a date or a text becomes far greater or longer.
    Far,
    /// All of a column becomes text, one cell of it no literal.
    Malformed,
}

fn fault() -> impl Strategy<Value = Fault> {
    let kind = prop_oneof![
        Just(FaultKind::Null),
        Just(FaultKind::Copy),
        Just(FaultKind::CopyRow),
        Just(FaultKind::Far),
        Just(FaultKind::Malformed),
    ];
    let index = any::<prop::sample::Index>;
    (kind, index(), index(), index(), index()).prop_map(|(kind, table, column, row, other)| Fault {
        kind,
        table,
        column,
        row,
        other,
    })
}

#[test]
fn random_rows_with_faults_in_sqlite() {
    agree_on_random_rows(Dialect::Sqlite);
}

#[test]
fn random_rows_with_faults_in_postgres() {
    agree_on_random_rows(Dialect::Postgres);
}

fn agree_on_random_rows(dialect: Dialect) {
    let faults = prop::collection::vec(fault(), 0..8);
    let cases = (sketch(), 1..150_u64, faults, 1..70_usize, any::<u64>());
    let broken = std::cell::Cell::new(0);
    let outcome = runner(96).run(&cases, |(sketch, rows, faults, batch_rows, order)| {
        let ddl = RandomSchema::new(dialect, &sketch).ddl();
        let spec = Spec { rows: Some(rows), seed: Some(order), ..Spec::default() };
        let generated = Generated::new(dialect, &ddl, spec);
        let mut tables: Vec<(TableId, RecordBatch)> = generated
            .plan
            .tables()
            .iter()
            .map(|t| (t.table, generated.plan.complete_batch(t.table, 0..t.rows).rows))
            .collect();
        faults.iter().for_each(|fault| plant(fault, &mut tables));
        let found = agree(generated.plan.schema(), &tables, batch_rows, order)
            .map_err(|told| TestCaseError::fail(format!("{told}\n{faults:?}\n{ddl}")))?;
        broken.set(broken.get() + found.iter().filter(|finding| finding.violations > 0).count());
        Ok(())
    });
    fail_with_reason(outcome);
    assert!(broken.get() > 100, "faults are found: {}", broken.get());
}

#[test]
fn rows_of_real_schemas_with_faults_in_postgres() {
    agree_on_corpus("postgres", Dialect::Postgres);
}

#[test]
fn rows_of_real_schemas_with_faults_in_mysql() {
    agree_on_corpus("mysql", Dialect::MySql);
}

#[test]
fn rows_of_real_schemas_with_faults_in_sqlite() {
    agree_on_corpus("sqlite", Dialect::Sqlite);
}

/// The conditions that people write, on rows of which every other table has a fault.
fn agree_on_corpus(folder: &str, dialect: Dialect) {
    let Some(root) = corpus::root() else { return };
    let (mut differing, mut violations) = (Vec::new(), 0);
    for file in corpus::files(&root, folder) {
        let sources = SourceMap::of(&corpus::read(&file));
        let overrides = Overrides { rows: Some(40), seed: Some(5), ..Overrides::default() };
        let planned = Job::new(sources).dialect(dialect).overrides(overrides).plan(&mut Silent);
        let planned = match planned {
            Ok(planned) => planned,
            Err(JobError::NoTable { .. } | JobError::Plan { .. }) => continue,
            Err(error) => panic!("{}: {error}", file.display()),
        };
        let plan = planned.plan();
        let rows = |t: &seedbed_rows::TablePlan| (t.table, plan.complete_batch(t.table, 0..t.rows).rows);
        let mut tables: Vec<_> = plan.tables().iter().map(rows).collect();
        let mut runner = runner(1);
        for _ in 0..2 * tables.len() {
            let fault = fault().new_tree(&mut runner).expect("a fault").current();
            plant(&fault, &mut tables);
        }
        match agree(plan.schema(), &tables, 17, 3) {
            Ok(found) => violations += found.iter().map(|finding| finding.violations).sum::<u64>(),
            Err(told) => differing.push(format!("{}: {told}", file.display())),
        }
    }
    assert!(differing.is_empty(), "{}", differing.join("\n"));
    assert!(violations > 500 || corpus::is_narrowed(), "faults are found: {violations}");
}

/// Whether all judges find the same; what they find.
fn agree(
    schema: &Schema,
    tables: &[(TableId, RecordBatch)],
    batch_rows: usize,
    order: u64,
) -> Result<Vec<Finding>, String> {
    let mut judge = RowJudge::new(schema);
    tables.iter().for_each(|(table, rows)| judge.write(*table, rows));
    let want = judge.judge();
    let known: BTreeSet<String> = RowJudge::tables(schema).collect();
    let streamed = streamed(schema, tables, batch_rows);
    let threaded = threaded(schema, tables, batch_rows, order);
    let shared = shared(schema, tables, batch_rows, 3);
    for (name, report) in [("in order", &streamed), ("on threads", &threaded), ("in shares", &shared)] {
        let mut found = findings(report);
        found.retain(|finding| known.contains(&finding.table));
        if found != want {
            let differs = want.iter().zip(&found).find(|(want, found)| want != found);
            return Err(format!("{name}: {differs:#?}, of {} and {}", want.len(), found.len()));
        }
    }
    for (table, found) in streamed.tables.iter().chain(&shared.tables) {
        let columns = found.columns.iter().zip(&threaded.tables[table].columns);
        if let Some(differs) = columns.into_iter().find(|(one, other)| one != other) {
            return Err(format!("statistics of `{table}` depend on the order: {differs:#?}"));
        }
    }
    Ok(want)
}

fn streamed(schema: &Schema, tables: &[(TableId, RecordBatch)], batch_rows: usize) -> Report {
    let mut validator = Validator::new(schema);
    for (table, batch) in batches(tables, batch_rows) {
        validator.write(table, &batch.1).expect("arrays of known types");
    }
    validator.finish()
}

fn threaded(schema: &Schema, tables: &[(TableId, RecordBatch)], batch_rows: usize, order: u64) -> Report {
    let check = Check::new(schema);
    let mut shuffled = batches(tables, batch_rows);
    let mut state = order | 1;
    for at in (1..shuffled.len()).rev() {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        shuffled.swap(at, (state >> 33) as usize % (at + 1));
    }
    thread::scope(|scope| {
        for share in shuffled.chunks(shuffled.len().div_ceil(3).max(1)) {
            let check = &check;
            scope.spawn(move || {
                share.iter().for_each(|(table, (first, rows))| {
                    check.batch(*table, *first, rows).expect("arrays of known types");
                });
            });
        }
    });
    let again = |table: TableId, visit: &mut dyn FnMut(u64, &RecordBatch) -> Result<(), ValidateError>| {
        let all = batches(tables, batch_rows);
        all.iter().filter(|(of, _)| *of == table).try_for_each(|(_, (first, rows))| visit(*first, rows))
    };
    check.finish(&again).expect("rows that can be had again")
}

/// Each share of the rows is checked by itself, and what that leaves behind is joined.
fn shared(schema: &Schema, tables: &[(TableId, RecordBatch)], batch_rows: usize, shares: usize) -> Report {
    let all = batches(tables, batch_rows);
    let joined = Check::new(schema);
    for share in 0..shares {
        let check = Check::new(schema);
        for (table, (first, rows)) in all.iter().skip(share).step_by(shares) {
            check.batch(*table, *first, rows).expect("arrays of known types");
        }
        let mut summary = Vec::new();
        check.summarize(&mut summary).expect("written to memory");
        joined.join(&mut summary.as_slice()).expect("the summary of a share");
    }
    let again = |table: TableId, visit: &mut dyn FnMut(u64, &RecordBatch) -> Result<(), ValidateError>| {
        all.iter().filter(|(of, _)| *of == table).try_for_each(|(_, (first, rows))| visit(*first, rows))
    };
    joined.finish(&again).expect("rows that can be had again")
}

fn batches(tables: &[(TableId, RecordBatch)], batch_rows: usize) -> Vec<(TableId, (u64, RecordBatch))> {
    let of = |(table, rows): &(TableId, RecordBatch)| {
        let (table, rows) = (*table, rows.clone());
        (0..rows.num_rows()).step_by(batch_rows).map(move |start| {
            let len = batch_rows.min(rows.num_rows() - start);
            (table, (start as u64, rows.slice(start, len)))
        })
    };
    tables.iter().flat_map(of).collect()
}

/// Changes some cells of a table.
fn plant(fault: &Fault, tables: &mut [(TableId, RecordBatch)]) {
    if tables.is_empty() {
        return;
    }
    let at = fault.table.index(tables.len());
    let rows = &tables[at].1;
    if rows.num_rows() == 0 || rows.num_columns() == 0 {
        return;
    }
    let (row, other) = (fault.row.index(rows.num_rows()), fault.other.index(rows.num_rows()));
    let column = fault.column.index(rows.num_columns());
    let mut columns = rows.columns().to_vec();
    match fault.kind {
        FaultKind::Null => columns[column] = picked(&columns[column], row, None),
        FaultKind::Copy => columns[column] = picked(&columns[column], row, Some(other)),
        FaultKind::CopyRow => columns.iter_mut().for_each(|array| *array = picked(array, row, Some(other))),
        FaultKind::Far => columns[column] = far(&columns[column], row),
        FaultKind::Malformed => columns[column] = malformed(&columns[column], row),
    }
    let fields = rows.schema_ref().fields().iter().zip(&columns);
    let fields: Vec<Field> =
        fields.map(|(field, array)| Field::new(field.name(), array.data_type().clone(), true)).collect();
    tables[at].1 = RecordBatch::try_new(Arc::new(ArrowSchema::new(fields)), columns).expect("whole columns");
}

/// The column with the cell of another row, or NULL, in one row.
fn picked(array: &ArrayRef, row: usize, from: Option<usize>) -> ArrayRef {
    let places = (0..array.len()).map(|at| if at == row { from } else { Some(at) });
    let places: UInt64Array = places.map(|at| at.map(|at| at as u64)).collect();
    arrow_select::take::take(array, &places, None).expect("places in the array")
}

fn far(array: &ArrayRef, row: usize) -> ArrayRef {
    fn with<T: arrow_array::ArrowPrimitiveType>(array: &ArrayRef, row: usize, cell: T::Native) -> ArrayRef {
        let array = array.as_primitive::<T>();
        let cells = array.iter().enumerate().map(|(at, old)| if at == row { Some(cell) } else { old });
        let cells: arrow_array::PrimitiveArray<T> = cells.collect();
        Arc::new(cells.with_data_type(array.data_type().clone()))
    }
    match array.data_type() {
        DataType::Int64 => with::<Int64Type>(array, row, 1 << 40),
        DataType::Decimal128(..) => with::<Decimal128Type>(array, row, -(1 << 90)),
        DataType::Date32 => with::<Date32Type>(array, row, i32::MAX - 1),
        DataType::Timestamp(..) => with::<TimestampMicrosecondType>(array, row, i64::MIN + 1),
        DataType::Utf8 => {
            let cells = array.as_string::<i32>().iter().enumerate();
            let long = |old: &str| format!("{old}{}", "é ".repeat(300));
            let cells =
                cells.map(|(at, old)| old.map(|old| if at == row { long(old) } else { old.to_owned() }));
            Arc::new(cells.collect::<StringArray>())
        }
        _ => Arc::clone(array),
    }
}

fn malformed(array: &ArrayRef, row: usize) -> ArrayRef {
    let text = |at: usize| -> Option<String> {
        if array.is_null(at) {
            return None;
        }
        Some(match array.data_type() {
            DataType::Int64 => array.as_primitive::<Int64Type>().value(at).to_string(),
            DataType::Utf8 => array.as_string::<i32>().value(at).to_owned(),
            DataType::Dictionary(..) => {
                let list = array.as_dictionary::<UInt32Type>();
                list.values().as_string::<i32>().value(list.key(at)?).to_owned()
            }
            _ => return None,
        })
    };
    match array.data_type() {
        DataType::Int64 | DataType::Utf8 | DataType::Dictionary(..) => {
            let cells =
                (0..array.len()).map(|at| if at == row { Some("4x\u{e4}".to_owned()) } else { text(at) });
            Arc::new(cells.collect::<StringArray>())
        }
        _ => Arc::clone(array),
    }
}
