//! One batch's way through the constraints.
//!
//! For each row: which partitions it goes to, whether the keys of the shared sets are new, then every constraint in
//! turn, and the statistics of its columns. Cost: a look at each constraint of the table per row, and a fingerprint per
//! key.

use crate::cells::ColumnValues;
use crate::constraint::{CheckedConstraint, ReferenceRule, Rule, UniqueRule, UniqueTerm};
use crate::fingerprint::Fingerprint;
use crate::plan::TableConstraints;
use crate::report::Offender;
use crate::route::{Route, route};
use crate::row::{BatchRow, Columns};
use crate::statistics::Budget;
use crate::type_rule;
use crate::validator::TableState;
use seedbed_schema_model::{ColumnIdx, Expr, Schema, Table, TableId};
use seedbed_sql_semantics::{Context, EvaluateError, evaluate, truth};
use seedbed_sql_values::{KeyPartRule, Value, stored_value};
use std::collections::HashSet;

/// The state of a batch's check: the schema's side of it, and what of the validator's memory it writes to.
pub(crate) struct BatchCheck<'a, 's> {
    /// Whose tables and dialect apply.
    pub(crate) schema: &'s Schema,
    /// The table that the rows are of; of a partitioned table its root.
    pub(crate) root: TableId,
    /// The same table.
    pub(crate) top: &'s Table,
    /// What expressions over the root's columns are evaluated in.
    pub(crate) cx: Context<'s>,
    /// Fingerprints of keys, by the number that fills and rules name.
    pub(crate) sets: &'a mut Vec<HashSet<u128>>,
    /// How many distinct values may still be remembered.
    pub(crate) budget: &'a mut Budget,
    /// The buffer of the key that is being encoded.
    pub(crate) fingerprint: Fingerprint,
    /// Per fill: whether the row's key was new; `None` when it has none.
    pub(crate) fresh: Vec<Option<bool>>,
}

impl<'s> BatchCheck<'_, 's> {
    /// Adds what the server computes, where it can be computed here.
    pub(crate) fn complete(
        &mut self,
        mut columns: Columns,
        rows: usize,
        state: &mut TableState<'s>,
    ) -> Columns {
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

    /// The values of a generated column; `None` where a column that it reads is missing or the expression cannot be
    /// computed.
    fn generate(&self, expr: &Expr, columns: &Columns, rows: usize) -> Option<ColumnValues> {
        let known = expr.columns().iter().all(|c| columns.get(c.position()).is_some_and(Option::is_some));
        if !known {
            return None;
        }
        let values = (0..rows)
            .map(|row| evaluate(expr, &BatchRow { columns, row }, &self.cx))
            .collect::<Result<_, _>>();
        Some(ColumnValues { values: values.ok()?, malformed: Vec::new() })
    }

    /// Meets every constraint with a row.
    pub(crate) fn row(&mut self, row: &BatchRow<'_>, state: &mut TableState<'s>) {
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

    /// Counts the row's values into the statistics of the columns, as the server stores them.
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

    /// Puts the row's keys into the shared sets, and notes for each whether it was new. A key with a NULL in it is
    /// none.
    fn fill(&mut self, row: &BatchRow<'_>, route: &Route, plan: &TableConstraints<'s>) {
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

    /// Meets one constraint with a row and counts what it says. `number` is the row's in its table, from 0.
    fn check(
        &mut self,
        constraint: &mut CheckedConstraint<'s>,
        row: &BatchRow<'_>,
        route: &Route,
        number: u64,
    ) {
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
            RowVerdict::Passes => constraint.tally.pass(),
            RowVerdict::DoesNotApply => {}
            RowVerdict::Undecided(reason) => constraint.tally.undecided(reason),
            RowVerdict::Broken(reason) => {
                let values = constraint.values(row, self.top, self.schema);
                constraint.tally.fail(|| Offender { row: number, values, reason });
            }
        }
    }

    /// What a constraint says to a row, references apart.
    fn verdict(
        &mut self,
        constraint: &CheckedConstraint<'s>,
        row: &BatchRow<'_>,
        route: &Route,
    ) -> RowVerdict {
        match &constraint.rule {
            Rule::NotNull(c) => RowVerdict::of(!row.cell(*c).is_null()),
            Rule::Type(c) => self.value_type(*c, row),
            Rule::Check(expr) => self.condition(expr, row, constraint.owner, None),
            Rule::DomainCheck(c, expr) => {
                self.condition(expr, row, constraint.owner, Some(row.cell(*c).clone()))
            }
            Rule::SharedUnique { fill } => {
                self.fresh.get(*fill).copied().flatten().map_or(RowVerdict::Passes, RowVerdict::of)
            }
            Rule::Unique(rule) => self.unique(rule, row, constraint.owner),
            Rule::Unresolved => RowVerdict::of(constraint.columns.iter().any(|c| row.cell(*c).is_null())),
            Rule::Partition => match route {
                Route::Nowhere => RowVerdict::Broken(None),
                Route::Inside(_) => RowVerdict::Passes,
                Route::Unknown(_) => {
                    RowVerdict::Undecided("only the server can tell the partition".to_owned())
                }
            },
            Rule::Reference(_) | Rule::NotChecked => RowVerdict::DoesNotApply,
        }
    }

    /// Whether the column's type takes the value.
    fn value_type(&self, c: ColumnIdx, row: &BatchRow<'_>) -> RowVerdict {
        let column = &self.top[c];
        let cells = row.columns[c].as_ref();
        let malformed = cells.is_some_and(|cells| cells.malformed.binary_search(&row.row).is_ok());
        let broken = type_rule::broken(row.cell(c), malformed, column, self.top.options.strict, self.schema);
        broken.map_or(RowVerdict::Passes, |reason| RowVerdict::Broken(Some(reason.into_owned())))
    }

    /// A CHECK passes unless it is false; an error of the server refuses the row as well.
    fn condition(
        &self,
        expr: &Expr,
        row: &BatchRow<'_>,
        owner: TableId,
        domain_value: Option<Value>,
    ) -> RowVerdict {
        let owner = &self.schema[owner];
        let cx = Context { table: Some(owner), domain_value, ..self.cx.clone() };
        match truth(expr, &row.seen_as(owner, self.top), &cx) {
            Ok(truth) => RowVerdict::of(truth != Some(false)),
            Err(EvaluateError::Runtime { message }) => RowVerdict::Broken(Some(message)),
            Err(error) => RowVerdict::Undecided(error.to_string()),
        }
    }

    /// Whether a key with a set of its own is new. A row that the predicate leaves out has no key.
    fn unique(&mut self, rule: &UniqueRule<'s>, row: &BatchRow<'_>, owner: TableId) -> RowVerdict {
        let owner = &self.schema[owner];
        let mapped = row.seen_as(owner, self.top);
        let cx = Context { table: Some(owner), ..self.cx.clone() };
        match rule.predicate.map(|p| truth(p, &mapped, &cx)) {
            None | Some(Ok(Some(true))) => {}
            Some(Ok(_)) => return RowVerdict::DoesNotApply,
            Some(Err(error)) => return RowVerdict::of_error(error),
        }
        self.fingerprint.clear();
        for part in &rule.parts {
            let value = match part.term {
                UniqueTerm::Column(c) => row.cell(c).clone(),
                UniqueTerm::Expr(expr) => match evaluate(expr, &mapped, &cx) {
                    Ok(value) => value,
                    Err(error) => return RowVerdict::of_error(error),
                },
            };
            if value.is_null() && rule.nulls_distinct {
                return RowVerdict::Passes;
            }
            self.fingerprint.push(&value, part.rule, self.schema);
        }
        RowVerdict::of(self.sets[rule.set].insert(self.fingerprint.finish()))
    }

    /// Looks for the parent's key. A reference with a NULL in it is kept, but for a mixture under MATCH FULL (SQL:2016,
    /// §11.8); one whose parent has not come yet waits.
    fn reference(&mut self, constraint: &mut CheckedConstraint<'s>, row: &BatchRow<'_>, number: u64) {
        let nulls = constraint.columns.iter().filter(|c| row.cell(**c).is_null()).count();
        let whole = constraint.columns.len();
        let values = |constraint: &CheckedConstraint<'s>| constraint.values(row, self.top, self.schema);
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

/// A reference that is found counts; another waits for the end of all rows.
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
enum RowVerdict {
    /// The row keeps it.
    Passes,
    /// The row breaks it; with what is wrong, where the constraint alone does not tell.
    Broken(Option<String>),
    /// The row is none of the constraint's, such as one outside a partial index.
    DoesNotApply,
    /// Only the server can tell, and why.
    Undecided(String),
}

impl RowVerdict {
    /// The verdict of a yes or no.
    fn of(passes: bool) -> Self {
        if passes { Self::Passes } else { Self::Broken(None) }
    }

    /// What the server would raise breaks the row; what the evaluator does not know leaves it undecided.
    fn of_error(error: EvaluateError) -> Self {
        match error {
            EvaluateError::Runtime { message } => Self::Broken(Some(message)),
            error => Self::Undecided(error.to_string()),
        }
    }
}
