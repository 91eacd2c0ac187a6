//! Which rows of a parent the triggers of a table allow it to refer to.

use crate::table_context::TableContext;
use seedbed_rows::{Filled, FilledRow, Filler, parsed_types, table_context};
use seedbed_schema_model::{ColumnIdx, ForeignKey};
use seedbed_sql_semantics::check_passes;
use std::collections::BTreeMap;

/// Of some rows of the reference's parent, which ones are as they are wanted. What can't be told is.
pub(super) fn wanted_rows(cx: &TableContext<'_>, fk: &ForeignKey, rows: &[u64]) -> Vec<bool> {
    let mut columns: Vec<ColumnIdx> = fk.wants.iter().flat_map(|want| want.columns()).collect();
    columns.sort_unstable();
    columns.dedup();
    let mut filler = Filler::new(cx.programs, fk.parent, rows, 0);
    let Some(filler) = filler.as_mut().filter(|_| !columns.is_empty()) else { return vec![true; rows.len()] };
    let filled: BTreeMap<ColumnIdx, Filled> = columns.iter().copied().zip(filler.columns(&columns)).collect();
    let expressions = table_context(cx.schema(), &cx.schema()[fk.parent]);
    let types = parsed_types(&columns, &expressions);
    let is_wanted = |index: usize| {
        let row = FilledRow { columns: &filled, index, types: &types, schema: cx.schema() };
        fk.wants.iter().all(|want| check_passes(want, &row, &expressions).unwrap_or(true))
    };
    (0..rows.len()).map(is_wanted).collect()
}
