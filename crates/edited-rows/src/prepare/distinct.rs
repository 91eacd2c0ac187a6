//! Other attempts for drawn values that would meet in a key.

use super::Stopped;
use super::scan::scan;
use crate::cells::ValueRow;
use crate::change::{Chosen, How};
use crate::edited_rows::EditOptions;
use crate::stack::Stack;
use seedbed_constraints::{Constraints, EffectiveKey};
use seedbed_rows::table_context;
use seedbed_schema_model::{ColumnIdx, Table, TableId};
use seedbed_sql_semantics::{Context, Row};
use seedbed_sql_values::Value;
use std::collections::{BTreeMap, HashSet};
use twox_hash::XxHash3_64;

/// Attempts for one row.
const ATTEMPTS: u64 = 64;

/// Finds the rows of the topmost edit whose drawn values collide with those of others in a key, and has them take others. What
/// collides nevertheless is found by the check.
pub(crate) fn settle(stack: &mut Stack<'_>, options: &EditOptions) -> Result<(), Stopped> {
    let Some(top) = stack.layers.len().checked_sub(1) else { return Ok(()) };
    let drawn: Vec<TableId> = stack.layers[top]
        .tables
        .iter()
        .filter(|(_, layer)| layer.changes.first().is_some_and(|change| change.is_drawn()))
        .map(|(table, _)| *table)
        .collect();
    for table in drawn {
        let keys = keys_to_settle(stack, top, table);
        if !keys.is_empty() {
            let attempts = attempts(stack, top, table, &keys, options)?;
            if let Some(layer) = stack.layers[top].tables.get_mut(&table) {
                layer.changes[0].attempts = attempts;
            }
        }
    }
    Ok(())
}

/// The keys of a table that its drawn columns are part of, but for one that the plan of the values has kept distinct.
fn keys_to_settle(stack: &Stack<'_>, top: usize, table: TableId) -> Vec<EffectiveKey> {
    let Some(change) = stack.layers[top].tables.get(&table).and_then(|layer| layer.changes.first()) else {
        return Vec::new();
    };
    let is_made_distinct = |key: &EffectiveKey| {
        matches!((&change.how, &change.rows), (How::Fresh(_), Chosen::All)) && key.columns == change.columns
    };
    let mut keys = Constraints::new(stack.schema(), table).keys;
    keys.retain(|key| {
        key.overlaps.is_empty() && key.reads().any(|c| change.columns.contains(&c)) && !is_made_distinct(key)
    });
    keys
}

/// What rows take of the keys, as hashes: two keys of one hash cost an attempt and nothing else.
struct Taken<'k> {
    keys: &'k [EffectiveKey],
    cx: Context<'k>,
    table: &'k Table,
    hashes: Vec<HashSet<u64>>,
    /// What rows have that stay as they are, in order.
    others: Vec<Vec<u64>>,
}

impl Taken<'_> {
    fn of(&self, row: &dyn Row) -> Vec<Option<u64>> {
        let hash = |key: &EffectiveKey| {
            let (cx, table) = (&self.cx, self.table);
            let value = key.applies_to(row, cx).then(|| key.value_of(row, cx, table)).flatten()?;
            Some(XxHash3_64::oneshot(value.parts()))
        };
        self.keys.iter().map(hash).collect()
    }

    fn collides(&self, hashes: &[Option<u64>]) -> bool {
        let is_taken =
            |(taken, hash): (&HashSet<u64>, &Option<u64>)| hash.is_some_and(|h| taken.contains(&h));
        self.hashes.iter().zip(hashes).any(is_taken)
    }

    fn take(&mut self, hashes: &[Option<u64>]) {
        self.hashes.iter_mut().zip(hashes).for_each(|(taken, hash)| taken.extend(hash));
    }
}

fn attempts(
    stack: &Stack<'_>,
    top: usize,
    table: TableId,
    keys: &[EffectiveKey],
    options: &EditOptions,
) -> Result<BTreeMap<u64, u64>, Stopped> {
    let mut found = BTreeMap::new();
    let Some(change) = stack.layers[top].tables.get(&table).and_then(|layer| layer.changes.first()) else {
        return Ok(found);
    };
    let mut reads: Vec<ColumnIdx> = keys.iter().flat_map(|key| key.reads().collect::<Vec<_>>()).collect();
    reads.extend(change.reads());
    reads.sort_unstable();
    reads.dedup();
    let model = &stack.schema()[table];
    let cx = table_context(stack.schema(), model);
    let mut taken =
        Taken { keys, cx, table: model, hashes: vec![HashSet::new(); keys.len()], others: Vec::new() };
    // A fresh value of its own for each attempt, of those that the plan has to spare.
    let (is_fresh, spare) = match &change.how {
        How::Fresh(fresh) => match fresh.distinct_from {
            Some(wanted) => (true, fresh.rows.saturating_sub(wanted)),
            None => (false, 0),
        },
        _ => (false, 0),
    };
    // First what the others have, which stays; then those that change, in order, each with the first attempt that is free.
    if !matches!(change.rows, Chosen::All) {
        let mut others: Vec<Vec<u64>> = vec![Vec::new(); keys.len()];
        scan(stack, top, table, &reads, options, |rows, cells| {
            for (at, _) in rows.enumerate().filter(|(_, number)| !change.rows.contains(*number)) {
                let hashes = taken.of(&ValueRow { columns: cells, at });
                others.iter_mut().zip(hashes).for_each(|(of_key, hash)| of_key.extend(hash));
            }
            Ok(())
        })?;
        others.iter_mut().for_each(|of_key| of_key.sort_unstable());
        taken.others = others;
    }
    let mut next_spare = 0;
    scan(stack, top, table, &reads, options, |rows, cells| {
        let numbers: Vec<u64> = rows.collect();
        let places = change.places(&numbers, cells, stack.schema());
        let wanted = stack.wanted(&numbers, &places, cells);
        let first = change.values(&wanted.view(stack.schema(), table), None)?;
        // The batch as it would be, each row by its first attempt.
        let mut changed = cells.clone();
        for (column, values) in change.columns.iter().zip(first.columns) {
            if let Some(all) = changed.get_mut(column) {
                places.iter().zip(values).for_each(|(at, value)| all[*at] = value);
            }
        }
        for at in &places {
            let hashes = taken.of(&ValueRow { columns: &changed, at: *at });
            if !taken.collides(&hashes) {
                taken.take(&hashes);
                continue;
            }
            let mut row: BTreeMap<ColumnIdx, Vec<Value>> =
                cells.iter().map(|(column, values)| (*column, vec![values[*at].clone()])).collect();
            for attempt in 1..=ATTEMPTS {
                let attempt = match is_fresh {
                    true if next_spare >= spare => break,
                    true => {
                        next_spare += 1;
                        next_spare
                    }
                    false => attempt,
                };
                let one = stack.wanted(&numbers, &[*at], cells);
                let new = change.values(&one.view(stack.schema(), table), Some(attempt))?;
                row.extend(change.columns.iter().copied().zip(new.columns));
                let hashes = taken.of(&ValueRow { columns: &row, at: 0 });
                if !taken.collides(&hashes) {
                    taken.take(&hashes);
                    found.insert(numbers[*at], attempt);
                    break;
                }
            }
        }
        Ok(())
    })?;
    Ok(found)
}
