//! Deferrable constraints that need not wait for the end of the transaction.

use seedbed_schema_model::{
    BrokenReference, CycleBreak, Deferrability, ForeignKey, LoadOrder, QualifiedName, Schema, Table, TableId,
};
use seedbed_sql_semantics::{CheckTime, semantics};

/// The constraints to check as soon as a table's rows are in: its references, unless the load order counts on them to
/// wait, those of rows that its triggers put elsewhere, as far as their parents are there by then, and its constraint
/// triggers, but for those that delete rows, as they do when nothing leans on a row yet.
pub(crate) fn checked_at_once(
    schema: &Schema,
    order: &LoadOrder,
    table: TableId,
    broken: &[BrokenReference],
) -> Vec<QualifiedName> {
    if semantics(schema.dialect).constraints.check_time == CheckTime::Declared {
        return Vec::new();
    }
    let owner = &schema[table];
    let waits = |index: usize| {
        broken.iter().any(|b| usize::from(b.foreign_key.index) == index && b.how == CycleBreak::Defer)
    };
    let references = owner
        .foreign_keys
        .iter()
        .enumerate()
        .filter(|(i, _)| !waits(*i))
        .filter_map(|(_, fk)| name(owner, fk));
    let triggers = owner.triggers.iter().filter(|t| t.on_insert() && t.thins.is_empty());
    let triggers = triggers.filter(|t| t.constraint.is_some_and(Deferrability::is_deferrable));
    let triggers = triggers.map(|t| QualifiedName::new(owner.name.schema.as_deref(), &t.name));
    let place = |id: TableId| order.tables.iter().position(|t| *t == id);
    let fed = owner.triggers.iter().filter(|t| t.on_insert()).flat_map(|t| &t.feeds);
    let of_fed = fed.filter(|fed| **fed != table).flat_map(|fed| {
        let is_there = |fk: &&ForeignKey| place(schema.partition_root(fk.parent)) <= place(table);
        schema[*fed].foreign_keys.iter().filter(is_there).filter_map(|fk| name(&schema[*fed], fk))
    });
    let mut names: Vec<QualifiedName> = references.chain(triggers).collect();
    for of_fed in of_fed {
        if !names.contains(&of_fed) {
            names.push(of_fed);
        }
    }
    names
}

/// The name of a deferrable reference.
fn name(owner: &Table, fk: &ForeignKey) -> Option<QualifiedName> {
    let name = fk.name.as_deref().filter(|_| fk.deferrability.is_deferrable())?;
    Some(QualifiedName::new(owner.name.schema.as_deref(), name))
}
