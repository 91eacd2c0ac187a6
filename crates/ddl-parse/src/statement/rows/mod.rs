//! Statements that put rows into tables or take them out again, followed as far as their text tells.
//!
//! Half of all application schemas insert rows of their own: roles, settings, a migration's number. Generated keys must
//! keep away from them. What cannot be followed makes a table's rows uncertain, never wrong without a word.

mod cell;
mod change;
mod collide;
mod copy;
mod insert;
mod source;

use super::acts;
use crate::catalog::Catalog;
use crate::text::{Cursor, Kind};
use seedbed_schema_model::{ColumnIdx, Dialect, Literal, SequenceId, Span, TableId};

pub(crate) use copy::data;

/// A row by the table's columns as they were created, dropped ones too; `None` is a value that is not known. It may be
/// shorter than the table, whose later columns it then has no value for.
pub(crate) type Row = Vec<Option<Literal>>;

/// More cells than this of one table are not kept: the rest makes it uncertain.
const MOST_CELLS: usize = 4_000_000;

/// What is in a table so far.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rows {
    pub rows: Vec<Row>,
    /// A statement was not followed.
    pub uncertain: bool,
    /// The greatest value so far of a column that numbers itself.
    pub greatest: i128,
    pub span: Option<Span>,
}

/// Applies a statement that writes rows. The cursor stands at its first word.
pub(super) fn statement(catalog: &mut Catalog, mut cursor: Cursor<'_>) {
    let span = cursor.span();
    if cursor.at_any(&["INSERT", "REPLACE"]) {
        insert::insert(catalog, cursor);
    } else if cursor.eat(&["COPY"]) {
        copy::begin(catalog, cursor, span);
    } else if cursor.eat(&["UPDATE"]) {
        change::update(catalog, cursor);
    } else if cursor.eat(&["DELETE"]) {
        change::delete(catalog, cursor);
    } else if cursor.eat(&["TRUNCATE"]) {
        change::truncate(catalog, cursor);
    } else {
        not_followed(catalog, cursor);
    }
}

/// Rows come and go in a way that is not followed: in branches, loops and functions.
pub(super) fn not_followed(catalog: &mut Catalog, mut cursor: Cursor<'_>) {
    let span = cursor.span();
    let acts = acts::of(cursor);
    for table in acts::fed_by(catalog, &acts) {
        uncertain(catalog, table, span);
    }
    while !cursor.is_empty() {
        let changes = cursor.eat(&["UPDATE"])
            || cursor.eat(&["DELETE", "FROM"])
            || cursor.eat(&["INTO", "TABLE"])
            || cursor.eat(&["TRUNCATE"]);
        if !changes {
            cursor.skip(1);
            continue;
        }
        cursor.eat_any(&["ONLY", "TABLE"]);
        let table = cursor.name().and_then(|name| catalog.table(&name));
        if let Some(table) = table.filter(|table| !is_empty(catalog, *table)) {
            uncertain(catalog, table, span);
        }
    }
}

/// `SELECT f()`: what the function inserts is not followed.
pub(super) fn called(catalog: &mut Catalog, cursor: Cursor<'_>) {
    let mut acts = acts::of(cursor);
    acts.inserts.clear();
    for table in acts::fed_by(catalog, &acts) {
        uncertain(catalog, table, cursor.span());
    }
}

/// `SELECT setval('sequence', value [, is_called])`; a value that is not written out is not known.
pub(super) fn setval(catalog: &mut Catalog, mut cursor: Cursor<'_>) {
    let Some(name) = cursor.name() else { return };
    let Some(arguments) = cursor.parens().filter(|_| name.name == "setval") else { return };
    let parts = arguments.split_commas();
    let Some(sequence) = parts.first().and_then(|part| super::sequence::named(catalog, *part)) else {
        return;
    };
    let value = parts.get(1).and_then(|part| { *part }.integer()).and_then(|n| i64::try_from(n).ok());
    let called = parts.get(2).is_none_or(|part| !part.is_word(0, "false"));
    let before = catalog.schema[sequence].increment;
    let last = value.map(|value| if called { value } else { value.saturating_sub(before) });
    catalog.sequence_values.insert(sequence, last);
}

/// The next value of a sequence, if its last one is known.
fn next_value(catalog: &mut Catalog, id: SequenceId) -> Option<i64> {
    let sequence = &catalog.schema[id];
    let next = match catalog.sequence_values.get(&id) {
        None => Some(sequence.start),
        Some(last) => last.and_then(|last| last.checked_add(sequence.increment)),
    };
    catalog.sequence_values.insert(id, next);
    next
}

fn is_empty(catalog: &Catalog, table: TableId) -> bool {
    let rows = &catalog.draft(table).rows;
    rows.rows.is_empty() && !rows.uncertain
}

fn uncertain(catalog: &mut Catalog, table: TableId, span: Span) {
    let rows = &mut catalog.draft_mut(table).rows;
    rows.uncertain = true;
    rows.span.get_or_insert(span);
}

/// Adds a row that the server takes without a look at the others.
fn push(catalog: &mut Catalog, table: TableId, row: Row, span: Span) {
    let width = catalog.schema[table].columns.len().max(1);
    let rows = &mut catalog.draft_mut(table).rows;
    rows.span.get_or_insert(span);
    if rows.rows.len() >= MOST_CELLS / width {
        rows.uncertain = true;
        return;
    }
    rows.rows.push(row);
}

/// Fills the cells of a new column in the rows that are there.
pub(super) fn widen(catalog: &mut Catalog, table: TableId, column: ColumnIdx) {
    for at in 0..catalog.draft(table).rows.rows.len() {
        let value = cell::default_of(catalog, table, column);
        let row = &mut catalog.draft_mut(table).rows.rows[at];
        row.resize(column.position(), None);
        row.push(value);
    }
}

/// A table made from a query holds its rows.
pub(super) fn of_query(catalog: &mut Catalog, table: TableId, query: Cursor<'_>) {
    let without = query.tokens().len() >= 3 && {
        let mut end = query;
        end.skip(query.len() - 3);
        end.at_words(&["WITH", "NO", "DATA"])
    };
    if without {
        return;
    }
    match source::rows(catalog, query) {
        Some(found) if found.iter().all(|cells| cells.len() == catalog.draft(table).order.len()) => {
            for cells in found {
                let row = cells.into_iter().map(cell::Cell::known).collect();
                push(catalog, table, row, query.span());
            }
        }
        _ => uncertain(catalog, table, query.span()),
    }
}

/// How a value compares with others of its column: equal ones have one text.
fn comparable(catalog: &Catalog, literal: &Literal) -> String {
    match literal {
        Literal::Integer(n) => n.to_string(),
        Literal::Boolean(b) => b.to_string(),
        Literal::Text(text) if catalog.dialect() == Dialect::MySql => text.to_lowercase(),
        Literal::Text(text) => text.clone(),
        other => format!("{other:?}"),
    }
}

/// Whether a query or a list of values stands here.
fn at_query(cursor: &Cursor<'_>) -> bool {
    cursor.at_any(&["SELECT", "VALUES", "VALUE", "WITH", "TABLE"]) || cursor.kind_at(0) == Some(Kind::Open)
}
