//! MySQL's table options (<https://dev.mysql.com/doc/refman/8.4/en/create-table.html>, `table_options`).
//!
//! Options are separated by blanks or commas, with or without `=`. The character set and collation go to the text
//! columns that have none of their own; an `ENGINE` that keeps no references makes the table forget those that it is
//! given; `COMMENT` is kept, and so is where its own numbers begin. The rest says how the table is stored, and is stepped over: nothing is reported.

use super::mysql_partition::partition_by;
use seedbed_ddl_catalog::{SystemCatalog, rows};
use seedbed_schema_model::{SqlType, TableId};
use seedbed_sql_syntax::{Cursor, TokenKind, mysql_binary_type};

/// Engines that read foreign keys and forget them (<https://dev.mysql.com/doc/refman/8.4/en/storage-engines.html>).
const IGNORES_REFERENCES: [&str; 8] =
    ["MyISAM", "Aria", "MEMORY", "HEAP", "ARCHIVE", "CSV", "MERGE", "BLACKHOLE"];

/// Reads the options behind the column list, up to a query, and gives the text columns their character set.
pub(super) fn read(catalog: &mut SystemCatalog, table: TableId, cursor: &mut Cursor<'_>) {
    while !cursor.is_empty()
        && !cursor.at_any(&["AS", "SELECT", "PARTITION"])
        && cursor.kind_at(0) != Some(TokenKind::Open)
    {
        option(catalog, table, cursor);
    }
    if cursor.eat(&["PARTITION", "BY"]) {
        partition_by(catalog, table, cursor);
    }
    settle_charsets(catalog, table);
}

/// One option, such as `ENGINE=InnoDB`. Most of them do not matter.
pub(super) fn option(catalog: &mut SystemCatalog, table: TableId, cursor: &mut Cursor<'_>) {
    cursor.eat(&["DEFAULT"]);
    if cursor.eat(&["CHARSET"]) || cursor.eat(&["CHARACTER", "SET"]) || cursor.eat(&["CHAR", "SET"]) {
        cursor.eat_op("=");
        let charset = cursor.ident().map(|name| name.to_lowercase());
        let draft = catalog.draft_mut(table);
        draft.charset = charset;
        draft.collation = None;
    } else if cursor.eat(&["COLLATE"]) {
        cursor.eat_op("=");
        let collation = cursor.ident().map(|name| name.to_lowercase());
        let draft = catalog.draft_mut(table);
        draft.charset = draft.charset.take().or_else(|| collation.as_deref().map(charset_of));
        draft.collation = collation;
    } else if cursor.eat_any(&["ENGINE", "TYPE"]).is_some() {
        cursor.eat_op("=");
        let engine = cursor.ident().unwrap_or_default();
        catalog.draft_mut(table).ignores_references =
            IGNORES_REFERENCES.iter().any(|e| engine.eq_ignore_ascii_case(e));
    } else if cursor.eat(&["AUTO_INCREMENT"]) {
        cursor.eat_op("=");
        if let Some(first) = cursor.integer().and_then(|n| i64::try_from(n).ok()) {
            rows::number_from(catalog, table, first);
        }
    } else if cursor.eat(&["COMMENT"]) {
        cursor.eat_op("=");
        catalog.schema[table].comment = cursor.string();
    } else {
        cursor.skip_group();
    }
}

/// The character set that a collation belongs to: `utf8mb4_bin` to `utf8mb4`.
fn charset_of(collation: &str) -> String {
    collation.split('_').next().unwrap_or(collation).to_owned()
}

/// Text columns without a character set of their own have the table's, and a column's collation tells its character
/// set.
///
/// The character set `binary` makes a text type one of bytes, as `char(5)` to `binary(5)`
/// (<https://dev.mysql.com/doc/refman/8.4/en/charset-binary-set.html>).
pub(super) fn settle_charsets(catalog: &mut SystemCatalog, table: TableId) {
    let (charset, collation) = (catalog.draft(table).charset.clone(), catalog.draft(table).collation.clone());
    for column in &mut catalog.schema[table].columns {
        let textual =
            column.ty.is_text() || matches!(column.ty, SqlType::InlineEnum(_) | SqlType::InlineSet(_));
        if !textual {
            continue;
        }
        if let Some(of) = column.collation.as_deref().filter(|c| *c != "binary") {
            let of = charset_of(of);
            column.charset.get_or_insert(of);
        }
        if column.charset.is_none() {
            column.charset.clone_from(&charset);
            if column.collation.is_none() {
                column.collation.clone_from(&collation);
            }
        }
        if column.charset.as_deref() == Some("binary") {
            column.ty = mysql_binary_type(column.ty.clone());
            (column.charset, column.collation) = (None, None);
        }
        // The attribute BINARY means the `_bin` collation of the column's character set.
        if column.collation.as_deref() == Some("binary") {
            column.collation = column.charset.as_ref().map(|charset| format!("{charset}_bin"));
        }
    }
}
