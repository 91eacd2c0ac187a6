//! Rows that go in by way of a staging table: when some wait for others, when the server may refuse them, and when the
//! file has columns that the server computes.

use super::push_copy;
use crate::NullFirst;
use crate::load_script::ScriptInput;
use crate::load_script::risk::is_fed;
use crate::null_first::finding_key;
use crate::table_file::WrittenTable;
use seedbed_schema_model::{ColumnIdx, Numbering};
use std::fmt::Write as _;

fn stage(index: usize) -> String {
    format!("pg_temp.{}", ScriptInput::stage(index))
}

/// Copies rows to a staging table, which goes with the session. Returns the statement that moves them to where they
/// belong, without the references whose parents come later and without what the server computes.
pub(super) fn copy_to_stage(
    input: &ScriptInput<'_>,
    table: &WrittenTable,
    index: usize,
    later: Option<&NullFirst>,
    out: &mut String,
) -> String {
    let (id, stage) = (table.table, stage(index));
    let (target, columns) = (input.quoted(id), input.columns(table));
    let _ = writeln!(out, "CREATE TEMPORARY TABLE {stage} AS SELECT {columns} FROM {target} WITH NO DATA;");
    push_copy(input, table, &stage, out);
    let waits = |c: &ColumnIdx| later.is_some_and(|later| later.columns.contains(c));
    let chosen: Vec<String> = table
        .columns
        .iter()
        .filter(|(c, _)| !input.is_generated(id, *c))
        .map(|(c, _)| if waits(c) { "NULL".to_owned() } else { input.column(id, *c) })
        .collect();
    let is_identity =
        |c: &ColumnIdx| matches!(input.table(id)[*c].numbering, Some(Numbering::Identity { .. }));
    let overriding =
        if table.columns.iter().any(|(c, _)| is_identity(c)) { " OVERRIDING SYSTEM VALUE" } else { "" };
    let inserted = input.inserted(table);
    let insert = format!(
        "INSERT INTO {target} ({inserted}){overriding} SELECT {} FROM {stage} AS s",
        chosen.join(", ")
    );
    match update_fed(input, table, &stage) {
        Some((update, missing)) => format!("{update}{insert} WHERE {missing}"),
        None => insert,
    }
}

/// For a table into which a trigger of another one puts rows: the statement that updates those whose key is there, and
/// the condition on the stage's other rows. `None` when nobody does, or when no key tells them.
fn update_fed(input: &ScriptInput<'_>, table: &WrittenTable, stage: &str) -> Option<(String, String)> {
    let id = table.table;
    let owner = input.table(id);
    let written: Vec<ColumnIdx> =
        table.columns.iter().map(|(c, _)| *c).filter(|c| !input.is_generated(id, *c)).collect();
    let key = is_fed(input, id).then(|| finding_key(owner, &[], &written))??;
    let (target, same) = (input.quoted(id), input.equal(id, &key, "t", "s"));
    let always =
        |c: &ColumnIdx| matches!(owner[*c].numbering, Some(Numbering::Identity { always: true, .. }));
    let set: Vec<String> = written
        .iter()
        .filter(|c| !key.contains(c) && !always(c))
        .map(|c| input.column(id, *c))
        .map(|name| format!("{name} = s.{name}"))
        .collect();
    let update = match set.is_empty() {
        true => String::new(),
        // Rows of this transaction alone: what was there before stays as it was.
        false => format!(
            "UPDATE {target} AS t SET {} FROM {stage} AS s WHERE {same} AND age(t.xmin) <= age(pg_current_xact_id()::xid);\n",
            set.join(", ")
        ),
    };
    Some((update, format!("NOT EXISTS (SELECT FROM {target} AS t WHERE {same})")))
}

/// The statement that updates the references that went in as NULL; `None` when the table has no key to find its rows by.
pub(super) fn fill_in_later(
    input: &ScriptInput<'_>,
    table: &WrittenTable,
    index: usize,
    later: &NullFirst,
) -> Option<String> {
    let id = table.table;
    let set: Vec<String> =
        later.columns.iter().map(|c| input.column(id, *c)).map(|c| format!("{c} = s.{c}")).collect();
    let (set, same) = (set.join(", "), input.equal(id, later.key.as_ref()?, "t", "s"));
    Some(format!("UPDATE {} AS t SET {set} FROM {} AS s WHERE {same}", input.quoted(id), stage(index)))
}

/// One statement of several INSERTs, at whose end their references to each other are checked.
pub(super) fn at_once(inserts: &[String]) -> String {
    let Some((last, others)) = inserts.split_last() else { return String::new() };
    let others: Vec<String> = others.iter().enumerate().map(|(i, s)| format!("i{i} AS ({s})")).collect();
    match others.is_empty() {
        true => last.clone(),
        false => format!("WITH {}\n{last}", others.join(",\n     ")),
    }
}
