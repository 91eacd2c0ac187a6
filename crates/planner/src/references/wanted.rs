//! Which rows of a parent the triggers of a table allow it to refer to.

use crate::rows_meeting::rows_meeting;
use crate::table_context::TableContext;
use seedbed_schema_model::{Expr, ForeignKey};

/// Of some rows of the reference's parent, which ones are as they are wanted. What can't be told is.
pub(super) fn wanted_rows(cx: &TableContext<'_>, fk: &ForeignKey, rows: &[u64]) -> Vec<bool> {
    let wants: Vec<&Expr> = fk.wants.iter().filter(|want| !want.columns().is_empty()).collect();
    if wants.is_empty() { vec![true; rows.len()] } else { rows_meeting(cx, fk.parent, &wants, rows, true) }
}
