//! `load.sqlite.sql`: `.import` into a staging table, from there into the table, in one transaction; and scripts that hold
//! the rows.

use super::{ConstantForm, Script, ScriptTable, ScriptText, WrittenTable, comment};
use arrow_schema::DataType;
use seedbed_schema_model::{Column, ColumnIdx, Dialect, Schema, SqlType};
use seedbed_sql_values::affinity::Affinity;
use seedbed_sql_values::quote_text;
use seedbed_text_encode::ColumnFacts;
use std::fmt::Write as _;

const HEAD: &str =
    "-- Makes a database from schema.sql and the CSV files beside this script. In their folder:
--   sqlite3 new.db < load.sqlite.sql
-- Rows that a trigger or a CHECK refuses are left out and their tables named; the exit status is 1 then.
.bail on
.read schema.sql
";

const ROWS_HEAD: &str = "-- The rows of all tables, to go in after the schema: sqlite3 FILE < SCRIPT
";

/// Only the shell goes on after a statement that fails.
const ROWS_HEAD_WITH_RISK: &str =
    "-- The rows of all tables, to go in after the schema, with the shell: sqlite3 FILE < SCRIPT
-- Rows that a trigger or a CHECK refuses are left out and their tables named; the exit status is 1 then.
.bail on
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
INSERT OR ROLLBACK INTO temp.seedbed_broken SELECT count(*) FROM pragma_foreign_key_check;
DROP TABLE temp.seedbed_broken;
";

/// The script's text.
pub(super) fn script(script: &Script<'_>) -> ScriptText {
    let loaded = || script.tables().filter(|t| t.rows() > 0 && !t.load.columns.is_empty());
    let lacks = script.plan.tables.iter().any(|t| t.lacks_a_parent && t.rows > 0);
    let mut out = ScriptText::from(match script.form() {
        None => HEAD,
        Some(_) if loaded().any(|t| t.load.may_be_refused) => ROWS_HEAD_WITH_RISK,
        Some(_) => ROWS_HEAD,
    });
    out.push_str(if lacks { CHECKED_AT_THE_END } else { CHECKED_AT_COMMIT });
    let has_bytes = |t: ScriptTable<'_>| t.load.columns.iter().any(|c| is_bytes(script, t, *c));
    if script.form().is_none() && script.tables().any(has_bytes) {
        push_byte_table(&mut out);
    }
    // The shell never bails again after the first error that it went past.
    let mut goes_on = false;
    for table in loaded() {
        if !goes_on && table.load.may_be_refused {
            goes_on = true;
            out.push_str(".bail off\n");
        }
        if goes_on {
            let target = script.quoted(table.id());
            let _ =
                writeln!(out, "CREATE TEMPORARY TABLE seedbed_before AS SELECT count(*) AS n FROM {target};");
        }
        let alone = goes_on && table.load.broken.is_empty();
        if alone {
            push_row_by_row(script, table, &mut out);
        } else if script.form().is_some() && !goes_on {
            let (target, columns) = (script.quoted(table.id()), script.columns(table));
            out.push_place(table.id(), format!("INSERT INTO {target} ({columns}) VALUES"));
        } else {
            let insert = push_stage(script, table, &mut out);
            let _ = writeln!(out, "{insert}\nDROP TABLE temp.seedbed_stage;");
        }
        if goes_on {
            push_left_out(script, table, &mut out);
        }
    }
    if lacks {
        out.push_str(CHECK);
    }
    out.push_str("COMMIT;\n");
    // A session that reads the rows from a script may go on afterwards.
    if lacks && script.form().is_some() {
        out.push_str("PRAGMA foreign_keys = ON;\n");
    }
    out
}

/// Puts a table's rows into the staging table. Returns the statement that moves them to where they belong.
fn push_stage(script: &Script<'_>, table: ScriptTable<'_>, out: &mut ScriptText) -> String {
    let stage = stage_columns(table);
    let _ = writeln!(out, "CREATE TEMPORARY TABLE seedbed_stage ({});", stage.join(", "));
    let cells = match script.file(table) {
        Some((file, header)) => {
            push_import(script, table, file, header, out);
            cells(script, table, file, "")
        }
        None => {
            out.push_place(table.id(), "INSERT INTO temp.seedbed_stage VALUES".to_owned());
            stage
        }
    };
    let (target, columns, cells) = (script.quoted(table.id()), script.inserted(table), cells.join(", "));
    format!("INSERT INTO {target} ({columns}) SELECT {cells} FROM temp.seedbed_stage ORDER BY rowid;")
}

/// Puts in each row by itself: SQLite undoes the statement of a row that is refused, and the shell goes on with the next,
/// in a file as well, of which it tells the lines. References are checked with each row, so that one to a row that was
/// left out is refused too instead of being waited for until the end.
fn push_row_by_row(script: &Script<'_>, table: ScriptTable<'_>, out: &mut ScriptText) {
    let (target, columns) = (script.quoted(table.id()), script.inserted(table));
    out.push_str("PRAGMA defer_foreign_keys = OFF;\n");
    match script.file(table) {
        // A shell imports into a view as well, and its trigger makes cells of the file's texts.
        Some((file, header)) => {
            let stage = stage_columns(table);
            let nulls = vec!["NULL"; stage.len()].join(", ");
            let cells = cells(script, table, file, "NEW.").join(", ");
            let _ = writeln!(
                out,
                "CREATE TEMPORARY VIEW seedbed_stage ({}) AS SELECT {nulls};\n\
                 CREATE TEMPORARY TRIGGER seedbed_row INSTEAD OF INSERT ON seedbed_stage BEGIN\n  \
                 INSERT INTO {target} ({columns}) SELECT {cells};\nEND;",
                stage.join(", ")
            );
            push_import(script, table, file, header, out);
            out.push_str("DROP VIEW temp.seedbed_stage;\n");
        }
        None => out.push_single_place(
            table.id(),
            format!("INSERT INTO {target} ({}) VALUES", script.columns(table)),
        ),
    }
    out.push_str("PRAGMA defer_foreign_keys = ON;\n");
}

/// Tells how many rows of a table are not there.
fn push_left_out(script: &Script<'_>, table: ScriptTable<'_>, out: &mut ScriptText) {
    let quote = |text: &str| quote_text(Dialect::Sqlite, text);
    let (left_out, of) = (
        quote("left out, the server refuses them: "),
        quote(&format!(" of {} rows of {}", table.rows(), table.comment())),
    );
    let _ = writeln!(
        out,
        "SELECT {left_out} || ({rows} - n) || {of} FROM (SELECT (SELECT count(*) FROM {target}) - n AS n FROM \
         temp.seedbed_before) WHERE n < {rows};\nDROP TABLE temp.seedbed_before;",
        rows = table.rows(),
        target = script.quoted(table.id()),
    );
}

fn stage_columns(table: ScriptTable<'_>) -> Vec<String> {
    (1..=table.load.columns.len()).map(|i| format!("c{i}")).collect()
}

/// Imports a file into the staging table, or the view of its name.
fn push_import(
    script: &Script<'_>,
    table: ScriptTable<'_>,
    file: &WrittenTable,
    header: bool,
    out: &mut ScriptText,
) {
    let skip = if header { " --skip 1" } else { "" };
    let _ = writeln!(out, ".import --csv{skip} \"{}\" seedbed_stage", file.entry.file);
    for (column, facts) in &file.columns {
        if facts.nulls && facts.empties {
            let name = comment(&script.column(table.id(), *column));
            let _ =
                writeln!(out, "-- .import can't tell NULL from the empty string: both become NULL in {name}");
        }
    }
}

/// The expressions for the cells of an imported file's columns, of which `row` is said before each.
fn cells(script: &Script<'_>, table: ScriptTable<'_>, file: &WrittenTable, row: &str) -> Vec<String> {
    let imported = file.columns.iter().zip(stage_columns(table));
    imported
        .filter(|((column, _), _)| !script.is_generated(table.id(), *column))
        .map(|((column, facts), cell)| {
            cell_expression(is_bytes(script, table, *column), *facts, &format!("{row}{cell}"))
        })
        .collect()
}

fn is_bytes(script: &Script<'_>, table: ScriptTable<'_>, column: ColumnIdx) -> bool {
    is_binary(script.schema.base_type(&table.owner[column].ty))
}

fn is_binary(base: &SqlType) -> bool {
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

fn push_byte_table(out: &mut ScriptText) {
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

/// Each constant is of the storage class that the column's affinity asks for.
pub(super) fn constant_form(schema: &Schema, column: &Column, array: &DataType) -> ConstantForm {
    let affinity = Affinity::of_column(column);
    match array {
        DataType::Boolean | DataType::Int64 | DataType::UInt64 => ConstantForm::Bare,
        DataType::Decimal128(..) if affinity != Affinity::Text => ConstantForm::Bare,
        DataType::Float64 => ConstantForm::Real,
        DataType::Binary => ConstantForm::Between("x'", "'"),
        DataType::FixedSizeBinary(_)
            if affinity == Affinity::Blob || is_binary(schema.base_type(&column.ty)) =>
        {
            ConstantForm::UuidBytes
        }
        DataType::Utf8 | DataType::Dictionary(..) => ConstantForm::Text,
        _ => ConstantForm::Between("'", "'"),
    }
}
