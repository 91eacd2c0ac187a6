//! Which generated columns files get, settled once the programs are made.
//!
//! A server computes its generated columns; a file has them only if we can. Expressions that are read are tried on the
//! first rows; those that fail in one, and what reads them, are left out. Refuses nothing. Cost: at most 64 rows of
//! each table with generated columns, once for each expression that fails.

use super::Plan;
use seedbed_rows::explain::{ColumnReason, NotComputed};
use seedbed_rows::{computable, compute};
use seedbed_schema_model::{ColumnIdx, TableId};
use std::collections::BTreeMap;

/// Rows on which each expression is tried.
const TRIED: u64 = 64;

/// Bytes of the longest text that files hold of a generated column. Columns that put others together twice double with
/// each level, and a batch has some thousand rows.
const LONGEST: usize = 16 << 10;

/// Decides for every table of the plan, and says so in its explanation.
pub(super) fn settle(plan: &mut Plan) {
    for at in 0..plan.tables.len() {
        let table = plan.tables[at].table;
        if plan.schema[table].columns.iter().any(|c| c.generated.is_some()) {
            let left_out = settle_table(plan, table);
            let Some(program) = plan.programs.get(table) else { continue };
            let mut generated = program.computed.clone();
            generated.sort_unstable();
            plan.tables[at].generated = generated;
            for (column, why) in left_out {
                let note = plan.tables[at].note.columns.iter_mut().find(|n| n.column == column);
                if let Some(note) = note {
                    note.reason = ColumnReason::NotComputed(why);
                }
            }
        }
    }
}

/// Chooses the columns of one table; returns those that files leave out, with the reason.
fn settle_table(plan: &mut Plan, table: TableId) -> BTreeMap<ColumnIdx, NotComputed> {
    let mut left_out = BTreeMap::new();
    let written = match plan.programs.get(table) {
        Some(program) => program.emitted.clone(),
        None => return left_out,
    };
    let rows: Vec<u64> = (0..plan.programs.get(table).map_or(0, |p| p.rows).min(TRIED)).collect();
    loop {
        let schema = plan.made_by.clone();
        let cx = seedbed_rows::table_context(&schema, &schema[table]);
        let found = computable(&cx, &written, &left_out.keys().copied().collect());
        let mut filled = plan.settled(table, &rows, None);
        let Some(program) = plan.programs.get_mut(table) else { return left_out };
        let failed = compute(&cx, &found.columns, rows.len(), &mut filled, &program.buffers, LONGEST);
        left_out.extend(found.unreadable.into_iter().map(|(c, why)| (c, NotComputed::Unreadable(why))));
        let Some((first, why)) = failed.into_iter().next() else {
            program.computed = found.columns;
            return left_out;
        };
        // What reads it has failed for no reason of its own, and is sorted out in the next round.
        left_out.insert(first, why);
    }
}
