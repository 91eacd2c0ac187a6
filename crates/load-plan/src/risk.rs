//! Tables whose rows the server may refuse for a reason that only it knows: triggers, CHECKs that call functions, rows
//! that triggers of other tables have put there; or because the plan does not guarantee a constraint.
//!
//! A script goes on without them, as a session does, rather than leaving the whole database empty.

use crate::RowsToLoad;
use crate::feeding::feeders;
use seedbed_schema_model::{ForeignKey, Schema, Table, TableId};
use std::collections::BTreeSet;

/// What becomes of PostgreSQL's rules (CREATE RULE): they make other statements of INSERTs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rules {
    /// Rows go in by INSERT.
    Apply,
    /// They go in by COPY, which knows no rules.
    Sleep,
}

/// Those tables among the loaded ones, and all that refer to one of them.
pub(crate) fn at_risk(schema: &Schema, loaded: &[RowsToLoad], rules: Rules) -> BTreeSet<TableId> {
    let filled: BTreeSet<TableId> = loaded.iter().filter(|t| t.rows > 0).map(|t| t.table).collect();
    let is_fed = |table| feeders(schema, table).iter().any(|f| *f != table && filled.contains(f));
    let ids = || loaded.iter().map(|t| t.table);
    let uncertain: BTreeSet<TableId> = loaded.iter().filter(|t| t.uncertain).map(|t| t.table).collect();
    let refuses = |t: &TableId| may_refuse(&schema[*t], rules) || is_fed(*t) || uncertain.contains(t);
    let mut found: BTreeSet<TableId> = ids().filter(refuses).collect();
    loop {
        let leans =
            |t: &TableId| references(schema, *t).any(|fk| fk.parent != *t && found.contains(&fk.parent));
        let more: Vec<TableId> = ids().filter(|t| !found.contains(t) && leans(t)).collect();
        if more.is_empty() {
            return found;
        }
        found.extend(more);
    }
}

fn may_refuse(table: &Table, rules: Rules) -> bool {
    table.triggers.iter().any(|t| t.on_insert() && (rules == Rules::Apply || !t.is_rule))
        || table.checks.iter().any(|c| c.expr.opaque_part().is_some())
}

/// A table's references, and those of its partitions, whose rows go in through it.
fn references(schema: &Schema, table: TableId) -> impl Iterator<Item = &ForeignKey> {
    let of = schema.tables_indexed().filter(move |(id, _)| schema.partition_root(*id) == table);
    of.flat_map(|(_, t)| &t.foreign_keys)
}
