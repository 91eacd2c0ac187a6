//! `load.psql`: `\copy` in load order, in one transaction; and scripts that hold the rows, in statements that any client
//! sends.

mod at_risk;
mod constants;
mod staged;

pub(super) use constants::constant_form;

use super::{Script, ScriptTable, ScriptText};
use crate::ScriptForm;
use at_risk::{groups, push_at_risk};
use seedbed_schema_model::{CycleBreak, Dialect, Numbering};
use seedbed_sql_values::{quote_identifier, quote_text};
use staged::{Move, at_once, copy_to_stage, fill_in};
use std::fmt::Write as _;

const HEAD: &str = r"-- Loads the CSV files beside this script. In their folder, after schema.sql:
--   psql -X -f load.psql DATABASE
\set ON_ERROR_STOP on
SET client_encoding = 'UTF8';
SET datestyle = 'ISO';
BEGIN;
";

const ROWS_HEAD: &str = "-- The rows of all tables, to go in after the schema: psql -X -f FILE DATABASE
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SET datestyle = 'ISO';
BEGIN;
";

/// Data behind COPY is read by `psql` alone.
const COPY_HEAD: &str = r"-- The rows of all tables, to go in after the schema: psql -X -f FILE DATABASE
\set ON_ERROR_STOP on
SET client_encoding = 'UTF8';
SET datestyle = 'ISO';
BEGIN;
";

/// The script's text.
pub(super) fn script(script: &Script<'_>) -> ScriptText {
    let mut out = ScriptText::from(match script.form() {
        None => HEAD,
        Some(ScriptForm::Insert) => ROWS_HEAD,
        Some(ScriptForm::Copy) => COPY_HEAD,
    });
    push_search_path(script, &mut out);
    push_settings(script, &mut out);
    if script.plan.tables.iter().any(|t| t.breaks(CycleBreak::Defer)) {
        out.push_str("SET CONSTRAINTS ALL DEFERRED;\n");
    }
    let mut afterwards = String::new();
    let (mut tables, groups) = (script.tables(), groups(script));
    for step in &script.plan.steps {
        let of_step: Vec<ScriptTable<'_>> = tables.by_ref().take(step.tables.len()).collect();
        let within = |index: usize| of_step.iter().any(|table| table.index == index);
        let (begins, ends) =
            (groups.iter().any(|group| within(group.first)), groups.iter().find(|group| within(group.last)));
        if begins {
            at_risk::push_beginning(&mut out);
        }
        push_step(script, of_step, &mut out, &mut afterwards);
        if let Some(group) = ends {
            at_risk::push_end(group, &mut out);
        }
    }
    out.push_str(&afterwards);
    out.push_str("COMMIT;\n");
    out
}

/// Loads tables that go in together.
fn push_step(
    script: &Script<'_>,
    mut tables: Vec<ScriptTable<'_>>,
    out: &mut ScriptText,
    afterwards: &mut String,
) {
    tables.retain(|table| {
        let file = script.file(*table).filter(|_| !fits_a_line(script, *table));
        if let Some((file, _)) = file {
            let (name, file) = (table.comment(), &file.entry.file);
            let _ = writeln!(out, "-- {name}: \\copy can't name its columns, load {file} otherwise");
        }
        // COPY of no rows fails as well where a table takes none.
        let takes_rows = table.rows() > 0 || !table.owner.options.foreign;
        file.is_none() && takes_rows && !table.load.columns.is_empty()
    });
    if tables.is_empty() {
        return;
    }
    if let [table] = tables.as_slice()
        && goes_in_as_it_is(script, *table)
    {
        push_rows(script, *table, &script.quoted(table.id()), out);
        return push_sequences(*table, out);
    }
    let moves: Vec<Move> = tables.iter().map(|t| copy_to_stage(script, *t, out)).collect();
    for table in tables.iter().filter(|t| t.load.deferred.is_some()) {
        match fill_in(script, *table) {
            Some(update) => push_move(*table, &update, "references stay NULL", afterwards),
            None => {
                let name = table.comment();
                let _ =
                    writeln!(afterwards, "-- {name} has no key to find its rows by: references stay NULL");
            }
        }
    }
    match (tables.as_slice(), moves.as_slice()) {
        ([table], [moved]) => push_move(*table, moved, "left out, the server refuses them", &mut out.text),
        _ => push_together(&tables, &moves, &mut out.text),
    }
    tables.iter().for_each(|table| push_sequences(*table, out));
}

/// Moves the rows of one table. If they are at risk, those that the server takes.
fn push_move(table: ScriptTable<'_>, moved: &Move, left_out: &str, out: &mut String) {
    if table.load.may_be_refused {
        push_at_risk(table, moved, left_out, out);
    } else {
        let _ = writeln!(out, "{};", moved.of_all());
    }
}

/// Moves the rows of tables that refer to each other, by one statement. If the last is at risk and it fails, the script
/// says so and goes on without them.
fn push_together(tables: &[ScriptTable<'_>], moves: &[Move], out: &mut String) {
    let sql = at_once(&moves.iter().map(Move::of_all).collect::<Vec<_>>());
    if tables.last().is_some_and(|t| t.load.may_be_refused) {
        at_risk::push_block(tables, &sql, out);
    } else {
        let _ = writeln!(out, "{sql};");
    }
}

/// Whether the rows can be written to where they belong.
fn goes_in_as_it_is(script: &Script<'_>, table: ScriptTable<'_>) -> bool {
    let load = table.load;
    load.deferred.is_none()
        && !load.is_in_rigid_component
        && !load.may_be_refused
        && !script.has_generated(table)
        && !is_cut_before_its_parents(script, table)
}

/// Whether several statements bring the rows, which may refer to later ones of their table: all must go in by one then, at
/// whose end the references are checked.
fn is_cut_before_its_parents(script: &Script<'_>, table: ScriptTable<'_>) -> bool {
    let refers_to_itself = table.owner.foreign_keys.iter().any(|reference| reference.parent == table.id());
    script.form() == Some(ScriptForm::Insert) && refers_to_itself
}

/// Functions of triggers and CHECKs name their tables as the application's search path finds them. Behind the session's
/// own path, the schema's own schemas take nothing from it.
fn push_search_path(script: &Script<'_>, out: &mut ScriptText) {
    if script.plan.schemas.is_empty() {
        return;
    }
    let quoted = script.plan.schemas.iter().map(|n| quote_identifier(Dialect::Postgres, n));
    let path = quote_text(Dialect::Postgres, &quoted.collect::<Vec<_>>().join(", "));
    let _ = writeln!(
        out,
        "SELECT set_config('search_path', concat_ws(', ', nullif(current_setting('search_path'), ''), {path}), true){}",
        end_of_setting(script)
    );
}

/// Settings of the application that defaults read, as far as the session lacks them.
fn push_settings(script: &Script<'_>, out: &mut ScriptText) {
    for (name, value) in script.settings {
        let [name, value] = [name, value].map(|text| quote_text(Dialect::Postgres, text));
        let _ = writeln!(
            out,
            "SELECT set_config({name}, coalesce(nullif(current_setting({name}, true), ''), {value}), true){}",
            end_of_setting(script)
        );
    }
}

/// How a query of a setting ends: `psql` keeps what it returns to itself.
fn end_of_setting(script: &Script<'_>) -> &'static str {
    match script.form() {
        None => r" AS setting \gset seedbed_",
        Some(_) => ";",
    }
}

/// `\copy` ends with its line, and what follows a line break in a name would be read as a command.
fn fits_a_line(script: &Script<'_>, table: ScriptTable<'_>) -> bool {
    let breaks = |text: &str| text.contains(['\n', '\r']);
    !breaks(&script.quoted(table.id())) && !breaks(&script.columns(table))
}

/// Puts a table's rows into it or its stage.
fn push_rows(script: &Script<'_>, table: ScriptTable<'_>, into: &str, out: &mut ScriptText) {
    let columns = script.columns(table);
    if let Some((file, header)) = script.file(table) {
        let (file, header) = (&file.entry.file, if header { ", HEADER" } else { "" });
        let _ = writeln!(out, "\\copy {into} ({columns}) FROM '{file}' WITH (FORMAT csv{header})");
        return;
    }
    let statement = match script.form() {
        Some(ScriptForm::Copy) => format!("COPY {into} ({columns}) FROM STDIN;"),
        _ => format!("INSERT INTO {into} ({columns}){} VALUES", overriding(table)),
    };
    out.push_place(table.id(), statement);
}

/// What lets a statement write to identity columns.
fn overriding(table: ScriptTable<'_>) -> &'static str {
    let numbered = table.load.columns.iter().map(|c| &table.owner[*c].numbering);
    match numbered.flatten().any(|numbering| matches!(numbering, Numbering::Identity { .. })) {
        true => " OVERRIDING SYSTEM VALUE",
        false => "",
    }
}

/// Advances a table's sequences as soon as its rows are there: triggers of later tables may draw from them.
fn push_sequences(table: ScriptTable<'_>, out: &mut ScriptText) {
    for advance in &table.load.sequences {
        let _ = writeln!(out, "{};", advance.statement);
    }
}
