//! Which rows of a parent meet conditions over its columns.

use super::table_context::TableContext;
use seedbed_rows::{Filled, FilledRow, Filler, parsed_types, table_context};
use seedbed_schema_model::{ColumnIdx, Expr, TableId};
use seedbed_sql_semantics::check_passes;
use std::collections::BTreeMap;

/// Which of some rows of a parent meet all of these conditions, as far as that can be told.
pub(super) fn rows_meeting(
    cx: &TableContext<'_>,
    parent: TableId,
    conditions: &[&Expr],
    rows: &[u64],
) -> Vec<bool> {
    let mut reads: Vec<ColumnIdx> = conditions.iter().flat_map(|condition| condition.columns()).collect();
    reads.sort_unstable();
    reads.dedup();
    let Some(mut filler) = Filler::new(cx.programs, parent, rows, 0) else { return vec![false; rows.len()] };
    let columns: BTreeMap<ColumnIdx, Filled> = reads.iter().copied().zip(filler.columns(&reads)).collect();
    let expressions = table_context(cx.schema(), &cx.schema()[parent]);
    let types = parsed_types(&reads, &expressions);
    let meets = |index: usize| {
        let row = FilledRow { columns: &columns, index, types: &types, schema: cx.schema() };
        conditions.iter().all(|condition| check_passes(condition, &row, &expressions).unwrap_or(false))
    };
    (0..rows.len()).map(meets).collect()
}
