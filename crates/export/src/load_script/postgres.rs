//! `load.psql`: `\copy` in load order, in one transaction.

use super::{ScriptInput, comment};
use crate::table_file::WrittenTable;
use crate::{NullFirst, sequence};
use seedbed_schema_model::{ColumnIdx, CycleBreak, Numbering};
use std::fmt::Write as _;

const HEAD: &str = r"-- Loads the CSV files beside this script. In their folder, after schema.sql:
--   psql -X -f load.psql DATABASE
\set ON_ERROR_STOP on
SET client_encoding = 'UTF8';
SET datestyle = 'ISO';
BEGIN;
";

/// The script's text.
pub(super) fn script(input: &ScriptInput<'_>) -> String {
    let mut out = String::from(HEAD);
    if input.breaks(CycleBreak::Defer) {
        out.push_str("SET CONSTRAINTS ALL DEFERRED;\n");
    }
    let mut afterwards = String::new();
    let mut together = Vec::new();
    for (index, table) in input.tables.iter().enumerate() {
        if table.columns.is_empty() || !fits_a_line(input, table) {
            let name = comment(&table.entry.name);
            let _ = writeln!(
                out,
                "-- {name}: \\copy can't name its columns, load {} otherwise",
                table.entry.file
            );
            continue;
        }
        let later = input.null_first(table);
        let knot = input.order.together.iter().find(|knot| knot.contains(&table.table));
        if later.is_none() && knot.is_none() {
            copy(input, table, &mut out);
            continue;
        }
        let insert = copy_to_stage(input, table, index, later.as_ref(), &mut out);
        if let Some(later) = &later {
            fill_in_later(input, table, index, later, &mut afterwards);
        }
        let Some(knot) = knot else {
            let _ = writeln!(out, "{insert};");
            continue;
        };
        together.push(insert);
        if !input.tables[index + 1..].iter().any(|other| knot.contains(&other.table)) {
            out.push_str(&at_once(&std::mem::take(&mut together)));
        }
    }
    out.push_str(&afterwards);
    push_sequences(input, &mut out);
    out.push_str("COMMIT;\n");
    out
}

/// `\copy` ends with its line, and what follows a line break in a name would be read as a command.
fn fits_a_line(input: &ScriptInput<'_>, table: &WrittenTable) -> bool {
    let breaks = |text: &str| text.contains(['\n', '\r']);
    !breaks(&input.quoted(table.table)) && !breaks(&input.columns(table))
}

fn push_copy(input: &ScriptInput<'_>, table: &WrittenTable, into: &str, out: &mut String) {
    let (columns, file) = (input.columns(table), &table.entry.file);
    let header = if input.header { ", HEADER" } else { "" };
    let _ = writeln!(out, "\\copy {into} ({columns}) FROM '{file}' WITH (FORMAT csv{header})");
}

fn copy(input: &ScriptInput<'_>, table: &WrittenTable, out: &mut String) {
    push_copy(input, table, &input.quoted(table.table), out);
}

/// Copies rows to a staging table. Returns the statement that moves them to where they belong, without the references
/// whose parents come later.
fn copy_to_stage(
    input: &ScriptInput<'_>,
    table: &WrittenTable,
    index: usize,
    later: Option<&NullFirst>,
    out: &mut String,
) -> String {
    let (id, stage) = (table.table, ScriptInput::stage(index));
    let (target, columns) = (input.quoted(id), input.columns(table));
    let _ = writeln!(
        out,
        "CREATE TEMPORARY TABLE {stage} ON COMMIT DROP AS SELECT {columns} FROM {target} WITH NO DATA;"
    );
    push_copy(input, table, &stage, out);
    let waits = |c: &ColumnIdx| later.is_some_and(|later| later.columns.contains(c));
    let chosen: Vec<String> = table
        .columns
        .iter()
        .map(|(c, _)| if waits(c) { "NULL".to_owned() } else { input.column(id, *c) })
        .collect();
    let is_identity =
        |c: &ColumnIdx| matches!(input.table(id)[*c].numbering, Some(Numbering::Identity { .. }));
    let overriding =
        if table.columns.iter().any(|(c, _)| is_identity(c)) { " OVERRIDING SYSTEM VALUE" } else { "" };
    format!("INSERT INTO {target} ({columns}){overriding} SELECT {} FROM {stage}", chosen.join(", "))
}

/// Updates the references that went in as NULL.
fn fill_in_later(
    input: &ScriptInput<'_>,
    table: &WrittenTable,
    index: usize,
    later: &NullFirst,
    afterwards: &mut String,
) {
    let (id, stage) = (table.table, ScriptInput::stage(index));
    match &later.key {
        Some(key) => {
            let set: Vec<String> =
                later.columns.iter().map(|c| input.column(id, *c)).map(|c| format!("{c} = s.{c}")).collect();
            let (set, same) = (set.join(", "), input.equal(id, key, "t", "s"));
            let target = input.quoted(id);
            let _ = writeln!(afterwards, "UPDATE {target} AS t SET {set} FROM {stage} AS s WHERE {same};");
        }
        None => {
            let name = comment(&table.entry.name);
            let _ = writeln!(afterwards, "-- {name} has no key to find its rows by: references stay NULL");
        }
    }
}

/// One statement of several INSERTs, at whose end their references to each other are checked.
fn at_once(inserts: &[String]) -> String {
    let Some((last, others)) = inserts.split_last() else { return String::new() };
    let others: Vec<String> = others.iter().enumerate().map(|(i, s)| format!("i{i} AS ({s})")).collect();
    match others.is_empty() {
        true => format!("{last};\n"),
        false => format!("WITH {}\n{last};\n", others.join(",\n     ")),
    }
}

fn push_sequences(input: &ScriptInput<'_>, out: &mut String) {
    for table in input.tables {
        for (column, _) in &table.columns {
            if let Some(sql) = sequence::advance(input.schema, table.table, *column) {
                let _ = writeln!(out, "{sql};");
            }
        }
    }
}
