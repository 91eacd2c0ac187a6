//! CHECKs that look up the row which a reference names: `CHECK (is_kind(account_id, 'person'))`.
//!
//! A function of the schema that reads the referenced row makes its CHECK a condition on parents: of those, a reference
//! may draw the ones for which it holds. Here such a CHECK is rewritten so, over the parent's columns.

use super::facts::LeftoverCheck;
use super::parent_condition::of_parent;
use super::rows_meeting::rows_meeting;
use super::table_context::TableContext;
use seedbed_rows::table_context;
use seedbed_schema_model::{ColumnIdx, Expr, ForeignKey, TableId};
use seedbed_sql_semantics::supported;

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
        let conditions: Vec<&Expr> = self.conditions.iter().map(|condition| &condition.expr).collect();
        let meets = rows_meeting(cx, parent, &conditions, rows, false);
        rows.iter().zip(meets).filter_map(|(row, meets)| meets.then_some(*row)).collect()
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
