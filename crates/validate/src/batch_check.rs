//! One batch's way through the constraints, column by column.
//!
//! A row is looked at by itself only where its table is partitioned, where an expression needs it, and where a column as
//! a whole left a doubt. Which rows keep a key or a reference is told at the end: here they are only taken down.

use crate::ValidateError;
use crate::batch_column::BatchColumn;
use crate::cells::ColumnValues;
use crate::condition::EntryVerdicts;
use crate::constraint::{ApartRule, CheckedConstraint, CoveredRule, ReferenceRule, RowKey, Rule, UniqueRule};
use crate::key::form::KeyForm;
use crate::key::key_set::{KeySet, key_nulls};
use crate::key::memory::Memory;
use crate::key::reader::EncodedKey;
use crate::plan::{CheckPlan, KeyFill, RangeFill};
use crate::report::Offender;
use crate::route::{Route, route};
use crate::row::{BatchRow, Columns};
use crate::tally::Tally;
use crate::type_rule;
use crate::worker::{TableFindings, Worker};
use seedbed_schema_model::{ColumnIdx, Expr, Schema, Table, TableId};
use seedbed_sql_semantics::{Context, EvaluateError, evaluate};
use seedbed_sql_values::Value;

/// Why a column has no statistics: it is the server's to compute.
pub(crate) const COMPUTED: &str = "the server computes it";

/// Why a column has no statistics: some batch did not have it.
pub(crate) const NOT_IN_ROWS: &str = "not in the rows";

/// Bytes of text that a generated column of one batch may have: columns that put others together twice double with each
/// level.
const LONGEST_COLUMN: usize = 64 << 20;

/// A batch, and what it is checked against.
pub(crate) struct BatchCheck<'a, 's> {
    /// Whose tables and dialect apply.
    pub(crate) schema: &'s Schema,
    /// The constraints of all tables.
    pub(crate) plan: &'a CheckPlan<'s>,
    /// The table that the rows are of; of a partitioned table its root.
    pub(crate) root: TableId,
    /// The same table.
    pub(crate) top: &'s Table,
    /// What expressions over the root's columns are evaluated in.
    pub(crate) cx: Context<'s>,
    /// The memory of the sets.
    pub(crate) memory: &'a Memory,
    /// The batch's columns.
    pub(crate) columns: Columns<'s>,
    /// Rows of the batch.
    pub(crate) rows: usize,
    /// The number of the first.
    pub(crate) first_row: u64,
    /// The way of each row, where the table is partitioned.
    pub(crate) routes: Vec<Route>,
}

impl<'s> BatchCheck<'_, 's> {
    /// Adds what the server computes, where it can be computed here, and finds the way of each row.
    pub(crate) fn prepare(&mut self) {
        // One may read another that is declared behind it.
        while self.prepare_generated() {}
        if self.top.partitioning.is_some() {
            let columns = &self.columns;
            let partitions = &self.plan.partitions;
            let way = |row| route(partitions, self.schema, self.root, &BatchRow { columns, row }, &self.cx);
            self.routes = (0..self.rows).map(way).collect();
        }
    }

    /// Adds the generated columns whose expressions read columns that are there; whether there were any.
    fn prepare_generated(&mut self) -> bool {
        let mut found = false;
        for (index, column) in self.top.columns_indexed() {
            if self.columns[index].is_none()
                && let Some(generated) = &column.generated
                && let Some(values) = self.generate(&generated.expr)
            {
                let ty = self.schema.base_type(&column.ty);
                self.columns[index] = Some(BatchColumn::of_values(values, ty, self.schema));
                found = true;
            }
        }
        found
    }

    /// The values of a generated column; `None` where a column that it reads is missing or the expression cannot be
    /// computed, or is too long to be kept.
    fn generate(&self, expr: &Expr) -> Option<ColumnValues> {
        let known =
            expr.columns().iter().all(|c| self.columns.get(c.position()).is_some_and(Option::is_some));
        if !known {
            return None;
        }
        let mut room = LONGEST_COLUMN;
        let mut value = |row| {
            let value = evaluate(expr, &self.row(row), &self.cx).ok()?;
            if let Value::Text(text) = &value {
                room = room.checked_sub(text.len())?;
            }
            Some(value)
        };
        let values = (0..self.rows).map(&mut value).collect::<Option<Vec<Value>>>();
        Some(ColumnValues { values: values?, malformed: Vec::new() })
    }

    /// A row of the batch.
    pub(crate) fn row(&self, row: usize) -> BatchRow<'_, 's> {
        BatchRow { columns: &self.columns, row }
    }

    /// Takes down what the rows say to every constraint. `given` are the columns that the batch had itself.
    pub(crate) fn take_down(&self, given: &[bool], worker: &mut Worker) -> Result<(), ValidateError> {
        let constraints = &self.plan.tables[self.root];
        self.fill_sets(worker)?;
        let findings = worker.table(self.root, self.plan, self.schema);
        findings.rows += self.rows as u64;
        self.count(given, findings);
        let mut tallies = std::mem::take(&mut findings.tallies);
        let mut entries = std::mem::take(&mut findings.entries);
        let each = constraints.constraints.iter().zip(&mut tallies).zip(&mut entries);
        let met = each
            .into_iter()
            .try_for_each(|((constraint, tally), entries)| self.meet(constraint, tally, entries, worker));
        let findings = worker.table(self.root, self.plan, self.schema);
        (findings.tallies, findings.entries) = (tallies, entries);
        met
    }

    /// Puts the keys of rows that are not judged into the sets of all constraints.
    pub(crate) fn take_keys(&self, worker: &mut Worker) -> Result<(), ValidateError> {
        self.fill_sets(worker)?;
        for constraint in &self.plan.tables[self.root].constraints {
            if let Rule::Unique(rule) = &constraint.rule {
                let bound = self.rows_of(constraint);
                let is_there = |c: &ColumnIdx| self.columns[*c].is_some();
                if constraint.columns.iter().chain(&rule.reads).all(is_there) {
                    self.unique(rule, constraint, bound, &mut Tally::default(), worker)?;
                }
            }
        }
        Ok(())
    }

    /// Puts the rows' keys into the sets that several constraints share.
    fn fill_sets(&self, worker: &mut Worker) -> Result<(), ValidateError> {
        for fill in &self.plan.tables[self.root].fills {
            let planned = self.plan.sets[fill.set];
            let set = worker.sets[fill.set].get_or_insert_with(|| KeySet::new(planned.form, planned.unique));
            self.fill(fill, set)?;
        }
        for fill in &self.plan.tables[self.root].range_fills {
            self.fill_ranges(fill, worker);
        }
        Ok(())
    }

    /// Counts the columns' values. Those that were computed here say nothing of the rows.
    fn count(&self, given: &[bool], findings: &mut TableFindings) {
        for (index, column) in self.top.columns_indexed() {
            let at = index.position();
            match (&self.columns[index], given[at]) {
                (Some(cells), true) => findings.statistics[at].add(cells),
                _ if column.generated.is_some() => findings.absent[at] = Some(COMPUTED),
                _ => findings.absent[at] = Some(NOT_IN_ROWS),
            }
        }
        findings.sample.add(self.first_row, self.rows, &self.columns);
    }

    /// Puts the rows' keys into a shared set. A key with a NULL in it is none.
    fn fill(&self, fill: &KeyFill<'s>, set: &mut KeySet) -> Result<(), ValidateError> {
        if fill.owner == self.root {
            return set.extend(&fill.parts, &self.columns, self.rows, self.schema, self.memory);
        }
        let mut key = EncodedKey::default();
        for (row, way) in self.routes.iter().enumerate() {
            if applies(fill.owner, self.root, way) && key.encode(&fill.parts, &self.row(row), self.schema) {
                set.push(&key, self.memory)?;
            }
        }
        Ok(())
    }

    /// Takes down the ranges of rows that others refer to.
    fn fill_ranges(&self, fill: &RangeFill<'s>, worker: &mut Worker) {
        let list = worker.ranges[fill.ranges].get_or_insert_default();
        let mut key = EncodedKey::default();
        for row in 0..self.rows {
            let here = self.row(row);
            if key.encode(&fill.parts, &here, self.schema)
                && let Value::Range(set) = here.cell(fill.period)
            {
                list.push(&key.bytes, &set, self.number(row));
            }
        }
    }

    /// Takes down the ranges of an exclusion's rows.
    fn apart(
        &self,
        rule: &ApartRule<'s>,
        constraint: &CheckedConstraint<'s>,
        bound: Option<Vec<usize>>,
        tally: &mut Tally,
        worker: &mut Worker,
    ) {
        let list = worker.ranges[rule.ranges].get_or_insert_default();
        let owner = &self.schema[constraint.owner];
        let cx = Context { table: Some(owner), ..self.cx.clone() };
        let mut key = EncodedKey::default();
        for row in bound.unwrap_or_else(|| (0..self.rows).collect()) {
            let here = self.row(row);
            let found = rule.equal.key(&here, owner, self.top, &self.cx, &mut key);
            let range = match found {
                Ok(RowKey::Found) => rule.term.evaluate(&here.seen_as(owner, self.top), &cx).map(Some),
                Ok(RowKey::Free) => Ok(Some(None)),
                Ok(RowKey::Outside) => Ok(None),
                Err(error) => Err(error),
            };
            match range {
                Ok(None) => {}
                Ok(Some(range)) => {
                    tally.pass(1);
                    if let Some(range) = range {
                        list.push(&key.bytes, &range, self.number(row));
                    }
                }
                Err(error) => match RowVerdict::of_error(error) {
                    RowVerdict::Undecided(reason) => tally.undecided(self.number(row), || reason),
                    RowVerdict::Broken(reason) => {
                        tally.fail(self.number(row), || self.offender(constraint, row, reason));
                    }
                    RowVerdict::Passes | RowVerdict::DoesNotApply => {}
                },
            }
        }
    }

    /// Takes down the periods that have to be covered. One with a NULL beside it is.
    fn covered(
        &self,
        rule: &CoveredRule<'s>,
        bound: Option<Vec<usize>>,
        tally: &mut Tally,
        worker: &mut Worker,
    ) {
        let list = worker.ranges[rule.ranges].get_or_insert_default();
        let mut key = EncodedKey::default();
        for row in bound.unwrap_or_else(|| (0..self.rows).collect()) {
            let here = self.row(row);
            if key.encode(&rule.parts, &here, self.schema)
                && let Value::Range(set) = here.cell(rule.period)
            {
                tally.pass(1);
                list.push(&key.bytes, &set, self.number(row));
            }
        }
    }

    /// A row that breaks the constraint of this number, as it is told; the row by its number in the table.
    pub(crate) fn offender_at(&self, constraint: usize, number: u64, reason: Option<String>) -> Offender {
        let constraint = &self.plan.tables[self.root].constraints[constraint];
        self.offender(constraint, (number - self.first_row) as usize, reason)
    }

    /// Meets one constraint with all rows to which it applies.
    fn meet(
        &self,
        constraint: &CheckedConstraint<'s>,
        tally: &mut Tally,
        entries: &mut EntryVerdicts,
        worker: &mut Worker,
    ) -> Result<(), ValidateError> {
        let bound = self.bound_rows(constraint, tally);
        if bound.as_ref().is_some_and(Vec::is_empty) || self.rows == 0 {
            return Ok(());
        }
        let read_too = match &constraint.rule {
            Rule::Unique(rule) => rule.reads.as_slice(),
            Rule::Apart(rule) => rule.equal.reads.as_slice(),
            _ => &[],
        };
        if let Some(missing) = constraint.columns.iter().chain(read_too).find(|c| self.columns[**c].is_none())
        {
            let name = &self.top[*missing].name;
            let first = bound.as_ref().and_then(|rows| rows.first().copied()).unwrap_or(0);
            tally.undecided(self.number(first), || format!("column `{name}` is not in the rows"));
            return Ok(());
        }
        match &constraint.rule {
            Rule::Unique(rule) => self.unique(rule, constraint, bound, tally, worker)?,
            Rule::Reference(rule) => self.reference(rule, constraint, bound, tally, worker)?,
            Rule::Apart(rule) => self.apart(rule, constraint, bound, tally, worker),
            Rule::Covered(rule) => self.covered(rule, bound, tally, worker),
            _ => self.judge(constraint, bound, tally, entries),
        }
        Ok(())
    }

    /// The rows that a constraint of a partition binds; `None` for all of the batch.
    fn bound_rows(&self, constraint: &CheckedConstraint<'s>, tally: &mut Tally) -> Option<Vec<usize>> {
        let bound = self.rows_of(constraint)?;
        for (row, way) in self.routes.iter().enumerate() {
            if matches!(way, Route::Unknown(_)) && !applies(constraint.owner, self.root, way) {
                let reason = || "which partition a row belongs to is for the server to tell".to_owned();
                tally.undecided(self.number(row), reason);
            }
        }
        Some(bound)
    }

    /// The rows to which a constraint of a partition applies; `None` for all of the batch.
    pub(crate) fn rows_of(&self, constraint: &CheckedConstraint<'s>) -> Option<Vec<usize>> {
        let applies_to = |row: &usize| applies(constraint.owner, self.root, &self.routes[*row]);
        (constraint.owner != self.root).then(|| (0..self.routes.len()).filter(applies_to).collect())
    }

    /// Meets a constraint that each row keeps or breaks by itself.
    fn judge(
        &self,
        constraint: &CheckedConstraint<'s>,
        bound: Option<Vec<usize>>,
        tally: &mut Tally,
        entries: &mut EntryVerdicts,
    ) {
        let doubtful = match (&constraint.rule, bound) {
            (_, Some(bound)) => bound,
            (rule, None) => {
                let doubtful = self.doubtful(rule, entries);
                tally.pass((self.rows - doubtful.len()) as u64);
                doubtful
            }
        };
        for row in doubtful {
            match self.verdict(constraint, row) {
                RowVerdict::Passes => tally.pass(1),
                RowVerdict::DoesNotApply => {}
                RowVerdict::Undecided(reason) => tally.undecided(self.number(row), || reason),
                RowVerdict::Broken(reason) => {
                    tally.fail(self.number(row), || self.offender(constraint, row, reason));
                }
            }
        }
    }

    /// The rows of the batch that may not keep a rule, in order.
    pub(crate) fn doubtful(&self, rule: &Rule<'s>, entries: &mut EntryVerdicts) -> Vec<usize> {
        match rule {
            Rule::NotNull(c) => match self.columns[*c].as_ref().and_then(|cells| cells.nulls.as_ref()) {
                Some(nulls) => (0..self.rows).filter(|row| nulls.is_null(*row)).collect(),
                None => Vec::new(),
            },
            Rule::Type(c) => match &self.columns[*c] {
                Some(cells) => {
                    let column = &self.top[*c];
                    type_rule::doubtful(cells, column, self.top.options.strict, self.schema, entries)
                }
                None => Vec::new(),
            },
            Rule::Check(condition) => condition.doubtful(&self.columns, self.rows, &self.cx, entries),
            Rule::SharedUnique { .. } => Vec::new(),
            Rule::Partition => {
                let inside = |row: &usize| matches!(self.routes.get(*row), Some(Route::Inside(_)));
                (0..self.rows).filter(|row| !inside(row)).collect()
            }
            Rule::Unresolved
            | Rule::NotChecked
            | Rule::Unique(_)
            | Rule::Reference(_)
            | Rule::Apart(_)
            | Rule::Covered(_) => (0..self.rows).collect(),
        }
    }

    /// What a constraint says to a row, keys and references apart.
    pub(crate) fn verdict(&self, constraint: &CheckedConstraint<'s>, row: usize) -> RowVerdict {
        let here = self.row(row);
        match &constraint.rule {
            Rule::NotNull(c) => RowVerdict::of(!here.is_null(*c)),
            Rule::Type(c) => self.value_type(*c, row),
            Rule::Check(condition) => match condition.truth(&here, &self.cx) {
                Ok(truth) => RowVerdict::of(truth != Some(false)),
                Err(error) => RowVerdict::of_error(error),
            },
            Rule::SharedUnique { .. } => RowVerdict::Passes,
            Rule::Unresolved => RowVerdict::of(constraint.columns.iter().any(|c| here.is_null(*c))),
            Rule::Partition => match self.routes.get(row) {
                Some(Route::Nowhere) => RowVerdict::Broken(None),
                Some(Route::Inside(_)) | None => RowVerdict::Passes,
                Some(Route::Unknown(_)) => {
                    RowVerdict::Undecided("only the server can tell the partition".to_owned())
                }
            },
            Rule::Unique(_) | Rule::Reference(_) | Rule::Apart(_) | Rule::Covered(_) | Rule::NotChecked => {
                RowVerdict::DoesNotApply
            }
        }
    }

    /// Whether the column's type takes the value.
    fn value_type(&self, c: ColumnIdx, row: usize) -> RowVerdict {
        let Some(cells) = &self.columns[c] else { return RowVerdict::Passes };
        let read = cells.values();
        let Some(value) = read.values.get(row) else { return RowVerdict::Passes };
        let malformed = read.malformed.binary_search(&row).is_ok();
        let broken =
            type_rule::refused_by_type(value, malformed, &self.top[c], self.top.options.strict, self.schema);
        broken.map_or(RowVerdict::Passes, |reason| RowVerdict::Broken(Some(reason.into_owned())))
    }

    /// Takes down the keys of a constraint with a set of its own.
    fn unique(
        &self,
        rule: &UniqueRule<'s>,
        constraint: &CheckedConstraint<'s>,
        bound: Option<Vec<usize>>,
        tally: &mut Tally,
        worker: &mut Worker,
    ) -> Result<(), ValidateError> {
        let set = worker.sets[rule.set].get_or_insert_with(|| KeySet::new(KeyForm::Fingerprint, true));
        if let (Some(parts), None) = (rule.columns(), &bound) {
            tally.pass(self.rows as u64);
            return set.extend(&parts, &self.columns, self.rows, self.schema, self.memory);
        }
        let owner = &self.schema[constraint.owner];
        let mut key = EncodedKey::default();
        for row in bound.unwrap_or_else(|| (0..self.rows).collect()) {
            match rule.key(&self.row(row), owner, self.top, &self.cx, &mut key) {
                Ok(RowKey::Outside) => {}
                Ok(RowKey::Free) => tally.pass(1),
                Ok(RowKey::Found) => {
                    tally.pass(1);
                    set.push(&key, self.memory)?;
                }
                Err(error) => match RowVerdict::of_error(error) {
                    RowVerdict::Undecided(reason) => tally.undecided(self.number(row), || reason),
                    RowVerdict::Broken(reason) => {
                        tally.fail(self.number(row), || self.offender(constraint, row, reason));
                    }
                    RowVerdict::Passes | RowVerdict::DoesNotApply => {}
                },
            }
        }
        Ok(())
    }

    /// Takes down what is referred to. A reference with a NULL in it is kept, but for a mixture under MATCH FULL
    /// (SQL:2016, §11.8).
    fn reference(
        &self,
        rule: &ReferenceRule<'s>,
        constraint: &CheckedConstraint<'s>,
        bound: Option<Vec<usize>>,
        tally: &mut Tally,
        worker: &mut Worker,
    ) -> Result<(), ValidateError> {
        let form = self.plan.sets[rule.set].form;
        let set = worker.references[rule.references].get_or_insert_with(|| KeySet::new(form, false));
        let nulls = key_nulls(&rule.parts, &self.columns);
        let null_rows = nulls.as_ref().map_or(0, |nulls| nulls.null_count());
        if bound.is_none() && (null_rows == 0 || !rule.match_full) {
            tally.pass((self.rows - null_rows) as u64);
            return set.extend(&rule.parts, &self.columns, self.rows, self.schema, self.memory);
        }
        let mut key = EncodedKey::default();
        for row in bound.unwrap_or_else(|| (0..self.rows).collect()) {
            let here = self.row(row);
            if key.encode(&rule.parts, &here, self.schema) {
                tally.pass(1);
                set.push(&key, self.memory)?;
            } else if rule.match_full && !constraint.columns.iter().all(|c| here.is_null(*c)) {
                let reason = "MATCH FULL takes no mixture of NULL and values".to_owned();
                tally.fail(self.number(row), || self.offender(constraint, row, Some(reason)));
            }
        }
        Ok(())
    }

    /// The number of a row in its table.
    pub(crate) fn number(&self, row: usize) -> u64 {
        self.first_row + row as u64
    }

    /// A row that breaks a constraint, as it is told.
    pub(crate) fn offender(
        &self,
        constraint: &CheckedConstraint<'s>,
        row: usize,
        reason: Option<String>,
    ) -> Offender {
        let values = constraint.values(&self.row(row), self.top, self.schema);
        Offender { row: self.number(row), values, reason }
    }
}

/// Whether a constraint of `owner` binds a row of `root` that went this way.
pub(crate) fn applies(owner: TableId, root: TableId, way: &Route) -> bool {
    owner == root
        || match way {
            Route::Inside(path) | Route::Unknown(path) => path.contains(&owner),
            Route::Nowhere => false,
        }
}

/// What a constraint says to a row.
pub(crate) enum RowVerdict {
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
