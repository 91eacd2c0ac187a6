//! What the statements of a function or a trigger do to other tables, as far as their words tell.

mod insertion;
mod user;

use crate::catalog::{Acts, Catalog, Relation};
use crate::text::{Cursor, Kind, Name, Source, tokens};
use seedbed_schema_model::{QualifiedName, TableId};
use std::collections::HashSet;

/// The insertions, deletions and calls in a run of tokens.
pub(super) fn of(mut cursor: Cursor<'_>) -> Acts {
    let mut acts = Acts::default();
    let mut branched = false;
    let mut reads = user::Reads::default();
    while !cursor.is_empty() {
        branched |= cursor.at_any(BRANCHES);
        reads.note(&cursor, &mut acts);
        if cursor.at_any(&["INSERT", "REPLACE", "MERGE"]) {
            cursor.skip(1);
            let or = cursor.eat_any(&["OR"]).and_then(|_| cursor.ident());
            let how = cursor.eat_any(&["IGNORE", "DELAYED", "LOW_PRIORITY", "HIGH_PRIORITY"]);
            let lenient = or.is_some_and(|or| or.eq_ignore_ascii_case("ignore")) || how == Some("IGNORE");
            if cursor.eat(&["INTO"])
                && let Some(table) = cursor.name()
            {
                acts.inserts.push(insertion::read(table, cursor, !branched && !lenient));
            }
            continue;
        }
        if cursor.eat(&["DELETE", "FROM"]) {
            cursor.eat(&["ONLY"]);
            acts.deletes.extend(cursor.name());
            continue;
        }
        let mut ahead = cursor;
        match ahead.name() {
            Some(name) if cursor.kind_at(0) != Some(Kind::Text) => {
                if ahead.kind_at(0) == Some(Kind::Open) {
                    acts.calls.push(name.name.to_lowercase());
                }
                cursor = ahead;
            }
            _ => cursor.skip(1),
        }
    }
    acts
}

/// Words behind which a statement may be passed over.
const BRANCHES: &[&str] = &[
    "IF",
    "CASE",
    "WHEN",
    "LOOP",
    "FOR",
    "WHILE",
    "REPEAT",
    "RETURN",
    "EXIT",
    "LEAVE",
    "EXCEPTION",
    "RAISE",
];

/// As [`of`], for a body that is written as a string.
pub(super) fn of_text(catalog: &Catalog, text: &str) -> Acts {
    let source = Source { text, base: 0, fixed: None, dialect: catalog.dialect() };
    of(Cursor::new(source, &tokens(source)))
}

/// Fills in what the triggers of every table do to others, now that all tables and functions are known.
pub(crate) fn settle_triggers(catalog: &mut Catalog) {
    for at in 0..catalog.drafts.len() {
        let table = TableId(at as u32);
        for i in 0..catalog.schema[table].triggers.len() {
            let (direct, all) = acts_of_trigger(catalog, table, i);
            let feeds = fed_tables(catalog, Some(table), &all);
            let deletes = all.iter().flat_map(|acts| &acts.deletes);
            let thins = distinct(deletes.filter_map(|name| meant(catalog, Some(table), name)));
            let inserts = direct.iter().flat_map(|acts| &acts.inserts);
            let copies = inserts.filter_map(|insert| insertion::copied(catalog, table, insert)).collect();
            let seeks_user_in = user::columns(catalog, table, &all);
            let trigger = &mut catalog.schema[table].triggers[i];
            (trigger.feeds, trigger.thins) = (feeds, thins);
            (trigger.copies, trigger.seeks_user_in) = (copies, seeks_user_in);
        }
    }
}

/// The tables that the triggers of a table fill when rows are inserted there.
pub(super) fn fed_on_insert(catalog: &Catalog, table: TableId) -> Vec<TableId> {
    let triggers = &catalog.schema[table].triggers;
    let acting = (0..triggers.len()).filter(|i| triggers[*i].on_insert());
    acting.flat_map(|i| fed_tables(catalog, Some(table), &acts_of_trigger(catalog, table, i).1)).collect()
}

/// The tables that statements insert into, themselves or by the functions that they call.
pub(super) fn fed_by(catalog: &Catalog, acts: &Acts) -> Vec<TableId> {
    fed_tables(catalog, None, &with_calls(catalog, vec![acts]))
}

/// What a trigger does itself, and that together with all that the functions do that it calls.
fn acts_of_trigger(catalog: &Catalog, table: TableId, trigger: usize) -> (Vec<&Acts>, Vec<&Acts>) {
    let trigger = &catalog.schema[table].triggers[trigger];
    let function = trigger.function.as_deref().map(|f| f.rsplit('.').next().unwrap_or(f).to_lowercase());
    let mut acts: Vec<&Acts> = catalog.draft(table).trigger_acts.get(&trigger.name).into_iter().collect();
    acts.extend(function.and_then(|name| catalog.function_acts.get(&name)));
    (acts.clone(), with_calls(catalog, acts))
}

fn with_calls<'a>(catalog: &'a Catalog, mut todo: Vec<&'a Acts>) -> Vec<&'a Acts> {
    let mut seen: HashSet<&str> = HashSet::new();
    let mut found = Vec::new();
    while let Some(acts) = todo.pop() {
        found.push(acts);
        for call in &acts.calls {
            if seen.insert(call) {
                todo.extend(catalog.function_acts.get(call));
            }
        }
    }
    found
}

fn fed_tables(catalog: &Catalog, near: Option<TableId>, acts: &[&Acts]) -> Vec<TableId> {
    let inserts = acts.iter().flat_map(|acts| &acts.inserts);
    distinct(inserts.filter_map(|insert| meant(catalog, near, &insert.table)))
}

fn distinct(tables: impl Iterator<Item = TableId>) -> Vec<TableId> {
    let mut found: Vec<TableId> = tables.collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// The table of that name as a trigger of `near` finds it: the search path is another one when it runs, so that a bare
/// name stands for the table beside `near`, or for the only one of that name.
fn meant(catalog: &Catalog, near: Option<TableId>, name: &Name) -> Option<TableId> {
    let beside = near.and_then(|near| catalog.schema[near].name.schema.clone());
    let schema = name.schema.clone().or(beside);
    let beside =
        QualifiedName::new(schema.as_deref().filter(|_| catalog.dialect().has_schemas()), &name.name);
    match catalog.relation_exact(&beside) {
        Some(Relation::Table(id)) => return Some(id),
        Some(Relation::View) => return catalog.view_exact(&beside)?.base,
        _ => {}
    }
    if let Some(found) = catalog.table(name).filter(|_| near.is_none()) {
        return Some(found);
    }
    if name.schema.is_some() {
        return None;
    }
    let named = |(id, table): (TableId, &seedbed_schema_model::Table)| {
        (table.name.name == name.name && !catalog.draft(id).dropped).then_some(id)
    };
    let mut all = catalog.schema.tables_indexed().filter_map(named);
    all.next().filter(|_| all.next().is_none())
}
