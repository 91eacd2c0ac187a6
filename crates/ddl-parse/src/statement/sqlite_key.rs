//! The primary keys of SQLite, which are settled when the whole table has been read.
//!
//! `INTEGER PRIMARY KEY` is an alias of the rowid, <https://sqlite.org/lang_createtable.html#rowid>: it numbers itself
//! and holds integers of 64 bits. `INTEGER PRIMARY KEY DESC` behind the column is none, by the exception that the same
//! page names. A primary key is NOT NULL only in that case, and in tables `WITHOUT ROWID` or `STRICT`.

use seedbed_ddl_catalog::SystemCatalog;
use seedbed_schema_model::{ColumnIdx, Numbering, SqlType, TableId};

/// What SQLite makes of a primary key once the whole table is known: an alias of the rowid, and NOT NULL where it
/// means it.
pub(super) fn settle_sqlite_key(catalog: &mut SystemCatalog, table: TableId, descending: &[ColumnIdx]) {
    let options = catalog.schema[table].options;
    let Some(key) = catalog.schema[table].primary_key.clone() else { return };
    if options.without_rowid || options.strict {
        for column in &key.columns {
            catalog.column_mut(table, *column).nullable = false;
        }
    }
    let [only] = key.columns[..] else { return };
    let column = catalog.column_mut(table, only);
    let is_integer = column.declared_type.eq_ignore_ascii_case("integer");
    if is_integer && !options.without_rowid && !descending.contains(&only) {
        column.nullable = false;
        column.ty = SqlType::BIGINT;
        column.numbering.get_or_insert(Numbering::RowId);
    }
}
