//! `load.sqlite.sql`: `.import` into a staging table, from there into the table, in one transaction.

use super::{ScriptInput, comment};
use crate::ColumnFacts;
use crate::table_file::WrittenTable;
use seedbed_schema_model::{ColumnIdx, SqlType};
use std::fmt::Write as _;

const HEAD: &str =
    "-- Makes a database from schema.sql and the CSV files beside this script. In their folder:
--   sqlite3 new.db < load.sqlite.sql
.bail on
.read schema.sql
";

const CHECKED_AT_COMMIT: &str = "PRAGMA foreign_keys = ON;
BEGIN;
PRAGMA defer_foreign_keys = ON;
";

/// SQLite prepares no INSERT into a table that refers to one that isn't there, even if only with NULL.
const CHECKED_AT_THE_END: &str =
    "-- Some references name tables that do not exist: all are checked at the end
PRAGMA foreign_keys = OFF;
BEGIN;
";

const CHECK: &str = "CREATE TEMPORARY TABLE seedbed_broken (broken_references CHECK (broken_references = 0));
INSERT INTO temp.seedbed_broken SELECT count(*) FROM pragma_foreign_key_check;
";

/// The script's text.
pub(super) fn script(input: &ScriptInput<'_>) -> String {
    let lacks_a_parent =
        |t: &WrittenTable| !input.table(t.table).unresolved_references.is_empty() && t.entry.rows > 0;
    let lacks = input.tables.iter().any(lacks_a_parent);
    let mut out = format!("{HEAD}{}", if lacks { CHECKED_AT_THE_END } else { CHECKED_AT_COMMIT });
    let has_bytes = |t: &WrittenTable| t.columns.iter().any(|(c, _)| is_bytes(input, t, *c));
    if input.tables.iter().any(has_bytes) {
        push_byte_table(&mut out);
    }
    for table in input.tables.iter().filter(|t| t.entry.rows > 0 && !t.columns.is_empty()) {
        push_table(input, table, &mut out);
    }
    if lacks {
        out.push_str(CHECK);
    }
    out.push_str("COMMIT;\n");
    out
}

fn push_table(input: &ScriptInput<'_>, table: &WrittenTable, out: &mut String) {
    let stage: Vec<String> = (1..=table.columns.len()).map(|i| format!("c{i}")).collect();
    let skip = if input.header { " --skip 1" } else { "" };
    let _ = writeln!(out, "CREATE TEMPORARY TABLE seedbed_stage ({});", stage.join(", "));
    let _ = writeln!(out, ".import --csv{skip} \"{}\" seedbed_stage", table.entry.file);
    for (column, facts) in &table.columns {
        if facts.nulls && facts.empties {
            let name = comment(&input.column(table.table, *column));
            let _ =
                writeln!(out, "-- .import can't tell NULL from the empty string: both become NULL in {name}");
        }
    }
    let cells: Vec<String> = table
        .columns
        .iter()
        .zip(&stage)
        .filter(|((column, _), _)| !input.is_generated(table.table, *column))
        .map(|((column, facts), cell)| cell_expression(is_bytes(input, table, *column), *facts, cell))
        .collect();
    let (target, columns, cells) = (input.quoted(table.table), input.inserted(table), cells.join(", "));
    let _ = writeln!(
        out,
        "INSERT INTO {target} ({columns}) SELECT {cells} FROM temp.seedbed_stage ORDER BY rowid;"
    );
    out.push_str("DROP TABLE temp.seedbed_stage;\n");
}

fn is_bytes(input: &ScriptInput<'_>, table: &WrittenTable, column: ColumnIdx) -> bool {
    let base = input.schema.base_type(&input.table(table.table)[column].ty);
    matches!(base, SqlType::Binary { .. } | SqlType::Varbinary { .. } | SqlType::Blob { .. })
}

/// `unhex` came with SQLite 3.41; a table of all bytes serves every version. `||` keeps the bytes of blobs as they
/// are, and the cast gives them their type back.
fn cell_expression(bytes: bool, facts: ColumnFacts, cell: &str) -> String {
    let blob = format!(
        "(WITH RECURSIVE b(i, v) AS (SELECT 1, x'' UNION ALL SELECT i + 2, v || (SELECT byte FROM temp.seedbed_byte \
         WHERE hex = substr({cell}, i, 2)) FROM b WHERE i < length({cell})) SELECT CAST(v AS BLOB) FROM b ORDER BY i DESC LIMIT 1)"
    );
    match (bytes, facts.nulls) {
        (true, true) => format!("CASE WHEN {cell} <> '' THEN {blob} END"),
        (true, false) => blob,
        (false, true) => format!("nullif({cell}, '')"),
        (false, false) => cell.to_owned(),
    }
}

fn push_byte_table(out: &mut String) {
    out.push_str("CREATE TEMPORARY TABLE seedbed_byte (hex TEXT PRIMARY KEY, byte BLOB) WITHOUT ROWID;\n");
    out.push_str("INSERT INTO temp.seedbed_byte VALUES\n");
    for byte in 0..=255_u8 {
        let end = if byte == 255 {
            ";\n"
        } else if byte % 8 == 7 {
            ",\n"
        } else {
            ", "
        };
        let _ = write!(out, "('{byte:02x}', x'{byte:02x}'){end}");
    }
}
