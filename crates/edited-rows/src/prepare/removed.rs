//! Rows that are removed, and what becomes of those that refer to them.

use super::columns::repair_of;
use super::scan::{batches, scan};
use super::selection::chosen;
use super::{Stopped, named};
use crate::EditFault;
use crate::cells::ValueRow;
use crate::change::{Change, Chosen, How};
use crate::edited_rows::EditOptions;
use crate::key_map::key_of;
use crate::layer::Layer;
use crate::row_set::RowSet;
use crate::stack::Stack;
use seedbed_constraints::Constraints;
use seedbed_edit::{Edit, Referrers, RemoveRows};
use seedbed_rows::table_context;
use seedbed_schema_model::{ColumnIdx, ForeignKey, ReferentialAction, TableId};
use seedbed_sql_semantics::evaluate;
use seedbed_sql_values::{Value, stored_value};
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

pub(crate) fn remove(
    stack: &Stack<'_>,
    edit: &Edit,
    remove: &RemoveRows,
    options: &EditOptions,
) -> Result<Layer, Stopped> {
    let table = named(stack, &remove.table)?;
    let end = stack.count(stack.layers.len(), table);
    let rows = match chosen(stack, edit, table, &remove.rows, options)? {
        Chosen::All => RowSet::new(end, 0..end),
        Chosen::Some(rows) => rows.as_ref().clone(),
    };
    removal(stack, table, &rows, remove.referrers, options)
}

/// Removes all rows of a table but the first ones.
pub(crate) fn remove_last(
    stack: &Stack<'_>,
    remove: &RemoveRows,
    keep: u64,
    options: &EditOptions,
) -> Result<Layer, Stopped> {
    let table = named(stack, &remove.table)?;
    let end = stack.count(stack.layers.len(), table);
    removal(stack, table, &RowSet::new(end, keep..end), remove.referrers, options)
}

/// Rows of a table that refer to rows that go.
struct Referring {
    table: TableId,
    reference: ForeignKey,
    rows: Vec<u64>,
}

fn removal(
    stack: &Stack<'_>,
    table: TableId,
    rows: &RowSet,
    referrers: Referrers,
    options: &EditOptions,
) -> Result<Layer, Stopped> {
    let level = stack.layers.len();
    let mut gone: BTreeMap<TableId, Vec<bool>> = BTreeMap::new();
    let first: Vec<u64> = rows.iter().collect();
    mark(stack, &mut gone, table, &first);
    let mut open = vec![(table, first)];
    let (mut in_the_way, mut cleared): (Vec<Referring>, Vec<Referring>) = (Vec::new(), Vec::new());
    while let Some((parent, numbers)) = open.pop() {
        for child in stack.tables() {
            for reference in Constraints::new(stack.schema(), child).references {
                if reference.parent != parent {
                    continue;
                }
                let referring = referring(stack, child, &reference, &numbers, options)?;
                if referring.is_empty() {
                    continue;
                }
                let found = Referring { table: child, reference, rows: referring };
                match (referrers, found.reference.on_delete) {
                    (Referrers::Remove, _) | (Referrers::AsDeclared, ReferentialAction::Cascade) => {
                        let new = mark(stack, &mut gone, child, &found.rows);
                        if !new.is_empty() {
                            open.push((child, new));
                        }
                    }
                    (Referrers::AsDeclared, ReferentialAction::SetNull | ReferentialAction::SetDefault) => {
                        cleared.push(found);
                    }
                    _ => in_the_way.push(found),
                }
            }
        }
    }
    let stays = |of: &Referring| {
        let gone = gone.get(&of.table);
        of.rows
            .iter()
            .copied()
            .filter(|row| !gone.is_some_and(|gone| gone[*row as usize]))
            .collect::<Vec<u64>>()
    };
    for referring in &in_the_way {
        let rows = stays(referring).len() as u64;
        if rows > 0 {
            let schema = stack.schema();
            return Err(EditFault::Referred {
                table: schema[referring.table].name.to_string(),
                reference: referring.reference.name.clone(),
                parent: schema[referring.reference.parent].name.to_string(),
                rows,
                as_declared: referrers == Referrers::AsDeclared,
            }
            .into());
        }
    }
    let mut layer = Layer::default();
    for referring in &cleared {
        clear(stack, &mut layer, referring, stays(referring), options);
    }
    for (table, gone) in gone {
        let end = stack.count(level, table);
        let kept = RowSet::new(end, (0..end).filter(|row| !gone[*row as usize]));
        layer.tables.entry(table).or_default().kept = Some(Arc::new(kept));
    }
    Ok(layer)
}

/// Marks rows as gone; gives back those that were not before.
fn mark(
    stack: &Stack<'_>,
    gone: &mut BTreeMap<TableId, Vec<bool>>,
    table: TableId,
    rows: &[u64],
) -> Vec<u64> {
    let count = stack.count(stack.layers.len(), table) as usize;
    let marks = gone.entry(table).or_insert_with(|| vec![false; count]);
    rows.iter().copied().filter(|row| !std::mem::replace(&mut marks[*row as usize], true)).collect()
}

/// The rows of a table whose reference leads to any of some rows of its parent.
fn referring(
    stack: &Stack<'_>,
    child: TableId,
    reference: &ForeignKey,
    parents: &[u64],
    options: &EditOptions,
) -> Result<Vec<u64>, Stopped> {
    let (schema, level) = (stack.schema(), stack.layers.len());
    let like = (reference.parent, reference.parent_columns.as_slice());
    let mut keys: HashSet<Vec<u8>> = HashSet::new();
    for batch in batches(parents.len() as u64) {
        options.cancel.check()?;
        let numbers = &parents[batch.start as usize..batch.end as usize];
        let made = stack.rows_with(level, reference.parent, numbers, Some(&reference.parent_columns))?;
        let cells = stack.cells(reference.parent, &made, &made.arrays, &reference.parent_columns);
        let key = |at| key_of(&ValueRow { columns: &cells, at }, &reference.parent_columns, like, schema);
        keys.extend((0..made.len()).filter_map(key));
    }
    let mut found = Vec::new();
    if keys.is_empty() {
        return Ok(found);
    }
    scan(stack, level, child, &reference.columns, options, |rows, cells| {
        for (at, row) in rows.enumerate() {
            let key = key_of(&ValueRow { columns: cells, at }, &reference.columns, like, schema);
            if key.is_some_and(|key| keys.contains(&key)) {
                found.push(row);
            }
        }
        Ok(())
    })?;
    Ok(found)
}

/// Rows that refer to what goes refer to nothing, or to what the columns' defaults say.
fn clear(stack: &Stack<'_>, layer: &mut Layer, referring: &Referring, rows: Vec<u64>, options: &EditOptions) {
    let (schema, table, columns) = (stack.schema(), referring.table, &referring.reference.columns);
    let default = |column: &ColumnIdx| {
        let model = &schema[table][*column];
        let is_default = referring.reference.on_delete == ReferentialAction::SetDefault;
        let default = model.default.as_ref().filter(|_| is_default);
        let cx = table_context(schema, &schema[table]);
        let value = default.and_then(|d| evaluate(&d.expr, &[Value::Null; 0], &cx).ok());
        value.map_or(Value::Null, |value| stored_value(value, model, schema))
    };
    let values: Vec<Value> = columns.iter().map(default).collect();
    let end = stack.count(stack.layers.len(), table);
    let chosen = Chosen::Some(Arc::new(RowSet::new(end, rows)));
    let repair = repair_of(stack, table, columns, &[], options);
    let entry = layer.tables.entry(table).or_default();
    entry.changes.push(Change::new(columns.clone(), chosen, How::Constant(values)));
    entry.repair.get_or_insert(repair);
}
