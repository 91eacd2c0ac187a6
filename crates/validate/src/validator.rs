//! Rows in, findings out.

use crate::cells::{self, Cells};
use crate::constraint::{Constraint, ReferenceRule, Rule, Term, UniqueRule};
use crate::error::ValidateError;
use crate::fingerprint::Fingerprint;
use crate::plan::{TablePlan, plan};
use crate::report::{ConstraintKind, Offender, Report, Summary, TableReport};
use crate::route::{Route, route};
use crate::row::{BatchRow, Columns};
use crate::statistics::{Budget, Statistics};
use crate::type_rule;
use arrow_array::RecordBatch;
use seedbed_schema_model::{ColumnIdx, Expr, Schema, Table, TableId};
use seedbed_sql_semantics::KeyPartRule;
use seedbed_sql_semantics::{Context, EvaluateError, Value, evaluate, stored_value, truth};
use std::collections::{BTreeMap, HashSet};

/// Distinct values that all columns together remember: 64 MB of halved fingerprints at most.
const DISTINCT_BUDGET: usize = 4_000_000;

/// Checks rows against a schema, batch by batch; see the crate's documentation for what it remembers.
#[derive(Debug)]
pub struct Validator<'s> {
    schema: &'s Schema,
    now_micros: i64,
    tables: Vec<TableState<'s>>,
    /// Fingerprints of keys, by the number that fills and rules name.
    sets: Vec<HashSet<u128>>,
    budget: Budget,
}

/// One root table on the way.
#[derive(Debug)]
struct TableState<'s> {
    plan: TablePlan<'s>,
    rows: u64,
    statistics: Vec<Statistics>,
    /// Why a column has no statistics.
    absent: Vec<Option<String>>,
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

    /// What `now()` answers in CHECKs, in microseconds since 1970-01-01 UTC; the epoch unless told.
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
        let mut pass = Pass {
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

fn count(summary: &mut Summary, constraint: &Constraint<'_>) {
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

/// One batch's way through the constraints.
struct Pass<'a, 's> {
    schema: &'s Schema,
    root: TableId,
    top: &'s Table,
    cx: Context<'s>,
    sets: &'a mut Vec<HashSet<u128>>,
    budget: &'a mut Budget,
    fingerprint: Fingerprint,
    /// Per fill: whether the row's key was new; `None` when it has none.
    fresh: Vec<Option<bool>>,
}

impl<'s> Pass<'_, 's> {
    /// Adds what the server computes, where it can be computed here.
    fn complete(&mut self, mut columns: Columns, rows: usize, state: &mut TableState<'s>) -> Columns {
        for (index, column) in self.top.columns_indexed() {
            let at = index.position();
            if columns[at].is_none() {
                let reason =
                    if column.generated.is_some() { "the server computes it" } else { "not in the rows" };
                state.absent[at].get_or_insert_with(|| reason.to_owned());
            }
        }
        for (index, column) in self.top.columns_indexed() {
            let at = index.position();
            if columns[at].is_none()
                && let Some(generated) = &column.generated
            {
                columns[at] = self.generate(&generated.expr, &columns, rows);
            }
        }
        columns
    }

    fn generate(&self, expr: &Expr, columns: &Columns, rows: usize) -> Option<Cells> {
        let known = expr.columns().iter().all(|c| columns.get(c.position()).is_some_and(Option::is_some));
        if !known {
            return None;
        }
        let values = (0..rows)
            .map(|row| evaluate(expr, &BatchRow { columns, row }, &self.cx))
            .collect::<Result<_, _>>();
        Some(Cells { values: values.ok()?, malformed: Vec::new() })
    }

    fn row(&mut self, row: &BatchRow<'_>, state: &mut TableState<'s>) {
        let route = if self.top.partitioning.is_some() {
            route(self.schema, self.root, row, &self.cx)
        } else {
            Route::Inside(Vec::new())
        };
        self.fill(row, &route, &state.plan);
        for constraint in &mut state.plan.constraints {
            self.check(constraint, row, &route, state.rows);
        }
        self.count(row, state);
    }

    fn count(&mut self, row: &BatchRow<'_>, state: &mut TableState<'s>) {
        for (index, column) in self.top.columns_indexed() {
            let at = index.position();
            if row.columns[at].is_none() || state.absent[at].is_some() {
                continue;
            }
            let value = stored_value(row.cell(index).clone(), column, self.schema);
            self.fingerprint.clear();
            self.fingerprint.push(
                &value,
                KeyPartRule { column: None, collation: None, prefix_length: None },
                self.schema,
            );
            let half = self.fingerprint.finish() as u64;
            state.statistics[at].add(&value, half, self.budget);
        }
    }

    fn fill(&mut self, row: &BatchRow<'_>, route: &Route, plan: &TablePlan<'s>) {
        for (fill, fresh) in plan.fills.iter().zip(&mut self.fresh) {
            *fresh = None;
            if !applies(fill.owner, self.root, route) || fill.columns.iter().any(|c| row.cell(*c).is_null()) {
                continue;
            }
            self.fingerprint.clear();
            for (column, rule) in fill.columns.iter().zip(&fill.rules) {
                self.fingerprint.push(row.cell(*column), *rule, self.schema);
            }
            *fresh = Some(self.sets[fill.set].insert(self.fingerprint.finish()));
        }
    }

    fn check(&mut self, constraint: &mut Constraint<'s>, row: &BatchRow<'_>, route: &Route, number: u64) {
        if !applies(constraint.owner, self.root, route) {
            if matches!(route, Route::Unknown(_)) {
                constraint
                    .tally
                    .undecided("which partition a row belongs to is for the server to tell".to_owned());
            }
            return;
        }
        if let Some(missing) = constraint.columns.iter().find(|c| row.columns[**c].is_none()) {
            let name = &self.top[*missing].name;
            constraint.tally.undecided(format!("column `{name}` is not in the rows"));
            return;
        }
        if let Rule::Reference(_) = constraint.rule {
            self.reference(constraint, row, number);
            return;
        }
        match self.verdict(constraint, row, route) {
            Verdict::Passes => constraint.tally.pass(),
            Verdict::DoesNotApply => {}
            Verdict::Undecided(reason) => constraint.tally.undecided(reason),
            Verdict::Broken(reason) => {
                let values = constraint.values(row, self.top, self.schema);
                constraint.tally.fail(|| Offender { row: number, values, reason });
            }
        }
    }

    fn verdict(&mut self, constraint: &Constraint<'s>, row: &BatchRow<'_>, route: &Route) -> Verdict {
        match &constraint.rule {
            Rule::NotNull(c) => Verdict::of(!row.cell(*c).is_null()),
            Rule::Type(c) => self.value_type(*c, row),
            Rule::Check(expr) => self.condition(expr, row, constraint.owner, None),
            Rule::DomainCheck(c, expr) => {
                self.condition(expr, row, constraint.owner, Some(row.cell(*c).clone()))
            }
            Rule::SharedUnique { fill } => {
                self.fresh.get(*fill).copied().flatten().map_or(Verdict::Passes, Verdict::of)
            }
            Rule::Unique(rule) => self.unique(rule, row, constraint.owner),
            Rule::Unresolved => Verdict::of(constraint.columns.iter().any(|c| row.cell(*c).is_null())),
            Rule::Partition => match route {
                Route::Nowhere => Verdict::Broken(None),
                Route::Inside(_) => Verdict::Passes,
                Route::Unknown(_) => Verdict::Undecided("only the server can tell the partition".to_owned()),
            },
            Rule::Reference(_) | Rule::NotChecked => Verdict::DoesNotApply,
        }
    }

    fn value_type(&self, c: ColumnIdx, row: &BatchRow<'_>) -> Verdict {
        let column = &self.top[c];
        let cells = row.columns[c].as_ref();
        let malformed = cells.is_some_and(|cells| cells.malformed.binary_search(&row.row).is_ok());
        let broken = type_rule::broken(row.cell(c), malformed, column, self.top.options.strict, self.schema);
        broken.map_or(Verdict::Passes, |reason| Verdict::Broken(Some(reason.into_owned())))
    }

    /// A CHECK passes unless it is false; an error of the server refuses the row as well.
    fn condition(
        &self,
        expr: &Expr,
        row: &BatchRow<'_>,
        owner: TableId,
        domain_value: Option<Value>,
    ) -> Verdict {
        let owner = &self.schema[owner];
        let cx = Context { table: Some(owner), domain_value, ..self.cx.clone() };
        match truth(expr, &row.seen_as(owner, self.top), &cx) {
            Ok(truth) => Verdict::of(truth != Some(false)),
            Err(EvaluateError::Runtime { message }) => Verdict::Broken(Some(message)),
            Err(error) => Verdict::Undecided(error.to_string()),
        }
    }

    fn unique(&mut self, rule: &UniqueRule<'s>, row: &BatchRow<'_>, owner: TableId) -> Verdict {
        let owner = &self.schema[owner];
        let mapped = row.seen_as(owner, self.top);
        let cx = Context { table: Some(owner), ..self.cx.clone() };
        match rule.predicate.map(|p| truth(p, &mapped, &cx)) {
            None | Some(Ok(Some(true))) => {}
            Some(Ok(_)) => return Verdict::DoesNotApply,
            Some(Err(error)) => return Verdict::of_error(error),
        }
        self.fingerprint.clear();
        for part in &rule.parts {
            let value = match part.term {
                Term::Column(c) => row.cell(c).clone(),
                Term::Expr(expr) => match evaluate(expr, &mapped, &cx) {
                    Ok(value) => value,
                    Err(error) => return Verdict::of_error(error),
                },
            };
            if value.is_null() && rule.nulls_distinct {
                return Verdict::Passes;
            }
            self.fingerprint.push(&value, part.rule, self.schema);
        }
        Verdict::of(self.sets[rule.set].insert(self.fingerprint.finish()))
    }

    fn reference(&mut self, constraint: &mut Constraint<'s>, row: &BatchRow<'_>, number: u64) {
        let nulls = constraint.columns.iter().filter(|c| row.cell(**c).is_null()).count();
        let whole = constraint.columns.len();
        let values = |constraint: &Constraint<'s>| constraint.values(row, self.top, self.schema);
        let Rule::Reference(rule) = &constraint.rule else { return };
        if nulls > 0 {
            if rule.match_full && nulls < whole {
                let values = values(constraint);
                let reason = Some("MATCH FULL takes no mixture of NULL and values".to_owned());
                constraint.tally.fail(|| Offender { row: number, values, reason });
            }
            return;
        }
        self.fingerprint.clear();
        for (column, part) in constraint.columns.iter().zip(&rule.rules) {
            // As the child stores it, then as the parent's column compares it.
            let value = stored_value(row.cell(*column).clone(), &self.top[*column], self.schema);
            self.fingerprint.push(&value, *part, self.schema);
        }
        let key = self.fingerprint.finish();
        let found = self.sets[rule.set].contains(&key);
        let shown = if found { Vec::new() } else { values(constraint) };
        constraint.tally.pass();
        if let Rule::Reference(rule) = &mut constraint.rule {
            settle_or_wait(rule, found, key, number, shown);
        }
    }
}

fn settle_or_wait(
    rule: &mut ReferenceRule<'_>,
    found: bool,
    key: u128,
    row: u64,
    values: Vec<Option<String>>,
) {
    if found {
        rule.resolved += 1;
    } else {
        rule.wait(key, row, || values);
    }
}

/// Whether a constraint of `owner` binds a row of `root` that went this way.
fn applies(owner: TableId, root: TableId, route: &Route) -> bool {
    owner == root
        || match route {
            Route::Inside(path) | Route::Unknown(path) => path.contains(&owner),
            Route::Nowhere => false,
        }
}

/// What a constraint says to a row.
enum Verdict {
    Passes,
    Broken(Option<String>),
    DoesNotApply,
    Undecided(String),
}

impl Verdict {
    fn of(passes: bool) -> Self {
        if passes { Self::Passes } else { Self::Broken(None) }
    }

    fn of_error(error: EvaluateError) -> Self {
        match error {
            EvaluateError::Runtime { message } => Self::Broken(Some(message)),
            error => Self::Undecided(error.to_string()),
        }
    }
}

#[cfg(test)]
mod tests;
