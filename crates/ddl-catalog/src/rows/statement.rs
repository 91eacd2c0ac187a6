//! Statements that write rows, by their first words.

use super::untraced::not_followed;
use super::{change, copy, insert};
use crate::catalog::SystemCatalog;
use seedbed_sql_syntax::Cursor;

/// Statements that put rows into tables, change them or take them out.
pub const WRITE_ROWS: [&str; 10] =
    ["COPY", "DELETE", "INSERT", "LOAD", "MERGE", "REPLACE", "TRUNCATE", "UPDATE", "UPSERT", "WITH"];

/// Applies a statement that writes rows. The cursor stands at its first word, one of [`WRITE_ROWS`]. Those that are not
/// followed (`MERGE`, `LOAD DATA`, `WITH`) make the tables that they may touch uncertain.
pub fn statement(catalog: &mut SystemCatalog, mut cursor: Cursor<'_>) {
    let span = cursor.span();
    if cursor.at_any(&["INSERT", "REPLACE", "UPSERT"]) {
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
