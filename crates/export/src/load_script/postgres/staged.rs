//! Rows that go in by way of a staging table: when some wait for others, when the server may refuse them, and when the
//! file has columns that the server computes.

use super::{overriding, push_rows};
use crate::load_script::{Script, ScriptTable, ScriptText};
use seedbed_schema_model::{ColumnIdx, Numbering};
use std::fmt::Write as _;

fn stage(table: ScriptTable<'_>) -> String {
    format!("pg_temp.{}", table.stage())
}

/// What moves rows from a staging table, `s`, to where they belong.
#[derive(Debug)]
pub(super) struct Move {
    /// The stage.
    pub(super) stage: String,
    statements: Vec<Statement>,
}

/// A statement up to its condition, and that.
type Statement = (String, Option<String>);

impl Move {
    /// The statements for all rows.
    pub(super) fn of_all(&self) -> String {
        self.with_condition(None)
    }

    /// Those for the rows that meet one more condition.
    pub(super) fn of_some(&self, condition: &str) -> String {
        self.with_condition(Some(condition))
    }

    fn with_condition(&self, more: Option<&str>) -> String {
        let statement = |(sql, own): &Statement| {
            let conditions: Vec<&str> = own.as_deref().into_iter().chain(more).collect();
            match conditions.is_empty() {
                true => sql.clone(),
                false => format!("{sql} WHERE {}", conditions.join(" AND ")),
            }
        };
        self.statements.iter().map(statement).collect::<Vec<_>>().join(";\n")
    }
}

/// Copies rows to a staging table, which goes with the session. Returns what moves them to where they belong, without the
/// references whose parents come later and without what the server computes.
pub(super) fn copy_to_stage(script: &Script<'_>, table: ScriptTable<'_>, out: &mut ScriptText) -> Move {
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
    let statements = match update_fed(script, table) {
        Some((update, missing)) => update.into_iter().chain([(insert, Some(missing))]).collect(),
        None => vec![(insert, None)],
    };
    Move { stage, statements }
}

/// For a table into which a trigger of another one puts rows: the statement that updates those whose key is there, and
/// the condition on the stage's other rows. `None` when nobody does, or when no key tells them.
fn update_fed(script: &Script<'_>, table: ScriptTable<'_>) -> Option<(Option<Statement>, String)> {
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
    // Rows of this transaction alone: what was there before stays as it was.
    let update = (!set.is_empty()).then(|| {
        let update = format!("UPDATE {target} AS t SET {} FROM {} AS s", set.join(", "), stage(table));
        (update, Some(format!("{same} AND age(t.xmin) <= age(pg_current_xact_id()::xid)")))
    });
    Some((update, format!("NOT EXISTS (SELECT FROM {target} AS t WHERE {same})")))
}

/// The statement that updates the references that went in as NULL; `None` when the table has no key to find its rows by.
pub(super) fn fill_in(script: &Script<'_>, table: ScriptTable<'_>) -> Option<Move> {
    let deferred = table.load.deferred.as_ref()?;
    let set = deferred.columns.iter().map(|c| script.column(table.id(), *c));
    let set = set.map(|c| format!("{c} = s.{c}")).collect::<Vec<_>>().join(", ");
    let same = script.equal(table.id(), deferred.key.as_ref()?, "t", "s");
    let stage = stage(table);
    let update = format!("UPDATE {} AS t SET {set} FROM {stage} AS s", script.quoted(table.id()));
    Some(Move { statements: vec![(update, Some(same))], stage })
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
