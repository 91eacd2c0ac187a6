//! From edits to layers: what each asks of the rows below it is found out once, before any row is made.

mod added;
mod cascade;
mod columns;
mod distinct;
mod literal;
mod locale;
mod moved;
mod removed;
mod scan;
mod selection;
mod set;
mod spread;

pub(crate) use scan::batches;

use crate::edited_rows::EditOptions;
use crate::stack::Stack;
use crate::{EditError, EditFault, names};
use arrow_schema::ArrowError;
use seedbed_edit::{AddRows, Edit, Referrers, RemoveRows, RowCount, Selection};
use seedbed_laws::LawKey;
use seedbed_schema_model::TableId;
use seedbed_validate::ValidateError;

/// Why an edit could not be prepared.
#[derive(Debug)]
pub(crate) enum Stopped {
    Fault(EditFault),
    Error(EditError),
}

impl From<EditFault> for Stopped {
    fn from(fault: EditFault) -> Self {
        Self::Fault(fault)
    }
}

impl From<ArrowError> for Stopped {
    fn from(error: ArrowError) -> Self {
        Self::Error(error.into())
    }
}

impl From<seedbed_datagen_core::Canceled> for Stopped {
    fn from(_: seedbed_datagen_core::Canceled) -> Self {
        Self::Error(EditError::Canceled)
    }
}

impl From<ArrowError> for EditError {
    fn from(error: ArrowError) -> Self {
        Self::Check(ValidateError::Again { table: String::new(), message: error.to_string() })
    }
}

/// Puts an edit on top of the others, as one layer or several; gives back how many.
pub(crate) fn push(stack: &mut Stack<'_>, edit: &Edit, options: &EditOptions) -> Result<usize, Stopped> {
    let below = stack.layers.len();
    match edit {
        Edit::Rows(RowCount { table: None, count, referrers }) => {
            every_table(stack, *count, *referrers, options)?;
        }
        edit => push_one(stack, edit, options)?,
    }
    Ok(stack.layers.len() - below)
}

/// One edit a table: first those that lose rows, children before parents; then those that have too few by now, also because
/// what they referred to has gone.
fn every_table(
    stack: &mut Stack<'_>,
    count: u64,
    referrers: Referrers,
    options: &EditOptions,
) -> Result<(), Stopped> {
    let tables = stack.tables();
    for (is_more, table) in tables.iter().rev().map(|t| (false, t)).chain(tables.iter().map(|t| (true, t))) {
        let now = stack.count(stack.layers.len(), *table);
        if if is_more { now < count } else { now > count } {
            let name = Some(stack.schema()[*table].name.to_string());
            push_one(stack, &Edit::Rows(RowCount { table: name, count, referrers }), options)?;
        }
    }
    Ok(())
}

fn push_one(stack: &mut Stack<'_>, edit: &Edit, options: &EditOptions) -> Result<(), Stopped> {
    options.cancel.check()?;
    let layer = match edit {
        Edit::Set(set) => set::set(stack, edit, set, options)?,
        Edit::Nulls(nulls) => set::nulls(stack, edit, nulls, options)?,
        Edit::Shift(shift) => moved::shift(stack, edit, shift, options)?,
        Edit::Scale(scale) => moved::scale(stack, edit, scale, options)?,
        Edit::Rename(rename) => moved::rename(stack, rename, options)?,
        Edit::Spread(spread) => spread::spread(stack, edit, spread, options)?,
        Edit::Locale(locale) => locale::locale(stack, edit, locale, options)?,
        Edit::Add(add) => added::add(stack, edit, add, options)?,
        Edit::Remove(remove) => removed::remove(stack, edit, remove, options)?,
        Edit::Rows(rows) => {
            let Some(name) = rows.table.clone() else { return Ok(()) };
            let table = named(stack, &name)?;
            let now = stack.count(stack.layers.len(), table);
            if rows.count >= now {
                let add = AddRows { table: name, count: rows.count - now };
                added::add(stack, edit, &add, options)?
            } else {
                let remove =
                    RemoveRows { table: name, rows: Selection::default(), referrers: rows.referrers };
                removed::remove_last(stack, &remove, rows.count, options)?
            }
        }
    };
    stack.layers.push(layer);
    cascade::follow_keys(stack, options)?;
    distinct::settle(stack, options)?;
    Ok(())
}

/// The table of a name, whose rows are there.
fn named(stack: &Stack<'_>, name: &str) -> Result<TableId, EditFault> {
    there(stack, names::table(stack.schema(), name)?)
}

fn there(stack: &Stack<'_>, table: TableId) -> Result<TableId, EditFault> {
    match stack.tables().contains(&table) {
        true => Ok(table),
        false => Err(EditFault::NotThere { table: stack.schema()[table].name.to_string() }),
    }
}

/// What the draws of an edit are keyed by: the same edit on the same data draws the same.
fn key_of(stack: &Stack<'_>, edit: &Edit, table: TableId, purpose: &str) -> LawKey {
    let words = serde_json::to_string(edit).unwrap_or_default();
    let name = stack.schema()[table].name.to_string();
    LawKey::derive(stack.planned.plan().seed(), &["edit", &words, &name], purpose)
}
