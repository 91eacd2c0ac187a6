//! References that a schema does not declare, as its names and types tell them.
//!
//! Being right matters more than finding all: a name must spell a table and its key, the types must fit, and where
//! several tables fit equally none is taken. A reference that is missed leaves a column of plain numbers; one that is
//! wrong ties two tables together that have nothing to do with each other.
//!
//! Columns are taken one by one (`naming`), then whole composite keys (`composite`), both over an index of what the
//! tables and their keys are called (`table_names`). Last, references are left out that would make rows impossible.
//! What is found is a [`ForeignKey`] like any other, its origin [`ReferenceOrigin::Inferred`] with the reason: plans
//! keep it, `explain` tells it.

mod composite;
mod naming;
mod table_names;

use naming::ReferenceGuess;
use seedbed_schema_model::{
    Column, ColumnIdx, ForeignKey, ReferenceOrigin, Schema, SqlType, Table, TableId, UniqueKey,
};
use std::collections::BTreeSet;
use table_names::TableNames;

/// Every reference that no table declares but names and types tell, each with its reason: those of one column by table
/// and column, then those of several. Partitions have none of their own: their rows are their root's.
pub(crate) fn infer(schema: &Schema) -> Vec<(TableId, ForeignKey)> {
    let names = TableNames::new(schema);
    let mut inferred = Vec::new();
    for (id, table) in schema.tables_indexed().filter(|(_, t)| t.partition_of.is_none()) {
        for (column, _) in table.columns_indexed().filter(|(c, _)| may_refer(table, *c)) {
            if let Some(ReferenceGuess { parent, key, reason }) = naming::find(schema, &names, id, column) {
                let reason = format!("{reason}; {}", types_text(schema, id, column, parent, key));
                inferred.push((id, reference(schema, id, &[column], parent, &[key], reason)));
            }
        }
    }
    let composites = composite::infer(schema, &names, &inferred);
    inferred.extend(composites);
    without_rigid_cycles(schema, inferred)
}

/// An inferred foreign key, which points at its first column in the script.
fn reference(
    schema: &Schema,
    table: TableId,
    columns: &[ColumnIdx],
    parent: TableId,
    parent_columns: &[ColumnIdx],
    reason: String,
) -> ForeignKey {
    ForeignKey {
        origin: ReferenceOrigin::Inferred { reason },
        span: columns.first().map(|c| schema[table][*c].span).unwrap_or_default(),
        ..ForeignKey::new(columns, parent, parent_columns)
    }
}

/// Whether nothing else decides what the column holds: it is no part of a reference, not numbered by the server and not
/// computed.
fn may_refer(table: &Table, at: ColumnIdx) -> bool {
    let column = &table[at];
    let declared = table.foreign_keys.iter().any(|fk| fk.columns.contains(&at))
        || table.unresolved_references.iter().any(|fk| fk.columns.contains(&at));
    !declared && column.numbering.is_none() && column.generated.is_none() && !is_boolean(column)
}

/// Whether the column is MySQL's `boolean`, which is declared as `tinyint(1)`.
fn is_boolean(column: &Column) -> bool {
    column.declared_type.replace(' ', "").to_ascii_lowercase().starts_with("tinyint(1)")
}

/// The columns that tell a table's rows apart alone, and may so be referred to: the primary key first, then unique
/// constraints over one column that is `NOT NULL`. Partial unique indexes are none.
fn single_keys(table: &Table) -> impl Iterator<Item = ColumnIdx> + '_ {
    let primary = table.primary_key.iter().map(|k| k.columns.clone());
    let uniques = table
        .uniques
        .iter()
        .filter(|u| u.predicate.is_none())
        .filter_map(UniqueKey::plain_columns)
        .filter(|c| c.iter().all(|c| !table[*c].nullable));
    primary.chain(uniques).filter_map(|c| <[ColumnIdx; 1]>::try_from(c).ok()).map(|[c]| c)
}

/// The primary key's only column; `None` for a table without a primary key or with one of several columns.
fn primary(table: &Table) -> Option<ColumnIdx> {
    table
        .primary_key
        .as_ref()
        .and_then(|k| <[ColumnIdx; 1]>::try_from(k.columns.as_slice()).ok())
        .map(|[c]| c)
}

/// Whether the column can hold every key of the parent's: integers as wide or of 32 bits at least, text as long, else
/// the very same type. Booleans, dates, timestamps and floats refer to nothing.
fn fits(schema: &Schema, table: TableId, column: ColumnIdx, parent: TableId, key: ColumnIdx) -> bool {
    let child = schema.base_type(&schema[table][column].ty);
    let parent = schema.base_type(&schema[parent][key].ty);
    match (child, parent) {
        // Servers number keys from 1, so wide keys fit narrower columns for long; not those meant for small lists.
        (SqlType::Integer { bits: child, .. }, SqlType::Integer { bits: parent, .. }) => {
            child >= parent || *child >= 32
        }
        (child, parent) if child.is_text() && parent.is_text() => {
            match (text_length(child), text_length(parent)) {
                (Some(child), Some(parent)) => child >= parent,
                (child, _) => child.is_none(),
            }
        }
        (SqlType::Boolean | SqlType::Date | SqlType::Timestamp { .. } | SqlType::Float { .. }, _) => false,
        (child, parent) => child == parent,
    }
}

/// The declared length of a text type in characters; `None` for no limit.
fn text_length(ty: &SqlType) -> Option<u32> {
    match ty {
        SqlType::Char { length } => Some(length.unwrap_or(1)),
        SqlType::Varchar { length } => *length,
        _ => None,
    }
}

/// The half of a reason that is about types.
fn types_text(
    schema: &Schema,
    table: TableId,
    column: ColumnIdx,
    parent: TableId,
    key: ColumnIdx,
) -> &'static str {
    if schema[table][column].ty == schema[parent][key].ty { "same type" } else { "types that fit" }
}

/// Leaves out references over which a row would need its own descendant: those that can't be NULL and close a cycle
/// with others that can't. Of several that close one together the last is left out; declared ones always stay. A table
/// may refer to itself. Costs a walk over the references for each that is kept.
fn without_rigid_cycles(schema: &Schema, inferred: Vec<(TableId, ForeignKey)>) -> Vec<(TableId, ForeignKey)> {
    let mut parents: Vec<BTreeSet<TableId>> = vec![BTreeSet::new(); schema.tables.len()];
    let is_rigid = |id: TableId, fk: &ForeignKey| fk.columns.iter().all(|c| !schema[id][*c].nullable);
    for (id, table) in schema.tables_indexed() {
        let rigid = table.foreign_keys.iter().filter(|fk| fk.parent != id && is_rigid(id, fk));
        parents[id].extend(rigid.map(|fk| fk.parent));
    }
    let mut kept = Vec::new();
    for (id, fk) in inferred {
        if fk.parent != id && is_rigid(id, &fk) {
            if reaches(&parents, fk.parent, id) {
                continue;
            }
            parents[id].insert(fk.parent);
        }
        kept.push((id, fk));
    }
    kept
}

/// Whether a table depends on another, over any number of references; every table depends on itself.
fn reaches(parents: &[BTreeSet<TableId>], from: TableId, to: TableId) -> bool {
    let mut seen = BTreeSet::new();
    let mut open = vec![from];
    while let Some(at) = open.pop() {
        if at == to {
            return true;
        }
        if seen.insert(at) {
            open.extend(&parents[at]);
        }
    }
    false
}

#[cfg(test)]
mod tests;
