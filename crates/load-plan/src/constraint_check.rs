//! Deferrable constraints that need not wait for the end of the transaction.

use seedbed_schema_model::{BrokenReference, CycleBreak, Deferrability, QualifiedName, Schema, Table};
use seedbed_sql_semantics::{CheckTime, semantics};

/// The constraints of a table to check as soon as its rows are in: its references, unless the load order counts on them
/// to wait, and its constraint triggers, but for those that delete rows, as they do when nothing leans on a row yet.
pub(crate) fn checked_at_once(
    schema: &Schema,
    table: &Table,
    broken: &[BrokenReference],
) -> Vec<QualifiedName> {
    if semantics(schema.dialect).constraints.check_time == CheckTime::Declared {
        return Vec::new();
    }
    let waits = |index: usize| {
        broken.iter().any(|b| usize::from(b.foreign_key.index) == index && b.how == CycleBreak::Defer)
    };
    let references = table
        .foreign_keys
        .iter()
        .enumerate()
        .filter(|(i, fk)| fk.deferrability.is_deferrable() && !waits(*i))
        .filter_map(|(_, fk)| fk.name.as_deref());
    let triggers = table.triggers.iter().filter(|t| t.on_insert() && t.thins.is_empty());
    let triggers = triggers.filter(|t| t.constraint.is_some_and(Deferrability::is_deferrable));
    let names = references.chain(triggers.map(|t| t.name.as_str()));
    names.map(|name| QualifiedName::new(table.name.schema.as_deref(), name)).collect()
}
