//! Named references into foreign keys.

use super::similar::similar;
use crate::catalog::{NamedReference, NamedRelation, SystemCatalog};
use crate::problem::Problem;
use seedbed_schema_model::{ColumnIdx, ForeignKey, ReferenceOrigin, TableId, UnresolvedReference};

/// Turns named references into foreign keys, or into unresolved ones with a problem.
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
                    on_delete: reference.on_delete,
                    on_update: reference.on_update,
                    deferrability: reference.deferrability,
                    origin: ReferenceOrigin::Declared,
                    span: reference.span,
                }),
                Err(missing) => {
                    unresolved(catalog, table, &missing, &reference);
                }
            }
        }
    }
}

fn resolve(
    catalog: &SystemCatalog,
    reference: &NamedReference,
    tables: &[Option<u32>],
) -> Result<(TableId, Vec<ColumnIdx>), String> {
    let missing = || reference.parent.to_string();
    let Some(NamedRelation::Table(parent)) = catalog.relation_exact(&reference.parent) else {
        return Err(missing());
    };
    if tables[parent].is_none() {
        return Err(missing());
    }
    let columns = if reference.parent_columns.is_empty() {
        catalog.schema[parent].primary_key.as_ref().map(|key| key.columns.clone())
    } else {
        reference.parent_columns.iter().map(|name| catalog.column(parent, name)).collect()
    };
    match columns {
        Some(columns) if columns.len() == reference.columns.len() => Ok((parent, columns)),
        _ => Err(format!("{} ({})", missing(), reference.parent_columns.join(", "))),
    }
}

fn unresolved(catalog: &mut SystemCatalog, table: TableId, missing: &str, reference: &NamedReference) {
    let child = catalog.display(table);
    let similar = similar(catalog, &reference.parent);
    let span = reference.span;
    catalog.problems.push(Problem::UnknownParent { child, parent: missing.to_owned(), similar, span });
    let (name, columns, parent) =
        (reference.name.clone(), reference.columns.clone(), reference.parent.clone());
    catalog.schema[table].unresolved_references.push(UnresolvedReference { name, columns, parent, span });
}
