//! Statements whose rows are not followed: in branches, loops and functions.
//!
//! Every table that such a statement may touch becomes uncertain, so that nobody takes its rows for all of them.

use super::held::{is_empty, uncertain};
use crate::catalog::SystemCatalog;
use crate::effects;
use seedbed_sql_syntax::Cursor;

/// Makes every table uncertain that the statements ahead insert into, themselves or by the functions that they call,
/// and those with rows that they change, delete from or empty.
pub(crate) fn not_followed(catalog: &mut SystemCatalog, mut cursor: Cursor<'_>) {
    let span = cursor.span();
    let effects = effects::of(cursor);
    for table in effects::fed_by(catalog, &effects) {
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

/// `SELECT f()`: what the function inserts is not followed, and its tables become uncertain.
pub fn called(catalog: &mut SystemCatalog, cursor: Cursor<'_>) {
    let mut effects = effects::of(cursor);
    effects.inserts.clear();
    for table in effects::fed_by(catalog, &effects) {
        uncertain(catalog, table, cursor.span());
    }
}
