//! Keys that an edit has changed, followed by those who refer to them.

use super::Stopped;
use super::columns::repair_of;
use super::scan::batches;
use crate::cells::ValueRow;
use crate::change::{Change, Chosen, How};
use crate::edited_rows::EditOptions;
use crate::key_map::KeyMap;
use crate::stack::Stack;
use seedbed_constraints::Constraints;
use seedbed_schema_model::{ColumnIdx, ForeignKey, TableId};
use seedbed_sql_values::{Value, stored_value};
use std::sync::Arc;

/// Gives rows that refer to a key which the topmost edit has changed the new key, and so on through all tables.
pub(crate) fn follow_keys(stack: &mut Stack<'_>, options: &EditOptions) -> Result<(), Stopped> {
    let Some(top) = stack.layers.len().checked_sub(1) else { return Ok(()) };
    let mut open: Vec<(TableId, Vec<ColumnIdx>)> =
        stack.layers[top].tables.iter().map(|(table, layer)| (*table, layer.changed_columns())).collect();
    let mut followed: Vec<(TableId, Vec<ColumnIdx>)> = Vec::new();
    while let Some((parent, changed)) = open.pop() {
        for table in stack.tables() {
            for reference in Constraints::new(stack.schema(), table).references {
                let is_changed = reference.parent_columns.iter().any(|c| changed.contains(c));
                let mark = (table, reference.columns.clone());
                if reference.parent != parent || !is_changed || followed.contains(&mark) {
                    continue;
                }
                // What the edit itself says of the referring columns goes first.
                let layer = stack.layers[top].tables.get(&table);
                if layer.is_some_and(|l| l.changed_columns().iter().any(|c| reference.columns.contains(c))) {
                    continue;
                }
                let map = changed_keys(stack, top, &reference, table, options)?;
                if map.is_empty() {
                    continue;
                }
                followed.push(mark);
                let columns = reference.columns.clone();
                let repair = repair_of(stack, table, &columns, &[], options);
                let layer = stack.layers[top].tables.entry(table).or_default();
                layer.changes.push(Change::new(columns.clone(), Chosen::All, How::Keys(Arc::new(map))));
                layer.repair.get_or_insert(repair);
                open.push((table, columns));
            }
        }
    }
    Ok(())
}

/// The keys of a parent that the topmost edit has changed.
fn changed_keys(
    stack: &Stack<'_>,
    top: usize,
    reference: &ForeignKey,
    child: TableId,
    options: &EditOptions,
) -> Result<KeyMap, Stopped> {
    let (schema, parent, columns) = (stack.schema(), reference.parent, &reference.parent_columns);
    let mut map = KeyMap::new(reference.columns.clone(), parent, columns.clone());
    let is_removing =
        stack.layers[top].tables.get(&parent).is_some_and(|l| l.kept.is_some() || l.added.is_some());
    if is_removing {
        return Ok(map);
    }
    for range in batches(stack.count(top, parent)) {
        options.cancel.check()?;
        let numbers: Vec<u64> = range.collect();
        let (below, above) =
            (stack.rows_with(top, parent, &numbers, Some(columns))?, stack.rows(top + 1, parent, &numbers)?);
        let old = stack.cells(parent, &below, &below.arrays, columns);
        let new = stack.cells(parent, &above, &above.arrays, columns);
        for at in 0..below.len() {
            let differs = columns.iter().any(|c| old.get(c).map(|v| &v[at]) != new.get(c).map(|v| &v[at]));
            if differs {
                let value = |(of, to): (&ColumnIdx, &ColumnIdx)| {
                    let value = new.get(of).map_or(Value::Null, |values| values[at].clone());
                    stored_value(value, &schema[child][*to], schema)
                };
                let key = columns.iter().zip(&reference.columns).map(value).collect();
                map.insert(&ValueRow { columns: &old, at }, key, schema);
            }
        }
    }
    Ok(map)
}
