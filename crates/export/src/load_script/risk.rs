//! Tables whose rows the server may refuse for a reason that only it knows: triggers, CHECKs that call functions, rows that
//! triggers of other tables have put there.
//!
//! A script goes on without them, as a load does, rather than leaving the whole database empty.

use super::ScriptInput;
use seedbed_schema_model::{ForeignKey, Table, TableId};
use std::collections::BTreeSet;

/// Those tables among the script's, and all that refer to one of them.
pub(super) fn at_risk(input: &ScriptInput<'_>) -> BTreeSet<TableId> {
    let written: Vec<TableId> = input.tables.iter().map(|t| t.table).collect();
    let mut found: BTreeSet<TableId> =
        written.iter().copied().filter(|t| may_refuse(input.table(*t)) || is_fed(input, *t)).collect();
    loop {
        let leans =
            |t: &TableId| references(input, *t).any(|fk| fk.parent != *t && found.contains(&fk.parent));
        let more: Vec<TableId> = written.iter().copied().filter(|t| !found.contains(t) && leans(t)).collect();
        if more.is_empty() {
            return found;
        }
        found.extend(more);
    }
}

fn may_refuse(table: &Table) -> bool {
    table.triggers.iter().any(|t| t.on_insert() && !t.is_rule)
        || table.checks.iter().any(|c| c.expr.opaque_part().is_some())
}

/// A table's references, and those of its partitions, whose rows go in through it.
fn references<'a>(input: &'a ScriptInput<'_>, table: TableId) -> impl Iterator<Item = &'a ForeignKey> {
    let of = input.schema.tables_indexed().filter(move |(id, _)| input.schema.partition_root(*id) == table);
    of.flat_map(|(_, t)| &t.foreign_keys)
}

/// Whether a trigger of another table puts rows into this one while that one is filled.
pub(super) fn is_fed(input: &ScriptInput<'_>, table: TableId) -> bool {
    let feeds = |id: TableId| input.table(id).triggers.iter().any(|t| t.fills(table));
    input.tables.iter().any(|t| t.table != table && t.entry.rows > 0 && feeds(t.table))
}
