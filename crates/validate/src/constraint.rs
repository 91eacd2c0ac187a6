//! The constraints of a table, made ready to meet its rows.

use crate::report::{ConstraintKind, ConstraintReport, Offender};
use crate::row::{BatchRow, in_root};
use crate::statistics::shown;
use seedbed_schema_model::{ColumnIdx, Expr, Schema, Table, TableId};
use seedbed_sql_semantics::KeyPartRule;
use std::collections::HashMap;

/// Offenders told per constraint.
const OFFENDERS: usize = 5;

/// Missing parents whose values are remembered for the report.
const REMEMBERED: usize = 1_000;

/// One constraint with its tally. Column numbers are those of the root table, whose rows arrive.
#[derive(Debug)]
pub(crate) struct CheckedConstraint<'s> {
    pub(crate) name: String,
    pub(crate) kind: ConstraintKind,
    /// The table that declares it: the root or one of its partitions.
    pub(crate) owner: TableId,
    pub(crate) columns: Vec<ColumnIdx>,
    pub(crate) rule: Rule<'s>,
    pub(crate) tally: Tally,
}

/// What a constraint asks of a row.
#[derive(Debug)]
pub(crate) enum Rule<'s> {
    NotNull(ColumnIdx),
    Type(ColumnIdx),
    Check(&'s Expr),
    /// A domain's CHECK on the column's value.
    DomainCheck(ColumnIdx, &'s Expr),
    /// Unique over whole columns; the fill of a key set tells.
    SharedUnique {
        fill: usize,
    },
    Unique(UniqueRule<'s>),
    Reference(ReferenceRule<'s>),
    /// The referenced table does not exist: only NULLs are right.
    Unresolved,
    Partition,
    NotChecked,
}

/// A unique key that has its own set: partial, over expressions, under collations, or NULLS NOT DISTINCT.
#[derive(Debug)]
pub(crate) struct UniqueRule<'s> {
    pub(crate) parts: Vec<UniquePart<'s>>,
    pub(crate) predicate: Option<&'s Expr>,
    pub(crate) nulls_distinct: bool,
    pub(crate) set: usize,
}

/// One part of a [`UniqueRule`].
#[derive(Debug)]
pub(crate) struct UniquePart<'s> {
    pub(crate) term: UniqueTerm<'s>,
    pub(crate) rule: KeyPartRule<'s>,
}

/// A root's column or an expression over the owner's.
#[derive(Debug)]
pub(crate) enum UniqueTerm<'s> {
    Column(ColumnIdx),
    Expr(&'s Expr),
}

/// A foreign key.
#[derive(Debug)]
pub(crate) struct ReferenceRule<'s> {
    /// How the parent's columns compare.
    pub(crate) rules: Vec<KeyPartRule<'s>>,
    /// The parent's keys.
    pub(crate) set: usize,
    pub(crate) match_full: bool,
    pub(crate) resolved: u64,
    /// References whose parent has not come yet.
    pub(crate) pending: HashMap<u128, Pending>,
}

/// References to one parent that has not come yet.
#[derive(Debug)]
pub(crate) struct Pending {
    rows: u64,
    first: u64,
    values: Option<Vec<Option<String>>>,
}

/// What was counted.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) rows_checked: u64,
    pub(crate) violations: u64,
    pub(crate) offenders: Vec<Offender>,
    pub(crate) not_checked: Option<String>,
}

impl Tally {
    /// A constraint that is not checked, and why.
    pub(crate) fn not_checked(reason: impl Into<String>) -> Self {
        Self { not_checked: Some(reason.into()), ..Self::default() }
    }

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
