//! Which tables are to blame for rows that were refused.
//!
//! Mostly it is the table that the rows are of. But one that was sent none has them from a trigger, and what the server
//! refuses in it is then the doing of the tables with such a trigger.

use crate::refusal::Refusal;
use seedbed_datagen_core::Part;
use seedbed_load_plan::LoadPlan;
use seedbed_rows::Plan;
use seedbed_schema_model::TableId;
use std::collections::{BTreeMap, BTreeSet};

/// The tables that have to be left out, each with what speaks against it.
pub(crate) fn blamed(
    plan: &Plan,
    load: &LoadPlan,
    part: Part,
    refused: &BTreeMap<TableId, Refusal>,
) -> BTreeMap<TableId, Refusal> {
    let sent: BTreeSet<TableId> =
        load.tables.iter().filter(|t| !part.rows(t.rows).is_empty()).map(|t| t.table).collect();
    let mut found = BTreeMap::new();
    for (table, why) in refused {
        if sent.contains(table) {
            found.insert(*table, why.clone());
            continue;
        }
        for feeder in feeders(plan, &sent, *table) {
            found.entry(feeder).or_insert_with(|| why.clone().by_trigger());
        }
    }
    found
}

/// The tables with rows of which a trigger has put rows into this one, if it may be over others; where none is known to,
/// all that have triggers, as statements that are put together at run time are not seen.
fn feeders(plan: &Plan, sent: &BTreeSet<TableId>, table: TableId) -> BTreeSet<TableId> {
    let schema = plan.schema();
    let fills = |feeder: TableId, fed: TableId| schema[feeder].triggers.iter().any(|t| t.fills(fed));
    let mut reached = BTreeSet::from([table]);
    let mut todo = vec![table];
    while let Some(fed) = todo.pop() {
        for (feeder, _) in schema.tables_indexed().filter(|(id, _)| fills(*id, fed)) {
            if reached.insert(feeder) {
                todo.push(feeder);
            }
        }
    }
    let known: BTreeSet<TableId> = reached.intersection(sent).copied().collect();
    if !known.is_empty() {
        return known;
    }
    let acts = |table: &TableId| schema[*table].triggers.iter().any(|t| t.on_insert());
    sent.iter().copied().filter(acts).collect()
}
