//! Pass over the whole plan: the leftover conditions, tried on the first rows.
//!
//! Whether the branches of a group settle every row can't be told from its formulas alone. The first rows tell it for
//! most, as draws are alike over the whole table. Refuses nothing; limitation: conditions that some of them break.
//! Cost: at most 64 rows of each table.

use super::Plan;
use seedbed_rows::explain::{LimitationNote, Unguaranteed};

/// Tries the first rows of every table that leaves conditions to redrawing, names those that it doesn't settle, and
/// gives up those that it hardly ever settles.
pub(super) fn probe(plan: &mut Plan) {
    /// Rows of a table that are tried.
    const PROBED: u64 = 64;
    for i in 0..plan.tables.len() {
        let (table, rows) = (plan.tables[i].table, plan.tables[i].rows);
        let numbers: Vec<u64> = (0..rows.min(PROBED)).collect();
        let unsettled = plan.unsettled(table, &numbers);
        let Some(program) = plan.programs.get_mut(table) else { continue };
        for (group, count) in unsettled {
            let group = &mut program.leftover.groups[group];
            group.hopeless = count * 2 > numbers.len() as u64;
            let limit = Unguaranteed::Unsettled {
                broken: count,
                tried: numbers.len() as u64,
                checks: group.titles.iter().map(|(title, _)| title.clone()).collect(),
            };
            let span = group.titles.first().map(|(_, span)| *span);
            plan.tables[i].note.limitations.push(LimitationNote { limit, span });
        }
    }
}
