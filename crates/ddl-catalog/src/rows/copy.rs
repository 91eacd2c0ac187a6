//! `COPY ... FROM stdin` and the data block behind it.
//!
//! The text format of <https://www.postgresql.org/docs/current/sql-copy.html>, File Formats: fields apart by a
//! delimiter, `\N` for NULL, backslashes before what would be taken for something else. Other formats and options make
//! the rows uncertain.

use super::held::{push, uncertain};
use super::value::{self, WrittenValue};
use crate::catalog::{Copying, SystemCatalog};
use crate::effects;
use seedbed_schema_model::{Literal, Span};
use seedbed_sql_syntax::Cursor;

/// The statement behind `COPY`: remembers what the data that follows is for. Only data that comes with the script
/// (`stdin`) is followed.
pub(super) fn begin(catalog: &mut SystemCatalog, mut cursor: Cursor<'_>, span: Span) {
    catalog.copying = None;
    let Some(table) = cursor.name().and_then(|name| catalog.table(&name)) else { return };
    let order = catalog.draft(table).order.clone();
    let columns = match cursor.ident_list() {
        Some(names) => names.iter().map(|name| catalog.column(table, name)).collect(),
        None => Some(order),
    };
    if !cursor.eat(&["FROM"]) {
        return;
    }
    let from_stdin = cursor.eat(&["STDIN"]);
    match columns.zip(options(cursor)).filter(|_| from_stdin) {
        Some((columns, (delimiter, null))) => {
            catalog.copying = Some(Copying { table, columns, delimiter, null, span });
        }
        None => uncertain(catalog, table, span),
    }
    for fed in effects::fed_on_insert(catalog, table) {
        uncertain(catalog, fed, span);
    }
}

/// What parts the fields and what a NULL is: a tab and `\N`, or what `DELIMITER` and `NULL` say, in one of the forms that
/// PostgreSQL has had for it (<https://www.postgresql.org/docs/current/sql-copy.html>, Compatibility). `None` for options
/// that change more than that.
fn options(mut options: Cursor<'_>) -> Option<(char, String)> {
    options.eat(&["USING"]);
    options.eat(&["WITH"]);
    if let Some(inner) = options.parens() {
        options = inner;
    }
    let (mut delimiter, mut null) = ('\t', "\\N".to_owned());
    while !options.is_empty() {
        let option = options.eat_any(&["DELIMITER", "DELIMITERS", "NULL", "FORMAT", "ENCODING"])?;
        options.eat(&["AS"]);
        let is_text = option == "FORMAT" && options.eat(&["TEXT"]);
        let value = if is_text { String::new() } else { options.string()? };
        let mut chars = value.chars();
        match option {
            "NULL" => null = value,
            "FORMAT" if !is_text && !value.eq_ignore_ascii_case("text") => return None,
            "FORMAT" | "ENCODING" => {}
            _ => delimiter = chars.next().filter(|_| chars.next().is_none())?,
        }
        options.eat_op(",");
    }
    Some((delimiter, null))
}

/// Puts the lines of a data block into the table of the `COPY` before them. A line with another number of fields than
/// columns makes the table's rows uncertain, and the rest is left.
pub fn data(catalog: &mut SystemCatalog, lines: &str) {
    let Some(Copying { table, columns, delimiter, null, span }) = catalog.copying.take() else { return };
    let cell = |field| WrittenValue::Value(if field == null { Literal::Null } else { value(field) });
    for line in lines.lines().filter(|line| !line.is_empty() || columns.len() == 1) {
        let cells: Vec<WrittenValue> = fields(line, delimiter).into_iter().map(cell).collect();
        if cells.len() != columns.len() {
            return uncertain(catalog, table, span);
        }
        let row = value::row(catalog, table, &columns, cells);
        push(catalog, table, row, span);
    }
}

/// The fields of a line; a delimiter behind a backslash is part of its field.
fn fields(line: &str, delimiter: char) -> Vec<&str> {
    let (mut fields, mut start, mut escaped) = (Vec::new(), 0, false);
    for (at, c) in line.char_indices() {
        if c == delimiter && !escaped {
            fields.push(&line[start..at]);
            start = at + c.len_utf8();
        }
        escaped = c == '\\' && !escaped;
    }
    fields.push(&line[start..]);
    fields
}

/// A field of COPY's text format that is no NULL, with its backslashes read.
fn value(field: &str) -> Literal {
    if !field.contains('\\') {
        return Literal::Text(field.to_owned());
    }
    let mut out = String::with_capacity(field.len());
    let mut chars = field.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('n') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some('r') => out.push('\r'),
            Some('b') => out.push('\u{8}'),
            Some('f') => out.push('\u{c}'),
            Some('v') => out.push('\u{b}'),
            Some(other) => out.push(other),
            None => out.push('\\'),
        }
    }
    Literal::Text(out)
}
