//! Which values of a trigger's new row an INSERT of its body copies into another table.

use super::meant::meant;
use crate::catalog::{EachRow, Insertion, SystemCatalog};
use seedbed_schema_model::{ColumnIdx, CopiedRow, TableId, Trigger};
use seedbed_sql_syntax::{Cursor, Name, TokenKind};

/// An INSERT into a table, from behind the table's name: `[(a, b)] VALUES (NEW.a, 1)` or `[(a, b)] SELECT NEW.a, 1`.
pub(super) fn read(table: Name, mut cursor: Cursor<'_>, always: bool) -> Insertion {
    let mut ahead = cursor;
    let lists_columns = ahead.parens().is_some_and(|inner| !inner.at_any(&["SELECT", "VALUES", "WITH"]));
    let columns = if lists_columns { cursor.ident_list() } else { None };
    let mut every = None;
    let (row, unconditional) = if cursor.eat_any(&["VALUES", "VALUE"]).is_some() {
        (cursor.parens(), true)
    } else if cursor.eat(&["SELECT"]) {
        let row = cursor.take_until(ends_list);
        every = each_row(row, cursor, always);
        // The first part of a UNION comes whatever the others bring.
        (
            Some(row),
            cursor.is_empty() || cursor.kind_at(0) == Some(TokenKind::Semicolon) || cursor.at_any(&["UNION"]),
        )
    } else {
        (None, false)
    };
    let values = row.map(|row| row.split_commas().into_iter().map(new_column).collect()).unwrap_or_default();
    Insertion { table, columns, values, always: always && unconditional, each_row: every }
}

/// `FROM table [alias]` behind a list, and nothing that chooses among its rows.
fn each_row(row: Cursor<'_>, mut rest: Cursor<'_>, always: bool) -> Option<EachRow> {
    rest.eat(&["FROM"]).then_some(())?;
    let of = rest.name()?;
    rest.eat(&["AS"]);
    let alias = if rest.at_name() && !rest.at_any(&["ON", "RETURNING"]) { rest.ident() } else { None };
    let all = rest.is_empty()
        || rest.kind_at(0) == Some(TokenKind::Semicolon)
        || rest.at_any(&["RETURNING"])
        || rest.at_words(&["ON", "CONFLICT"]);
    let called = alias.unwrap_or_else(|| of.name.clone());
    let column = |mut value: Cursor<'_>| {
        let name = value.name().filter(|_| value.is_empty())?;
        name.schema.is_none_or(|of| of.eq_ignore_ascii_case(&called)).then_some(name.name)
    };
    let values = row.split_commas().into_iter().map(column).collect();
    all.then_some(EachRow { of, values, always })
}

/// Where the list of a SELECT ends.
fn ends_list(cursor: &Cursor<'_>) -> bool {
    let words = ["FROM", "WHERE", "UNION", "EXCEPT", "INTERSECT", "GROUP", "HAVING", "ORDER", "LIMIT", "ON"];
    cursor.kind_at(0) == Some(TokenKind::Semicolon) || cursor.at_any(&words)
}

/// The column in `NEW.column`, and nothing more.
fn new_column(mut value: Cursor<'_>) -> Option<String> {
    let name = value.name()?;
    let is_new = name.schema.is_some_and(|row| row.eq_ignore_ascii_case("new"));
    (is_new && value.is_empty()).then_some(name.name)
}

/// An INSERT with its columns found, if it is into another table and copies any of the new row.
///
/// The pairs are of the trigger's own column and the other table's.
pub(super) fn copied(
    catalog: &SystemCatalog,
    own: TableId,
    trigger: &Trigger,
    insert: &Insertion,
) -> Option<CopiedRow> {
    // Through a view of another name its columns may have other names and another order.
    let itself = |table: &TableId| catalog.schema[*table].name.name == insert.table.name;
    let table = meant(catalog, Some(own), &insert.table).filter(|table| *table != own && itself(table))?;
    let places: Vec<Option<ColumnIdx>> = match &insert.columns {
        Some(names) => names.iter().map(|name| catalog.column(table, name)).collect(),
        None => catalog.draft(table).order.iter().copied().map(Some).collect(),
    };
    let of_statement =
        insert.each_row.as_ref().filter(|each| trigger.new_table.as_ref() == Some(&each.of.name));
    let (values, always) =
        of_statement.map_or((&insert.values, insert.always), |each| (&each.values, each.always));
    let pairs = values.iter().zip(places);
    let columns: Vec<(ColumnIdx, ColumnIdx)> =
        pairs.filter_map(|(value, place)| Some((catalog.column(own, value.as_deref()?)?, place?))).collect();
    (!columns.is_empty()).then_some(CopiedRow { table, columns, always })
}
