//! The constraints of a table, made ready to meet its rows.
//!
//! A [`CheckedConstraint`] is a rule and the facts of its report. The plan makes one for each constraint that the schema
//! declares, `batch_check` meets each with every batch and keeps a `Tally` for it. Rules name sets of keys by number,
//! since a unique key and a reference to it share one.

use crate::condition::Condition;
use crate::key::reader::{ColumnPart, EncodedKey};
use crate::report::{ConstraintKind, ConstraintReport};
use crate::row::{BatchRow, in_root};
use crate::statistics::shown;
use crate::tally::Tally;
use seedbed_schema_model::{ColumnIdx, Expr, Schema, Table, TableId};
use seedbed_sql_semantics::{Context, EvaluateError, RangeTerm, evaluate, truth};
use seedbed_sql_values::KeyPartRule;

/// One constraint. Column numbers are those of the root table, whose rows arrive.
#[derive(Debug)]
pub(crate) struct CheckedConstraint<'s> {
    /// The name that the schema gives it, or what it says: `CHECK (price > 0)`.
    pub(crate) name: String,
    /// What it counts as in the report's summary.
    pub(crate) kind: ConstraintKind,
    /// The table that declares it: the root or one of its partitions.
    pub(crate) owner: TableId,
    /// The columns that it reads; a batch without one of them leaves it undecided.
    pub(crate) columns: Vec<ColumnIdx>,
    /// What it asks of a row.
    pub(crate) rule: Rule<'s>,
    /// Why it is not checked, known before any row.
    pub(crate) not_checked: Option<String>,
}

/// What a constraint asks of a row.
#[derive(Debug)]
pub(crate) enum Rule<'s> {
    /// The column holds a value.
    NotNull(ColumnIdx),
    /// The column's value is one of its type: see `type_rule`.
    Type(ColumnIdx),
    /// The condition is true or unknown (SQL:2016, §11.9).
    Check(Condition<'s>),
    /// Unique over whole columns: no other row has the key of the fill of this number.
    SharedUnique { fill: usize },
    /// Unique in a way that needs a set of its own.
    Unique(UniqueRule<'s>),
    /// No row of an equal key takes a range that overlaps.
    Apart(ApartRule<'s>),
    /// Rows of the parent with an equal key cover the range together, or a part of the reference is NULL.
    Covered(CoveredRule<'s>),
    /// A row of the parent has the key, or a part of the reference is NULL.
    Reference(ReferenceRule<'s>),
    /// The referenced table does not exist: only NULLs are right.
    Unresolved,
    /// Some partition takes the row.
    Partition,
    /// Nothing is asked; the constraint says why.
    NotChecked,
}

/// A unique key that has its own set: partial, over expressions, under collations, or NULLS NOT DISTINCT.
#[derive(Debug)]
pub(crate) struct UniqueRule<'s> {
    /// The parts of the key, in its order.
    pub(crate) parts: Vec<UniquePart<'s>>,
    /// The WHERE of a partial index: rows for which it is not true are free.
    pub(crate) predicate: Option<&'s Expr>,
    /// The root's columns that the WHERE reads.
    pub(crate) reads: Vec<ColumnIdx>,
    /// Whether a row with a NULL in the key collides with none (NULLS DISTINCT, the standard's default).
    pub(crate) nulls_distinct: bool,
    /// The set of keys, by its number.
    pub(crate) set: usize,
}

/// One part of a [`UniqueRule`].
#[derive(Debug)]
pub(crate) struct UniquePart<'s> {
    /// Where the part's value comes from.
    pub(crate) term: UniqueTerm<'s>,
    /// Under which column, collation and prefix it is compared.
    pub(crate) rule: KeyPartRule<'s>,
}

/// A root's column or an expression over the owner's.
#[derive(Debug)]
pub(crate) enum UniqueTerm<'s> {
    /// A column of the root table.
    Column(ColumnIdx),
    /// An expression over the columns of the owner.
    Expr(&'s Expr),
}

/// A foreign key: how its values are looked for among the parent's.
#[derive(Debug)]
pub(crate) struct ReferenceRule<'s> {
    /// The reference's columns, compared as the parent's.
    pub(crate) parts: Vec<ColumnPart<'s>>,
    /// The parent's keys.
    pub(crate) set: usize,
    /// What is referred to, by the number of the set of references.
    pub(crate) references: usize,
    /// Whether a reference is NULL in all of its columns or in none (MATCH FULL).
    pub(crate) match_full: bool,
}

/// An exclusion by overlap, or a key without overlaps.
#[derive(Debug)]
pub(crate) struct ApartRule<'s> {
    /// What is equal in rows that exclude each other. Its set is not used.
    pub(crate) equal: UniqueRule<'s>,
    /// The range that a row takes.
    pub(crate) term: RangeTerm,
    /// The ranges, by their number.
    pub(crate) ranges: usize,
}

/// A reference of a period.
#[derive(Debug)]
pub(crate) struct CoveredRule<'s> {
    /// The reference's other columns, compared as the parent's.
    pub(crate) parts: Vec<ColumnPart<'s>>,
    /// The column of the period.
    pub(crate) period: ColumnIdx,
    /// The ranges, by their number.
    pub(crate) ranges: usize,
    /// Those of the parent.
    pub(crate) parents: usize,
}

/// The key of a row under a unique rule.
pub(crate) enum RowKey {
    /// It is in the buffer.
    Found,
    /// The row has a NULL in its key and collides with none.
    Free,
    /// The row is none of the constraint's.
    Outside,
}

impl<'s> UniqueRule<'s> {
    /// The key's columns, where each part is one and every row has a key unless a NULL is in it.
    pub(crate) fn columns(&self) -> Option<Vec<ColumnPart<'s>>> {
        let part = |part: &UniquePart<'s>| match part.term {
            UniqueTerm::Column(column) => Some(ColumnPart { column, stored_by: None, rule: part.rule }),
            UniqueTerm::Expr(_) => None,
        };
        let plain = self.predicate.is_none() && self.nulls_distinct;
        plain.then(|| self.parts.iter().map(part).collect()).flatten()
    }

    /// Puts a row's key into the buffer.
    pub(crate) fn key(
        &self,
        row: &BatchRow<'_, 's>,
        owner: &'s Table,
        root: &'s Table,
        cx: &Context<'_>,
        key: &mut EncodedKey,
    ) -> Result<RowKey, EvaluateError> {
        let mapped = row.seen_as(owner, root);
        let cx = Context { table: Some(owner), ..cx.clone() };
        if let Some(predicate) = self.predicate
            && truth(predicate, &mapped, &cx)? != Some(true)
        {
            return Ok(RowKey::Outside);
        }
        key.clear();
        for part in &self.parts {
            let value = match part.term {
                UniqueTerm::Column(c) => row.cell(c),
                UniqueTerm::Expr(expr) => evaluate(expr, &mapped, &cx)?,
            };
            if value.is_null() && self.nulls_distinct {
                return Ok(RowKey::Free);
            }
            key.push(&value, part.rule, cx.schema);
        }
        Ok(RowKey::Found)
    }
}

impl CheckedConstraint<'_> {
    /// The constraint's columns in a row, as text.
    pub(crate) fn values(
        &self,
        row: &BatchRow<'_, '_>,
        root: &Table,
        schema: &Schema,
    ) -> Vec<Option<String>> {
        let text = |c: &ColumnIdx| {
            let value = row.cell(*c);
            (!value.is_null()).then(|| shown(&value, schema.base_type(&root[*c].ty), schema.dialect))
        };
        self.columns.iter().map(text).collect()
    }

    /// As it is reported.
    pub(crate) fn report(&self, tally: Tally, root: &Table) -> ConstraintReport {
        let coverage = match &self.rule {
            Rule::Reference(_) => Some(match tally.rows_checked {
                0 => 1.0,
                whole => whole.saturating_sub(tally.violations) as f64 / whole as f64,
            }),
            _ => None,
        };
        let names = self.columns.iter().filter_map(|c| root.columns.get(c.position()));
        ConstraintReport {
            name: self.name.clone(),
            kind: self.kind,
            columns: names.map(|c| c.name.clone()).collect(),
            rows_checked: tally.rows_checked,
            violations: tally.violations,
            coverage,
            first_offenders: tally.offenders,
            not_checked: self.not_checked.clone().or(tally.undecided.map(|(_, reason)| reason)),
        }
    }
}

/// The root's columns behind an owner's; `None` when one is missing.
pub(crate) fn columns_in_root(columns: &[ColumnIdx], owner: &Table, root: &Table) -> Option<Vec<ColumnIdx>> {
    columns.iter().map(|c| in_root(*c, owner, root)).collect()
}
