//! `INSERT` and `REPLACE`.
//!
//! Followed are `VALUES`, MySQL's `SET`, `DEFAULT VALUES` and queries whose rows are known, with `ON CONFLICT`, `ON
//! DUPLICATE KEY UPDATE`, `INSERT OR x` and `IGNORE`. A statement without any of these is taken to succeed, as the script
//! ran once.

use super::collide::Collisions;
use super::held::{push, uncertain};
use super::numbering;
use super::source::{self, at_query};
use super::value::{self, WrittenValue};
use crate::catalog::{ScriptRow, SystemCatalog};
use crate::effects;
use seedbed_schema_model::{ColumnIdx, Literal, TableId};
use seedbed_sql_syntax::{Cursor, Name, TokenKind};

/// What happens to a row whose key is there already.
#[derive(Clone, Debug)]
enum OnConflict<'a> {
    /// The statement fails, so that the script would not run.
    Fail,
    /// The new row is left out.
    Skip,
    /// The row that is there goes.
    Replace,
    /// The row that is there changes: assignments.
    Update(Cursor<'a>),
}

/// The statement that begins with `INSERT` or `REPLACE`, at which the cursor stands.
pub(super) fn insert(catalog: &mut SystemCatalog, mut cursor: Cursor<'_>) {
    let whole = cursor;
    let Some((name, mut conflict)) = head(&mut cursor) else { return };
    let Some(table) = catalog.table(&name) else {
        if catalog
            .syntax()
            .statements
            .numbers_table
            .is_some_and(|numbers| name.name.eq_ignore_ascii_case(numbers))
        {
            numbering::written(catalog, cursor);
        }
        return;
    };
    let Some((columns, found)) = written(catalog, table, &mut cursor) else {
        return uncertain(catalog, table, whole.span());
    };
    if let Some(tail) = on_conflict(&mut cursor) {
        conflict = tail;
    }
    feed_others(catalog, table, whole);
    let mut collisions = match conflict {
        OnConflict::Fail => None,
        _ => Some(Collisions::of(catalog, table)),
    };
    for cells in found {
        let row = value::row(catalog, table, &columns, cells);
        let there = collisions.as_ref().map(|c| c.find(catalog, &row));
        match (there, &conflict) {
            (None | Some(Ok(None)), _) => {
                if let Some(collisions) = &mut collisions {
                    collisions.add(catalog, &row, catalog.draft(table).rows.rows.len());
                }
                push(catalog, table, row, whole.span());
            }
            (Some(Ok(Some(_))), OnConflict::Skip | OnConflict::Fail) => {}
            (Some(Ok(Some(at))), OnConflict::Replace) => {
                catalog.draft_mut(table).rows.rows[at] = row;
                collisions = Some(Collisions::of(catalog, table));
            }
            (Some(Ok(Some(at))), OnConflict::Update(assignments)) => {
                update(catalog, table, at, &row, *assignments);
                collisions = Some(Collisions::of(catalog, table));
            }
            // A key's value is not known: the row may be there or not.
            (Some(Err(())), _) => {
                push(catalog, table, row, whole.span());
                uncertain(catalog, table, whole.span());
            }
        }
    }
}

/// `INSERT [IGNORE | OR x] [INTO] name`, `REPLACE [INTO] name`; moves behind the name.
fn head<'a>(cursor: &mut Cursor<'_>) -> Option<(Name, OnConflict<'a>)> {
    let mut conflict = OnConflict::Fail;
    if cursor.eat_any(&["REPLACE", "UPSERT"]).is_some() {
        conflict = OnConflict::Replace;
    } else {
        cursor.skip(1);
    }
    loop {
        if cursor.eat(&["OR"]) {
            match cursor.ident()?.to_ascii_uppercase().as_str() {
                "REPLACE" => conflict = OnConflict::Replace,
                "IGNORE" => conflict = OnConflict::Skip,
                _ => {}
            }
        } else if cursor.eat(&["IGNORE"]) {
            conflict = OnConflict::Skip;
        } else if cursor.eat_any(&["LOW_PRIORITY", "HIGH_PRIORITY", "DELAYED"]).is_none() {
            break;
        }
    }
    cursor.eat(&["INTO"]);
    Some((cursor.name()?, conflict))
}

/// The columns and rows behind the table's name; `None` when they are not followed.
fn written(
    catalog: &mut SystemCatalog,
    table: TableId,
    cursor: &mut Cursor<'_>,
) -> Option<(Vec<ColumnIdx>, Vec<Vec<WrittenValue>>)> {
    // An alias.
    let bare = cursor.kind_at(0) == Some(TokenKind::Word)
        && !at_query(cursor)
        && !cursor.at_any(&["SET", "DEFAULT", "OVERRIDING"]);
    if cursor.eat(&["AS"]) || bare {
        cursor.skip(1);
    }
    let mut columns = catalog.draft(table).order.clone();
    let mut inside = *cursor;
    let is_list = inside.parens().is_some_and(|inner| !at_query(&inner));
    if is_list {
        let names = cursor.ident_list()?;
        columns = names.iter().map(|name| catalog.column(table, name)).collect::<Option<_>>()?;
    }
    let mut overriding_user = false;
    if cursor.eat(&["OVERRIDING"]) {
        overriding_user = cursor.eat_any(&["SYSTEM", "USER"]) == Some("USER");
        cursor.eat(&["VALUE"]);
    }
    if cursor.eat(&["DEFAULT", "VALUES"]) {
        return Some((Vec::new(), vec![Vec::new()]));
    }
    // MySQL's `SET a = 1, b = 2`.
    if cursor.eat(&["SET"]) {
        let list = cursor.take_until(|c| c.at_words(&["ON", "DUPLICATE"]));
        let (mut columns, mut cells) = (Vec::new(), Vec::new());
        for mut part in list.split_commas() {
            columns.push(catalog.column(table, &part.name()?.name)?);
            part.eat_op("=").then_some(())?;
            cells.push(value::read(catalog, part));
        }
        return Some((columns, vec![cells]));
    }
    let tail = |c: &Cursor<'_>| {
        c.at_words(&["ON", "CONFLICT"]) || c.at_words(&["ON", "DUPLICATE"]) || c.is_word(0, "RETURNING")
    };
    let query = cursor.take_until(tail);
    let rows = source::rows(catalog, query)?;
    // Columns beyond those given get their defaults; a shorter list of columns is the server's error.
    let fits = rows.iter().all(|cells| cells.len() <= columns.len());
    (fits && !overriding_user).then_some((columns, rows))
}

/// `ON CONFLICT [...] DO NOTHING | DO UPDATE SET ... [WHERE ...]`, `ON DUPLICATE KEY UPDATE ...`.
fn on_conflict<'a>(cursor: &mut Cursor<'a>) -> Option<OnConflict<'a>> {
    cursor.eat(&["ON"]).then_some(())?;
    cursor.take_until(|c| c.at_any(&["NOTHING", "UPDATE"]));
    if cursor.eat(&["NOTHING"]) {
        return Some(OnConflict::Skip);
    }
    cursor.skip(1);
    cursor.eat(&["SET"]);
    Some(OnConflict::Update(cursor.take_until(|c| c.is_word(0, "RETURNING"))))
}

/// Changes the row that is there by `a = excluded.a, b = 1`. With a condition the columns' values are not known.
fn update(catalog: &mut SystemCatalog, table: TableId, at: usize, new: &ScriptRow, assignments: Cursor<'_>) {
    let mut rest = assignments;
    let list = rest.take_until(|c| c.is_word(0, "WHERE"));
    for mut part in list.split_commas() {
        let Some(column) = part.name().and_then(|name| catalog.column(table, &name.name)) else { continue };
        part.eat_op("=");
        let value = if rest.is_empty() { assigned(catalog, table, new, part) } else { None };
        if let Some(cell) = catalog.draft_mut(table).rows.rows[at].get_mut(column.position()) {
            *cell = value;
        }
    }
}

/// The value of an assignment: a constant, or the new row's (`excluded.a`, `VALUES(a)`).
fn assigned(
    catalog: &SystemCatalog,
    table: TableId,
    new: &ScriptRow,
    mut value: Cursor<'_>,
) -> Option<Literal> {
    let mut names = value;
    if names.eat(&["VALUES"]) {
        value = names.parens().filter(|_| names.is_empty())?;
    } else if !value.is_word(0, "excluded") {
        return value::read(catalog, value).known();
    }
    let column = catalog.column(table, &value.name()?.name).filter(|_| value.is_empty())?;
    new.get(column.position())?.clone()
}

/// The triggers of a table that gets rows may fill others, which become uncertain.
fn feed_others(catalog: &mut SystemCatalog, table: TableId, statement: Cursor<'_>) {
    for fed in effects::fed_on_insert(catalog, table) {
        uncertain(catalog, fed, statement.span());
    }
}
