//! `COMMENT ON TABLE` and `COMMENT ON COLUMN`, which only PostgreSQL has
//! (<https://www.postgresql.org/docs/current/sql-comment.html>).
//!
//! The comment goes to the table or column, `NULL` takes it away. Comments on other objects, and on tables and columns
//! that are not there, are passed over: nothing is reported. MySQL's `COMMENT 'x'` is an option of the table or column.

use seedbed_ddl_catalog::SystemCatalog;
use seedbed_sql_syntax::{Cursor, Name, TokenKind};

/// The statement behind `COMMENT ON`. Other objects' comments are passed over.
pub(crate) fn comment(catalog: &mut SystemCatalog, cursor: &mut Cursor<'_>) {
    match cursor.eat_any(&["TABLE", "COLUMN"]) {
        Some("TABLE") => {
            let table = cursor.name().and_then(|name| catalog.table(&name));
            cursor.eat(&["IS"]);
            if let Some(table) = table {
                catalog.schema[table].comment = cursor.string();
            }
        }
        Some(_) => column(catalog, cursor),
        None => {}
    }
}

/// `COMMENT ON COLUMN schema.table.column IS 'text'`.
fn column(catalog: &mut SystemCatalog, cursor: &mut Cursor<'_>) {
    let span = cursor.here();
    let mut parts = Vec::new();
    while let Some(part) = cursor.ident() {
        parts.push(part);
        if !cursor.eat_kind(TokenKind::Dot) {
            break;
        }
    }
    let (Some(column), Some(name)) = (parts.pop(), parts.pop()) else { return };
    let table = catalog.table(&Name { schema: parts.pop(), name, span });
    let Some(table) = table else { return };
    cursor.eat(&["IS"]);
    if let Some(column) = catalog.column(table, &column) {
        catalog.column_mut(table, column).comment = cursor.string();
    }
}
