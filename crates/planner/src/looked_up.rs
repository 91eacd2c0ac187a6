//! CHECKs that look up the row which a reference names: `CHECK (is_kind(account_id, 'person'))`.
//!
//! A function of the schema that reads the referenced row makes its CHECK a condition on parents: of those, a reference
//! may draw the ones for which it holds. Here such a CHECK is rewritten so, over the parent's columns.

use super::facts::LeftoverCheck;
use super::parent_condition::of_parent;
use super::table_context::TableContext;
use seedbed_rows::{Filled, FilledRow, Filler, parsed_types, table_context};
use seedbed_schema_model::{ColumnIdx, Expr, ForeignKey, TableId};
use seedbed_sql_semantics::{check_passes, supported};
use std::collections::BTreeMap;

/// Conditions on the rows of parents, each with the CHECK that it comes from.
#[derive(Debug, Default)]
pub(super) struct ParentConditions {
    conditions: Vec<ParentCondition>,
}

/// A condition on the rows that one reference may draw.
#[derive(Debug)]
struct ParentCondition {
    /// The reference's columns.
    columns: Vec<ColumnIdx>,
    /// Its parent.
    parent: TableId,
    /// The condition, over the parent's columns.
    expr: Expr,
    /// What it was.
    check: LeftoverCheck,
}

impl ParentConditions {
    /// Takes out of the leftover conditions those that are conditions on one parent.
    pub(super) fn of(cx: &TableContext<'_>, leftover: &mut Vec<LeftoverCheck>) -> Self {
        let mut conditions = Vec::new();
        leftover.retain(|check| {
            let Some((fk, expr)) = of_parent(cx.schema(), &cx.constraints.references, &check.expr) else {
                return true;
            };
            let context = table_context(cx.schema(), &cx.schema()[fk.parent]);
            if supported(&expr, &context).is_err() || fk.parent == cx.id() {
                return true;
            }
            let (columns, parent, check) = (fk.columns.clone(), fk.parent, check.clone());
            conditions.push(ParentCondition { columns, parent, expr, check });
            false
        });
        Self { conditions }
    }

    /// Whether there are conditions on a reference.
    pub(super) fn are_on(&self, fk: &ForeignKey) -> bool {
        self.conditions.iter().any(|c| c.is_on(fk))
    }

    /// Those on a reference, which holds them from now on.
    pub(super) fn take(&mut self, fk: &ForeignKey) -> Self {
        let all = std::mem::take(&mut self.conditions);
        let (own, others): (Vec<_>, Vec<_>) = all.into_iter().partition(|c| c.is_on(fk));
        self.conditions = others;
        Self { conditions: own }
    }

    /// Of some rows of the parent that all conditions are on, those that meet them.
    pub(super) fn met(&self, cx: &TableContext<'_>, rows: &[u64]) -> Vec<u64> {
        let Some(parent) = self.conditions.first().map(|c| c.parent) else { return rows.to_vec() };
        let context = table_context(cx.schema(), &cx.schema()[parent]);
        let mut reads: Vec<ColumnIdx> = self.conditions.iter().flat_map(|c| c.expr.columns()).collect();
        reads.sort_unstable();
        reads.dedup();
        let filled = Filler::new(cx.programs, parent, rows, 0).map(|mut f| f.columns(&reads));
        let columns: BTreeMap<ColumnIdx, Filled> =
            reads.iter().copied().zip(filled.unwrap_or_default()).collect();
        let types = parsed_types(&reads, &context);
        let meets = |index: usize| {
            let row = FilledRow { columns: &columns, index, types: &types, schema: cx.schema() };
            self.conditions.iter().all(|c| check_passes(&c.expr, &row, &context).unwrap_or(false))
        };
        (0..rows.len()).filter(|i| meets(*i)).map(|i| rows[i]).collect()
    }

    /// The conditions that no reference has met, for the rows to be tested by.
    pub(super) fn left(self) -> Vec<LeftoverCheck> {
        self.conditions.into_iter().map(|c| c.check).collect()
    }
}

impl ParentCondition {
    /// Whether it is one on a reference.
    fn is_on(&self, fk: &ForeignKey) -> bool {
        self.columns == fk.columns && self.parent == fk.parent
    }
}
