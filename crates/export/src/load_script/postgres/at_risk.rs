//! Rows that the server may refuse: those that it takes go in, the others are counted and told.
//!
//! Only a block of PL/pgSQL can go on after an error, whatever client sends it. Where all rows of a table go in at once, it
//! costs no more than that. No column is taken for one of its variables.

use super::staged::Move;
use crate::load_script::{Script, ScriptTable, ScriptText};
use seedbed_schema_model::{CycleBreak, Dialect};
use seedbed_sql_values::{quote_qualified, quote_text};
use std::fmt::Write as _;

/// Moves a table's rows: all at once, else those that the server takes, one after the other.
pub(super) fn push_at_risk(table: ScriptTable<'_>, moved: &Move, left_out: &str, out: &mut String) {
    let (all, one) = (moved.of_all(), moved.of_some("s.ctid = seedbed_row"));
    let (check, stage, name) = (check_at_once(&[table]), &moved.stage, in_text(table));
    push_do(
        &format!(
            "#variable_conflict use_column\nDECLARE\n  seedbed_row tid;\n  seedbed_rows bigint := 0;\n  \
             seedbed_refused bigint := 0;\n  seedbed_why text;\nBEGIN\n{all};\n{check}\
             EXCEPTION WHEN OTHERS THEN\nFOR seedbed_row IN SELECT ctid FROM {stage} LOOP\n  \
             seedbed_rows := seedbed_rows + 1;\n  BEGIN\n{one};\n{check}\
             EXCEPTION WHEN OTHERS THEN\n  seedbed_refused := seedbed_refused + 1;\n  \
             seedbed_why := coalesce(seedbed_why, SQLERRM);\n  END;\nEND LOOP;\n\
             IF seedbed_refused > 0 THEN\n  RAISE WARNING '{left_out}: % of % rows of {name}; the first: %', \
             seedbed_refused, seedbed_rows, seedbed_why;\nEND IF;\nEND"
        ),
        out,
    );
}

/// One statement for several tables. If it fails, the script says so and goes on without it.
pub(super) fn push_block(tables: &[ScriptTable<'_>], sql: &str, out: &mut String) {
    let (check, names) =
        (check_at_once(tables), tables.iter().map(|t| in_text(*t)).collect::<Vec<_>>().join(", "));
    push_do(
        &format!(
            "#variable_conflict use_column\nBEGIN\n{sql};\n{check}EXCEPTION WHEN OTHERS THEN\n\
             RAISE WARNING 'left out, the server refuses the rows: {names}: %', SQLERRM;\nEND"
        ),
        out,
    );
}

fn push_do(block: &str, out: &mut String) {
    let _ = writeln!(out, "DO {};", quote_text(Dialect::Postgres, block));
}

/// A table's name within the text of a warning.
fn in_text(table: ScriptTable<'_>) -> String {
    table.comment().replace('\'', "''").replace('%', "%%")
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

/// Tables next to each other in the order, of which one is at risk and some wait for later ones of them until the end: what
/// is left of them only holds together if all of it does.
#[derive(Debug)]
pub(super) struct Group {
    /// The place of the first table.
    pub(super) first: usize,
    /// The place of the last.
    pub(super) last: usize,
    /// What they are called.
    names: String,
}

/// Those groups, for a client that can go on after an error outside of a block.
pub(super) fn groups(script: &Script<'_>) -> Vec<Group> {
    if script.form().is_some() {
        return Vec::new();
    }
    let tables: Vec<ScriptTable<'_>> = script.tables().collect();
    let place = |id| tables.iter().position(|t| t.id() == id);
    let mut spans: Vec<(usize, usize)> = Vec::new();
    for table in &tables {
        let waits = table.load.broken.iter().filter(|b| b.how == CycleBreak::Defer);
        let parents = waits.filter_map(|b| {
            let owner = script.schema_table(b.foreign_key.table);
            place(
                script
                    .schema
                    .partition_root(owner.foreign_keys.get(usize::from(b.foreign_key.index))?.parent),
            )
        });
        if let Some(last) = parents.max() {
            // Triggers of earlier tables may put rows into it that wait just so.
            let fed_by = table.load.fed_by.iter().filter_map(|feeder| place(*feeder));
            spans.push((fed_by.min().unwrap_or(table.index).min(table.index), last.max(table.index)));
        }
    }
    spans.sort_unstable();
    let mut joined: Vec<(usize, usize)> = Vec::new();
    for (first, last) in spans {
        match joined.last_mut().filter(|before| before.1 >= first) {
            Some(before) => before.1 = before.1.max(last),
            None => joined.push((first, last)),
        }
    }
    let group = |(first, last): (usize, usize)| {
        let of = &tables[first..=last];
        let names = of.iter().filter(|t| t.rows() > 0).map(|t| t.comment()).collect::<Vec<_>>().join(", ");
        of.iter().any(|t| t.load.may_be_refused).then_some(Group { first, last, names })
    };
    joined.into_iter().filter_map(group).collect()
}

/// What stands before the first table of a group.
pub(super) fn push_beginning(out: &mut ScriptText) {
    out.push_str("SAVEPOINT seedbed_group;\n");
}

/// What stands behind its last: references that no row meets take the group away again.
pub(super) fn push_end(group: &Group, out: &mut ScriptText) {
    let names = group.names.replace('\'', "''");
    let _ = writeln!(
        out,
        "\\set ON_ERROR_STOP off\nSET CONSTRAINTS ALL IMMEDIATE;\n\\if :ERROR\n\
         \\warn 'left out, the server refuses some of the rows, which refer to each other:' '{names}'\n\
         ROLLBACK TO SAVEPOINT seedbed_group;\n\\endif\n\\set ON_ERROR_STOP on\n\
         RELEASE SAVEPOINT seedbed_group;\nSET CONSTRAINTS ALL DEFERRED;"
    );
}
