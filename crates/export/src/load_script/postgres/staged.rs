//! Rows that go in by way of a staging table: when some wait for others, when the server may refuse them, and when the
//! file has columns that the server computes.

use super::{overriding, push_rows};
use crate::load_script::{Script, ScriptTable, ScriptText};
use seedbed_schema_model::{ColumnIdx, Numbering};
use std::fmt::Write as _;

fn stage(table: ScriptTable<'_>) -> String {
    format!("pg_temp.{}", table.stage())
}

/// Copies rows to a staging table, which goes with the session. Returns the statement that moves them to where they
/// belong, without the references whose parents come later and without what the server computes.
pub(super) fn copy_to_stage(script: &Script<'_>, table: ScriptTable<'_>, out: &mut ScriptText) -> String {
    let (target, stage) = (script.quoted(table.id()), stage(table));
    let columns = script.columns(table);
    // A session that reads the rows from a script may go on afterwards.
    let until = if script.form().is_some() { " ON COMMIT DROP" } else { "" };
    let _ = writeln!(
        out,
        "CREATE TEMPORARY TABLE {stage}{until} AS SELECT {columns} FROM {target} WITH NO DATA;"
    );
    push_rows(script, table, &stage, out);
    let overriding = overriding(table);
    let (inserted, staged) = (script.inserted(table), script.staged(table));
    let insert = format!("INSERT INTO {target} ({inserted}){overriding} SELECT {staged} FROM {stage} AS s");
    match update_fed(script, table) {
        Some((update, missing)) => format!("{update}{insert} WHERE {missing}"),
        None => insert,
    }
}

/// For a table into which a trigger of another one puts rows: the statement that updates those whose key is there, and
/// the condition on the stage's other rows. `None` when nobody does, or when no key tells them.
fn update_fed(script: &Script<'_>, table: ScriptTable<'_>) -> Option<(String, String)> {
    let id = table.id();
    let owner = script.schema_table(id);
    let key = table.load.key.as_ref().filter(|_| script.plan.is_fed(table.load))?;
    let (target, same) = (script.quoted(id), script.equal(id, key, "t", "s"));
    let always =
        |c: &ColumnIdx| matches!(owner[*c].numbering, Some(Numbering::Identity { always: true, .. }));
    let set: Vec<String> = table
        .load
        .columns
        .iter()
        .filter(|c| !script.is_generated(id, **c) && !key.contains(c) && !always(c))
        .map(|c| script.column(id, *c))
        .map(|name| format!("{name} = s.{name}"))
        .collect();
    let update = match set.is_empty() {
        true => String::new(),
        // Rows of this transaction alone: what was there before stays as it was.
        false => format!(
            "UPDATE {target} AS t SET {} FROM {} AS s WHERE {same} AND age(t.xmin) <= age(pg_current_xact_id()::xid);\n",
            set.join(", "),
            stage(table)
        ),
    };
    Some((update, format!("NOT EXISTS (SELECT FROM {target} AS t WHERE {same})")))
}

/// The statement that updates the references that went in as NULL; `None` when the table has no key to find its rows by.
pub(super) fn fill_in(script: &Script<'_>, table: ScriptTable<'_>) -> Option<String> {
    let deferred = table.load.deferred.as_ref()?;
    let set = deferred.columns.iter().map(|c| script.column(table.id(), *c));
    let set = set.map(|c| format!("{c} = s.{c}")).collect::<Vec<_>>().join(", ");
    let same = script.equal(table.id(), deferred.key.as_ref()?, "t", "s");
    Some(format!(
        "UPDATE {} AS t SET {set} FROM {} AS s WHERE {same}",
        script.quoted(table.id()),
        stage(table)
    ))
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
