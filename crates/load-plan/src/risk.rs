//! Tables whose rows the server may refuse for a reason that only it knows: triggers, CHECKs that call functions, rows
//! that triggers of other tables have put there; or because the plan does not guarantee a constraint.
//!
//! A script goes on without them, as a session does, rather than leaving the whole database empty.

use crate::RowsToLoad;
use crate::feeding::Feeding;
use seedbed_schema_model::{PartitionTree, Schema, Table, TableId};
use std::collections::{BTreeMap, BTreeSet};

/// What becomes of PostgreSQL's rules (CREATE RULE): they make other statements of INSERTs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rules {
    /// Rows go in by INSERT.
    Apply,
    /// They go in by COPY, which knows no rules.
    Sleep,
}

/// Those tables among the loaded ones, and all that refer to one of them.
pub(crate) fn at_risk(
    schema: &Schema,
    feeding: &Feeding,
    loaded: &[RowsToLoad],
    rules: Rules,
) -> BTreeSet<TableId> {
    let filled: BTreeSet<TableId> = loaded.iter().filter(|t| t.rows > 0).map(|t| t.table).collect();
    let is_fed = |table| feeding.feeders(table).iter().any(|f| *f != table && filled.contains(f));
    let refuses = |t: &&RowsToLoad| may_refuse(&schema[t.table], rules) || is_fed(t.table) || t.uncertain;
    let mut open: Vec<TableId> = loaded.iter().filter(refuses).map(|t| t.table).collect();
    let leaning = leaning(schema, loaded);
    let mut found: BTreeSet<TableId> = open.iter().copied().collect();
    while let Some(table) = open.pop() {
        let more = leaning.get(&table).into_iter().flatten().filter(|child| found.insert(**child));
        open.extend(more);
    }
    found
}

/// The loaded tables that refer to a table, by that table. References of partitions count as their root's, since their rows
/// go in through it.
fn leaning(schema: &Schema, loaded: &[RowsToLoad]) -> BTreeMap<TableId, Vec<TableId>> {
    let tree = PartitionTree::of(schema);
    let mut leaning: BTreeMap<TableId, Vec<TableId>> = BTreeMap::new();
    for table in loaded.iter().map(|t| t.table) {
        for fk in tree.whole(table).iter().flat_map(|part| &schema[*part].foreign_keys) {
            if fk.parent != table {
                leaning.entry(fk.parent).or_default().push(table);
            }
        }
    }
    leaning
}

fn may_refuse(table: &Table, rules: Rules) -> bool {
    table.triggers.iter().any(|t| t.on_insert() && (rules == Rules::Apply || !t.is_rule))
        || table.checks.iter().any(|c| c.expr.opaque_part().is_some())
}
