//! CHECK conditions on batches.
//!
//! The evaluator of `sql-semantics` alone says that a row breaks a condition. What stands here spares asking it for each
//! row: a condition that holds of the least and of the greatest value of a batch, and cannot fail between them, holds of
//! all; one over a column that picks from a list is asked once for each entry; others go through a program
//! ([`Program`]) that knows when it is sure that a row passes.

mod convex;

use crate::batch_column::{BatchColumn, Cells};
use crate::row::{BatchRow, Columns, in_root};
use arrow_array::StringArray;
use seedbed_schema_model::{ColumnIdx, Expr, Schema, SqlType, Table};
use seedbed_sql_semantics::{Cell, CellRow, Context, EvaluateError, Program, Row, truth};
use seedbed_sql_values::Value;

/// A condition with the ways to be sure of it.
#[derive(Debug)]
pub(crate) struct Condition<'s> {
    expr: &'s Expr,
    /// The table whose columns the expression reads.
    owner: &'s Table,
    /// The table whose rows arrive.
    root: &'s Table,
    /// The root's column that `VALUE` is, of a domain's condition.
    domain: Option<ColumnIdx>,
    /// The root's only column that it reads.
    only: Option<ColumnIdx>,
    /// Whether it cannot fail between two values of `only` that it holds of.
    convex: bool,
    /// What is sure that a row passes, or does not.
    program: Option<Program>,
}

/// What is known of a condition and the entries of a list.
#[derive(Debug, Default)]
pub(crate) struct EntryVerdicts {
    entries: Option<StringArray>,
    /// By entry; `None` while nobody has asked.
    passes: Vec<Option<bool>>,
}

impl<'s> Condition<'s> {
    /// A condition of a table, whose rows arrive in `root`.
    pub(crate) fn of_table(expr: &'s Expr, owner: &'s Table, root: &'s Table, schema: &Schema) -> Self {
        let mut columns: Vec<Option<ColumnIdx>> =
            expr.columns().into_iter().map(|column| in_root(column, owner, root)).collect();
        columns.sort_unstable();
        columns.dedup();
        let only = match columns.as_slice() {
            [Some(only)] => Some(*only),
            _ => None,
        };
        let convex =
            only.is_some_and(|only| convex::is_convex(expr, root.columns.get(only.position()), schema));
        let cx = Context::new(schema, Some(root));
        // Rows of a partition, whose columns may be in another order, go to the evaluator.
        let program = std::ptr::eq(owner, root).then(|| Program::compile(expr, &cx, None)).flatten();
        Self { expr, owner, root, domain: None, only, convex, program }
    }

    /// A condition of a domain on a column of `root`.
    pub(crate) fn of_domain(
        expr: &'s Expr,
        column: ColumnIdx,
        owner: &'s Table,
        root: &'s Table,
        schema: &Schema,
    ) -> Self {
        let convex = convex::is_convex(expr, root.columns.get(column.position()), schema);
        let program =
            Program::compile(expr, &Context::new(schema, None), root.columns.get(column.position()));
        Self { expr, owner, root, domain: Some(column), only: Some(column), convex, program }
    }

    /// The rows that may break the condition, in order: all others surely pass.
    pub(crate) fn doubtful(
        &self,
        columns: &Columns<'_>,
        rows: usize,
        cx: &Context<'_>,
        known: &mut EntryVerdicts,
    ) -> Vec<usize> {
        let column = self.only.and_then(|only| columns.get(only.position())?.as_ref());
        if let Some(column) = column {
            if self.convex && self.holds_between(column, cx) {
                return Vec::new();
            }
            if let Cells::Dictionary(keys, entries) = &column.cells {
                let passes = |value: &Value| matches!(self.truth_of(value, cx), Ok(Some(true) | None));
                let mut doubtful =
                    known.doubtful_picks(keys, entries, column, |text| passes(&column.parsed(text)));
                if column.null_count() > 0 && !passes(&Value::Null) {
                    doubtful.extend((0..rows).filter(|row| column.is_null(*row)));
                    doubtful.sort_unstable();
                }
                return doubtful;
            }
        }
        let asked =
            |row: &usize| matches!(self.truth(&BatchRow { columns, row: *row }, cx), Ok(Some(true) | None));
        let Some(program) = &self.program else {
            return (0..rows).filter(|row| !asked(row)).collect();
        };
        let mut run = program.run();
        let mut sure = |row: &usize| {
            let cells = ConditionRow { columns, row: *row, domain: self.domain };
            matches!(run.truth(&cells), Some(Some(true) | None))
        };
        (0..rows).filter(|row| !sure(row) && !asked(row)).collect()
    }

    /// Whether it holds of both ends of a batch and of NULL, if there is one.
    fn holds_between(&self, column: &BatchColumn<'_>, cx: &Context<'_>) -> bool {
        // The ends say something of what is between them only where all are of one kind, and none is "not a number".
        let of_one_kind = match &column.cells {
            Cells::Long(..) | Cells::Decimal(..) => true,
            Cells::Float(cells) => cells.iter().all(|cell| cell.is_finite()),
            _ => false,
        };
        if !of_one_kind {
            return false;
        }
        let sure = |value: &Value| matches!(self.truth_of(value, cx), Ok(Some(true)));
        let null =
            column.null_count() == 0 || matches!(self.truth_of(&Value::Null, cx), Ok(Some(true) | None));
        null && match column.extent() {
            Some((low, high)) => sure(low) && sure(high),
            None => column.null_count() == column.rows,
        }
    }

    /// The condition's truth of a row.
    pub(crate) fn truth(
        &self,
        row: &BatchRow<'_, '_>,
        cx: &Context<'_>,
    ) -> Result<Option<bool>, EvaluateError> {
        let owner = self.owner;
        let domain_value = self.domain.map(|column| row.cell(column));
        let cx = Context { table: Some(owner), domain_value, domain_type: self.domain_type(), ..cx.clone() };
        truth(self.expr, &row.seen_as(owner, self.root), &cx)
    }

    /// The condition's truth where its only column has a value.
    fn truth_of(&self, value: &Value, cx: &Context<'_>) -> Result<Option<bool>, EvaluateError> {
        let owner = self.owner;
        let domain_value = self.domain.map(|_| value.clone());
        let cx = Context { table: Some(owner), domain_value, domain_type: self.domain_type(), ..cx.clone() };
        truth(self.expr, &OneValue(value), &cx)
    }

    /// The type of the column that `VALUE` is.
    fn domain_type(&self) -> Option<&'s SqlType> {
        self.domain.and_then(|column| self.root.columns.get(column.position())).map(|column| &column.ty)
    }
}

impl EntryVerdicts {
    /// The rows, in order, whose entry does not pass; each entry is asked about once. NULLs are left out.
    pub(crate) fn doubtful_picks(
        &mut self,
        keys: &[u32],
        entries: &StringArray,
        column: &BatchColumn<'_>,
        passes: impl Fn(&str) -> bool,
    ) -> Vec<usize> {
        self.remember(entries);
        let mut sure = |key: usize| match self.passes.get_mut(key) {
            Some(Some(passes)) => *passes,
            Some(unknown) => *unknown.insert(passes(entries.value(key))),
            None => false,
        };
        let there = keys.iter().enumerate().filter(|(row, _)| !column.is_null(*row));
        there.filter(|(_, key)| !sure(**key as usize)).map(|(row, _)| row).collect()
    }

    /// Forgets what is known of another list.
    fn remember(&mut self, entries: &StringArray) {
        let same = self.entries.as_ref().is_some_and(|known| same_list(known, entries));
        if !same {
            self.entries = Some(entries.clone());
            self.passes = vec![None; arrow_array::Array::len(entries)];
        }
    }
}

/// Whether two arrays are one and the same list in memory.
pub(crate) fn same_list(a: &StringArray, b: &StringArray) -> bool {
    a.value_offsets().len() == b.value_offsets().len()
        && a.value_offsets().as_ptr() == b.value_offsets().as_ptr()
        && a.value_data().as_ptr() == b.value_data().as_ptr()
}

/// A row as a program reads it.
struct ConditionRow<'b, 's> {
    columns: &'b Columns<'s>,
    row: usize,
    domain: Option<ColumnIdx>,
}

impl<'b> CellRow<'b> for ConditionRow<'b, '_> {
    fn cell(&self, column: ColumnIdx) -> Cell<'b> {
        let cells = self.columns.get(column.position()).and_then(Option::as_ref);
        cells.map_or(Cell::Null, |cells| cells.cell(self.row))
    }

    fn domain_value(&self) -> Cell<'b> {
        self.domain.map_or(Cell::Other, |column| self.cell(column))
    }
}

/// A row of which only one column is read.
struct OneValue<'v>(&'v Value);

impl Row for OneValue<'_> {
    fn value(&self, _: ColumnIdx) -> Value {
        self.0.clone()
    }
}
