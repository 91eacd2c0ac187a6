//! Tables that are left as they are unless rows of them are asked for expressly.
//!
//! Two kinds of table hold rows that are no data of an application's users: those in which tools keep what they have run,
//! and lookups that the schema's own text fills. A row more breaks the next migration of the first; of the second it is a
//! state that no program knows. So neither gets any, which is told, and references draw the rows that are there.
//!
//! A lookup's rows are told from sample data and first users by their shape, as nothing else in a schema says which they
//! are. See [`lookup`].

mod ledger;
mod lookup;

use super::row_limit::RowLimit;
use super::wishes::Wishes;
use ledger::ledger_of;
use seedbed_constraints::Constraints;
use seedbed_datagen_core::{KnownRows, LeftAsIs, Request, Shortfall, ShortfallReason, Verdict};
use seedbed_schema_model::{Schema, TableId};
use std::collections::{BTreeMap, BTreeSet};

/// What is found of tables whose rows are there for good.
#[derive(Default)]
pub(super) struct RowsForGood {
    /// Tables that get no rows, and why.
    pub(super) left: BTreeMap<TableId, RowLimit>,
    /// Lookups that get rows beside those of the script: references draw the script's, whose places among the known rows these
    /// are.
    pub(super) lookups: BTreeMap<TableId, BTreeSet<usize>>,
}

/// Finds them among the tables that get rows. Whatever the request names, in its spec or among the only tables that are
/// wanted, is none.
pub(super) fn rows_for_good(schema: &Schema, request: &Request, wishes: &Wishes) -> RowsForGood {
    let open = |table: &TableId| !wishes.named.contains(table);
    let tables = || wishes.included.iter().filter(|table| open(table));
    let mut found = RowsForGood::default();
    for table in tables() {
        let there = request.existing.tables.get(table).map_or(0, |existing| existing.rows);
        let ledger = ledger_of(&schema[*table]).filter(|ledger| ledger.is_record || there > 0);
        if let Some(ledger) = ledger {
            found
                .left
                .insert(*table, left(schema, *table, LeftAsIs::Ledger { tool: ledger.tool.to_owned() }));
        }
    }
    let filled = tables().filter(|table| lookup::is_filled(request, **table));
    let filled: BTreeMap<TableId, Constraints<'_>> =
        filled.map(|table| (*table, Constraints::new(schema, *table))).collect();
    let lookups = lookup::Lookups::find(schema, request, &filled);
    for (table, there) in lookups.plain {
        let is_ledger = found.left.contains_key(&table);
        if !is_ledger {
            found.left.insert(table, left(schema, table, LeftAsIs::Lookup { there }));
        }
    }
    found.lookups =
        lookups.others.into_iter().map(|table| (table, of_script(schema, request, table))).collect();
    found
}

/// The places of the script's rows among those that are known of a table.
fn of_script(schema: &Schema, request: &Request, table: TableId) -> BTreeSet<usize> {
    let (Some(there), Some(script)) = (request.existing.tables.get(&table), request.inserted.get(&table))
    else {
        return BTreeSet::new();
    };
    let key = KnownRows::order_of(&schema[table], &there.known.columns);
    there.known.places_among(script, &key).into_iter().collect()
}

/// A limit of no rows.
fn left(schema: &Schema, table: TableId, why: LeftAsIs) -> RowLimit {
    let hint = format!("rows of it are made where they are asked for: `--table {}=10`", schema[table].name);
    RowLimit::known(
        0,
        Shortfall {
            verdict: Verdict::Possible,
            span: Some(schema[table].span),
            hint: Some(hint),
            ..Shortfall::of(ShortfallReason::LeftAsIs(why))
        },
    )
}
