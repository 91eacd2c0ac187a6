//! Rows in, findings out.
//!
//! A [`Validator`] holds the plan of every table and what the rows have left behind: tallies, statistics, sets of
//! fingerprints. Each batch passes through a `BatchCheck`; the end settles the references that waited.

use crate::batch_check::BatchCheck;
use crate::cells;
use crate::constraint::{CheckedConstraint, Rule};
use crate::error::ValidateError;
use crate::fingerprint::Fingerprint;
use crate::plan::{TableConstraints, plan};
use crate::report::{ConstraintKind, Report, Summary, TableReport};
use crate::row::{BatchRow, Columns};
use crate::statistics::{Budget, Statistics};
use arrow_array::RecordBatch;
use seedbed_schema_model::{Schema, TableId};
use seedbed_sql_semantics::Context;
use std::collections::{BTreeMap, HashSet};

/// Distinct values that all columns together remember: 64 MB of halved fingerprints at most.
const DISTINCT_BUDGET: usize = 4_000_000;

/// Checks rows against a schema, batch by batch; see the crate's documentation for what it remembers.
#[derive(Debug)]
pub struct Validator<'s> {
    /// What the rows are checked against.
    schema: &'s Schema,
    /// What `now()` answers, in microseconds since 1970-01-01 UTC.
    now_micros: i64,
    /// A state a table, by its number; those of partitions stay as they are.
    tables: Vec<TableState<'s>>,
    /// Fingerprints of keys, by the number that fills and rules name.
    sets: Vec<HashSet<u128>>,
    /// Distinct values that may still be remembered.
    budget: Budget,
}

/// What one root table's rows meet, and what they have left behind so far.
#[derive(Debug)]
pub(crate) struct TableState<'s> {
    /// What its rows meet.
    pub(crate) plan: TableConstraints<'s>,
    /// Rows read so far.
    pub(crate) rows: u64,
    /// A column's statistics, in the table's order.
    pub(crate) statistics: Vec<Statistics>,
    /// Why a column has no statistics.
    pub(crate) absent: Vec<Option<String>>,
}

impl<'s> Validator<'s> {
    /// A validator that has seen no row.
    pub fn new(schema: &'s Schema) -> Self {
        let (plans, sets) = plan(schema);
        let tables = plans
            .into_iter()
            .zip(&schema.tables)
            .map(|(plan, table)| TableState {
                plan,
                rows: 0,
                statistics: table.columns.iter().map(|_| Statistics::default()).collect(),
                absent: vec![None; table.columns.len()],
            })
            .collect();
        Self { schema, now_micros: 0, tables, sets, budget: Budget(DISTINCT_BUDGET) }
    }

    /// What `now()` answers in CHECKs, in microseconds since 1970-01-01 UTC; the epoch unless told. The crate reads no
    /// clock.
    #[must_use]
    pub fn with_now(mut self, micros: i64) -> Self {
        self.now_micros = micros;
        self
    }

    /// Checks a batch. Tables may come in any order and in turns; rows of a partition may be given under the
    /// partition or its root, which is checked to take them.
    ///
    /// # Errors
    /// [`ValidateError`] when the batch is not of the table's shape; nothing of it is counted then.
    pub fn write(&mut self, table: TableId, batch: &RecordBatch) -> Result<(), ValidateError> {
        if table.position() >= self.schema.tables.len() {
            return Err(ValidateError::UnknownTable(table.0));
        }
        let root = self.schema.partition_root(table);
        let columns = self.read(root, batch)?;
        let Some(state) = self.tables.get_mut(root.position()) else {
            return Err(ValidateError::UnknownTable(root.0));
        };
        let mut pass = BatchCheck {
            schema: self.schema,
            root,
            top: &self.schema[root],
            cx: Context {
                now_micros: self.now_micros,
                ..Context::new(self.schema, Some(&self.schema[root]))
            },
            sets: &mut self.sets,
            budget: &mut self.budget,
            fingerprint: Fingerprint::default(),
            fresh: vec![None; state.plan.fills.len()],
        };
        let columns = pass.complete(columns, batch.num_rows(), state);
        for row in 0..batch.num_rows() {
            pass.row(&BatchRow { columns: &columns, row }, state);
            state.rows += 1;
        }
        Ok(())
    }

    /// The batch's columns in the table's order.
    fn read(&self, root: TableId, batch: &RecordBatch) -> Result<Columns, ValidateError> {
        let table = &self.schema[root];
        let mut columns: Columns = Vec::new();
        columns.resize_with(table.columns.len(), || None);
        for (field, array) in batch.schema_ref().fields().iter().zip(batch.columns()) {
            let unknown = || ValidateError::UnknownColumn {
                table: table.name.to_string(),
                field: field.name().clone(),
            };
            let index = table.column_named(field.name()).ok_or_else(unknown)?;
            let read = cells::read(array.as_ref(), self.schema.base_type(&table[index].ty), self.schema);
            columns[index] = Some(read.ok_or_else(|| ValidateError::ColumnType {
                table: table.name.to_string(),
                column: field.name().clone(),
                found: field.data_type().clone(),
            })?);
        }
        Ok(columns)
    }

    /// Settles the references that wait for a parent, and reports.
    pub fn finish(self) -> Report {
        let Self { schema, tables, sets, .. } = self;
        let mut report = Report { summary: Summary::default(), tables: BTreeMap::new() };
        let (mut references, mut resolved) = (0, 0);
        for ((id, table), state) in schema.tables_indexed().zip(tables) {
            if schema.partition_root(id) != id {
                continue;
            }
            let mut found = TableReport { rows: state.rows, ..TableReport::default() };
            for mut constraint in state.plan.constraints {
                if let Rule::Reference(rule) = &mut constraint.rule {
                    let parents = &sets[rule.set];
                    rule.settle(&mut constraint.tally, |key| parents.contains(&key));
                    references += constraint.tally.rows_checked;
                    resolved += rule.resolved;
                }
                count(&mut report.summary, &constraint);
                found.constraints.push(constraint.report(table));
            }
            for ((statistics, absent), column) in
                state.statistics.iter().zip(state.absent).zip(&table.columns)
            {
                let mut column = statistics.report(column, schema);
                column.not_checked = absent;
                found.columns.push(column);
            }
            report.summary.rows += state.rows;
            report.tables.insert(table.name.to_string(), found);
        }
        report.summary.fk_coverage = if references == 0 { 1.0 } else { resolved as f64 / references as f64 };
        report
    }
}

fn count(summary: &mut Summary, constraint: &CheckedConstraint<'_>) {
    let total = match constraint.kind {
        ConstraintKind::PrimaryKey => &mut summary.pk_duplicates,
        ConstraintKind::NotNull => &mut summary.not_null_violations,
        ConstraintKind::Unique | ConstraintKind::Exclusion => &mut summary.unique_violations,
        ConstraintKind::Check => &mut summary.check_violations,
        ConstraintKind::ForeignKey => &mut summary.fk_violations,
        ConstraintKind::Type => &mut summary.type_violations,
        ConstraintKind::Partition => &mut summary.partition_violations,
    };
    *total += constraint.tally.violations;
    summary.not_checked += u64::from(constraint.tally.not_checked.is_some());
}

#[cfg(test)]
mod tests;
