//! `load.mysql.sql`: `LOAD DATA LOCAL` in load order, in one transaction; and scripts that hold the rows.

mod ending;
mod refused;

use super::{ConstantForm, Script, ScriptTable, ScriptText, WrittenTable, comment};
use arrow_schema::DataType;
use ending::{push_count_check, push_end_if};
use refused::{DROP_PROCEDURE, PROCEDURE, push_fill};
use seedbed_load_plan::{MySqlConversion, TableLoad};
use seedbed_schema_model::{Column, ColumnIdx, Dialect, Schema};
use seedbed_sql_values::quote_text;
use seedbed_text_encode::ColumnFacts;
use std::fmt::Write as _;

const HEAD: &str = "-- Loads the CSV files beside this script. In their folder, after schema.sql:
--   mysql --local-infile=1 DATABASE < load.mysql.sql
SET NAMES utf8mb4;
SET time_zone = '+00:00';
SET sql_mode = CONCAT_WS(',', NULLIF(@@sql_mode, ''), 'STRICT_ALL_TABLES', 'NO_AUTO_VALUE_ON_ZERO');
";

/// Backslashes escape in string constants, whatever the server was told.
const ROWS_HEAD: &str = "-- The rows of all tables, to go in after the schema: mysql DATABASE < FILE
SET NAMES utf8mb4;
SET time_zone = '+00:00';
SET sql_mode = CONCAT_WS(',', NULLIF(REPLACE(@@sql_mode, 'NO_BACKSLASH_ESCAPES', ''), ''), 'STRICT_ALL_TABLES', \
'NO_AUTO_VALUE_ON_ZERO');
";

/// The script's text.
pub(super) fn script(script: &Script<'_>) -> ScriptText {
    let mut out = ScriptText::from(if script.form().is_some() { ROWS_HEAD } else { HEAD });
    let loaded = || script.tables().filter(|t| t.rows() > 0 && !t.load.columns.is_empty());
    let at_risk = loaded().any(|t| t.load.may_be_refused);
    out.push_str(ending::TABLE);
    if at_risk {
        out.push_str(PROCEDURE);
    }
    out.push_str("START TRANSACTION;\n");
    let mut afterwards = String::new();
    for table in loaded() {
        let unchecked = table.load.is_ahead_of_parents();
        if unchecked {
            let name = table.comment();
            let _ = writeln!(
                out,
                "-- {name} is in a cycle of references that are never NULL; MySQL can't defer a check"
            );
            out.push_str("SET foreign_key_checks = 0;\n");
        }
        if table.load.deferred.is_some() || is_fed(table.load) || table.load.may_be_refused {
            load_in_two_steps(script, table, &mut out, &mut afterwards);
        } else {
            push_rows(script, table, &script.quoted(table.id()), &mut out);
        }
        if unchecked {
            out.push_str("SET foreign_key_checks = 1;\n");
        }
        for check in &table.load.reference_checks {
            let parent = script.schema_table(check.parent).name.to_string();
            let why = format!("{}: references to {parent} find no row", table.owner.name);
            let why = quote_text(Dialect::MySql, &why);
            push_end_if(&why, &format!("({}) > 0", check.broken_rows), &mut afterwards);
        }
    }
    out.push_str(&afterwards);
    out.push_str("COMMIT;\n");
    if at_risk {
        out.push_str(DROP_PROCEDURE);
    }
    out
}

/// Whether a trigger of another table may have put rows here, which are then ones to update.
fn is_fed(table: &TableLoad) -> bool {
    table.fed_by.iter().any(|feeder| *feeder != table.table)
}

/// Puts a table's rows into it or its stage.
fn push_rows(script: &Script<'_>, table: ScriptTable<'_>, into: &str, out: &mut ScriptText) {
    match script.file(table) {
        Some((file, header)) => push_load(script, table, file, header, into, out),
        None => {
            let statement = format!("INSERT INTO {into} ({}) VALUES", script.columns(table));
            out.push_place(table.id(), statement);
        }
    }
}

fn push_load(
    script: &Script<'_>,
    table: ScriptTable<'_>,
    file: &WrittenTable,
    header: bool,
    into: &str,
    out: &mut ScriptText,
) {
    let (mut targets, mut assignments) = (Vec::new(), Vec::new());
    for (i, (column, facts)) in file.columns.iter().enumerate() {
        // The server computes it; a variable takes the file's field.
        if script.is_generated(table.id(), *column) && into == script.quoted(table.id()) {
            targets.push(format!("@c{}", i + 1));
            continue;
        }
        let name = script.column(table.id(), *column);
        if facts.nulls && facts.empties {
            let name = comment(&name);
            let _ = writeln!(
                out,
                "-- a variable can't tell NULL from the empty string: both become NULL in {name}"
            );
        }
        match cell_expression(script, table, *column, *facts, &format!("@c{}", i + 1)) {
            None => targets.push(name),
            Some(expression) => {
                targets.push(format!("@c{}", i + 1));
                assignments.push(format!("{name} = {expression}"));
            }
        }
    }
    // That a generated column's digits are rounded off is a note, and no matter of the rows.
    let computes = script.schema_table(table.id()).columns.iter().any(|column| column.generated.is_some());
    if computes {
        out.push_str("SET sql_notes = 0;\n");
    }
    out.push_str(ending::NO_REASON);
    let ignore = if header { " IGNORE 1 LINES" } else { "" };
    let set = if assignments.is_empty() { String::new() } else { format!(" SET {}", assignments.join(", ")) };
    let _ = writeln!(
        out,
        "LOAD DATA LOCAL INFILE '{}' INTO TABLE {into} CHARACTER SET utf8mb4 FIELDS TERMINATED BY ',' \
         OPTIONALLY ENCLOSED BY '\"' ESCAPED BY '' LINES TERMINATED BY '\\n'{ignore} ({}){set};",
        file.entry.file,
        targets.join(", ")
    );
    push_count_check(&table.owner.name.to_string(), table.rows(), &mut out.text);
    if computes {
        out.push_str("SET sql_notes = 1;\n");
    }
}

/// How the variable's text becomes the column's value; `None` when the server does it by itself.
fn cell_expression(
    script: &Script<'_>,
    table: ScriptTable<'_>,
    column: ColumnIdx,
    facts: ColumnFacts,
    cell: &str,
) -> Option<String> {
    let text = if facts.nulls { format!("NULLIF({cell}, '')") } else { cell.to_owned() };
    match MySqlConversion::of(script.schema, &script.schema_table(table.id())[column]) {
        Some(conversion) => Some(conversion.applied_to(&text)),
        None => facts.nulls.then_some(text),
    }
}

/// Rows go in by way of a staging table, first without the references that are filled in `afterwards`; one by one, where
/// the server may refuse some.
fn load_in_two_steps(
    script: &Script<'_>,
    table: ScriptTable<'_>,
    out: &mut ScriptText,
    afterwards: &mut String,
) {
    let (target, stage) = (script.quoted(table.id()), table.stage());
    let columns = script.columns(table);
    let numbered = if table.load.may_be_refused { refused::ROW_NUMBER } else { "" };
    let _ =
        writeln!(out, "CREATE TEMPORARY TABLE {stage}{numbered} AS SELECT {columns} FROM {target} LIMIT 0;");
    push_rows(script, table, &stage, out);
    let (inserted, staged) = (script.inserted(table), script.staged(table));
    let update = if is_fed(table.load) { on_duplicate(script, table) } else { String::new() };
    let insert = format!("INSERT INTO {target} ({inserted}) SELECT {staged} FROM {stage}");
    if table.load.may_be_refused {
        push_fill(&table.owner.name.to_string(), table.rows(), &insert, &update, &mut out.text);
    } else {
        let _ = writeln!(out, "{insert}{update};");
    }
    let drop_stage = format!("DROP TEMPORARY TABLE {stage};\n");
    if table.load.deferred.is_none() {
        out.push_str(&drop_stage);
        return;
    }
    let update = fill_in(script, table).unwrap_or_else(|| {
        format!("-- {} has no key to find its rows by: references stay NULL\n", table.comment())
    });
    afterwards.extend([update, drop_stage]);
}

/// The statement that updates the references that went in as NULL; `None` when the table has no key to find its rows by.
fn fill_in(script: &Script<'_>, table: ScriptTable<'_>) -> Option<String> {
    let deferred = table.load.deferred.as_ref()?;
    let set = deferred.columns.iter().map(|c| script.column(table.id(), *c));
    let set = set.map(|c| format!("t.{c} = s.{c}")).collect::<Vec<_>>().join(", ");
    let same = script.equal(table.id(), deferred.key.as_ref()?, "t", "s");
    let target = script.quoted(table.id());
    Some(format!("UPDATE {target} AS t JOIN {} AS s ON {same} SET {set};\n", table.stage()))
}

/// What makes rows that are there already take the file's values.
fn on_duplicate(script: &Script<'_>, table: ScriptTable<'_>) -> String {
    let stored = table.load.columns.iter().filter(|c| !script.is_generated(table.id(), **c));
    let names = stored.map(|c| script.column(table.id(), *c));
    let sets: Vec<String> = names.map(|c| format!("{c} = VALUES({c})")).collect();
    format!(" ON DUPLICATE KEY UPDATE {}", sets.join(", "))
}

/// Numbers stand as they are. Everything else is a string constant, which the server reads as it would read the same text
/// from a file, but for binary strings.
pub(super) fn constant_form(schema: &Schema, column: &Column, array: &DataType) -> ConstantForm {
    match array {
        DataType::Binary => ConstantForm::Between("x'", "'"),
        DataType::Boolean
        | DataType::Int64
        | DataType::UInt64
        | DataType::Decimal128(..)
        | DataType::Float64 => ConstantForm::Bare,
        DataType::Utf8 | DataType::Dictionary(..) => match MySqlConversion::of(schema, column) {
            Some(conversion) => ConstantForm::Converted(conversion),
            None => ConstantForm::Text,
        },
        _ => ConstantForm::Between("'", "'"),
    }
}
