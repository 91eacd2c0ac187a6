//! `load.mysql.sql`: `LOAD DATA LOCAL` in load order, in one transaction.

use super::{ScriptInput, comment};
use crate::table_file::WrittenTable;
use crate::{ColumnFacts, NullFirst, mysql_conversion};
use seedbed_schema_model::{ColumnIdx, CycleBreak};
use std::fmt::Write as _;

const HEAD: &str = "-- Loads the CSV files beside this script. In their folder, after schema.sql:
--   mysql --local-infile=1 DATABASE < load.mysql.sql
SET NAMES utf8mb4;
SET time_zone = '+00:00';
SET sql_mode = CONCAT_WS(',', NULLIF(@@sql_mode, ''), 'STRICT_ALL_TABLES', 'NO_AUTO_VALUE_ON_ZERO');
START TRANSACTION;
";

/// The script's text.
pub(super) fn script(input: &ScriptInput<'_>) -> String {
    let mut out = String::from(HEAD);
    let mut afterwards = String::new();
    for (index, table) in input.tables.iter().enumerate() {
        if table.entry.rows == 0 || table.columns.is_empty() {
            continue;
        }
        let unchecked =
            [CycleBreak::Hard, CycleBreak::Defer].iter().any(|h| input.table_breaks(table.table, *h));
        if unchecked {
            let name = comment(&table.entry.name);
            let _ = writeln!(
                out,
                "-- {name} is in a cycle of references that are never NULL; MySQL can't defer a check"
            );
            out.push_str("SET foreign_key_checks = 0;\n");
        }
        match input.null_first(table) {
            None => push_load(input, table, &input.quoted(table.table), &mut out),
            Some(later) => load_in_two_steps(input, table, index, &later, &mut out, &mut afterwards),
        }
        if unchecked {
            out.push_str("SET foreign_key_checks = 1;\n");
        }
    }
    out.push_str(&afterwards);
    out.push_str("COMMIT;\n");
    out
}

fn push_load(input: &ScriptInput<'_>, table: &WrittenTable, into: &str, out: &mut String) {
    let (mut targets, mut assignments) = (Vec::new(), Vec::new());
    for (i, (column, facts)) in table.columns.iter().enumerate() {
        // The server computes it; a variable takes the file's field.
        if input.is_generated(table.table, *column) && into == input.quoted(table.table) {
            targets.push(format!("@c{}", i + 1));
            continue;
        }
        let name = input.column(table.table, *column);
        if facts.nulls && facts.empties {
            let name = comment(&name);
            let _ = writeln!(
                out,
                "-- a variable can't tell NULL from the empty string: both become NULL in {name}"
            );
        }
        match cell_expression(input, table, *column, *facts, &format!("@c{}", i + 1)) {
            None => targets.push(name),
            Some(expression) => {
                targets.push(format!("@c{}", i + 1));
                assignments.push(format!("{name} = {expression}"));
            }
        }
    }
    let ignore = if input.header { " IGNORE 1 LINES" } else { "" };
    let set = if assignments.is_empty() { String::new() } else { format!(" SET {}", assignments.join(", ")) };
    let _ = writeln!(
        out,
        "LOAD DATA LOCAL INFILE '{}' INTO TABLE {into} CHARACTER SET utf8mb4 FIELDS TERMINATED BY ',' \
         OPTIONALLY ENCLOSED BY '\"' ESCAPED BY '' LINES TERMINATED BY '\\n'{ignore} ({}){set};",
        table.entry.file,
        targets.join(", ")
    );
    push_count_check(table.entry.rows, out);
}

/// LOCAL makes warnings of refused rows. A subquery of two rows is an error in any version, and ends the script.
fn push_count_check(rows: u64, out: &mut String) {
    let _ = writeln!(
        out,
        "SET @loaded = ROW_COUNT();\nDO (SELECT 1 FROM (SELECT 1 UNION ALL SELECT 2) AS rows_were_refused WHERE @loaded <> {rows});"
    );
}

/// How the variable's text becomes the column's value; `None` when the server does it by itself.
fn cell_expression(
    input: &ScriptInput<'_>,
    table: &WrittenTable,
    column: ColumnIdx,
    facts: ColumnFacts,
    cell: &str,
) -> Option<String> {
    let text = if facts.nulls { format!("NULLIF({cell}, '')") } else { cell.to_owned() };
    match mysql_conversion(input.schema, &input.table(table.table)[column]) {
        Some((before, after)) => Some(format!("{before}{text}{after}")),
        None => facts.nulls.then_some(text),
    }
}

/// Rows go in by way of a staging table, first without the references whose parents come later.
fn load_in_two_steps(
    input: &ScriptInput<'_>,
    table: &WrittenTable,
    index: usize,
    later: &NullFirst,
    out: &mut String,
    afterwards: &mut String,
) {
    let (id, stage) = (table.table, ScriptInput::stage(index));
    let (target, columns) = (input.quoted(id), input.columns(table));
    let _ = writeln!(out, "CREATE TEMPORARY TABLE {stage} AS SELECT {columns} FROM {target} LIMIT 0;");
    push_load(input, table, &stage, out);
    let inserted = input.inserted(table);
    let chosen: Vec<String> = table
        .columns
        .iter()
        .filter(|(c, _)| !input.is_generated(id, *c))
        .map(|(c, _)| if later.columns.contains(c) { "NULL".to_owned() } else { input.column(id, *c) })
        .collect();
    let _ = writeln!(out, "INSERT INTO {target} ({inserted}) SELECT {} FROM {stage};", chosen.join(", "));
    match &later.key {
        Some(key) => {
            let set: Vec<String> = later
                .columns
                .iter()
                .map(|c| input.column(id, *c))
                .map(|c| format!("t.{c} = s.{c}"))
                .collect();
            let (set, same) = (set.join(", "), input.equal(id, key, "t", "s"));
            let _ = writeln!(afterwards, "UPDATE {target} AS t JOIN {stage} AS s ON {same} SET {set};");
        }
        None => {
            let name = comment(&table.entry.name);
            let _ = writeln!(afterwards, "-- {name} has no key to find its rows by: references stay NULL");
        }
    }
    let _ = writeln!(afterwards, "DROP TEMPORARY TABLE {stage};");
}
