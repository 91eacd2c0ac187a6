//! The tables that statements reach, themselves or by the functions that they call.
//!
//! Calls are followed by name, all overloads together, through functions that the script defines. What a body puts
//! together at run time is not seen.

use super::meant::{distinct, meant};
use crate::catalog::{Effects, SystemCatalog};
use seedbed_schema_model::TableId;
use std::collections::HashSet;

/// The tables that the triggers of a table fill when rows are inserted there.
pub(crate) fn fed_on_insert(catalog: &SystemCatalog, table: TableId) -> Vec<TableId> {
    let triggers = &catalog.schema[table].triggers;
    let acting = (0..triggers.len()).filter(|i| triggers[*i].on_insert());
    acting.flat_map(|i| fed_tables(catalog, Some(table), &effects_of_trigger(catalog, table, i).1)).collect()
}

/// The tables that statements insert into, themselves or by the functions that they call.
pub(crate) fn fed_by(catalog: &SystemCatalog, effects: &Effects) -> Vec<TableId> {
    fed_tables(catalog, None, &with_calls(catalog, vec![effects]))
}

/// What a trigger does itself, and that together with all that the functions do that it calls.
pub(super) fn effects_of_trigger(
    catalog: &SystemCatalog,
    table: TableId,
    trigger: usize,
) -> (Vec<&Effects>, Vec<&Effects>) {
    let trigger = &catalog.schema[table].triggers[trigger];
    let function = trigger.function.as_deref().map(|f| f.rsplit('.').next().unwrap_or(f).to_lowercase());
    let mut effects: Vec<&Effects> =
        catalog.draft(table).trigger_effects.get(&trigger.name).into_iter().collect();
    effects.extend(function.and_then(|name| catalog.function_effects.get(&name)));
    (effects.clone(), with_calls(catalog, effects))
}

/// What bodies do, and all that the functions do that they call, however far down.
fn with_calls<'a>(catalog: &'a SystemCatalog, mut todo: Vec<&'a Effects>) -> Vec<&'a Effects> {
    let mut seen: HashSet<&str> = HashSet::new();
    let mut found = Vec::new();
    while let Some(effects) = todo.pop() {
        found.push(effects);
        for call in &effects.calls {
            if seen.insert(call) {
                todo.extend(catalog.function_effects.get(call));
            }
        }
    }
    found
}

/// The tables that bodies insert into.
pub(super) fn fed_tables(
    catalog: &SystemCatalog,
    near: Option<TableId>,
    effects: &[&Effects],
) -> Vec<TableId> {
    let inserts = effects.iter().flat_map(|effects| &effects.inserts);
    distinct(inserts.filter_map(|insert| meant(catalog, near, &insert.table)))
}
