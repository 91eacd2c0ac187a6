//! What each table got, and why it got no more.

use crate::TableOutcome;
use crate::pass::Passed;
use crate::refusal::Refusal;
use seedbed_datagen_core::{Existing, Part, Shortfall};
use seedbed_rows::{Plan, TablePlan};
use seedbed_schema_model::TableId;
use std::collections::BTreeMap;

/// The outcome of every table but partitions. `counted` is what the server counted in the end, if triggers may have made a
/// difference to what it said while rows went in.
pub(crate) fn outcomes(
    plan: &Plan,
    part: Part,
    existing: &Existing,
    withheld: &BTreeMap<TableId, Shortfall>,
    passed: &Passed,
    counted: Option<&BTreeMap<TableId, u64>>,
) -> BTreeMap<TableId, TableOutcome> {
    let schema = plan.schema();
    let tables = schema.tables_indexed().filter(|(_, t)| t.partition_of.is_none());
    tables
        .map(|(id, _)| {
            let sent = passed.rows.get(&id).copied().unwrap_or(0);
            let rows = counted
                .and_then(|c| c.get(&id))
                .map_or(sent, |now| now.saturating_sub(existing.tables.get(&id).map_or(0, |e| e.rows)));
            let left_out = passed.left_out.get(&id).map(|left_out| {
                let (rows, why) = (left_out.rows, Box::new(left_out.why.clone()));
                Shortfall::from(&Refusal::LeftOut { rows, why })
            });
            let why = withheld.get(&id).cloned().or(left_out);
            (id, TableOutcome { rows, shortfall: shortfall(plan.table(id), part, why, rows) })
        })
        .collect()
}

/// Why a table has fewer rows than were asked for: what the target or the plan had against more, or a trigger that kept
/// accepted rows out.
fn shortfall(
    planned: Option<&TablePlan>,
    part: Part,
    met: Option<Shortfall>,
    rows: u64,
) -> Option<Shortfall> {
    let planned = planned?;
    if rows >= planned.asked {
        return None;
    }
    let known = met.or_else(|| planned.shortfall.clone());
    known.or_else(|| {
        let share = part.rows(planned.rows);
        let accepted = share.end.saturating_sub(share.start);
        (rows < accepted).then(|| Shortfall::from(&Refusal::KeptOut { accepted, kept: rows }))
    })
}
