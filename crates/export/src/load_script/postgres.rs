//! `load.psql`: `\copy` in load order, in one transaction.

mod staged;

use super::risk::at_risk;
use super::{ScriptInput, comment};
use crate::sequence;
use crate::table_file::WrittenTable;
use seedbed_schema_model::{BrokenReference, CycleBreak, Deferrability, Dialect, QualifiedName, TableId};
use seedbed_sql_semantics::{quote_identifier, quote_qualified, quote_text};
use staged::{at_once, copy_to_stage, fill_in_later};
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
    push_search_path(input, &mut out);
    push_settings(input, &mut out);
    if input.breaks(CycleBreak::Defer) {
        out.push_str("SET CONSTRAINTS ALL DEFERRED;\n");
    }
    let at_risk = at_risk(input);
    let mut afterwards = String::new();
    let mut together: Vec<(&WrittenTable, String)> = Vec::new();
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
        let risky = at_risk.contains(&table.table);
        if later.is_none() && knot.is_none() && !risky && !input.has_generated(table) {
            push_copy(input, table, &input.quoted(table.table), &mut out);
            push_sequences(input, table, &mut out);
            continue;
        }
        let insert = copy_to_stage(input, table, index, later.as_ref(), &mut out);
        if let Some(later) = &later {
            match fill_in_later(input, table, index, later) {
                Some(update) => push_statement(input, &[table], &update, risky, &mut afterwards),
                None => {
                    let name = comment(&table.entry.name);
                    let _ = writeln!(
                        afterwards,
                        "-- {name} has no key to find its rows by: references stay NULL"
                    );
                }
            }
        }
        together.push((table, insert));
        let goes_on =
            knot.is_some_and(|k| input.tables[index + 1..].iter().any(|other| k.contains(&other.table)));
        if !goes_on {
            let (tables, inserts): (Vec<_>, Vec<_>) = std::mem::take(&mut together).into_iter().unzip();
            push_statement(input, &tables, &at_once(&inserts), risky, &mut out);
            tables.iter().for_each(|table| push_sequences(input, table, &mut out));
        }
    }
    out.push_str(&afterwards);
    out.push_str("COMMIT;\n");
    out
}

/// Functions of triggers and CHECKs name their tables as the application's search path finds them. Behind the session's
/// own path, the schema's own schemas take nothing from it.
fn push_search_path(input: &ScriptInput<'_>, out: &mut String) {
    let mut names: Vec<&str> = Vec::new();
    for name in input.schema.tables.iter().filter_map(|t| t.name.schema.as_deref()) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    if names.is_empty() {
        return;
    }
    let quoted: Vec<String> = names.iter().map(|n| quote_identifier(Dialect::Postgres, n)).collect();
    let path = quote_text(Dialect::Postgres, &quoted.join(", "));
    let _ = writeln!(
        out,
        "SELECT set_config('search_path', concat_ws(', ', nullif(current_setting('search_path'), ''), {path}), true) \
         AS setting \\gset seedbed_"
    );
}

/// Settings of the application that defaults read, as far as the session lacks them.
fn push_settings(input: &ScriptInput<'_>, out: &mut String) {
    for (name, value) in input.settings {
        let [name, value] = [name, value].map(|text| quote_text(Dialect::Postgres, text));
        let _ = writeln!(
            out,
            "SELECT set_config({name}, coalesce(nullif(current_setting({name}, true), ''), {value}), true) \
             AS setting \\gset seedbed_"
        );
    }
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

/// A statement for some tables. If they are at risk and it fails, the script says so and goes on without it.
fn push_statement(
    input: &ScriptInput<'_>,
    tables: &[&WrittenTable],
    sql: &str,
    risky: bool,
    out: &mut String,
) {
    if !risky {
        let _ = writeln!(out, "{sql};");
        return;
    }
    let check = check_at_once(input, tables);
    let names: Vec<String> = tables.iter().map(|t| comment(&t.entry.name).replace('\'', "''")).collect();
    let _ = writeln!(
        out,
        "SAVEPOINT seedbed_table;\n\\set ON_ERROR_STOP off\n{sql};\n{check}\\if :ERROR\n\
         \\warn 'left out, the server refuses the rows:' '{}'\n\
         ROLLBACK TO SAVEPOINT seedbed_table;\n\\endif\n\\set ON_ERROR_STOP on\nRELEASE SAVEPOINT seedbed_table;",
        names.join(", ")
    );
}

/// What is checked at the end only would end everything there, and is checked with the statement: references, unless the
/// load order counts on them to wait, and constraint triggers, but for those that delete rows, as they do when nothing
/// leans on a row yet.
fn check_at_once(input: &ScriptInput<'_>, tables: &[&WrittenTable]) -> String {
    let waits = |table: TableId, index: usize| {
        let here =
            |b: &&BrokenReference| b.foreign_key.table == table && usize::from(b.foreign_key.index) == index;
        input.order.broken.iter().filter(here).any(|b| b.how == CycleBreak::Defer)
    };
    let mut names: Vec<String> = Vec::new();
    for (id, table) in tables.iter().map(|t| (t.table, input.table(t.table))) {
        let references = table
            .foreign_keys
            .iter()
            .enumerate()
            .filter(|(i, fk)| fk.deferrability.is_deferrable() && !waits(id, *i))
            .filter_map(|(_, fk)| fk.name.as_deref());
        let judges = table.triggers.iter().filter(|t| t.on_insert() && t.thins.is_empty());
        let judges = judges
            .filter(|t| t.constraint.is_some_and(Deferrability::is_deferrable))
            .map(|t| t.name.as_str());
        for name in references.chain(judges) {
            let name = QualifiedName::new(table.name.schema.as_deref(), name);
            names.push(quote_qualified(Dialect::Postgres, &name));
        }
    }
    if names.is_empty() {
        String::new()
    } else {
        format!("SET CONSTRAINTS {} IMMEDIATE;\n", names.join(", "))
    }
}

/// Advances a table's sequences as soon as its rows are there: triggers of later tables may draw from them.
fn push_sequences(input: &ScriptInput<'_>, table: &WrittenTable, out: &mut String) {
    for (column, _) in &table.columns {
        if let Some(sql) = sequence::advance(input.schema, table.table, *column) {
            let _ = writeln!(out, "{sql};");
        }
    }
}
