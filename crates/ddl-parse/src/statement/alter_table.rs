//! `ALTER TABLE`: one action after the other.

use super::column_def::{self, ColumnDef};
use super::constraint::{self, Body, Constraint};
use super::{alter_column, apply, drop, inherit, mysql_options, partition, rows, trigger};
use crate::Problem;
use crate::catalog::{Catalog, Relation};
use crate::text::Cursor;
use seedbed_schema_model::{ColumnIdx, Dialect, QualifiedName, TableId};

/// What an action works on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Target {
    pub table: TableId,
    /// `ONLY`: children stay as they are.
    pub only: bool,
}

impl Target {
    /// The table, and its children unless `ONLY` was written.
    pub(super) fn tables(self, catalog: &Catalog) -> Vec<TableId> {
        if self.only { vec![self.table] } else { catalog.family(self.table) }
    }
}

/// The statement behind `ALTER [FOREIGN] TABLE`.
pub(super) fn alter(catalog: &mut Catalog, cursor: &mut Cursor<'_>) -> Result<(), String> {
    let guarded = cursor.eat_if_exists();
    let only = cursor.eat(&["ONLY"]);
    let name = cursor.name().ok_or_else(|| format!("a table's name is expected, not {}", cursor.found()))?;
    cursor.eat_op("*");
    let table = match catalog.relation(&name) {
        Some(Relation::Table(table)) => table,
        // ALTER TABLE also works on views, sequences and indexes, mostly to give them an owner.
        Some(_) => return super::rename_other(catalog, &name, cursor),
        None => {
            let is_index = catalog.index_table(&name).is_some();
            if !guarded && !is_index {
                catalog.problems.push(Problem::UnknownObject { name: name.name.clone(), span: name.span });
            }
            return Ok(());
        }
    };
    let target = Target { table, only };
    if catalog.dialect() == Dialect::MySql && mysql_options::partition_action(catalog, table, *cursor) {
        return Ok(());
    }
    for action in cursor.split_commas() {
        let mut walk = action;
        if let Err(reason) = one(catalog, target, &mut walk) {
            let owner = catalog.display(table);
            catalog.problems.push(Problem::UnreadablePart { owner, reason, span: action.span() });
        }
    }
    if catalog.dialect() == Dialect::MySql {
        mysql_options::settle_charsets(catalog, table);
    }
    Ok(())
}

fn one<'a>(catalog: &mut Catalog, target: Target, cursor: &mut Cursor<'a>) -> Result<(), String> {
    let table = target.table;
    if cursor.eat(&["ADD"]) {
        return add(catalog, target, cursor);
    }
    if cursor.at_any(&["ALTER", "MODIFY", "CHANGE"]) {
        return alter_column::alter(catalog, target, cursor);
    }
    if cursor.eat(&["DROP"]) {
        return drop::action(catalog, target, cursor);
    }
    if cursor.eat(&["RENAME"]) {
        return rename(catalog, target, cursor);
    }
    if cursor.eat(&["SET", "SCHEMA"]) {
        let schema = cursor.ident().ok_or("a schema's name is expected")?;
        let name = catalog.schema[table].name.name.clone();
        move_table(catalog, table, QualifiedName::new(Some(&schema), &name));
        return Ok(());
    }
    if cursor.eat(&["ATTACH", "PARTITION"]) {
        return partition::attach(catalog, table, cursor);
    }
    if cursor.eat(&["DETACH", "PARTITION"]) {
        return partition::detach(catalog, table, cursor);
    }
    if cursor.eat(&["INHERIT"]) {
        let name = cursor.name().ok_or("a table's name is expected")?;
        if let Some(parent) = catalog.table(&name) {
            catalog.draft_mut(table).parents.push(parent);
            catalog.schema[table].inherits.push(parent);
            inherit::constraints_of_parents(catalog, table);
        }
        return Ok(());
    }
    if cursor.eat(&["NO", "INHERIT"]) {
        let name = cursor.name().ok_or("a table's name is expected")?;
        if let Some(parent) = catalog.table(&name) {
            catalog.draft_mut(table).parents.retain(|p| *p != parent);
            catalog.schema[table].inherits.retain(|p| *p != parent);
        }
        return Ok(());
    }
    if cursor.at_any(&["ENABLE", "DISABLE"]) {
        trigger::enable(catalog, table, cursor);
        return Ok(());
    }
    other(catalog, table, cursor)
}

/// Actions that matter little or not at all.
fn other(catalog: &mut Catalog, table: TableId, cursor: &mut Cursor<'_>) -> Result<(), String> {
    const IGNORED: [&str; 33] = [
        "OWNER",
        "SET",
        "RESET",
        "CLUSTER",
        "VALIDATE",
        "REPLICA",
        "FORCE",
        "NO",
        "NOT",
        "OF",
        "ENGINE",
        "AUTO_INCREMENT",
        "ROW_FORMAT",
        "ORDER",
        "ALGORITHM",
        "LOCK",
        "PARTITION",
        "REORGANIZE",
        "TRUNCATE",
        "DISCARD",
        "IMPORT",
        "OPTIONS",
        "STATS_PERSISTENT",
        "KEY_BLOCK_SIZE",
        "CHECKSUM",
        "MAX_ROWS",
        "TYPE",
        "WITH",
        "EXCHANGE",
        "OPTIMIZE",
        "ANALYZE",
        "REBUILD",
        "COALESCE",
    ];
    if catalog.dialect() == Dialect::MySql {
        if cursor.eat(&["CONVERT", "TO"]) {
            mysql_options::option(catalog, table, cursor);
            return convert(catalog, table, cursor);
        }
        if cursor.eat(&["PARTITION", "BY"]) {
            mysql_options::partition_by(catalog, table, cursor);
            return Ok(());
        }
        if cursor.at_any(&["ENGINE", "DEFAULT", "CHARSET", "CHARACTER", "COLLATE", "COMMENT"]) {
            while !cursor.is_empty() {
                mysql_options::option(catalog, table, cursor);
            }
            return Ok(());
        }
    }
    if cursor.at_any(&IGNORED) { Ok(()) } else { Err(format!("{} is not understood", cursor.found())) }
}

/// `CONVERT TO CHARACTER SET x COLLATE y`: every text column changes.
fn convert(catalog: &mut Catalog, table: TableId, cursor: &mut Cursor<'_>) -> Result<(), String> {
    while !cursor.is_empty() {
        mysql_options::option(catalog, table, cursor);
    }
    for column in &mut catalog.schema[table].columns {
        (column.charset, column.collation) = (None, None);
    }
    mysql_options::settle_charsets(catalog, table);
    Ok(())
}

fn add<'a>(catalog: &mut Catalog, target: Target, cursor: &mut Cursor<'a>) -> Result<(), String> {
    if constraint::at_table_constraint(cursor) {
        let constraint = constraint::read(cursor)
            .ok_or_else(|| format!("{} is not expected in this constraint", cursor.found()))?;
        add_constraint(catalog, target, &constraint);
        return Ok(());
    }
    if cursor.eat(&["PARTITION"]) || cursor.at_words(&["SYSTEM", "VERSIONING"]) {
        return Ok(());
    }
    let column_word = cursor.eat(&["COLUMN"]);
    let guarded = cursor.eat_if_exists();
    // MySQL and Oracle style: ADD (a int, b int).
    if let Some(list) = cursor.parens() {
        for mut part in list.split_commas() {
            if !column_word && constraint::at_table_constraint(&part) {
                let constraint = constraint::read(&mut part).ok_or("this constraint is not understood")?;
                add_constraint(catalog, target, &constraint);
            } else {
                add_column(catalog, target, &mut part, guarded)?;
            }
        }
        return Ok(());
    }
    add_column(catalog, target, cursor, guarded)
}

fn add_column<'a>(
    catalog: &mut Catalog,
    target: Target,
    cursor: &mut Cursor<'a>,
    guarded: bool,
) -> Result<(), String> {
    let owner = catalog.display(target.table);
    let def = column_def::read(catalog, cursor, &owner)
        .ok_or_else(|| format!("a column's name is expected, not {}", cursor.found()))?;
    if let Some(existing) = catalog.column(target.table, &def.column.name) {
        if !guarded {
            let name = format!("{owner}.{}", catalog.column_mut(target.table, existing).name);
            catalog.problems.push(Problem::Duplicate { name, span: def.column.span });
        }
        return Ok(());
    }
    for table in target.tables(catalog) {
        install(catalog, table, &def);
    }
    for constraint in &def.constraints {
        add_constraint(catalog, target, constraint);
    }
    if !cursor.is_empty() {
        return Err(format!("{} is not expected", cursor.found()));
    }
    Ok(())
}

fn install(catalog: &mut Catalog, table: TableId, def: &ColumnDef<'_>) -> Option<ColumnIdx> {
    let index = apply::column(catalog, table, def)?;
    apply::column_expressions(catalog, table, index, def);
    rows::widen(catalog, table, index);
    Some(index)
}

/// Adds a constraint to the table and to the children that share it: CHECKs go to all, keys and references to
/// partitions.
pub(super) fn add_constraint(catalog: &mut Catalog, target: Target, constraint: &Constraint<'_>) {
    let tables = target.tables(catalog);
    let mut constraint = constraint.clone();
    for table in tables {
        let child = table != target.table;
        let is_partition = catalog.schema[table].partition_of.is_some();
        let shared = match constraint.body {
            Body::Check(_) => !constraint.no_inherit,
            _ => is_partition,
        };
        if child && !shared {
            continue;
        }
        apply::constraint(catalog, table, &constraint);
        // References and CHECKs keep the parent's name; each index needs its own.
        let keeps = matches!(constraint.body, Body::Check(_) | Body::ForeignKey { .. });
        if !child && !keeps {
            constraint.name = None;
        } else if !child && constraint.name.is_none() {
            constraint.name = last_name(catalog, table, &constraint.body);
        }
    }
}

/// The name that the server just gave to a nameless constraint.
fn last_name(catalog: &Catalog, table: TableId, body: &Body<'_>) -> Option<String> {
    match body {
        Body::Check(_) => catalog.schema[table].checks.last().and_then(|c| c.name.clone()),
        _ => catalog.draft(table).references.last().and_then(|r| r.name.clone()),
    }
}

fn rename(catalog: &mut Catalog, target: Target, cursor: &mut Cursor<'_>) -> Result<(), String> {
    let table = target.table;
    if cursor.eat(&["CONSTRAINT"])
        || (catalog.dialect() == Dialect::MySql && cursor.eat_any(&["INDEX", "KEY"]).is_some())
    {
        let from = cursor.ident().ok_or("a constraint's name is expected")?;
        cursor.eat(&["TO"]);
        let to = cursor.ident().ok_or("a name is expected")?;
        rename_constraint(catalog, table, &from, &to);
        return Ok(());
    }
    // MySQL lets TO out: RENAME b, RENAME AS b.
    let mut whole = *cursor;
    let to_table = whole.eat(&["TO"]) || whole.eat(&["AS"]) || (whole.eat_op("=")) || cursor.len() == 1;
    if to_table && !(cursor.is_word(1, "TO") && cursor.len() >= 3) {
        let name = whole.name().ok_or("a table's name is expected")?;
        let of = &catalog.schema[table].name;
        let schema = if catalog.dialect().has_schemas() { of.schema.clone() } else { None };
        move_table(catalog, table, QualifiedName::new(schema.as_deref(), &name.name));
        return Ok(());
    }
    cursor.eat(&["COLUMN"]);
    cursor.eat_if_exists();
    let from = cursor.ident().ok_or("a column's name is expected")?;
    if !cursor.eat(&["TO"]) {
        return Err(format!("TO is expected, not {}", cursor.found()));
    }
    let to = cursor.ident().ok_or("a name is expected")?;
    let span = cursor.here();
    if catalog.column(table, &from).is_none() {
        let table = catalog.display(table);
        catalog.problems.push(Problem::UnknownColumn { table, column: from, span });
        return Ok(());
    }
    for member in target.tables(catalog) {
        rename_column(catalog, member, &from, &to);
    }
    Ok(())
}

/// Renames a column, also where other tables refer to it by name.
pub(super) fn rename_column(catalog: &mut Catalog, table: TableId, from: &str, to: &str) {
    let Some(index) = catalog.column(table, from) else { return };
    to.clone_into(&mut catalog.column_mut(table, index).name);
    let key = catalog.key(&catalog.schema[table].name);
    for at in 0..catalog.drafts.len() {
        for r in 0..catalog.drafts[at].references.len() {
            if catalog.key(&catalog.drafts[at].references[r].parent) != key {
                continue;
            }
            for c in 0..catalog.drafts[at].references[r].parent_columns.len() {
                if catalog.same_column(&catalog.drafts[at].references[r].parent_columns[c], from) {
                    to.clone_into(&mut catalog.drafts[at].references[r].parent_columns[c]);
                }
            }
        }
    }
}

/// Gives a table another name or schema; references to it follow.
pub(super) fn move_table(catalog: &mut Catalog, table: TableId, to: QualifiedName) {
    let from = catalog.schema[table].name.clone();
    let key = catalog.key(&from);
    catalog.rename_relation(&from, &to, Relation::Table(table));
    for at in 0..catalog.drafts.len() {
        for r in 0..catalog.drafts[at].references.len() {
            if catalog.key(&catalog.drafts[at].references[r].parent) == key {
                catalog.drafts[at].references[r].parent = to.clone();
            }
        }
    }
    if from.schema != to.schema {
        owned_sequences_follow(catalog, table, to.schema.as_deref());
    }
    catalog.schema[table].name = to;
}

/// `SET SCHEMA` takes the sequences of the table's columns along.
fn owned_sequences_follow(catalog: &mut Catalog, table: TableId, schema: Option<&str>) {
    for at in 0..catalog.schema.sequences.len() {
        let id = seedbed_schema_model::SequenceId(at as u32);
        if catalog.schema[id].owned_by.is_some_and(|(owner, _)| owner == table) {
            let old = catalog.schema[id].name.clone();
            let new = QualifiedName::new(schema, &old.name);
            catalog.rename_relation(&old, &new, Relation::Sequence(id));
            catalog.schema[id].name = new;
        }
    }
}

/// Renames a constraint or unique index of the table.
pub(super) fn rename_constraint(catalog: &mut Catalog, table: TableId, from: &str, to: &str) {
    let mysql = catalog.dialect() == Dialect::MySql;
    let is = |name: &Option<String>| {
        name.as_deref().is_some_and(|name| if mysql { name.eq_ignore_ascii_case(from) } else { name == from })
    };
    let names = {
        let t = &mut catalog.schema.tables[table];
        let keys = t.primary_key.iter_mut().map(|k| &mut k.name);
        let uniques = t.uniques.iter_mut().map(|u| &mut u.name);
        let checks = t.checks.iter_mut().map(|c| &mut c.name);
        let exclusions = t.exclusions.iter_mut().map(|e| &mut e.name);
        let references = catalog.drafts[table].references.iter_mut().map(|r| &mut r.name);
        keys.chain(uniques).chain(checks).chain(exclusions).chain(references).collect::<Vec<_>>()
    };
    for name in names {
        if is(name) {
            *name = Some(to.to_owned());
        }
    }
    catalog.take_index_name(table, Some(to));
}

/// MySQL's `RENAME TABLE a TO b, c TO d`.
pub(super) fn rename_tables(catalog: &mut Catalog, cursor: Cursor<'_>) -> Result<(), String> {
    for mut part in cursor.split_commas() {
        part.eat_if_exists();
        let from = part.name().ok_or("a table's name is expected")?;
        if !part.eat(&["TO"]) {
            return Err(format!("TO is expected, not {}", part.found()));
        }
        let to = part.name().ok_or("a table's name is expected")?;
        match catalog.table(&from) {
            Some(table) => move_table(catalog, table, QualifiedName::new(None, &to.name)),
            None => catalog.problems.push(Problem::UnknownObject { name: from.name, span: from.span }),
        }
    }
    Ok(())
}
