//! The rows that a table holds so far: whether there are any, adding one, and losing track of them.

use crate::catalog::{ScriptRow, SystemCatalog};
use seedbed_schema_model::{Literal, Span, TableId};
use seedbed_sql_syntax::TextKeys;

/// Whether a table certainly holds no row.
pub(super) fn is_empty(catalog: &SystemCatalog, table: TableId) -> bool {
    let rows = &catalog.draft(table).rows;
    rows.rows.is_empty() && !rows.uncertain
}

/// Notes that a statement on the table's rows was not followed.
pub(super) fn uncertain(catalog: &mut SystemCatalog, table: TableId, span: Span) {
    let rows = &mut catalog.draft_mut(table).rows;
    rows.uncertain = true;
    rows.span.get_or_insert(span);
}

/// How many cells of one table are kept, rows times columns; what comes after them makes it uncertain.
const MOST_CELLS: usize = 4_000_000;

/// Adds a row that the server takes without a look at the others.
pub(super) fn push(catalog: &mut SystemCatalog, table: TableId, row: ScriptRow, span: Span) {
    let width = catalog.schema[table].columns.len().max(1);
    let rows = &mut catalog.draft_mut(table).rows;
    rows.span.get_or_insert(span);
    if rows.rows.len() >= MOST_CELLS / width {
        rows.uncertain = true;
        return;
    }
    rows.rows.push(row);
}

/// How a value compares with others of its column: equal ones have one text.
pub(super) fn comparable(catalog: &SystemCatalog, literal: &Literal) -> String {
    match literal {
        Literal::Integer(n) => n.to_string(),
        Literal::Boolean(b) => b.to_string(),
        Literal::Text(text) => match catalog.syntax().statements.inserted.text_keys {
            TextKeys::Exact => text.clone(),
            TextKeys::IgnoringCase => text.to_lowercase(),
        },
        other => format!("{other:?}"),
    }
}
