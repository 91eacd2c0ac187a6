//! Which rows of a parent a table's triggers and CHECKs allow it to refer to.

use super::ReferenceDrafting;
use crate::facts::LeftoverCheck;
use crate::rows_meeting::rows_meeting;
use crate::table_context::TableContext;
use seedbed_schema_model::{Expr, ForeignKey};

/// Of some rows of the reference's parent, which ones are as they are wanted.
pub(super) fn wanted_rows(cx: &TableContext<'_>, fk: &ForeignKey, rows: &[u64]) -> Vec<bool> {
    let wants: Vec<&Expr> = fk.wants.iter().map(|want| &want.expr).collect();
    if wants.is_empty() { vec![true; rows.len()] } else { rows_meeting(cx, fk.parent, &wants, rows) }
}

impl ReferenceDrafting<'_, '_> {
    /// What a reference wants of its parent's rows is left for rows to be tested by, as look-ups.
    pub(super) fn leave_wants(&mut self, fk: &ForeignKey) {
        for want in &fk.wants {
            let looked_up = |e: &Expr| match e {
                Expr::Column(column) => Some(fk.look_up(*column).expr()),
                _ => None,
            };
            self.left.push(LeftoverCheck::of(want, &want.expr.substituted(&looked_up)));
        }
    }
}
