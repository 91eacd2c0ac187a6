//! Named references into foreign keys.
//!
//! A reference without columns means the parent's primary key. One whose parent or columns are missing stays in the schema
//! as unresolved, so that only NULL satisfies it.

use super::similar::similar;
use seedbed_ddl_catalog::{NamedReference, NamedRelation, Problem, SystemCatalog};
use seedbed_schema_model::{ColumnIdx, ForeignKey, ReferenceOrigin, TableId, UnresolvedReference};

/// Turns the named references of the tables that are left into foreign keys, or into unresolved ones with a problem.
/// `tables` has the new numbers; the keys still have the old ones.
pub(super) fn resolve_references(catalog: &mut SystemCatalog, tables: &[Option<u32>]) {
    for at in 0..catalog.drafts.len() {
        if tables[at].is_none() {
            continue;
        }
        let table = TableId(at as u32);
        for reference in std::mem::take(&mut catalog.drafts[at].references) {
            match resolve(catalog, &reference, tables) {
                Ok((parent, parent_columns)) => catalog.schema[table].foreign_keys.push(ForeignKey {
                    name: reference.name,
                    columns: reference.columns,
                    parent,
                    parent_columns,
                    match_kind: reference.match_kind,
                    of_period: reference.of_period,
                    on_delete: reference.on_delete,
                    on_update: reference.on_update,
                    deferrability: reference.deferrability,
                    origin: ReferenceOrigin::Declared,
                    wants: Vec::new(),
                    span: reference.span,
                }),
                Err(missing) => {
                    unresolved(catalog, table, missing, &reference);
                }
            }
        }
    }
}

/// What of a reference's parent is not there.
#[derive(Clone, Copy, Debug)]
enum Missing {
    /// No table has the name.
    Table,
    /// The table has no such columns, or no primary key to stand for them.
    Columns,
}

/// The parent and its columns. A temporary or dropped table is no parent.
fn resolve(
    catalog: &SystemCatalog,
    reference: &NamedReference,
    tables: &[Option<u32>],
) -> Result<(TableId, Vec<ColumnIdx>), Missing> {
    let Some(NamedRelation::Table(parent)) = catalog.relation_exact(&reference.parent) else {
        return Err(Missing::Table);
    };
    if tables[parent].is_none() {
        return Err(Missing::Table);
    }
    let columns = if reference.parent_columns.is_empty() {
        catalog.schema[parent].primary_key.as_ref().map(|key| key.columns.clone())
    } else {
        reference.parent_columns.iter().map(|name| catalog.column(parent, name)).collect()
    };
    match columns {
        Some(columns) if columns.len() == reference.columns.len() => Ok((parent, columns)),
        _ => Err(Missing::Columns),
    }
}

/// Keeps a reference without a parent, and reports it with the name of a table that may have been meant.
fn unresolved(catalog: &mut SystemCatalog, table: TableId, missing: Missing, reference: &NamedReference) {
    let child = catalog.display(table);
    let similar = similar(catalog, &reference.parent);
    let span = reference.span;
    let named = match missing {
        Missing::Table => reference.parent.to_string(),
        Missing::Columns => format!("{} ({})", reference.parent, reference.parent_columns.join(", ")),
    };
    catalog.problems.push(Problem::UnknownParent { child, parent: named, similar, span });
    let (name, columns, parent) =
        (reference.name.clone(), reference.columns.clone(), reference.parent.clone());
    catalog.schema[table].unresolved_references.push(UnresolvedReference { name, columns, parent, span });
}
