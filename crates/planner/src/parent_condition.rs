//! Conditions that look up the row which a reference names, over that row's own columns.

use seedbed_schema_model::{ColumnIdx, Expr, ForeignKey, Schema, TableId};
use seedbed_solver::strip;

/// A condition that looks up columns of the row which one reference names, over that row's columns; `None` where it
/// reads anything else.
pub(super) fn of_parent<'f>(
    schema: &Schema,
    references: &'f [ForeignKey],
    condition: &Expr,
) -> Option<(&'f ForeignKey, Expr)> {
    let looks_up = condition.any(&|e| matches!(e, Expr::Lookup { .. }));
    if !looks_up {
        return None;
    }
    references.iter().find_map(|fk| {
        let theirs = |own: ColumnIdx| {
            fk.columns.iter().position(|c| *c == own).map(|at| Expr::Column(fk.parent_columns[at]))
        };
        let names_row = |table: TableId, key: &[ColumnIdx], at: &[Expr]| {
            schema.partition_root(table) == fk.parent
                && key.iter().zip(at).all(|(key, at)| match strip(at) {
                    Expr::Column(own) => theirs(*own) == Some(Expr::Column(*key)),
                    _ => false,
                })
        };
        let mut is_of_parent = true;
        let mut seen = 0;
        condition.walk(&mut |e| match e {
            Expr::Lookup { table, key, at, .. } => {
                seen += at.len();
                is_of_parent &= names_row(*table, key, at);
            }
            Expr::Column(own) => is_of_parent &= theirs(*own).is_some(),
            _ => {}
        });
        if !is_of_parent || seen == 0 {
            return None;
        }
        let base = |column: ColumnIdx| schema.base_type(&schema[fk.parent][column].ty);
        let shown = condition.substituted(&|e| match e {
            // A cast to the column's own type changes nothing.
            Expr::Cast { operand, target } => match &**operand {
                Expr::Lookup { column, .. } if base(*column) == target => Some(Expr::Column(*column)),
                _ => None,
            },
            Expr::Lookup { column, .. } => Some(Expr::Column(*column)),
            Expr::Column(own) => theirs(*own),
            _ => None,
        });
        Some((fk, shown))
    })
}
