//! `load.psql`: `\copy` in load order, in one transaction.

mod staged;

use super::{Script, ScriptTable};
use seedbed_schema_model::{CycleBreak, Dialect};
use seedbed_sql_values::{quote_identifier, quote_qualified, quote_text};
use staged::{at_once, copy_to_stage, fill_in};
use std::fmt::Write as _;

const HEAD: &str = r"-- Loads the CSV files beside this script. In their folder, after schema.sql:
--   psql -X -f load.psql DATABASE
\set ON_ERROR_STOP on
SET client_encoding = 'UTF8';
SET datestyle = 'ISO';
BEGIN;
";

/// The script's text.
pub(super) fn script(script: &Script<'_>) -> String {
    let mut out = String::from(HEAD);
    push_search_path(script, &mut out);
    push_settings(script, &mut out);
    if script.plan.tables.iter().any(|t| t.breaks(CycleBreak::Defer)) {
        out.push_str("SET CONSTRAINTS ALL DEFERRED;\n");
    }
    let mut afterwards = String::new();
    let mut tables = script.tables();
    for step in &script.plan.steps {
        push_step(script, tables.by_ref().take(step.tables.len()).collect(), &mut out, &mut afterwards);
    }
    out.push_str(&afterwards);
    out.push_str("COMMIT;\n");
    out
}

/// Loads tables that go in together.
fn push_step(
    script: &Script<'_>,
    mut tables: Vec<ScriptTable<'_>>,
    out: &mut String,
    afterwards: &mut String,
) {
    tables.retain(|table| {
        let fits = !table.load.columns.is_empty() && fits_a_line(script, *table);
        if !fits {
            let (name, file) = (table.comment(), &table.file.entry.file);
            let _ = writeln!(out, "-- {name}: \\copy can't name its columns, load {file} otherwise");
        }
        fits
    });
    if tables.is_empty() {
        return;
    }
    if let [table] = tables.as_slice()
        && goes_in_as_it_is(script, *table)
    {
        push_copy(script, *table, &script.quoted(table.id()), out);
        return push_sequences(*table, out);
    }
    let inserts: Vec<String> = tables.iter().map(|t| copy_to_stage(script, *t, out)).collect();
    for table in tables.iter().filter(|t| t.load.deferred.is_some()) {
        match fill_in(script, *table) {
            Some(update) => push_statement(&[*table], &update, afterwards),
            None => {
                let name = table.comment();
                let _ =
                    writeln!(afterwards, "-- {name} has no key to find its rows by: references stay NULL");
            }
        }
    }
    push_statement(&tables, &at_once(&inserts), out);
    tables.iter().for_each(|table| push_sequences(*table, out));
}

/// Whether the file can be copied to where its rows belong.
fn goes_in_as_it_is(script: &Script<'_>, table: ScriptTable<'_>) -> bool {
    let load = table.load;
    load.deferred.is_none()
        && !load.is_in_rigid_component
        && !load.may_be_refused
        && !script.has_generated(table)
}

/// Functions of triggers and CHECKs name their tables as the application's search path finds them. Behind the session's
/// own path, the schema's own schemas take nothing from it.
fn push_search_path(script: &Script<'_>, out: &mut String) {
    if script.plan.schemas.is_empty() {
        return;
    }
    let quoted = script.plan.schemas.iter().map(|n| quote_identifier(Dialect::Postgres, n));
    let path = quote_text(Dialect::Postgres, &quoted.collect::<Vec<_>>().join(", "));
    let _ = writeln!(
        out,
        "SELECT set_config('search_path', concat_ws(', ', nullif(current_setting('search_path'), ''), {path}), true) \
         AS setting \\gset seedbed_"
    );
}

/// Settings of the application that defaults read, as far as the session lacks them.
fn push_settings(script: &Script<'_>, out: &mut String) {
    for (name, value) in script.input.settings {
        let [name, value] = [name, value].map(|text| quote_text(Dialect::Postgres, text));
        let _ = writeln!(
            out,
            "SELECT set_config({name}, coalesce(nullif(current_setting({name}, true), ''), {value}), true) \
             AS setting \\gset seedbed_"
        );
    }
}

/// `\copy` ends with its line, and what follows a line break in a name would be read as a command.
fn fits_a_line(script: &Script<'_>, table: ScriptTable<'_>) -> bool {
    let breaks = |text: &str| text.contains(['\n', '\r']);
    !breaks(&script.quoted(table.id())) && !breaks(&script.columns(table))
}

fn push_copy(script: &Script<'_>, table: ScriptTable<'_>, into: &str, out: &mut String) {
    let (columns, file) = (script.columns(table), &table.file.entry.file);
    let header = if script.input.header { ", HEADER" } else { "" };
    let _ = writeln!(out, "\\copy {into} ({columns}) FROM '{file}' WITH (FORMAT csv{header})");
}

/// A statement for some tables. If the last is at risk and it fails, the script says so and goes on without it.
fn push_statement(tables: &[ScriptTable<'_>], sql: &str, out: &mut String) {
    if !tables.last().is_some_and(|t| t.load.may_be_refused) {
        let _ = writeln!(out, "{sql};");
        return;
    }
    let check = check_at_once(tables);
    let names: Vec<String> = tables.iter().map(|t| t.comment().replace('\'', "''")).collect();
    let _ = writeln!(
        out,
        "SAVEPOINT seedbed_table;\n\\set ON_ERROR_STOP off\n{sql};\n{check}\\if :ERROR\n\
         \\warn 'left out, the server refuses the rows:' '{}'\n\
         ROLLBACK TO SAVEPOINT seedbed_table;\n\\endif\n\\set ON_ERROR_STOP on\nRELEASE SAVEPOINT seedbed_table;",
        names.join(", ")
    );
}

/// What is checked at the end only would end everything there, and is checked with the statement.
fn check_at_once(tables: &[ScriptTable<'_>]) -> String {
    let names = tables.iter().flat_map(|t| &t.load.checked_at_once);
    let names: Vec<String> = names.map(|name| quote_qualified(Dialect::Postgres, name)).collect();
    if names.is_empty() {
        String::new()
    } else {
        format!("SET CONSTRAINTS {} IMMEDIATE;\n", names.join(", "))
    }
}

/// Advances a table's sequences as soon as its rows are there: triggers of later tables may draw from them.
fn push_sequences(table: ScriptTable<'_>, out: &mut String) {
    for advance in &table.load.sequences {
        let _ = writeln!(out, "{};", advance.statement);
    }
}
