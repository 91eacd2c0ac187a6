//! The rows of a table that gets a column, or that is made from a query.

use super::held::{push, uncertain};
use super::source;
use super::value;
use crate::catalog::SystemCatalog;
use seedbed_schema_model::{ColumnIdx, TableId};
use seedbed_sql_syntax::Cursor;

/// Fills the cells of a new column in the rows that are there, with its default or the next numbers.
pub fn widen(catalog: &mut SystemCatalog, table: TableId, column: ColumnIdx) {
    for at in 0..catalog.draft(table).rows.rows.len() {
        let value = value::default_of(catalog, table, column);
        let row = &mut catalog.draft_mut(table).rows.rows[at];
        row.resize(column.position(), None);
        row.push(value);
    }
}

/// Puts the rows of a query into the table that is made from it, unless `WITH NO DATA` is written. A query that is not
/// followed makes the table uncertain.
pub fn of_query(catalog: &mut SystemCatalog, table: TableId, query: Cursor<'_>) {
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
                let row = cells.into_iter().map(value::WrittenValue::known).collect();
                push(catalog, table, row, query.span());
            }
        }
        _ => uncertain(catalog, table, query.span()),
    }
}
