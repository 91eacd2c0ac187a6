//! References that are spread over the rows of a parent.

use super::scan::{batches, scan};
use super::set::add;
use super::{Stopped, key_of, named};
use crate::EditFault;
use crate::cells::picked;
use crate::change::{Change, Chosen, How};
use crate::edited_rows::EditOptions;
use crate::layer::Layer;
use crate::parent_rows::ParentRows;
use crate::row_set::RowSet;
use crate::stack::Stack;
use arrow_array::{Array as _, ArrayRef};
use arrow_select::concat::concat;
use seedbed_constraints::Constraints;
use seedbed_datagen_core::resolve_column;
use seedbed_edit::{Distribution, Edit, SpreadReference};
use seedbed_schema_model::{ColumnIdx, TableId};
use seedbed_sql_values::Value;
use std::sync::Arc;

pub(crate) fn spread(
    stack: &Stack<'_>,
    edit: &Edit,
    spread: &SpreadReference,
    options: &EditOptions,
) -> Result<Layer, Stopped> {
    let schema = stack.schema();
    let table = named(stack, &spread.table)?;
    let column = resolve_column(schema, table, &spread.column).map_err(EditFault::from)?;
    let references = Constraints::new(schema, table).references;
    // Where a column is part of several, the one that it is alone.
    let reference =
        references.iter().filter(|fk| fk.columns.contains(&column)).min_by_key(|fk| fk.columns.len());
    let none = || EditFault::NoReference {
        table: schema[table].name.to_string(),
        column: schema[table][column].name.clone(),
    };
    let reference = reference.ok_or_else(none)?;
    let parents = parent_rows(stack, edit, table, reference, spread.by)?;
    let mut layer = Layer::default();
    if let Some(parents) = parents {
        let rows = referring_rows(stack, table, &reference.columns, options)?;
        let change = Change::new(reference.columns.clone(), rows, How::Parents(parents));
        add(&mut layer, stack, table, change, &[], options);
    }
    Ok(layer)
}

/// The rows that refer to something.
fn referring_rows(
    stack: &Stack<'_>,
    table: TableId,
    columns: &[ColumnIdx],
    options: &EditOptions,
) -> Result<Chosen, Stopped> {
    let (level, mut found) = (stack.layers.len(), Vec::new());
    scan(stack, level, table, columns, options, |rows, cells| {
        let refers = |at: usize| cells.values().all(|values| values[at] != Value::Null);
        found.extend(rows.enumerate().filter(|(at, _)| refers(*at)).map(|(_, row)| row));
        Ok(())
    })?;
    let count = stack.count(level, table);
    Ok(match found.len() as u64 == count {
        true => Chosen::All,
        false => Chosen::Some(Arc::new(RowSet::new(count, found))),
    })
}

/// The keys of all rows that a reference may draw; none where there are no rows.
pub(crate) fn parent_rows(
    stack: &Stack<'_>,
    edit: &Edit,
    table: TableId,
    reference: &seedbed_schema_model::ForeignKey,
    by: Distribution,
) -> Result<Option<ParentRows>, Stopped> {
    let level = stack.layers.len();
    let rows = stack.count(level, reference.parent);
    if rows == 0 {
        return Ok(None);
    }
    let mut parts = vec![Vec::new(); reference.parent_columns.len()];
    for range in batches(rows) {
        let made = stack.rows_with(
            level,
            reference.parent,
            &range.collect::<Vec<_>>(),
            Some(&reference.parent_columns),
        )?;
        for (part, column) in parts.iter_mut().zip(&reference.parent_columns) {
            part.extend(made.place(*column).map(|at| Arc::clone(&made.arrays[at])));
        }
    }
    let arrays = parts.iter().map(|part| concat(&part.iter().map(|a| &**a).collect::<Vec<_>>()));
    let mut arrays: Vec<ArrayRef> = arrays.collect::<Result<_, _>>()?;
    // A row with a NULL in its key is nobody's parent.
    let is_usable = |row: &usize| arrays.iter().all(|array| array.is_valid(*row));
    let usable: Vec<usize> = (0..rows as usize).filter(is_usable).collect();
    if usable.len() as u64 != rows {
        arrays = picked(&arrays, &usable)?;
    }
    Ok((!usable.is_empty()).then(|| ParentRows {
        parent: reference.parent,
        parent_columns: reference.parent_columns.clone(),
        arrays,
        rows: usable.len() as u64,
        by,
        key: key_of(stack, edit, table, "parents"),
    }))
}
