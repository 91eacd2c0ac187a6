//! `load.mysql.sql`: `LOAD DATA LOCAL` in load order, in one transaction.

use super::{ScriptInput, comment};
use crate::table_file::WrittenTable;
use crate::{ColumnFacts, NullFirst, mysql_anti_join, mysql_conversion};
use seedbed_schema_model::{ColumnIdx, CycleBreak, TableId};
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
            None if !is_fed(input, table.table) => {
                push_load(input, table, &input.quoted(table.table), &mut out);
            }
            later => load_in_two_steps(input, table, index, later.as_ref(), &mut out, &mut afterwards),
        }
        if unchecked {
            out.push_str("SET foreign_key_checks = 1;\n");
            push_reference_checks(input, table.table, &mut afterwards);
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

/// LOCAL makes warnings of rows that it leaves out or bends.
fn push_count_check(rows: u64, out: &mut String) {
    out.push_str("SET @loaded = ROW_COUNT(), @warned = @@warning_count;\n");
    push_end_if("rows_were_refused", &format!("@loaded <> {rows} OR @warned > 0"), out);
}

/// Ends the script on a condition: a subquery of two rows is an error in any version. (`DO` would only warn of it.)
fn push_end_if(why: &str, condition: &str, out: &mut String) {
    let _ = writeln!(
        out,
        "SET @ended = (SELECT 1 FROM (SELECT 1 UNION ALL SELECT 2) AS {why} WHERE {condition});"
    );
}

/// Looks up every reference of a table that was loaded without the server's checks.
fn push_reference_checks(input: &ScriptInput<'_>, id: TableId, out: &mut String) {
    for reference in input.table(id).foreign_keys.iter().filter(|r| r.origin.is_declared()) {
        let lost = mysql_anti_join(input.schema, id, reference);
        push_end_if("references_find_no_row", &format!("({lost}) > 0"), out);
    }
}

/// Whether a trigger of another table may have put rows here, which are then ones to update.
fn is_fed(input: &ScriptInput<'_>, id: TableId) -> bool {
    let others = input.schema.tables_indexed().filter(|(other, _)| *other != id);
    others.flat_map(|(_, t)| &t.triggers).any(|t| t.fills(id))
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

/// Rows go in by way of a staging table, first without the references whose parents come `later`.
fn load_in_two_steps(
    input: &ScriptInput<'_>,
    table: &WrittenTable,
    index: usize,
    later: Option<&NullFirst>,
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
        .map(|(c, _)| match later {
            Some(later) if later.columns.contains(c) => "NULL".to_owned(),
            _ => input.column(id, *c),
        })
        .collect();
    let chosen = chosen.join(", ");
    let update = if is_fed(input, id) { on_duplicate(input, table) } else { String::new() };
    let _ = writeln!(out, "INSERT INTO {target} ({inserted}) SELECT {chosen} FROM {stage}{update};");
    let Some(later) = later else {
        let _ = writeln!(out, "DROP TEMPORARY TABLE {stage};");
        return;
    };
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

/// What makes rows that are there already take the file's values.
fn on_duplicate(input: &ScriptInput<'_>, table: &WrittenTable) -> String {
    let stored = table.columns.iter().filter(|(c, _)| !input.is_generated(table.table, *c));
    let names = stored.map(|(c, _)| input.column(table.table, *c));
    let sets: Vec<String> = names.map(|c| format!("{c} = VALUES({c})")).collect();
    format!(" ON DUPLICATE KEY UPDATE {}", sets.join(", "))
}
