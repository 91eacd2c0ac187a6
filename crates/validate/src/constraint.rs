//! The constraints of a table, made ready to meet its rows.
//!
//! A [`CheckedConstraint`] is a rule and a tally. The plan makes one for each constraint that the schema declares,
//! `batch_check` meets each with every row, and `report` turns the tallies into what a user reads. Rules name sets of
//! fingerprints by number, since a unique key and a reference to it share one.

use crate::report::{ConstraintKind, ConstraintReport, Offender};
use crate::row::{BatchRow, in_root};
use crate::statistics::shown;
use seedbed_schema_model::{ColumnIdx, Expr, Schema, Table, TableId};
use seedbed_sql_values::KeyPartRule;
use std::collections::HashMap;

/// Offenders told per constraint.
const OFFENDERS: usize = 5;

/// Missing parents whose values are remembered for the report.
const REMEMBERED: usize = 1_000;

/// One constraint with its tally. Column numbers are those of the root table, whose rows arrive.
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
    /// What its rows have said so far.
    pub(crate) tally: Tally,
}

/// What a constraint asks of a row.
#[derive(Debug)]
pub(crate) enum Rule<'s> {
    /// The column holds a value.
    NotNull(ColumnIdx),
    /// The column's value is one of its type: see `type_rule`.
    Type(ColumnIdx),
    /// The condition is true or unknown (SQL:2016, §11.9).
    Check(&'s Expr),
    /// A domain's CHECK on the column's value.
    DomainCheck(ColumnIdx, &'s Expr),
    /// Unique over whole columns: the row's key was new when the fill of this number took it.
    SharedUnique { fill: usize },
    /// Unique in a way that needs a set of its own.
    Unique(UniqueRule<'s>),
    /// A row of the parent has the key, or a part of the reference is NULL.
    Reference(ReferenceRule<'s>),
    /// The referenced table does not exist: only NULLs are right.
    Unresolved,
    /// Some partition takes the row.
    Partition,
    /// Nothing is asked; the tally says why.
    NotChecked,
}

/// A unique key that has its own set: partial, over expressions, under collations, or NULLS NOT DISTINCT.
#[derive(Debug)]
pub(crate) struct UniqueRule<'s> {
    /// The parts of the key, in its order.
    pub(crate) parts: Vec<UniquePart<'s>>,
    /// The WHERE of a partial index: rows for which it is not true are free.
    pub(crate) predicate: Option<&'s Expr>,
    /// Whether a row with a NULL in the key collides with none (NULLS DISTINCT, the standard's default).
    pub(crate) nulls_distinct: bool,
    /// The set of fingerprints, by its number.
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

/// A foreign key: how its values are looked for among the parent's, and what has not been found yet.
#[derive(Debug)]
pub(crate) struct ReferenceRule<'s> {
    /// How the parent's columns compare.
    pub(crate) rules: Vec<KeyPartRule<'s>>,
    /// The parent's keys.
    pub(crate) set: usize,
    /// Whether a reference is NULL in all of its columns or in none (MATCH FULL).
    pub(crate) match_full: bool,
    /// References whose parent was found.
    pub(crate) resolved: u64,
    /// References whose parent has not come yet.
    pub(crate) pending: HashMap<u128, Pending>,
}

/// References to one parent that has not come yet.
#[derive(Debug)]
pub(crate) struct Pending {
    /// How many rows refer to it.
    rows: u64,
    /// The first of them, by its number in the table.
    first: u64,
    /// What the first refers to; `None` beyond the first 1,000 missing parents.
    values: Option<Vec<Option<String>>>,
}

/// What the rows have said to a constraint so far.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// Rows to which the constraint applied.
    pub(crate) rows_checked: u64,
    /// Rows that break it.
    pub(crate) violations: u64,
    /// The first of them, five at most.
    pub(crate) offenders: Vec<Offender>,
    /// Why it was not checked, wholly or for some rows; the first reason that came up.
    pub(crate) not_checked: Option<String>,
}

impl Tally {
    /// A constraint that is not checked, and why.
    pub(crate) fn not_checked(reason: impl Into<String>) -> Self {
        Self { not_checked: Some(reason.into()), ..Self::default() }
    }

    /// Counts a row that keeps the constraint.
    pub(crate) fn pass(&mut self) {
        self.rows_checked += 1;
    }

    /// Counts a broken row; `offender` is only called while examples are wanted.
    pub(crate) fn fail(&mut self, offender: impl FnOnce() -> Offender) {
        self.rows_checked += 1;
        self.violations += 1;
        if self.offenders.len() < OFFENDERS {
            self.offenders.push(offender());
        }
    }

    /// Some rows could not be decided.
    pub(crate) fn undecided(&mut self, reason: String) {
        self.not_checked.get_or_insert(reason);
    }
}

impl<'s> ReferenceRule<'s> {
    /// Remembers a reference whose parent is not known yet.
    pub(crate) fn wait(&mut self, key: u128, row: u64, values: impl FnOnce() -> Vec<Option<String>>) {
        let remember = self.pending.len() < REMEMBERED;
        let pending = self.pending.entry(key).or_insert_with(|| Pending {
            rows: 0,
            first: row,
            values: remember.then(values),
        });
        pending.rows += 1;
    }

    /// Settles what waited once all rows are read.
    pub(crate) fn settle(&mut self, tally: &mut Tally, known: impl Fn(u128) -> bool) {
        let mut missing = Vec::new();
        // The order of the map is lost in the sort below.
        #[expect(clippy::iter_over_hash_type, reason = "sorted by row before anything is told")]
        for (key, pending) in std::mem::take(&mut self.pending) {
            if known(key) {
                self.resolved += pending.rows;
            } else {
                tally.violations += pending.rows;
                missing.push(pending);
            }
        }
        missing.sort_by_key(|p| p.first);
        let offenders = missing.into_iter().map(|p| Offender {
            row: p.first,
            values: p.values.unwrap_or_default(),
            reason: Some("there is no such parent".to_owned()),
        });
        tally.offenders.extend(offenders);
        tally.offenders.sort_by_key(|o| o.row);
        tally.offenders.truncate(OFFENDERS);
    }
}

impl CheckedConstraint<'_> {
    /// The constraint's columns in a row, as text.
    pub(crate) fn values(&self, row: &BatchRow<'_>, root: &Table, schema: &Schema) -> Vec<Option<String>> {
        self.columns
            .iter()
            .map(|c| {
                let value = row.cell(*c);
                let ty = root
                    .columns
                    .get(c.position())
                    .map_or(&seedbed_schema_model::SqlType::TEXT, |c| schema.base_type(&c.ty));
                (!value.is_null()).then(|| shown(value, ty, schema.dialect))
            })
            .collect()
    }

    /// As it is reported.
    pub(crate) fn report(self, root: &Table) -> ConstraintReport {
        let coverage = match &self.rule {
            Rule::Reference(rule) => {
                let whole = self.tally.rows_checked;
                Some(if whole == 0 { 1.0 } else { rule.resolved as f64 / whole as f64 })
            }
            _ => None,
        };
        ConstraintReport {
            name: self.name,
            kind: self.kind,
            columns: self
                .columns
                .iter()
                .filter_map(|c| root.columns.get(c.position()))
                .map(|c| c.name.clone())
                .collect(),
            rows_checked: self.tally.rows_checked,
            violations: self.tally.violations,
            coverage,
            first_offenders: self.tally.offenders,
            not_checked: self.tally.not_checked,
        }
    }
}

/// The root's columns behind an owner's; `None` when one is missing.
pub(crate) fn columns_in_root(columns: &[ColumnIdx], owner: &Table, root: &Table) -> Option<Vec<ColumnIdx>> {
    columns.iter().map(|c| in_root(*c, owner, root)).collect()
}
